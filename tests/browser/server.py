"""The demonstration's server, in a process of its own: `python -m tests.browser.server DATA_DIRECTORY`.

It serves what `tracker demo` serves, and one address more at which the program fails: for the page that says so.
The first line that it writes is its address.
"""

import os
import sys
import threading

from blueprints import create_app, gates
from blueprints.guards import public
from blueprints.ops import serving
from blueprints.sessions import LONGEST
from tracker.config import from_environment

_THREADS = 4


BESIDE = {
    "TRACKER_MAIL_URL": "smtp://127.0.0.1:1?tls=none",
    "TRACKER_MAIL_FROM": "Office <office@example.org>",
    "TRACKER_PUBLIC_URL": "https://tracker.example.org",
    "TRACKER_OIDC_ISSUER": "http://127.0.0.1:1",
    "TRACKER_OIDC_CLIENT_ID": "tracker",
    "TRACKER_OIDC_LABEL": "the mission",
}
"""No worker runs and no provider answers: with these, the pages that need them are there."""


@public
def fail() -> str:
    """What no view does: raises something that nobody foresaw."""
    raise ZeroDivisionError("This address fails on purpose")


def _end_with_the_tests() -> None:
    """Nobody writes to this process: what it reads ends when the process that started it does, also by a kill."""
    sys.stdin.read()
    os._exit(0)


def main(folder: str) -> None:
    """Serves the demonstration that lies in `folder`, until it is told to end."""
    settings = from_environment(BESIDE | {"TRACKER_DATA_DIR": folder}, demonstration=True)
    app = create_app(settings)
    gates.FRESH = LONGEST  # the tests read on for longer than a person is trusted without being asked again
    app.add_url_rule("/fail", "fail", fail)
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    door = serving.listen("127.0.0.1", 0)
    sys.stdout.write(f"{serving.address(door)}\n")
    sys.stdout.flush()
    serving.serve(app, settings, door, threads=_THREADS)


if __name__ == "__main__":
    main(*sys.argv[1:])

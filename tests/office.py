"""The machine of an installation's log, as its operator uses it: commands, and a witness who answers."""

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from blueprints.ops import witness_memory
from blueprints.ops.witness_server import Application
from tests.command import SECRET, demonstration, here
from tests.databases import this_room
from tracker.db import db
from tracker.log.keys import SigningKey, VerifierKey, read_key_file

NAME = "tracker.example/log"


def copied_demonstration(home: Path) -> tuple[Path, SigningKey]:
    """The demonstration's log, copied with all that accredited verifiers get into `home/log`, and its key.

    The demonstration itself is in `home/data`.
    """
    data = shutil.copytree(demonstration(this_room()), home / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_DATA_DIR", str(data))
        done = here("log", "--demonstration", "export", str(home / "log"), "--disclosures")
    assert done.returncode == 0, done.stderr
    return home / "log", read_key_file(next((data / "demonstration-log").glob("*.key")))


class Office:
    """An installation's commands, run in this process, on a database and in a folder of their own."""

    def __init__(self, home: Path, url: str, patch: pytest.MonkeyPatch) -> None:
        self.home, self._patch = home, patch
        patch.setenv("TRACKER_SECRET_KEY", SECRET)
        patch.setenv("TRACKER_DATA_DIR", str(home / "data"))
        patch.setenv("TRACKER_DATABASE_URL", url.replace("postgresql+psycopg:", "postgresql:"))

    def log(self, *words: str | Path, code: int = 0) -> str:
        """What `tracker log` says; fails unless it answers with this exit code."""
        db.session.commit()  # else the test's own session keeps SQLite to itself
        done = here("log", *map(str, words))
        assert done.returncode == code, done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def keygen(self) -> str:
        """The verifier key of a new key."""
        found = re.search(r"^Verifier key: (\S+)$", self.log("keygen", NAME), re.MULTILINE)
        assert found
        return found[1]

    def trust(self, *witnesses: tuple[VerifierKey, str]) -> Path:
        """The policy by which all of these witnesses (key and address) must have seen the log."""
        lines = [f"witness w{number} {key} {address}" for number, (key, address) in enumerate(witnesses)]
        names = " ".join(f"w{number}" for number in range(len(witnesses)))
        place = self.home / "policy"
        place.write_text("\n".join([*lines, f"group all-of-them all {names}", "quorum all-of-them", ""]))
        self._patch.setenv("TRACKER_LOG_POLICY", str(place))
        return place


def a_witness(folder: Path, log: str) -> VerifierKey:
    """A new witness in a folder, which follows the log with this verifier key."""
    key = witness_memory.create(folder, f"{folder.name}.example")
    witness_memory.follow(folder, log)
    return key


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def answering(folder: Path) -> Iterator[str]:
    """The address at which the witness of a folder answers."""
    application = Application(witness_memory.open_witness(folder), "/cso")

    def app(environ, start_response):  # type: ignore[no-untyped-def]
        # wsgiref gives the bare socket, which waits for more than the request has.
        environ["wsgi.input"] = _Body(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        return application(environ, start_response)

    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/cso"
        server.shutdown()


class _Body:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, _most: int) -> bytes:
        return self._data

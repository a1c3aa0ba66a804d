"""Which suites can run on this machine, and what the others lack.

`make test` runs this as a program after the tests: it prints one line for every suite that did not run. Where
the environment says CI=true, such a suite is a failure, so that a green build has run everything.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import postgres
from tests.interop import golang

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> Path | None:
    """The browser of this machine, or None."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return Path(found) if found else None


def why_no_browser() -> str | None:
    """A sentence when the browser tests cannot run here, else None."""
    if chromium():
        return None
    return f"No browser was found (looked for {', '.join(CHROMIUM_NAMES)})."


def must_run_all() -> bool:
    """Whether a suite that cannot run is a failure: on the build machine."""
    return os.environ.get("CI", "").lower() in {"true", "1"}


def require(missing: str | None) -> None:
    """Goes on when nothing is `missing`; else skips the test that asks, or fails it on the build machine."""
    if missing is None:
        return
    if must_run_all():
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


SUITES: dict[str, Callable[[], str | None]] = {
    "PostgreSQL": postgres.why_not,
    "browser": why_no_browser,
    "interoperation": golang.why_not,
}


def main() -> int:
    """Prints a line for every suite that did not run; gives the status to exit with."""
    missing = {suite: why for suite, look in SUITES.items() if (why := look())}
    for suite, why in missing.items():
        sys.stdout.write(f"NOT RUN: the {suite} tests. {why}\n")
    return int(bool(missing) and must_run_all())


if __name__ == "__main__":
    sys.exit(main())

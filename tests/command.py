"""The `tracker` command as somebody types it: a process of its own, an empty home, no settings but those given."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from tests.databases import Room

SECRET = "kept-by-nobody-0123456789-ABCDEFGHIJ-for-tests"
LAUNCH = [sys.executable, "-c", "from blueprints.ops.main import main; main()"]

_LONGEST = 240


def environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's, without settings of any installation, and with a home of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRACKER_", "XDG_", "COVERAGE"))
    }
    return {**kept, "HOME": str(home), **settings}


def tracker(*words: str, home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Runs `tracker` with these words, from its home; `settings` are environment variables."""
    return subprocess.run(
        [*LAUNCH, *words],
        cwd=home,
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )


def demonstration(room: Room) -> Path:
    """The data directory of one demonstration, made once a run by whoever asks first. Copy it before writing."""
    folder = room.folder / "demonstration"
    with (room.folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = room.folder / "demonstration.half"
            made = tracker("demo", "--no-serve", home=room.folder, TRACKER_DATA_DIR=str(half))
            assert made.returncode == 0, made.stderr
            half.rename(folder)
    return folder

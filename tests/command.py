"""The `tracker` command as somebody types it: a process of its own, an empty home, no settings but those given."""

import fcntl
import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from tests.databases import KEYS, Room

SECRET = "kept-by-nobody-0123456789-ABCDEFGHIJ-for-tests"
LAUNCH = [sys.executable, "-c", "from blueprints.ops.main import main; main()"]

_LONGEST = 240


def environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's, without settings of any installation but the run's keys, and with a home of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == KEYS or not name.startswith(("TRACKER_", "XDG_", "COVERAGE"))
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


def here(*words: str) -> "subprocess.CompletedProcess[str]":
    """What `tracker` with these words says and answers, in this process: saves the second that a start takes."""
    from blueprints.ops import main

    said = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with (
        redirect_stdout(said[0]),
        redirect_stderr(said[1]),
        mock.patch.object(sys, "argv", ["tracker", *words]),
    ):
        code = _exit_code(main.main)
    out, err = (one.buffer.getvalue().decode("utf-8") for one in said)  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(words, code, out, err)


def _exit_code(program: Callable[[], None]) -> int:
    try:
        program()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


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

"""Files that are there whole or not at all, also after a power cut."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Puts `data` where `path` is, in one step that survives a power cut: nobody ever sees half of it.

    On return the data are on the disk. What a killed writer leaves beside the file is overwritten by the next one.
    """
    half = path.with_name(f".{path.name}.half")
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    _settle(path.parent)


def write_secret(path: Path, data: bytes) -> None:
    """Puts `data` into a new file that its owner alone can read (0600), whole or not at all; never over another file.

    Refuses (`FileExistsError`) where there is one.
    """
    half = path.with_name(f".{path.name}.half")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    path.hardlink_to(half)  # unlike a rename, this never takes another file's place
    half.unlink()
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Puts the folder's own list of names on the disk: without it the new name may be forgotten."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Inside, no other thread or process that takes the same lock file is inside. A killed holder lets go."""
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

"""Asking ClamAV about a file: its daemon's INSTREAM command over a unix socket (clamd(8))."""

import socket
import struct
from pathlib import Path

_CHUNK = 65_536
_SECONDS = 30


class ScannerDown(Exception):  # noqa: N818 - the state of the scanner, caught where it is asked
    """The scanner does not answer, or not with a verdict."""


def infected(data: bytes, scanner: Path) -> bool:
    """Whether the daemon behind the socket finds something in `data`. Raises `ScannerDown` where it does not say."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as daemon:
            daemon.settimeout(_SECONDS)
            daemon.connect(str(scanner))
            daemon.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), _CHUNK):
                part = data[start : start + _CHUNK]
                daemon.sendall(struct.pack(">I", len(part)) + part)
            daemon.sendall(struct.pack(">I", 0))
            said = b"".join(iter(lambda: daemon.recv(_CHUNK), b"")).rstrip(b"\0\n")
    except OSError as down:
        raise ScannerDown from down
    if said.endswith(b" FOUND"):
        return True
    if said == b"stream: OK":
        return False
    raise ScannerDown(said[:80])

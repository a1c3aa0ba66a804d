"""Files for tests: small ones of every kind that is taken, and a scanner on a real socket."""

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
M4A = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42isom"
OGG = b"OggS\x00\x02" + bytes(60)
MAKER, GPS = "The camera of Nyandeng", 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 4)) -> bytes:
    """A picture that says where it was taken, by whom, and that it must be turned; red above, once it is upright."""
    drawn = Image.new("RGB", size, "blue")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = MAKER, 6  # maker; orientation: turn to the right
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (4.0, 51.0, 7.0)
    out = io.BytesIO()
    drawn.save(out, format=kind, exif=exif)
    return out.getvalue()


def document(*more: tuple[str, bytes]) -> bytes:
    """A DOCX as word processors write it, with more entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"), *more):
            packed.writestr(name, content)
    return out.getvalue()


@contextmanager
def scanner(
    place: Path, *, silent: bool = False, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Path]:
    """A daemon on a unix socket that speaks ClamAV's INSTREAM, and finds EICAR.

    `silent`: it hangs up unanswered; `meanwhile`: what happens elsewhere while it thinks.
    """
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(place))
    server.listen()
    thread = threading.Thread(target=_serve, args=(server, silent, meanwhile), daemon=True)
    thread.start()
    try:
        yield place
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()
        place.unlink()


def _serve(server: socket.socket, silent: bool, meanwhile: Callable[[], None]) -> None:
    while True:
        try:
            caller, _ = server.accept()
        except OSError:
            return
        with caller, caller.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            data = b""
            while size := struct.unpack(">I", sent.read(4))[0]:
                data += sent.read(size)
            meanwhile()
            if not silent:
                caller.sendall(b"stream: Eicar FOUND\0" if EICAR in data else b"stream: OK\0")

"""What is taken of a file from outside: by its content, bounded, and pictures without where and who."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from tests import files
from tracker.errors import BadInput
from tracker.intake import uploads
from tracker.intake.uploads import checked
from tracker.vocabulary import AttachmentKind


def test_what_is_taken_is_known_by_its_content():
    for name, data, kind in (
        ("report.pdf", files.PDF, AttachmentKind.PDF),
        ("photo.JPG", files.picture(), AttachmentKind.JPEG),
        ("photo.png", files.picture("PNG"), AttachmentKind.PNG),
        ("statement.docx", files.document(), AttachmentKind.DOCX),
        ("call.m4a", files.M4A, AttachmentKind.M4A),
        ("call.ogg", files.OGG, AttachmentKind.OGG),
    ):
        assert checked(name, data).kind is kind, name


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("tool.exe", b"MZ" + bytes(200)),
        ("photo.gif", b"GIF89a/*" + bytes(40) + b"*/=alert(1)"),
        ("bundle.zip", b"PK\x03\x04" + bytes(40)),
        ("empty.pdf", b""),
        ("no ending", files.PDF),
        ("photo.pdf", files.picture()),
        ("report.jpg", files.PDF),
        ("large.pdf", files.PDF + bytes(uploads.LARGEST)),
        ("macros.docx", files.document(("word/vbaProject.bin", b"x"))),
        ("many.docx", files.document(*((f"word/{n}.xml", b"") for n in range(1_000)))),
        ("cut.docx", files.document()[:-40]),
        ("cut.jpg", files.picture()[:200]),
        ("cut.png", files.picture("PNG")[:60]),
    ],
)
def test_nothing_else_is_taken(name: str, data: bytes):
    with pytest.raises(BadInput):
        checked(name, data)


def test_a_small_file_that_would_be_huge_inside_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"<Types/>")
        packed.writestr("word/document.xml", bytes(60_000_000))
    with pytest.raises(BadInput):
        checked("bomb.docx", out.getvalue())
    with pytest.raises(BadInput):
        checked("bomb.png", _png_of(30_000, 30_000))


def _png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large; nothing of it is there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("name", "kind"), [("photo.jpg", "JPEG"), ("photo.png", "PNG")])
def test_a_picture_stands_upright_and_says_neither_where_nor_who(name: str, kind: str):
    sent = files.picture(kind) + b"<script>alert(1)</script>"
    kept = checked(name, sent).data
    with Image.open(io.BytesIO(kept)) as drawn:
        assert drawn.size == (4, 8)
        red, _green, blue = drawn.convert("RGB").split()
        assert red.tobytes()[5] > 200 > blue.tobytes()[5]
        assert not drawn.getexif()
        assert not {"exif", "comment", "icc_profile"} & set(drawn.info)
    assert files.MAKER.encode() in sent
    assert not any(secret in kept for secret in (files.MAKER.encode(), b"GPS", b"Exif", b"script"))

"""A file from outside: what it is by its content, whether it is bounded, and what of it may be kept.

Nothing is believed of what the sender says of it. A picture is drawn anew, so that neither the place where it was
taken nor anything hidden behind its end is kept; the rest is kept as it came, and is only ever downloaded.
"""

import io
import re
import warnings
import zipfile
from typing import Any, NamedTuple

from tracker.errors import BadInput, say
from tracker.vocabulary import AttachmentKind

LARGEST = 10_000_000
LONGEST_TITLE = 120
MOST_PIXELS = 40_000_000
MOST_ENTRIES = 1_000
LARGEST_UNPACKED = 50_000_000

_MIME = {
    "application/pdf": AttachmentKind.PDF,
    "image/jpeg": AttachmentKind.JPEG,
    "image/png": AttachmentKind.PNG,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": AttachmentKind.DOCX,
    "audio/mp4": AttachmentKind.M4A,
    "audio/x-m4a": AttachmentKind.M4A,
    "audio/m4a": AttachmentKind.M4A,
    "audio/ogg": AttachmentKind.OGG,
}
_ENDINGS = {
    AttachmentKind.PDF: (".pdf",),
    AttachmentKind.JPEG: (".jpg", ".jpeg"),
    AttachmentKind.PNG: (".png",),
    AttachmentKind.DOCX: (".docx",),
    AttachmentKind.M4A: (".m4a", ".mp4"),
    AttachmentKind.OGG: (".ogg", ".oga", ".opus"),
}
MEDIA_TYPES = {kind: mime for mime, kind in reversed(_MIME.items())}
_MACROS = ("vbaproject.bin", "vbadata.xml")


class Upload(NamedTuple):
    """What may be kept."""

    kind: AttachmentKind
    data: bytes


def checked(name: str, data: bytes) -> Upload:
    """What may be kept of a file. Refuses (`BadInput`) what is too large, of no kind that is taken, another kind than
    its name says, a document with macros, a bomb, and a picture that cannot be drawn.
    """
    if not 0 < len(data) <= LARGEST:
        raise _refused(say("The file is empty or too large. At most 10 MB are taken."))
    kind = kind_of(data)
    if kind is None or not name.lower().endswith(_ENDINGS[kind]):
        raise _refused(say("Only PDF, JPEG, PNG, DOCX, M4A and OGG files are taken, under their own ending."))
    if kind is AttachmentKind.DOCX:
        _require_plain_document(data)
    if kind in (AttachmentKind.JPEG, AttachmentKind.PNG):
        return Upload(kind, _drawn_anew(data, kind))
    return Upload(kind, data)


def plain_title(name: str) -> str:
    """The last part of what the sender calls a file, without what no file name should hold."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*')
    stem, _, ending = kept.rpartition(".")
    return f"{stem[: LONGEST_TITLE - len(ending)].strip('. ')}.{ending}"


def kind_of(data: bytes) -> AttachmentKind | None:
    """What the content is; None for everything that is not taken."""
    import filetype  # type: ignore[import-untyped]

    found = filetype.guess(data)
    return _MIME.get(found.mime) if found is not None else None


def _require_plain_document(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError) as broken:
        raise _refused(say("The document cannot be read.")) from broken
    names = {entry.filename.lower() for entry in entries}
    bounded = len(entries) <= MOST_ENTRIES and sum(one.file_size for one in entries) <= LARGEST_UNPACKED
    if (
        not bounded
        or any(name.endswith(_MACROS) for name in names)
        or any(one.flag_bits & 1 for one in entries)
    ):
        raise _refused(say("The document is too large inside, locked, or has macros."))


def _drawn_anew(data: bytes, kind: AttachmentKind) -> bytes:
    """The picture upright, with its pixels and nothing else."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _saved(_upright(data, kind), kind)
        except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombWarning) as broken:
            raise _refused(say("The picture cannot be read, or is too large.")) from broken
        except Image.DecompressionBombError as bomb:
            raise _refused(say("The picture cannot be read, or is too large.")) from bomb


def _upright(data: bytes, kind: AttachmentKind) -> Any:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=[kind.value.upper()]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(picture)
        return upright.convert("RGB" if kind is AttachmentKind.JPEG else "RGBA")


def _saved(picture: Any, kind: AttachmentKind) -> bytes:
    from PIL import Image

    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, format=kind.value.upper(), **({"quality": 85} if kind is AttachmentKind.JPEG else {}))
    return out.getvalue()


def _refused(sentence: str) -> BadInput:
    return BadInput(file=sentence)

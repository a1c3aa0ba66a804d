"""What is printed: a QR code as the one path that a page draws."""

from typing import NamedTuple, Self

from tracker.log import notes
from tracker.log.notes import Note
from tracker.log.receipts import Receipt

_QUIET = 4
"""The empty modules around a code that a reader needs (ISO/IEC 18004)."""


class QrCode(NamedTuple):
    """A code of `size` modules a side, quiet zone included, drawn by strokes of one module along `path`."""

    size: int
    path: str

    @classmethod
    def of(cls, receipt: Receipt) -> Self | None:
        """The code of a receipt. One with too many witnesses for a single code is drawn without them, or not at all."""
        return cls.of_bytes(receipt.encode()) or cls.of_bytes(_by_the_log_alone(receipt).encode())

    @classmethod
    def of_bytes(cls, data: bytes) -> Self | None:
        """The code of some bytes; None where they are too many for one."""
        import segno
        from segno.encoder import DataOverflowError

        try:
            code = segno.make_qr(data, error="l", mode="byte", boost_error=False)
        except DataOverflowError:
            return None
        rows = [_strokes(row) for row in code.matrix]
        lines = (f"M{_QUIET} {_QUIET + y}.5{strokes}" for y, strokes in enumerate(rows))
        return cls(len(rows) + 2 * _QUIET, "".join(lines))


def _strokes(row: bytearray) -> str:
    """The dark runs of a row as strokes, the light ones between them as moves."""
    made, at = [], 0
    while at < len(row):
        end = next((place for place in range(at, len(row)) if row[place] != row[at]), len(row))
        made.append(f"h{end - at}" if row[at] else f"m{end - at} 0")
        at = end
    return "".join(made)


def _by_the_log_alone(receipt: Receipt) -> Receipt:
    note = notes.parse(receipt.note)
    own = tuple(one for one in note.signatures if one.name == note.text.split("\n", 1)[0])
    return Receipt(receipt.index, receipt.proof, Note(note.text, own).encode(), receipt.extra)

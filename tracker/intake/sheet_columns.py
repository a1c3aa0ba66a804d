"""Which row of a list names the columns, and which column holds which field: guessed here, confirmed by a person."""

from collections.abc import Mapping, Sequence

from tracker import keyring
from tracker.intake.cells import Cell, text_of
from tracker.intake.sheet_fields import FIELDS, REMARK, Shape, known_headings
from tracker.intake.sheet_files import Sheet
from tracker.spelling import letters
from tracker.vocabulary import SheetKind

Columns = Mapping[str, int | str]
"""Each field that is read: the number of its column, or "=word" for one word in every row."""

EVERY_ROW = "="
_LOOKED_AT = 15
_PURPOSE = "heading of a column"


def best_sheet(sheets: Sequence[Sheet], kind: SheetKind) -> tuple[Sheet, int]:
    """The list whose headings fit the kind best, and the line (from 1) that holds them."""
    rated = [
        (_known(row, kind), -number, -line)
        for number, sheet in enumerate(sheets)
        for line, row in enumerate(sheet.rows[:_LOOKED_AT])
    ]
    _, number, line = max(rated)
    return sheets[-number], 1 - line


def guessed(heading: Sequence[Cell], kind: SheetKind, remembered: Mapping[str, str]) -> dict[str, int | str]:
    """Where each field stands: as it stood in the last file (`remembered`), else by a known heading."""
    marks = {mark_of(cell): place for place, cell in reversed(list(enumerate(heading))) if text_of(cell)}
    found: dict[str, int | str] = {}
    for field in FIELDS[kind]:
        before = remembered.get(field.name, "")
        if before in marks:
            found[field.name] = marks[before]
        elif before.startswith(EVERY_ROW) and before[1:] in field.words:
            found[field.name] = before
    used = set(found.values())
    for place, cell in enumerate(heading):
        name = known_headings(kind).get(letters(text_of(cell)), REMARK)
        if name != REMARK and name not in found and place not in used:
            found[name] = place
    return found


def to_remember(columns: Columns, heading: Sequence[Cell]) -> dict[str, str]:
    """What `guessed` wants to know of this file when the next one comes: fingerprints, and no heading itself.

    A list without headings has somebody's name where they should be.
    """
    return {
        name: column if isinstance(column, str) else mark_of(heading[column])
        for name, column in columns.items()
        if isinstance(column, str) or column < len(heading)
    }


def mark_of(heading: Cell) -> str:
    """The keyed fingerprint of a heading."""
    return keyring.blind(letters(text_of(heading)), purpose=_PURPOSE).hex()


def checked(columns: Mapping[str, int | str], kind: SheetKind) -> list[str]:
    """The fields without which no row can be taken in, and that no column holds."""
    return [field.name for field in FIELDS[kind] if field.needed and field.name not in columns]


def words_of(kind: SheetKind) -> dict[str, list[str]]:
    """The fields that may be one word in every row, with their words' codes."""
    return {
        field.name: [word.value for word in field.words]
        for field in FIELDS[kind]
        if field.shape is Shape.WORD
    }


def _known(row: Sequence[Cell], kind: SheetKind) -> int:
    known = known_headings(kind)
    return len({known[text] for cell in row if (text := letters(text_of(cell))) in known})

"""What stands in a cell, so that it means the same wherever it is opened.

A cell that a spreadsheet would take for a formula becomes text (ASVS 5.0, 1.2.10): in CSV, which has no types, by an
apostrophe before it. One more is put before an apostrophe that would be taken for ours: so `bare` gives every text
back as it was. An xlsx says itself that a cell is text, and needs none.
"""

import re
from datetime import date, datetime

from blueprints.tabular import Cell
from blueprints.times import zone

_DANGEROUS = re.compile("'*[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
"""The last four are =, +, - and @ as East Asian keyboards have them: some spreadsheets compute these too."""

_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""What no file in UTF-8, or no XML, can hold."""

LONGEST = 32_767
"""Letters in a cell of a spreadsheet; what is longer would be left out whole."""


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def bare(cell: str) -> str:
    """The text that `guarded` wrote."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell) else cell


def clean(text: str) -> str:
    """The text as any file can hold it."""
    return _UNWRITABLE.sub("\ufffd", text)[:LONGEST]


def local(instant: datetime) -> datetime:
    """An instant by the clocks of the mission area, to the minute."""
    return instant.astimezone(zone()).replace(second=0, microsecond=0)


def as_text(cell: Cell) -> str:
    """A cell of a CSV file. Days are ISO 8601; instants too, with how far the mission area's clocks are from UTC."""
    match cell:
        case None:
            return ""
        case str():
            return guarded(clean(cell))
        case datetime():
            return local(cell).isoformat(timespec="minutes")
        case date():
            return cell.isoformat()
        case int():
            return str(cell)
        case _:
            return f"{cell:.10g}"

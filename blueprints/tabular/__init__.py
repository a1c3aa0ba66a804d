"""Tables that leave as files: one description of a table, and two forms of file, CSV and xlsx.

The first row is for people, in their language; the second has HXL tags (hxlstandard.org), by which a program finds a
column whatever the language. Words of a list come twice: as people read them, and as the codes that never change.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from tracker.errors import NotFound, say

Cell = str | int | float | date | datetime | None
"""A cell; None is an empty one. What is a number or a day in the file is a number or a day here."""

FORMS = ("csv", "xlsx")

MOST_ROWS = 50_000
"""A file ends here, and says so in its last row."""


class Heading(NamedTuple):
    """A column: what people read above it, and its HXL tag."""

    label: str
    tag: str


class Table(NamedTuple):
    """What is written to a file. `name`: of the file, letters, digits and hyphens; `title`: of the sheet."""

    name: str
    title: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Cell]]


def known(form: str) -> str:
    """The form of file that an address asks for; refuses (`NotFound`) one that there is not."""
    if form not in FORMS:
        raise NotFound(say("There is nothing at this address that you may see."))
    return form

"""A list as a file: the same rows that its page shows, read by the same query, all of its pages one after the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from blueprints.tabular import Cell, Heading, Table
from tracker.queries.paging import Page

Row = TypeVar("Row")
_READ_AT_ONCE = 1_000
_LONGEST = 190
"""Letters of what the access log says."""


class Listed(NamedTuple):
    """A list as somebody asked for it. `rows` are read when they are written, and not before.

    `part`: which part of the list, in words; `back`: the address of its page; `query`: what asks for the same part.
    """

    code: str
    title: str
    part: str
    back: str
    query: Mapping[str, Any]
    headings: Sequence[Heading]
    rows: Iterator[Sequence[Cell]]

    @property
    def about(self) -> str:
        """What the access log says was taken: the list and the part of it, and nothing that somebody typed."""
        chosen = {name: value for name, value in self.query.items() if name != "name"}
        named = ["by name"] if self.query.get("name") else []
        return " ".join((self.code, *([urlencode(chosen)] if chosen else []), *named))[:_LONGEST]

    @property
    def table(self) -> Table:
        """The list as a file is written."""
        return Table(self.code, self.title, self.headings, self.rows)


def every(read: Callable[..., Page[Row]]) -> Iterator[Row]:
    """Each row of a list, in its order; so many are in memory as one page has."""
    page = read(after=None, size=_READ_AT_ONCE)
    yield from page.rows
    while page.after:
        page = read(after=page.after, size=_READ_AT_ONCE)
        yield from page.rows


Making = Callable[[Any], Listed]
"""Makes the list for a viewer, as this request asks for it."""

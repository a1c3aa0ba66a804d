"""The shapes of what the components show; a view makes them, a template passes them on. Plain tuples: pages are hot."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

Tone = Literal["going", "waiting", "good", "stopped", "late"]


class Tag(NamedTuple):
    """A status in a word, and the tone of its colour (`components/tag.html`)."""

    label: str
    tone: str = "going"


class Column(NamedTuple):
    """A column of a table: its heading, and "link", "tag", "tags", "clock", "name", "number" or "text"."""

    label: str
    kind: str = "text"


class Row(NamedTuple):
    """A row of `queue_table`: its address, one cell for each column, and whether it is over a limit."""

    href: str
    cells: Sequence[Any]
    late: bool = False


class Filter(NamedTuple):
    """A link that narrows a list (`components/filters.html`)."""

    label: str
    href: str
    amount: int | str | None = None
    current: bool = False


class Pages(NamedTuple):
    """Addresses of the pages before and after this one, "" where there is none (`components/pager.html`)."""

    previous: str = ""
    next: str = ""


class Entry(NamedTuple):
    """One act in a history (`components/timeline.html`)."""

    title: str
    when: str
    who: str = ""
    lines: Sequence[str] = ()
    small: str = ""


class Figure(NamedTuple):
    """One row of `figure_table`: `share` of the longest bar, 0 to 1, or `None` for no bar."""

    label: str
    value: str | int
    share: float | None = None
    late: bool = False

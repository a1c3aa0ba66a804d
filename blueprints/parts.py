"""A long page of figures in parts, each at an address of its own: over a thin link nobody waits for a dozen charts."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from blueprints.i18n import _
from blueprints.shapes import Filter
from blueprints.sheets import Sheet
from tracker.errors import NotFound, say

ALL = "all"
"""Asks for every part on one page: to print, or to search."""


class Part(NamedTuple):
    """Some sheets under a heading. `code` and `name`: of the page on which they stand, which may have more parts."""

    code: str
    name: str
    heading: str
    sheets: Sequence[Sheet]
    small: bool = False
    """Its sheets have no chart: they stand side by side."""


def chosen(parts: Sequence[Part], asked: str | None) -> list[Part]:
    """The parts of the page that is asked for (the first where nothing is). Refuses (`NotFound`) an unknown page."""
    code = asked or parts[0].code
    found = [part for part in parts if code in (part.code, ALL)]
    if not found:
        raise NotFound(say("There is no such table."))
    return found


def ways(parts: Sequence[Part], asked: str | None, address: Callable[[str], str]) -> list[Filter]:
    """A link to each page, and to all on one."""
    names = {part.code: part.name for part in reversed(parts)}
    codes = list(dict.fromkeys(part.code for part in parts))
    if len(codes) == 1:
        return []
    current = asked or codes[0]
    return [
        Filter(name, address(code), current=code == current)
        for code, name in [*((code, names[code]) for code in codes), (ALL, _("All on one page"))]
    ]

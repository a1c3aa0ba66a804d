"""Keyset pages: a page is asked for by the last row of the one before it, so row 1,000,000 costs what row 1 does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from tracker.errors import BadInput, say

PAGE_SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the keys that ask for those after and before them (None: there are none)."""

    rows: Sequence[Row]
    after: str | None
    before: str | None = None


@dataclass(frozen=True)
class TimeKey:
    """The place of a row in an order by (instant, id)."""

    at: datetime
    id: int

    def __str__(self) -> str:
        """How the key stands in a URL."""
        return f"{int(self.at.timestamp())}.{self.id}"


def time_key(text: str | None) -> TimeKey | None:
    """Reads a key from a URL; refuses (`BadInput`) one that no page ever gave."""
    if not text:
        return None
    at, _, number = text.partition(".")
    try:
        return TimeKey(datetime.fromtimestamp(int(at), UTC), _row_id(number))
    except (ValueError, OverflowError, OSError):
        raise BadInput(after=say("This page does not exist. Begin at the first page.")) from None


def cut(
    rows: Sequence[Row], size: int, key_of: Callable[[Row], object], *, after: object, before: object
) -> Page[Row]:
    """The page of `size` rows among `rows`, which are in order and one more than the page where there are more.

    `after`, `before`: the key that was asked for; going back, the row too many is the first one.
    """
    more = len(rows) > size
    shown = rows[-size:] if before else rows[:size]
    if not shown:
        return Page(shown, None)
    goes_on, came_from = (True, more) if before else (more, bool(after))
    return Page(
        shown, str(key_of(shown[-1])) if goes_on else None, str(key_of(shown[0])) if came_from else None
    )


def id_key(text: str | None) -> int | None:
    """Reads the key of a list in order of id; refuses (`BadInput`) one that no page ever gave."""
    if not text:
        return None
    try:
        return _row_id(text)
    except ValueError:
        raise BadInput(after=say("This page does not exist. Begin at the first page.")) from None


def _row_id(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number

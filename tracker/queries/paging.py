"""Keyset pages: a page is asked for by the last row of the one before it, so row 1,000,000 costs what row 1 does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from tracker.errors import BadInput, say

PAGE_SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the key that asks for those after them (None: there are none)."""

    rows: Sequence[Row]
    after: str | None


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

"""The one clock. Instants are aware and UTC; calendar days are the mission area's."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_stands_at: ContextVar[datetime | None] = ContextVar("stands_at", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC, whole seconds (what the database keeps and forms show)."""
    return (_stands_at.get() or datetime.now(UTC)).replace(microsecond=0)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Inside, and in this context alone, the clock stands at `instant` (aware).

    For the demonstration, which tells more than a year of work in a few seconds. Nothing else in `tracker` or
    `blueprints` may use it (a test sees to that): a history's recorded times are worth what the clock is worth.
    """
    token = _stands_at.set(instant)
    try:
        yield
    finally:
        _stands_at.reset(token)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an aware instant in the mission area."""
    return instant.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) of a calendar day of the mission area."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last whole second (UTC) of a calendar day of the mission area."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)

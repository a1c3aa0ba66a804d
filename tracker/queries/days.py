"""Calendar days of the mission area, counted by the database: one expression for both engines."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement, FunctionElement

_FIRST_YEAR, _LAST_YEAR = 1990, 2050
_DAY = 86_400
_LIFT = 200_000
"""Days that are added before a division and taken off after it, so that years before 1970 round down too."""


class _DayNumber(FunctionElement[int]):
    """The number of days from 1970-01-01 to an instant that was moved by so many seconds."""

    type = sa.Integer()
    inherit_cache = True
    name = "day_number"


@compiles(_DayNumber, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **given: Any) -> str:
    instant, offset = (compiler.process(part, **given) for part in element.clauses)
    return f"((unixepoch({instant}) + {offset} + {_LIFT * _DAY}) / {_DAY} - {_LIFT})"


@compiles(_DayNumber, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **given: Any) -> str:
    instant, offset = (compiler.process(part, **given) for part in element.clauses)
    return f"((({instant} AT TIME ZONE 'UTC') + {offset} * INTERVAL '1 second')::date - DATE '1970-01-01')"


def day_number(instant: Any, zone: ZoneInfo) -> ColumnElement[int]:
    """The calendar day, in the zone, of a column of instants, as the number of days since 1970-01-01.

    The offsets of the zone are Python's: the two engines and `clock.day_of` never disagree.
    """
    changes = _changes(zone)
    first: ColumnElement[int] = sa.literal_column(str(changes[0][1]))
    later: list[Any] = [
        (instant >= at, sa.literal_column(str(offset))) for at, offset in reversed(changes[1:])
    ]
    offset: ColumnElement[int] = sa.case(*later, else_=first) if later else first
    return _DayNumber(instant, offset)


@cache
def _changes(zone: ZoneInfo) -> list[tuple[datetime, int]]:
    """From when on the zone has which offset in seconds."""
    at = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    changes = [(at, _offset(at, zone))]
    while at.year < _LAST_YEAR:
        later = at + timedelta(days=1)
        if _offset(later, zone) != changes[-1][1]:
            found = _between(at, later, zone)
            changes.append((found, _offset(found, zone)))
        at = later
    return changes


def _between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second on which the offset is another one."""
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _offset(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None, "an aware instant has an offset"  # noqa: S101
    return int(offset.total_seconds())

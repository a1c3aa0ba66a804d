"""What the statements of the tallies share: grouping, and what had happened by an instant."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.db import db
from tracker.indicators.tally import Tally

Tallies = dict[tuple[int, str], Tally]
"""By institution and stage."""

_EPOCH = date(1970, 1, 1).toordinal()


def grouped(columns: list[Any], where: sa.ColumnElement[bool], source: Any = None) -> Iterable[Any]:
    """The different rows that the columns make, each with how many there are, last."""
    inner = sa.select(*(column.label(f"c{at}") for at, column in enumerate(columns))).where(where)
    if source is not None:
        inner = inner.select_from(source)
    rows = inner.subquery()
    return db.session.execute(sa.select(*rows.c, sa.func.count()).group_by(*rows.c))


def entered_by(of: Any, instant: datetime) -> sa.ColumnElement[bool]:
    """Entered before the instant, or nobody knows when."""
    return sa.or_(of.c.entered_at.is_(None), of.c.entered_at < instant)


def ended_by(of: Any, instant: datetime) -> sa.ColumnElement[bool]:
    """Ended before the instant; what ended on a day that nobody knows has ended."""
    return sa.and_(of.c.ended == 1, sa.or_(of.c.left_at.is_(None), of.c.left_at < instant))


def number_of(day: date) -> int:
    """The number of a day as the database counts them (`days`)."""
    return day.toordinal() - _EPOCH

"""Keeping no longer than is needed: closed cases lose what is personal after a number of months, by time alone.

A case on legal hold stays. Histories, figures and the log stay as they are; the entry that says so is nobody's act.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker import clock
from tracker.actions.erasure import erase_by_time
from tracker.db import db
from tracker.models import LegalHold, LogHistory, ProtectionCase

BATCH = 50


class Due(NamedTuple):
    """How many cases were closed so long ago, and how many of them a legal hold keeps."""

    due: int
    held: int


def count_due(months: int) -> Due:
    """What `anonymise` would do."""
    cases = sa.select(sa.func.count()).select_from(ProtectionCase)
    old, kept = _old(months), _held()
    return Due(
        db.session.scalar(cases.where(*old, ~kept)) or 0, db.session.scalar(cases.where(*old, kept)) or 0
    )


def anonymise(months: int, *, actor: None = None) -> Iterator[int]:
    """Erases what is due, `BATCH` cases at a time, oldest number first; the caller commits after each.

    Gives how many there were. What was committed stays done: begun again, it goes on where it stopped.
    """
    last = 0
    while True:
        asked = sa.select(ProtectionCase).where(ProtectionCase.id > last, *_old(months), ~_held())
        cases = db.session.scalars(asked.order_by(ProtectionCase.id).limit(BATCH)).all()
        if not cases:
            return
        last = cases[-1].id
        yield sum(erase_by_time(case, actor=actor) for case in cases)


def months_before(instant: datetime, months: int) -> datetime:
    """The same day of an earlier month; its last day where it has not so many."""
    year, month = divmod(instant.year * 12 + instant.month - 1 - months, 12)
    return instant.replace(year=year, month=month + 1, day=min(instant.day, monthrange(year, month + 1)[1]))


def _old(months: int) -> list[Any]:
    erased = sa.select(LogHistory.id).where(LogHistory.case_id == ProtectionCase.id, LogHistory.erased)
    return [ProtectionCase.closed_at < months_before(clock.now(), months), ~erased.exists()]


def _held() -> Any:
    return (
        sa.select(LegalHold.id)
        .where(LegalHold.case_id == ProtectionCase.id, LegalHold.lifted_at.is_(None))
        .exists()
    )

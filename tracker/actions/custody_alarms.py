"""Telling somebody outside that a limit of custody is near or has passed. Whoever holds the person cannot silence it.

An alarm ends by the release, by a remand within the law, or when somebody of the institution that was told takes note.
An institution that the case is hidden from is never told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.sql.elements import ColumnElement

from tracker import clock, history
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.models import Acting, Custody, CustodyAlarm, NoticeKind
from tracker.procedure.custody import Standing
from tracker.queries.custody_events import EventRow
from tracker.queries.custody_told import outside
from tracker.vocabulary import AlarmKind, ProductionResult, Role

BEFORE = timedelta(hours=6)
"""So long before the limit ends, somebody outside is told."""

_TOLD = (Role.JUDICIAL_OFFICER, Role.FOCAL_POINT)


def raise_alarms(now: datetime | None = None, *, actor: None = None, limit: int = 200) -> int:
    """Tells those outside of at most `limit` people whose limit is near or has passed; gives how many were told of.

    Each institution is told once of each limit, however often and by however many this runs. Nobody's act: `actor` is
    None. The caller commits.
    """
    now = now or clock.now()
    told = 0
    for custody in db.session.scalars(_untold(now).limit(limit)).all():
        history.lock(custody.case)
        db.session.refresh(custody)
        kind = _kind(custody, now)
        if kind is not None and not _is_told(custody, kind):  # else somebody did while we waited
            told += _tell(custody, kind, now, actor)
    return told


def acknowledge(custody: Custody, *, actor: Acting) -> bool:
    """Takes note, for the actor's institution, of every alarm about the person; False where none stands for it."""
    noted = db.session.execute(
        update(CustodyAlarm)
        .where(CustodyAlarm.institution_id == actor.institution_id, *_stands(custody))
        .values(acknowledged_at=clock.now(), acknowledged_by_id=actor.user_id)
    )
    return bool(noted.rowcount)  # type: ignore[attr-defined]


def end_what_is_over(custody: Custody, found: Standing, events: Sequence[EventRow]) -> None:
    """Ends the alarms of somebody who was released, or whom a court lawfully remanded since they were raised.

    To be sent back without an order, or with an order of release that nobody carries out, ends none: the person is
    still held beyond the limit.
    """
    over = _stands(custody)
    if found.ended_at is None:
        lawful = (
            event.recorded_at
            for place, event in enumerate(events)
            if event.result is ProductionResult.REMANDED and place not in found.faults
        )
        newest = max(lawful, default=None)
        if newest is None:
            return
        over.append(CustodyAlarm.raised_at <= newest)
    db.session.execute(update(CustodyAlarm).where(*over).values(ended_at=clock.now()))


def _stands(custody: Custody) -> list[ColumnElement[bool]]:
    return [
        CustodyAlarm.custody_id == custody.id,
        CustodyAlarm.acknowledged_at.is_(None),
        CustodyAlarm.ended_at.is_(None),
    ]


def _untold(now: datetime) -> Select[Custody]:
    told = (
        select(CustodyAlarm.id)
        .where(
            CustodyAlarm.custody_id == Custody.id,
            CustodyAlarm.due_at == Custody.due_at,
            (CustodyAlarm.kind == AlarmKind.PASSED) | (Custody.due_at >= now),
        )
        .exists()
    )
    near = [Custody.released_at.is_(None), Custody.due_at < now + BEFORE]
    return select(Custody).where(*near, ~told).order_by(Custody.due_at, Custody.id)


def _kind(custody: Custody, now: datetime) -> AlarmKind | None:
    if custody.released_at is not None or custody.due_at is None or custody.due_at >= now + BEFORE:
        return None
    return AlarmKind.PASSED if custody.due_at < now else AlarmKind.NEAR


def _is_told(custody: Custody, kind: AlarmKind) -> bool:
    told = select(CustodyAlarm.id).where(
        CustodyAlarm.custody_id == custody.id,
        CustodyAlarm.due_at == custody.due_at,
        CustodyAlarm.kind == kind,
    )
    return db.session.scalar(told.limit(1)) is not None


def _tell(custody: Custody, kind: AlarmKind, now: datetime, actor: None) -> bool:
    """Whether there was anybody to tell."""
    told = outside(custody)
    for institution_id in told:
        alarm = CustodyAlarm(
            custody_id=custody.id,
            kind=kind,
            due_at=custody.due_at,
            institution_id=institution_id,
            raised_at=now,
        )
        db.session.add(alarm)
        notify(NoticeKind.CUSTODY, actor=actor, institution_id=institution_id, roles=_TOLD)
    db.session.flush()
    return bool(told)

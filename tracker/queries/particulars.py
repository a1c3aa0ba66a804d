"""What the sheet of one institution says besides its stays: detention, hearings, protection, quality."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock, mission
from tracker.db import db
from tracker.indicators.detention import Detention, Held, detention
from tracker.indicators.hearings import Hearings, Setting, hearings
from tracker.indicators.protection import PROTECTED_HOURS, Protected, Told, protected
from tracker.indicators.quality import Quality
from tracker.models import Custody, Effect, HistoryEntry, Track
from tracker.procedure.custody import Standing
from tracker.queries import custody_events
from tracker.queries.custody_events import EventRow
from tracker.queries.feedback import told_of
from tracker.queries.qualities import came_to, quality_of
from tracker.queries.stays import Frame, over
from tracker.vocabulary import CustodyAct, Level

_HIGH_RISK = (Level.HIGH, Level.CRITICAL)
_SETS_A_DAY = ("listed", "adjourned")


class Particulars(NamedTuple):
    """M16, M11, M12, M14 and M15 of one institution."""

    quality: Quality
    detention: Detention
    hearings: Hearings
    protection: Protected
    told: Told


def read(frame: Frame) -> Particulars:
    """The particulars of the institution asked about."""
    return Particulars(
        quality_of(frame), detention_of(frame), hearings_of(frame), protection_of(frame), told_of(frame)
    )


# --- detention --------------------------------------------------------------------------------------------------


def detention_of(frame: Frame) -> Detention:
    """M11 of the institution's arrests, wherever the people were moved, as far as their events were recorded.

    The limit is the one that ran on the day as of which it is asked, under the law in force now.
    """
    until = frame.came_until
    ids = db.session.scalars(
        sa.select(Custody.id)
        .join(HistoryEntry, HistoryEntry.id == Custody.entry_id)
        .where(frame.here(HistoryEntry.holder_id), frame.known())
    ).all()
    if not ids:
        return detention((), frame.since, until)
    told = custody_events.of(ids, known_at=frame.known_at)
    events = {one: [event for event in rows if event.at <= until] for one, rows in told.items()}
    found = custody_events.standings(ids, events)
    return detention([_held(events[one], standing) for one, standing in found.items()], frame.since, until)


def _held(events: Sequence[EventRow], standing: Standing) -> Held:
    arrested = min(event.at for event in events if event.kind is CustodyAct.ARREST)
    released = next((event for event in events if event.kind is CustodyAct.RELEASE), None)
    return Held(
        arrested,
        standing.due_at,
        released.at if released is not None else None,
        released.reason if released is not None else None,
        standing.produced_at,
    )


# --- hearings ---------------------------------------------------------------------------------------------------


class _Step(NamedTuple):
    """A step of a court that stands, as its newest correction tells it."""

    status: str
    at: datetime
    reason: str | None
    action: str
    next_on: str | None


def hearings_of(frame: Frame) -> Hearings:
    """M12: the settings of the period, and how often those were set whose case was decided in it."""
    entry = HistoryEntry
    rows = db.session.execute(
        sa.select(
            entry.track_id,
            entry.id,
            entry.status_after,
            entry.happened_at,
            entry.reason,
            entry.detail,
            entry.action,
            entry.corrects_id,
        )
        .where(
            entry.track_id.in_(_set_or_decided(frame)),
            sa.or_(entry.effect != Effect.NOTES, entry.corrects_id.is_not(None)),
            frame.known(),
        )
        .order_by(entry.track_id, entry.id)
    )
    settings: list[Setting] = []
    of_decided: list[int] = []
    for _track, its in groupby(rows, key=lambda row: row[0]):
        steps = [step for step in _standing(list(its)) if step.at < frame.until]
        own = list(_settings(steps))
        settings += own
        if steps and steps[-1].status == "decided" and _day(steps[-1].at) in frame.asked.period:
            of_decided.append(len(own))
    return hearings(settings, of_decided, frame.asked.period)


def _set_or_decided(frame: Frame) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The tracks with a hearing that was set for a day of the period (its limit), or a decision in it."""
    entry = HistoryEntry
    here = [frame.here(entry.holder_id), entry.track_id.is_not(None), entry.stage == "court"]
    in_period = [entry.due_at >= frame.since, entry.due_at < over(frame.asked.period.last)]
    decided = [Track.left_at >= frame.since, Track.left_at < frame.came_until, Track.status == "decided"]
    return sa.union(
        sa.select(entry.track_id).where(*here, *in_period, entry.status_after.in_(_SETS_A_DAY)),
        sa.select(Track.id).where(frame.here(Track.institution_id), ~Track.open, *decided),
    )


def _standing(rows: Sequence[Any]) -> Iterable[_Step]:
    """The steps that were not withdrawn and of which somebody knows when they happened."""
    told = {row.corrects_id: row for row in rows if row.action == "correct"}
    standing: list[Any] = []
    for row in rows:
        if row.action == "withdraw":
            standing.pop()  # only the newest is ever withdrawn
        elif row.corrects_id is None:
            standing.append(row)
    for row in standing:
        as_told = told.get(row.id, row)
        if as_told.happened_at is not None:
            yield _Step(
                row.status_after, as_told.happened_at, as_told.reason, row.action, row.detail.get("next_on")
            )


def _settings(steps: Sequence[_Step]) -> Iterable[Setting]:
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        if step.status not in _SETS_A_DAY or step.next_on is None:
            continue
        held = after is not None and after.status == "heard"
        adjourned = after is not None and after.action in ("adjourn", "adjourn_sine_die")
        yield Setting(
            date.fromisoformat(step.next_on),
            _day(after.at) if after and held else None,
            (after.reason or "other") if after and adjourned else None,
        )


def _day(instant: datetime) -> date:
    return clock.day_of(instant, mission.current().zone)


# --- protection -------------------------------------------------------------------------------------------------


def protection_of(frame: Frame) -> Protected:
    """M14 of the high-risk cases that came to the institution in the period."""
    came = came_to(frame).subquery()
    risk, measure = aliased(HistoryEntry), aliased(HistoryEntry)
    said = risk.detail["risk"].as_string()
    last_said = (
        sa.select(said)
        .where(
            risk.case_id == came.c.case_id,
            risk.action.in_(("register", "triage")),
            said.is_not(None),
            frame.known(risk),
        )
        .order_by(risk.n.desc())
        .limit(1)
        .scalar_subquery()
    )
    measures = (
        sa.select(sa.func.min(measure.happened_at))
        .where(
            measure.case_id == came.c.case_id,
            measure.action == "record_measure",
            measure.reason.in_(sorted(mission.current().procedure.counting.protective)),
            frame.known(measure),
        )
        .scalar_subquery()
    )
    high = sa.select(came.c.came_at, measures).where(last_said.in_([level.value for level in _HIGH_RISK]))
    rows = db.session.execute(high).all()
    limit = timedelta(hours=PROTECTED_HOURS)
    in_time = sum(at is not None and at <= came_at + limit for came_at, at in rows)
    return protected(in_time, len(rows))

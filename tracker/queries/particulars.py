"""What the sheet of one institution says besides its stays: detention, hearings, protection, feedback, quality."""

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
from tracker.indicators.limits import on_time
from tracker.indicators.protection import PROTECTED_HOURS, VISIT_DAYS, Protected, Told, protected, told
from tracker.indicators.quality import Quality
from tracker.models import Custody, Effect, HistoryEntry, Track
from tracker.queries import limit_counts
from tracker.queries.qualities import came_to, quality_of
from tracker.queries.stays import Frame, over
from tracker.vocabulary import Level

_HIGH_RISK = (Level.HIGH, Level.CRITICAL)
_SETS_A_DAY = ("listed", "adjourned")
_FEEDBACK_LATEST = timedelta(days=30)
"""Feedback is due fourteen days after a deciding step; some days more, for those that are recorded late."""


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
    """M11 of the institution's arrests; a release counts once its entry was recorded."""
    arrest, release = aliased(HistoryEntry), aliased(HistoryEntry)
    released = (
        sa.select(release.id)
        .where(
            release.track_id == Custody.track_id,
            release.action == "record_release",
            release.happened_at == Custody.released_at,
            frame.known(release),
        )
        .exists()
    )
    rows = db.session.execute(
        sa.select(Custody.arrested_at, Custody.due_at, Custody.released_at, Custody.release_reason, released)
        .join(arrest, arrest.id == Custody.entry_id)
        .where(frame.here(Custody.institution_id), frame.known(arrest))
    )
    arrests = [
        Held(arrested_at, due_at, at if is_known else None, reason if is_known else None)
        for arrested_at, due_at, at, reason, is_known in rows
    ]
    return detention(arrests, frame.since, frame.came_until)


# --- hearings ---------------------------------------------------------------------------------------------------


def hearings_of(frame: Frame) -> Hearings:
    """M12: the settings of the period, and how often those were set whose case was decided in it."""
    entry = HistoryEntry
    rows = db.session.execute(
        sa.select(
            entry.track_id, entry.status_after, entry.happened_at, entry.reason, entry.detail, entry.action
        )
        .where(
            entry.track_id.in_(_set_or_decided(frame)),
            entry.effect != Effect.NOTES,
            entry.happened_at < frame.until,
            frame.known(),
        )
        .order_by(entry.track_id, entry.id)
    )
    settings: list[Setting] = []
    of_decided: list[int] = []
    for _track, its in groupby(rows, key=lambda row: row[0]):
        steps = _standing(its)
        own = list(_settings(steps))
        settings += own
        if (
            steps
            and steps[-1].status_after == "decided"
            and _day(steps[-1].happened_at) in frame.asked.period
        ):
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


def _standing(rows: Iterable[Any]) -> list[Any]:
    standing: list[Any] = []
    for row in rows:
        if row.action == "withdraw":
            standing.pop()  # only the newest is ever withdrawn
        else:
            standing.append(row)
    return standing


def _settings(steps: Sequence[Any]) -> Iterable[Setting]:
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        if step.status_after not in _SETS_A_DAY or "next_on" not in step.detail:
            continue
        held = after is not None and after.status_after == "heard"
        adjourned = after is not None and after.action in ("adjourn", "adjourn_sine_die")
        yield Setting(
            date.fromisoformat(step.detail["next_on"]),
            _day(after.happened_at) if held else None,
            (after.reason or "other") if adjourned else None,
        )


def _day(instant: datetime) -> date:
    return clock.day_of(instant, mission.current().zone)


# --- protection and feedback ------------------------------------------------------------------------------------


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


def told_of(frame: Frame) -> Told:
    """M15 of the cases that the institution holds, or held not long ago."""
    limits = on_time(
        limit_counts.feedback_verdicts(frame, _cases_of(frame)), frame.asked.period, indicator="M15"
    )
    return told(limits, _answers(frame), *_visits(frame))


def _cases_of(frame: Frame) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The cases of its stays that are open, or ended so late that the feedback on them can fall in the period."""
    here, recent = frame.here(Track.institution_id), frame.since - _FEEDBACK_LATEST
    return sa.union(
        sa.select(Track.case_id).where(here, Track.open),
        sa.select(Track.case_id).where(here, ~Track.open, Track.left_at >= recent),
    )


def _answers(frame: Frame) -> dict[str, int]:
    """How the feedback on its cases ended in the period; one that was withdrawn did not."""
    entry, withdrawal = HistoryEntry, aliased(HistoryEntry)
    withdrawn = sa.select(withdrawal.id).where(
        withdrawal.corrects_id == entry.id, withdrawal.action == "withdraw", frame.known(withdrawal)
    )
    rows = db.session.execute(
        sa.select(entry.status_after, sa.func.count())
        .where(
            entry.case_id.in_(_cases_of(frame)),
            entry.stage == "feedback",
            entry.effect == Effect.ENDS,
            entry.happened_at >= frame.since,
            entry.happened_at < frame.came_until,
            frame.known(),
            sa.not_(withdrawn.exists()),
        )
        .group_by(entry.status_after)
    )
    return dict(rows.all())


def _visits(frame: Frame) -> tuple[int, int]:
    """Of the follow-ups on its cases that began in the period long enough ago: how many were visited, of how many."""
    opened, visit = aliased(HistoryEntry), aliased(HistoryEntry)
    followed = frame.until - timedelta(days=VISIT_DAYS)
    visited = (
        sa.select(sa.func.min(visit.happened_at))
        .where(visit.track_id == opened.track_id, visit.status_after == "visited", frame.known(visit))
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(opened.happened_at, visited).where(
            opened.case_id.in_(_cases_of(frame)),
            opened.stage == "judicial_follow_up",
            opened.effect == Effect.OPENS,
            opened.happened_at >= frame.since,
            opened.happened_at < min(frame.came_until, followed),
            frame.known(opened),
        )
    ).all()
    soon = timedelta(days=VISIT_DAYS)
    return sum(at is not None and began is not None and at <= began + soon for began, at in rows), len(rows)

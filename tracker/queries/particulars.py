"""What the sheet of one institution says besides its stays: data quality, detention, hearings, protection, feedback."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock, mission
from tracker.db import db
from tracker.indicators.detention import Detention, Held, detention
from tracker.indicators.hearings import Hearings, Setting, hearings
from tracker.indicators.limits import on_time
from tracker.indicators.protection import PROTECTED_HOURS, VISIT_DAYS, Protected, Told, protected, told
from tracker.indicators.quality import Quality, Usable, quality
from tracker.models import Custody, Effect, HistoryEntry, ProtectionCase, Track
from tracker.queries import limit_counts
from tracker.queries.days import day_number
from tracker.queries.stays import Frame
from tracker.vocabulary import Level

_HIGH_RISK = (Level.HIGH, Level.CRITICAL)
_SETS_A_DAY = ("listed", "adjourned")
_DELIVERED = ("delivered_accepted", "delivered_disputed")


def _here(frame: Frame) -> sa.ColumnElement[bool]:
    return sa.and_(frame.here(HistoryEntry.holder_id), frame.known())


def _recorded(frame: Frame) -> sa.ColumnElement[bool]:
    """Recorded in the period, about the institution's own stays."""
    return sa.and_(
        _here(frame),
        HistoryEntry.track_id.is_not(None),
        HistoryEntry.recorded_at >= frame.since,
        HistoryEntry.recorded_at < frame.came_until,
    )


def quality_of(frame: Frame) -> Quality:
    """M16 of the institution's entries that were recorded in the period."""
    zone = mission.current().zone
    lag = day_number(HistoryEntry.recorded_at, zone) - day_number(HistoryEntry.happened_at, zone)
    imported = HistoryEntry.import_id.is_not(None)
    lags: Counter[int] = Counter()
    corrections = imports = flagged = 0
    rows = db.session.execute(
        sa.select(
            imported.label("imported"),
            HistoryEntry.flag.is_not(None).label("flagged"),
            HistoryEntry.corrects_id.is_not(None).label("corrects"),
            sa.case((imported, 0), else_=lag).label("lag"),
            sa.func.count(),
        )
        .where(_recorded(frame))
        .group_by("imported", "flagged", "corrects", "lag")
    )
    for is_imported, is_flagged, corrects, days, number in rows:
        corrections += number * bool(corrects)
        if is_imported:
            imports, flagged = imports + number, flagged + number * bool(is_flagged)
        elif not corrects:
            lags[days] += number
    return quality(
        ends=_dated(frame, Effect.ENDS),
        entries=_dated(frame, Effect.OPENS),
        required=_complete(frame),
        lags=lags,
        corrections=corrections,
        imported=imports,
        flagged=flagged,
    )


def _dated(frame: Frame, effect: Effect) -> Usable:
    """How many ends, or beginnings, of the institution's stays have a day, of all up to as_of."""
    happened = HistoryEntry.happened_at
    until = sa.or_(happened.is_(None), happened < frame.until)
    whole, good = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(happened)).where(
            _here(frame), HistoryEntry.track_id.is_not(None), HistoryEntry.effect == effect, until
        )
    ).one()
    return Usable(good, whole)


def _came(frame: Frame) -> sa.Select[*tuple[Any, ...]]:
    """The cases that came to the institution in the period, each with when it first did."""
    return (
        sa.select(HistoryEntry.case_id, sa.func.min(HistoryEntry.happened_at).label("came_at"))
        .where(
            _here(frame),
            HistoryEntry.track_id.is_not(None),
            HistoryEntry.effect == Effect.OPENS,
            HistoryEntry.happened_at >= frame.since,
            HistoryEntry.happened_at < frame.came_until,
        )
        .group_by(HistoryEntry.case_id)
    )


def _complete(frame: Frame) -> Usable:
    came = _came(frame).subquery()
    complete = sa.and_(ProtectionCase.area_id.is_not(None), ProtectionCase.occurred_on.is_not(None))
    whole, good = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((complete, 1), else_=0)), 0))
        .select_from(came)
        .join(ProtectionCase, ProtectionCase.id == came.c.case_id)
    ).one()
    return Usable(good, whole)


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
    """M12 of the courts' entries: each setting, and the next entry of its track."""
    entry = HistoryEntry
    rows = db.session.execute(
        sa.select(
            entry.track_id, entry.status_after, entry.happened_at, entry.reason, entry.detail, entry.action
        )
        .where(
            _here(frame),
            entry.stage == "court",
            entry.effect != Effect.NOTES,
            entry.happened_at < frame.until,
        )
        .order_by(entry.track_id, entry.id)
    )
    settings: list[Setting] = []
    of_decided: list[int] = []
    for _track, its in groupby(rows, key=lambda row: row[0]):
        steps = _standing(its)
        own = list(_settings(steps))
        settings += own
        last = steps[-1] if steps else None
        if (
            last is not None
            and last.status_after == "decided"
            and _day(last.happened_at) in frame.asked.period
        ):
            of_decided.append(len(own))
    return hearings(settings, of_decided, frame.asked.period)


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
    came = _came(frame).subquery()
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
    """M15 of the cases that ever came to the institution."""
    limits = on_time(
        limit_counts.feedback_verdicts(frame, _cases_of(frame)), frame.asked.period, indicator="M15"
    )
    return told(limits, _answers(frame), *_visits(frame))


def _cases_of(frame: Frame) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(Track.case_id).where(frame.here(Track.institution_id))


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

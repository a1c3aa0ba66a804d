"""How far the cases of an area come, and where they wait."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock, mission
from tracker.db import db
from tracker.indicators.ages import percentile
from tracker.indicators.figures import Stuck, Waiting
from tracker.indicators.pathway import Attrition, Way, attrition
from tracker.models import Acting, Effect, HistoryEntry, Institution, ProtectionCase, Track
from tracker.procedure.counting import Word
from tracker.queries.days import day_number
from tracker.queries.histograms import number_of
from tracker.queries.stays import Frame
from tracker.visibility import works_on


class Cohort(NamedTuple):
    """The cases that were referred in the period, in an area."""

    frame: Frame
    area_ids: Collection[int] | None
    """None: everywhere."""

    def cases(self) -> sa.Select[*tuple[Any, ...]]:
        """Their ids and when each was registered."""
        case = ProtectionCase
        where = [case.registered_at >= self.frame.since, case.registered_at < self.frame.came_until]
        if self.area_ids is not None:
            where.append(case.area_id.in_(sorted(self.area_ids)))
        if self.frame.known_at is not None:
            entry = aliased(HistoryEntry)
            told = sa.select(entry.id).where(entry.case_id == case.id, entry.n == 1, self.frame.known(entry))
            where.append(told.exists())
        return sa.select(case.id.label("case_id"), case.registered_at.label("at")).where(*where)


class _Step(NamedTuple):
    """A step of a track that stands, as its newest correction tells it."""

    track_id: int
    stage: str
    status: str
    effect: Effect
    at: datetime | None


def attrition_of(cohort: Cohort) -> Attrition:
    """M9 of the cohort, as it stood at the end of as_of."""
    cases = cohort.cases().subquery()
    steps: dict[int, list[_Step]] = defaultdict(list)
    for case_id, step in _steps(cohort.frame, sa.select(cases.c.case_id)):
        steps[case_id].append(step)
    registered = db.session.execute(sa.select(cases.c.case_id, cases.c.at))
    milestones = mission.current().procedure.counting.milestones
    ways = (_way(steps[case_id], at, cohort.frame.asked.as_of) for case_id, at in registered)
    return attrition(ways, list(milestones), cohort.frame.asked.period)


def _steps(frame: Frame, case_ids: Any) -> Iterable[tuple[int, _Step]]:
    """The steps that stood, with their case; a step of which nobody knows when it happened has happened."""
    entry = HistoryEntry
    withdrawn, moved = _mended(frame, case_ids)
    rows = db.session.execute(
        sa.select(
            entry.id,
            entry.case_id,
            entry.track_id,
            entry.stage,
            entry.status_after,
            entry.effect,
            entry.happened_at,
        )
        .where(
            entry.case_id.in_(case_ids),
            entry.track_id.is_not(None),
            entry.effect != Effect.NOTES,
            entry.action != "withdraw",
            frame.known(),
        )
        .order_by(entry.case_id, entry.n)
    )
    for entry_id, case_id, track_id, stage, status, effect, happened_at in rows:
        at = moved.get(entry_id, happened_at)
        if entry_id not in withdrawn and (at is None or at < frame.until):
            yield case_id or 0, _Step(track_id or 0, stage, status, effect, at)


def _mended(frame: Frame, case_ids: Any) -> tuple[set[int], dict[int, datetime | None]]:
    """The entries that were withdrawn; and those that were corrected, with the time that the newest correction says."""
    entry = HistoryEntry
    withdrawn: set[int] = set()
    moved: dict[int, datetime | None] = {}
    mends = sa.select(entry.corrects_id, entry.action, entry.happened_at).where(
        entry.corrects_id.is_not(None), entry.case_id.in_(case_ids), frame.known()
    )
    for corrected, action, at in db.session.execute(mends.order_by(entry.id)):
        if action == "withdraw":
            withdrawn.add(corrected or 0)
        else:
            moved[corrected or 0] = at
    return withdrawn, moved


def _way(steps: Sequence[_Step], referred_at: datetime, as_of: date) -> Way:
    procedure = mission.current().procedure
    came = {
        name: _days_to(words, steps, referred_at)
        for name, words in procedure.counting.milestones.items()
        if any((step.stage, step.status) in words for step in steps)
    }
    last = {step.track_id: step for step in steps}
    held = [step for step in last.values() if procedure.stages[step.stage].by_referral]
    moving = any(step.effect is not Effect.ENDS for step in held)
    ended = [(step.at, step.stage, step.status) for step in held if step.at is not None]
    over = ended and not moving and "decided" not in came
    return Way(came, moving, max(ended)[1:] if over else None, (as_of - _day(referred_at)).days)


def _days_to(words: Collection[Word], steps: Sequence[_Step], referred_at: datetime) -> int | None:
    known = [step.at for step in steps if (step.stage, step.status) in words and step.at is not None]
    return (_day(min(known)) - _day(referred_at)).days if known else None


def _day(instant: datetime) -> date:
    return clock.day_of(instant, mission.current().zone)


# --- where cases wait -------------------------------------------------------------------------------------------


def waiting(frame: Frame, area_ids: Collection[int] | None) -> list[Waiting]:
    """Where the cases of an area waited when the period ended (now, while it runs), in the procedure's order.

    Each stage and status with its age. It is the last step that had happened by then, as it was first recorded.
    """
    now = clock.now()
    at = min(frame.on, now)
    parts = [_unmoved(frame, at)]
    parts += [_moved(frame, at)] if at < now or frame.known_at is not None else []
    last_day = min(frame.asked.on, _day(at))
    age = sa.literal(number_of(last_day))
    ages: dict[Word, Counter[int]] = defaultdict(Counter)
    cases: Counter[Word] = Counter()
    late: Counter[Word] = Counter()
    zone = mission.current().zone
    for stood in parts:
        of = stood.subquery()
        days = (age - day_number(of.c.since, zone)).label("days")
        over = sa.func.sum(sa.case((of.c.due_at < at, 1), else_=0))
        found = sa.select(of.c.stage, of.c.status, days, sa.func.count(), over)
        if area_ids is not None:
            found = found.join(ProtectionCase, ProtectionCase.id == of.c.case_id)
            found = found.where(ProtectionCase.area_id.in_(sorted(area_ids)))
        for stage, status, waited, number, overdue in db.session.execute(
            found.group_by(of.c.stage, of.c.status, "days")
        ):
            cases[stage, status] += number
            late[stage, status] += overdue
            if waited is not None:
                ages[stage, status][waited] += number
    return [
        Waiting(
            stage=stage.code,
            status=status,
            cases=cases[stage.code, status],
            median_days=percentile(ages[stage.code, status], 0.5),
            over_limit=late[stage.code, status],
        )
        for stage in mission.current().procedure.stages.values()
        for status in stage.statuses
        if cases[stage.code, status]
    ]


def _unmoved(frame: Frame, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """The open tracks that have not moved since: they stand as they stood."""
    return sa.select(
        Track.case_id.label("case_id"),
        Track.stage.label("stage"),
        Track.status.label("status"),
        Track.status_since.label("since"),
        Track.due_at.label("due_at"),
    ).where(Track.open, *_still(frame, at))


def _still(frame: Frame, at: datetime) -> list[sa.ColumnElement[bool]]:
    if frame.known_at is not None:
        return [sa.false()]
    return [sa.or_(Track.status_since.is_(None), Track.status_since < at)]


def _moved(frame: Frame, at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """The tracks that have, or of which only the entries tell: as the last step by then says, if it was no end."""
    entry, one = HistoryEntry, aliased(HistoryEntry)
    last = (
        sa.select(sa.func.max(one.id))
        .where(
            one.track_id == Track.id,
            one.effect != Effect.NOTES,
            sa.or_(one.happened_at.is_(None), one.happened_at < at),
            frame.known(one),
        )
        .correlate(Track)
        .scalar_subquery()
    )
    gone_later = sa.or_(Track.open, Track.left_at >= at) if frame.known_at is None else sa.true()
    return (
        sa.select(
            entry.case_id.label("case_id"),
            entry.stage.label("stage"),
            entry.status_after.label("status"),
            entry.happened_at.label("since"),
            entry.due_at.label("due_at"),
        )
        .join(Track, Track.id == entry.track_id)
        .where(
            sa.or_(Track.entered_at.is_(None), Track.entered_at < at),
            gone_later,
            sa.not_(sa.and_(Track.open, *_still(frame, at))),
            entry.id == last,
            entry.effect != Effect.ENDS,
        )
    )


def stuck(viewer: Acting) -> list[Stuck]:
    """Where the cases that the viewer's section owns or registered wait, the longest over a limit first."""
    now = clock.now()
    limit = sa.func.min(Track.due_at)
    oldest = sa.func.min(Track.status_since)
    rows = db.session.execute(
        sa.select(
            Institution.code,
            Track.stage,
            Track.status,
            sa.func.count(),
            oldest,
            sa.func.sum(sa.case((Track.due_at < now, 1), else_=0)),
            limit,
        )
        .select_from(ProtectionCase)
        .join(Track, Track.case_id == ProtectionCase.id)
        .join(Institution, Institution.id == Track.institution_id)
        .where(works_on(viewer), Track.open)
        .group_by(Institution.code, Track.stage, Track.status)
        .order_by(limit, oldest, Institution.code)
    )
    return [
        Stuck(
            institution=code,
            stage=stage,
            status=status,
            cases=cases,
            oldest_days=(now - since).days if since is not None else 0,
            over_limit=over,
            limit_ended_days=(now - due).days if due < now else None,
        )
        for code, stage, status, cases, since, over, due in rows
    ]

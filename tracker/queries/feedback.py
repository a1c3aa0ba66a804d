"""M15: whether the community was told how the cases of an institution ended, and visited afterwards.

Plain tracks are counted by the database; those that were corrected are told in Python, as in `counts`.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.indicators.limits import Verdict, on_time, verdict
from tracker.indicators.protection import VISIT_DAYS, Told, told
from tracker.models import Effect, HistoryEntry, Track
from tracker.queries import counts, courses, limit_counts
from tracker.queries.courses import Course
from tracker.queries.stays import Frame

_FEEDBACK, _FOLLOW_UP = "feedback", "judicial_follow_up"
_LATEST = timedelta(days=30)
"""Feedback is due fourteen days after a deciding step; some days more, for those that are recorded late."""


def told_of(frame: Frame) -> Told:
    """M15 of the cases that the institution holds, or held not long ago."""
    mended = list(_mended(frame, _FEEDBACK))
    limits = on_time(_verdicts(frame, mended), frame.asked.period, indicator="M15")
    return told(limits, _answers(frame, mended), *_visits(frame, list(_mended(frame, _FOLLOW_UP))))


def _cases_of(frame: Frame) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The cases of its stays that are open, or ended so late that the feedback on them can fall in the period."""
    here, recent = frame.here(Track.institution_id), frame.since - _LATEST
    return sa.union(
        sa.select(Track.case_id).where(here, Track.open),
        sa.select(Track.case_id).where(here, ~Track.open, Track.left_at >= recent),
    )


def _corrected(frame: Frame, stage: str) -> sa.Select[*tuple[Any, ...]]:
    """The tracks of these cases in which an entry was corrected or withdrawn."""
    entry = HistoryEntry
    return sa.select(entry.track_id).where(
        entry.case_id.in_(_cases_of(frame)),
        entry.stage == stage,
        entry.corrects_id.is_not(None),
        entry.track_id.is_not(None),
        frame.known(),
    )


def _mended(frame: Frame, stage: str) -> Iterable[Course]:
    """The courses of those tracks."""
    return courses.courses(counts.entries_of(frame, _corrected(frame, stage)))


def _verdicts(frame: Frame, mended: Iterable[Course]) -> Counter[Verdict]:
    """What became of the limits of the feedback, whoever gives it."""
    found = limit_counts.feedback_verdicts(frame, _cases_of(frame), _corrected(frame, _FEEDBACK))
    for course in mended:
        limits = courses.stay(course, {}, frame.on, frame.until).limits
        found.update(
            verdict(limit, frame.until) for limit in limits if frame.since <= limit.due_at < frame.on
        )
    return found


def _answers(frame: Frame, mended: Iterable[Course]) -> Counter[str]:
    """How the feedback ended in the period."""
    entry = HistoryEntry
    rows = db.session.execute(
        sa.select(entry.status_after, sa.func.count())
        .where(
            entry.case_id.in_(_cases_of(frame)),
            entry.stage == _FEEDBACK,
            entry.effect == Effect.ENDS,
            entry.happened_at >= frame.since,
            entry.happened_at < frame.came_until,
            frame.known(),
            entry.track_id.not_in(_corrected(frame, _FEEDBACK)),
        )
        .group_by(entry.status_after)
    )
    last = (course.steps[-1] for course in mended)
    late = (step for step in last if step.effect is Effect.ENDS and step.at is not None)
    return Counter(dict(rows.all())) + Counter(
        step.after for step in late if step.at and frame.since <= step.at < frame.came_until
    )


def _visits(frame: Frame, mended: Iterable[Course]) -> tuple[int, int]:
    """Of the follow-ups that began in the period long enough ago: how many were visited in time, of how many."""
    opened, visit = aliased(HistoryEntry), aliased(HistoryEntry)
    soon = timedelta(days=VISIT_DAYS)
    until = min(frame.came_until, frame.until - soon)
    visited = (
        sa.select(sa.func.min(visit.happened_at))
        .where(visit.track_id == opened.track_id, visit.status_after == "visited", frame.known(visit))
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(opened.happened_at, visited).where(
            opened.case_id.in_(_cases_of(frame)),
            opened.stage == _FOLLOW_UP,
            opened.effect == Effect.OPENS,
            opened.happened_at >= frame.since,
            opened.happened_at < until,
            frame.known(opened),
            opened.track_id.not_in(_corrected(frame, _FOLLOW_UP)),
        )
    ).all()
    told_again = [(course.steps[0].at, _visited(course)) for course in mended]
    began = [(at, seen) for at, seen in (*rows, *told_again) if at is not None and frame.since <= at < until]
    return sum(seen is not None and seen <= at + soon for at, seen in began), len(began)


def _visited(course: Course) -> Any:
    return min((step.at for step in course.steps if step.after == "visited" and step.at), default=None)

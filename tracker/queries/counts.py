"""Tallies of stays, counted by the database: every statement gives a histogram, never a row a case.

Whatever is counted here is counted by `tracker.indicators.tally` too, from courses told in Python; a test holds one
against the other on both engines.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from tracker.db import db
from tracker.indicators.tally import Tally, tally
from tracker.models import Effect, HistoryEntry, Track
from tracker.queries import courses, limit_counts, stay_counts, stays
from tracker.queries.histograms import Tallies
from tracker.queries.stays import Frame


def tallies(frame: Frame, codes: Mapping[int, str]) -> Tallies:
    """The tallies of the institutions asked about. `codes`: of institutions, by id."""
    made: Tallies = defaultdict(Tally)
    came = stays.stays(frame, frame.since, stays.Began())
    stay_counts.count_books(frame, made)
    stay_counts.count_cohort(frame, came, made)
    stay_counts.count_stock(frame, made)
    limit_counts.count_limits(frame, made)
    limit_counts.count_without_limit(frame, came, made)
    limit_counts.count_waits(frame, came, codes, made)
    _count_special(frame, codes, made)
    return dict(made)


def _count_special(frame: Frame, codes: Mapping[int, str], made: Tallies) -> None:
    told: dict[tuple[int, str], list[courses.Course]] = defaultdict(list)
    for course in courses.courses(entries_of(frame, stays.special(frame))):
        told[course.first.holder_id, course.first.stage].append(course)
    for key, its in told.items():
        made[key] += tally(
            [courses.stay(course, codes, frame.on, frame.until) for course in its],
            frame.asked,
            since=frame.since,
            until=frame.until,
            on=frame.on,
        )


def entries_of(frame: Frame, track_ids: Any) -> Iterable[courses.Entry]:
    """What courses need of the entries of these tracks, as far as they were known, in order of track and entry."""
    entry = HistoryEntry
    rows = db.session.execute(
        sa.select(
            entry.track_id,
            entry.id,
            entry.holder_id,
            entry.case_id,
            entry.stage,
            entry.action,
            entry.effect,
            entry.status_before,
            entry.status_after,
            entry.happened_at,
            entry.clock,
            entry.due_at,
            entry.reason,
            entry.corrects_id,
            Track.sender_id,
            Track.parent_id.is_not(None),
            Track.reopened,
        )
        .join(Track, Track.id == entry.track_id)
        .where(
            entry.track_id.in_(track_ids),
            sa.or_(entry.effect != Effect.NOTES, entry.corrects_id.is_not(None)),
            frame.known(entry),
        )
        .order_by(entry.track_id, entry.id)
    )
    return (courses.Entry._make(row) for row in rows)

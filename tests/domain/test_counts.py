"""Tallies: what the database counts is what the courses tell, whatever was corrected, suspended or back-dated."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from tests.histories import Historian
from tests.world import World
from tracker.db import db
from tracker.indicators.periods import Period
from tracker.indicators.tally import Asked, Tally, stage_figures, tally
from tracker.models import Institution, Track
from tracker.queries import counts, courses
from tracker.queries.stays import Frame

BEGIN = datetime(2025, 1, 15, 9, tzinfo=UTC)


def _codes() -> dict[int, str]:
    return dict(db.session.execute(sa.select(Institution.id, Institution.code)).all())


def _told(frame: Frame) -> dict[tuple[int, str], Tally]:
    """The same tallies, from courses told in Python."""
    told = defaultdict(list)
    for course in courses.courses(counts.entries_of(frame, sa.select(Track.id))):
        told[course.first.holder_id, course.first.stage].append(course)
    codes = _codes()
    return {
        key: tally(
            [courses.stay(course, codes, frame.on, frame.until) for course in its],
            frame.asked,
            since=frame.since,
            until=frame.until,
            on=frame.on,
        )
        for key, its in told.items()
    }


def _something(tallies: dict[tuple[int, str], Tally]) -> dict[tuple[int, str], Tally]:
    """Without those that counted nothing, and without zeroes."""
    plain = {key: Tally() + one for key, one in tallies.items()}
    return {key: one for key, one in plain.items() if one != Tally()}


def test_the_database_counts_what_the_courses_tell_and_the_books_balance(world: World):
    """Reopening, suspension, corrections, withdrawals, back-dating, parallel tracks: whatever comes by chance."""
    historian = Historian(world, 0, BEGIN)
    moments = []
    for _ in range(3):
        historian.write(50)
        moments.append(historian.now)
    last = historian.now.date()
    for as_of in (last, last - timedelta(days=40)):
        for period in (Period.of("2025-Q1"), Period.of("2025-Q2"), Period.of("2025"), Period(as_of, as_of)):
            for known_at in (None, moments[-1], moments[0]):
                frame = Frame(Asked(period, as_of), None, known_at)
                with world.travel(to=historian.now):
                    counted = _something(counts.tallies(frame, _codes()))
                told = _something(_told(frame))
                assert counted == told
                for (_institution, stage), one in counted.items():
                    assert all(load.balances for load in stage_figures(stage, one, frame.asked).caseload)

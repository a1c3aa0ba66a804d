"""Tallies: what the database counts is what the courses tell, whatever was corrected, suspended or back-dated."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests import plans
from tests.crowd import crowd
from tests.histories import Historian
from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.indicators.periods import Period
from tracker.indicators.tally import Asked, Tally, stage_figures, tally
from tracker.models import NO_LIMIT, Institution, Track
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


@pytest.fixture
def sent(world: World) -> Iterator[list[tuple[str, Any]]]:
    """The statements with their values, as they are sent."""
    noted: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        noted.append((statement, values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield noted
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def test_one_institution_s_stays_are_counted_from_covering_indexes(world: World, sent: list[tuple[str, Any]]):
    now = clock.now()
    crowd(world, 300)
    crowd(world, 300, open=False, status="forwarded", due_at=NO_LIMIT, left_at=now, entered_at=now)
    on_sqlite = world.database_url.startswith("sqlite")
    if not on_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            plain.exec_driver_sql("VACUUM ANALYZE track")
        for way in ("seqscan", "bitmapscan"):  # a small table is read whole, and is no proof
            db.session.execute(sa.text(f"SET LOCAL enable_{way} = off"))
    frame = Frame(Asked(Period.quarter_of(now.date()), now.date()), [world.station.id], None)
    sent.clear()
    counted = counts.tallies(frame, _codes())
    assert sum(counted[world.station.id, "police"].cells.values()) == 600
    stays = [one for one in sent if "UNION ALL SELECT track.id" in " ".join(one[0].split())]
    assert len(stays) == 6
    # Books, cohort and stock. (The stock's limits, and hand-overs, are looked up track by track as well; so small
    # a stock PostgreSQL reads by whichever index.)
    for plan in [plans.of(*one) for one in stays[: 4 if on_sqlite else 3]]:
        if isinstance(plan, plans.SqlitePlan):
            read = [what for what in plan.text.splitlines() if " track " in what]
            assert all("COVERING INDEX ix_track_" in what for what in read), plan.text
        else:
            read = [node["Node Type"] for node in plan.nodes() if node.get("Relation Name") == "track"]
            assert set(read) == {"Index Only Scan"}, plan.text
        assert len(read) == 4

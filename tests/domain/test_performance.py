"""The figures of institutions: who may see them, what they say, and that the same knowledge gives the same figures."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.histories import Historian
from tests.world import World
from tracker import clock
from tracker.actions import corrections, rebuild
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted
from tracker.indicators.periods import Period
from tracker.indicators.plain import plain
from tracker.indicators.words import End
from tracker.models import Membership, Track
from tracker.queries import counts, performance
from tracker.queries.histograms import Tallies
from tracker.queries.stays import Frame
from tracker.vocabulary import Level, ReleaseReason

BEGIN = datetime(2025, 1, 15, 9, tzinfo=UTC)
QUARTER = Period.of("2025-Q1")


@pytest.fixture
def years(world: World) -> Historian:
    historian = Historian(world, 1, BEGIN)
    historian.write(60)
    return historian


def test_an_institution_reads_its_own_figures_and_an_officer_those_of_the_area(world: World):
    asked = {"period": QUARTER}
    for viewer, of in (
        (world.police_officer, world.station),
        (world.focal_point, world.network),
        (world.judicial_officer, world.station),
        (None, world.other_prosecution),
    ):
        assert performance.institution(of, viewer=viewer, **asked).code == of.code
    for viewer, of, refusal in (
        (world.police_officer, world.other_station, NotPermitted),
        (world.judicial_officer, world.other_prosecution, NotFound),
        (world.cso_monitor, world.station, NotPermitted),
        (world.cso_monitor, world.cso, NotPermitted),
        (world.auditor, world.station, NotPermitted),
        (world.administrator, world.administration, NotPermitted),
    ):
        with pytest.raises(refusal):
            performance.institution(of, viewer=viewer, **asked)


def test_only_who_oversees_an_area_compares_and_follows_cases(world: World):
    asked = {"period": QUARTER}
    compared = performance.compare("police_station", "police", "M6", viewer=world.judicial_officer, **asked)
    assert compared.funnel.left_out == 2
    assert performance.pathway(None, viewer=world.judicial_officer, **asked).attrition.n == 0
    for viewer in (world.police_officer, world.cso_monitor, world.auditor):
        with pytest.raises(NotPermitted):
            performance.compare("police_station", "police", "M6", viewer=viewer, **asked)
        with pytest.raises(NotPermitted):
            performance.pathway(None, viewer=viewer, **asked)
        with pytest.raises(NotPermitted):
            performance.stuck(viewer=viewer)
    with pytest.raises(NotFound):
        performance.pathway(world.other_state, viewer=world.judicial_officer, **asked)
    with pytest.raises(BadInput):
        performance.compare("police_station", "police", "M3", viewer=None, **asked)


def test_what_was_known_then_reads_the_same_after_later_entries_byte_for_byte(world: World, years: Historian):
    known_at, as_of = years.now, years.now.date()
    asked = {"viewer": None, "period": Period(BEGIN.date(), as_of), "as_of": as_of}

    def read(known_at: datetime | None) -> list[str]:
        places = (world.station, world.county_court, world.section, world.network)
        sheets = [performance.institution(place, known_at=known_at, **asked) for place in places]
        ways = performance.pathway(world.country.areas["state"], known_at=known_at, **asked)
        return [
            plain(part)
            for part in (
                *(sheet.stages for sheet in sheets),
                *(s.sent for s in sheets),
                *(sheet.quality for sheet in sheets),
                ways.attrition,
            )
        ]

    with world.travel(to=years.now + timedelta(seconds=1)):
        now = read(None)
    assert read(known_at) == now
    years.write(40)
    assert read(known_at) == now
    with world.travel(to=years.now + timedelta(seconds=1)):
        assert read(None) != now


def test_after_a_write_only_the_institution_that_it_is_about_is_counted_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    track = world.a_track("police:sent")
    counted: list[set[int]] = []
    count = counts.tallies

    def noting(frame: Frame, codes: dict[int, str]) -> Tallies:
        counted.append(set(frame.institution_ids))
        return count(frame, codes)

    monkeypatch.setattr(counts, "tallies", noting)
    asked = {"period": Period.quarter_of(clock.now().date()), "viewer": None}

    def waiting() -> int:
        return performance.institution(world.station, **asked).received[0].acknowledged

    def compared() -> int:
        return performance.compare("police_station", "police", "M6", **asked).funnel.left_out

    assert waiting() == 0
    assert counted == [{world.station.id, world.other_station.id}]
    assert (waiting(), compared(), len(counted)) == (0, 2, 1)
    world.take("acknowledge", track)
    assert waiting() == 1
    assert counted[1:] == [{world.station.id}]
    world.register()
    assert (waiting(), len(counted)) == (1, 2)


def test_figures_cite_the_log_and_what_they_were_computed_from(world: World):
    world.register()
    before = clock.now()
    with world.travel(days=1):
        world.a_track("police:sent")
        now = performance.institution(world.station, viewer=None, period=QUARTER).basis
        then = performance.institution(world.station, viewer=None, period=QUARTER, known_at=before).basis
    assert now.log_position > then.log_position > 0
    assert (then.known_at, then.definitions["M4"]) == (before, 1)


def test_a_court_s_day_reads_in_every_figure(world: World):
    """One case from the station to its decision, told back by the figures one by one."""
    with world.travel(to=BEGIN):
        case = world.register(risk=Level.HIGH)
        world.refer(case, world.station)
    police = world.track(case, "police")
    for days, step, given in (
        (2, "accept", {}),
        (2.5, "record_measure", {"reason": "protection_patrol"}),
        (3, "record_arrest", {}),
        (4, "record_release", {"reason": ReleaseReason.BEFORE_COURT}),
        (5, "forward", {"target_id": world.county_court.id}),
    ):
        with world.travel(to=BEGIN + timedelta(days=days)):
            world.take(step, police, **given)
    court = world.track(case, "court")
    for days, step in ((6, "acknowledge"), (7, "accept"), (8, "list_hearing"), (15, "hear"), (16, "decide")):
        with world.travel(to=BEGIN + timedelta(days=days)):
            world.take(step, court)
    asked = {"viewer": None, "period": QUARTER, "as_of": date(2025, 3, 31)}
    station = performance.institution(world.station, **asked)
    bench = performance.institution(world.county_court, **asked)
    (stage,) = station.stages
    assert stage.caseload[-1].ended[End.MOVED_OUT] == stage.caseload[-1].came_in == 1
    assert stage.in_stage.quartiles[50].day == 5
    assert (stage.on_time.part, stage.on_time.n) == (1, 1)
    assert (station.protection.part, station.protection.n) == (1, 1)
    assert (station.detention.hours_to_judge.day, station.detention.within_48_hours) == (24, 1)
    assert [(one.receiver, one.to_acknowledged.day) for one in station.sent] == [("county-court", 1)]
    hearings = bench.hearings
    assert (hearings.part, hearings.n, hearings.settings_per_decision) == (1, 1, 1)
    assert bench.stages[0].to_decision.quartiles[50].day == 11
    assert bench.orders.excluded == {}
    assert bench.orders.n == 1
    reached = {step.milestone: step.cases for step in performance.pathway(None, **asked).attrition.steps}
    assert reached == dict.fromkeys(
        ("recorded", "investigated", "before_court", "decided"), 1
    ) | dict.fromkeys(("charged", "enforced"), 0)


def corrected(world: World, thing: Track, action: str, by: Membership, at: datetime) -> None:
    """Says that the newest entry with that action happened at another time."""
    entry = [one for one in world.entries(thing) if one.action == action][-1]
    corrections.correct(
        actor=by, entry=entry, on=thing, seen=thing.version, note="read the book again", happened_at=at
    )
    db.session.commit()


def test_a_hearing_counts_on_the_day_that_its_correction_says(world: World):
    with world.travel(to=BEGIN):
        court = world.a_track("court:listed")
    due = court.next_on
    with world.travel(to=datetime.combine(due, time(9), UTC)):
        world.take("hear", court)
    asked = {"viewer": None, "period": QUARTER, "as_of": date(2025, 3, 31)}
    before = performance.institution(world.county_court, **asked).hearings
    corrected(
        world, court, "hear", world.court_clerk, datetime.combine(due, time(9), UTC) - timedelta(days=2)
    )
    after = performance.institution(world.county_court, **asked).hearings
    assert (before.part, before.n, after.part, after.n) == (1, 1, 0, 1)


def test_feedback_counts_on_the_day_that_its_correction_says(world: World):
    with world.travel(to=BEGIN):
        feedback = world.a_track("feedback:due")
    with world.travel(to=BEGIN + timedelta(days=5)):
        world.take("deliver_accepted", feedback)
    asked = {"viewer": None, "period": Period.of("2025-01"), "as_of": date(2025, 6, 30)}
    in_time = performance.institution(world.station, **asked).told
    by = next(one for one in world.people.values() if one.institution_id == feedback.institution_id)
    with world.travel(to=BEGIN + timedelta(days=90)):
        corrected(world, feedback, "deliver_accepted", by, BEGIN + timedelta(days=60))
    late = performance.institution(world.station, **asked).told
    assert (in_time.part, late.part) == (1, 0)
    assert (sum(in_time.answers.values()), sum(late.answers.values())) == (1, 0)


def test_a_running_server_forgets_what_it_counted_when_tracks_are_rebuilt(world: World):
    """No entry tells of it, so a leaf of the log does."""
    with world.travel(to=BEGIN):
        track = world.a_track("police:accepted")
    asked = {"viewer": None, "period": QUARTER, "as_of": date(2025, 3, 31)}
    track.entered_at = BEGIN + timedelta(days=400)
    db.session.commit()

    def came() -> int:
        return performance.institution(world.station, **asked).stages[0].caseload[-1].came_in

    assert came() == 0
    assert rebuild.rebuild() == 1
    db.session.commit()
    assert came() == 1
    assert rebuild.rebuild() == 0


def test_where_cases_waited_stands_still_when_the_period_is_over(world: World):
    with world.travel(to=BEGIN):
        moved, stayed = world.a_track("police:accepted"), world.a_track("police:accepted")
        ended = world.a_track("police:accepted")

    def waited(**known: datetime) -> list[tuple[str, int, int | None, int]]:
        found = performance.pathway(None, viewer=None, period=Period.of("2025-01"), **known).waiting
        return [
            (one.status, one.cases, one.median_days, one.over_limit) for one in found if one.stage == "police"
        ]

    with world.travel(to=datetime(2025, 1, 31, 20, tzinfo=UTC)):
        before = waited()
    assert before == [("accepted", 3, 16, before[0][3])]
    with world.travel(to=datetime(2025, 2, 10, tzinfo=UTC)):
        known = clock.now()
        assert waited() == before
        world.take("start_investigation", moved)
        world.take("take_no_action", ended)
        assert waited() == before
    world.take("start_investigation", stayed)
    world.a_track("police:accepted")
    assert waited() == waited(known_at=known) == before
    assert [one.status for one in performance.pathway(None, viewer=None, period=QUARTER).waiting] != []

"""What is recorded of a held person after the arrest, who may, and how the limit follows from it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import DBAPIError

from tests.world import World
from tracker import clock, mission
from tracker.actions import corrections, custody, police
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, StepRefused
from tracker.indicators.detention import Detention
from tracker.indicators.periods import Period
from tracker.models import Custody, CustodyEvent, Person, Track
from tracker.queries import custody as held
from tracker.queries import performance
from tracker.vocabulary import (
    AgeGroup,
    Authority,
    CustodyAct,
    CustodyFault,
    ProductionResult,
    ReleaseReason,
    ReviewFinding,
)

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def the_clock_stands() -> Iterator[None]:
    """Hours are compared to the second here."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@pytest.fixture
def track(world: World) -> Track:
    """What the police took on ten days ago."""
    return world.a_track("police:under_investigation", ago=timedelta(days=10))


def arrest(world: World, track: Track, hours_ago: float = 5, **facts: Any) -> Custody:
    """Somebody is held since so many hours."""
    usual = {"arrested_at": clock.now() - hours_ago * HOUR, "name": "Deng the accused"}
    found = police.record_arrest(
        actor=world.police_officer, track=track, seen=track.version, **{**usual, **facts}
    )
    db.session.commit()
    return found


def do(act: Callable[..., Any], actor: Any, on: Custody, **facts: Any) -> Custody:
    """The act, an hour ago if nothing else is said."""
    likely: dict[Any, dict[str, Any]] = {
        custody.extend: {"hours": 24, "authority": Authority.PROSECUTOR, "paper": "14/2026"},
        custody.produce: {"result": ProductionResult.REMANDED},
        custody.transfer: {},
        custody.release: {"reason": ReleaseReason.BOND},
        custody.review: {"finding": ReviewFinding.VISITED},
        custody.acknowledge: {},
    }
    when = {} if act is custody.acknowledge else {"happened_at": clock.now() - HOUR}
    act(actor=actor, custody=on, **{"seen": on.version, **when, **likely[act], **facts})
    db.session.commit()
    return on


def law(pack: str | None) -> None:
    """The procedure of a country from now on."""
    mission.start(pack, mission.current().zone)


def limit(on: Custody) -> float | None:
    """In hours from the arrest."""
    return None if on.due_at is None else (on.due_at - on.arrested_at) / HOUR


def test_an_extension_within_the_law_moves_the_limit_and_one_beyond_it_is_recorded_and_flagged(
    world: World, track: Track
):
    law("mli")
    one = do(custody.extend, world.police_officer, arrest(world, track, 40), office="State attorney")
    assert limit(one) == 72
    entry = world.entries(track)[-1]
    assert (entry.action, entry.happened_at) == ("extend_custody", clock.now() - HOUR)
    assert entry.detail == {"custody": one.id, "hours": 24, "authority": "prosecutor", "written": True}
    assert entry.note is not None
    assert entry.note.text == "State attorney · 14/2026"
    do(custody.extend, world.police_officer, one)
    assert limit(one) == 72
    found = held.find(one.id, viewer=world.police_officer)
    assert found.standing.faults == {2: CustodyFault.TOO_OFTEN}
    assert [event.kind for event in found.events] == ["arrest", "extension", "extension"]


@pytest.mark.only_on("sqlite")
def test_who_is_brought_before_a_court_is_held_on_its_word_and_the_court_is_named(world: World, track: Track):
    law("cod")
    one = arrest(world, track, 40)
    do(custody.produce, world.police_officer, one, institution_id=world.mobile_court.id)
    assert one.due_at == clock.now() - HOUR + timedelta(days=5)
    event = held.find(one.id, viewer=world.judicial_officer).events[-1]
    assert (event.institution, event.result, event.by) == ("River mobile court", "remanded", "Samuel Lado")


@pytest.mark.only_on("sqlite")
def test_what_a_court_did_not_say_is_refused(world: World, track: Track):
    one, now = arrest(world, track), clock.now()
    wrong = [
        {"institution_id": world.station.id},
        {"institution_id": 999_999},
        {"institution_id": world.county_court.id, "until": now - 2 * HOUR},
        {"institution_id": world.county_court.id, "until": now, "result": ProductionResult.NO_ORDER},
    ]
    for facts in wrong:
        with pytest.raises(BadInput):
            do(custody.produce, world.police_officer, one, **facts)
        db.session.rollback()
    assert [event.kind for event in db.session.scalars(sa.select(CustodyEvent))] == [CustodyAct.ARREST]


@pytest.mark.only_on("sqlite")
def test_a_person_is_moved_and_the_clock_runs_on_where_they_are_now(world: World, track: Track):
    one = arrest(world, track)
    due = one.due_at
    do(custody.transfer, world.police_officer, one, institution_id=world.other_station.id)
    assert (one.institution_id, one.due_at) == (world.other_station.id, due)
    assert [row.id for row in held.held(viewer=world.other_police_officer)] == [one.id]
    assert held.held(viewer=world.police_officer) == []
    assert held.find(one.id, viewer=world.other_police_officer).sees_case is False
    do(custody.release, world.other_police_officer, one)
    assert (one.released_at, one.release_reason) == (clock.now() - HOUR, ReleaseReason.BOND)
    assert held.held(viewer=world.other_police_officer) == []


@pytest.mark.only_on("sqlite")
def test_nobody_is_moved_to_a_court_nor_to_where_they_are(world: World, track: Track):
    one = arrest(world, track)
    for place in (world.county_court, world.station):
        with pytest.raises(BadInput):
            do(custody.transfer, world.police_officer, one, institution_id=place.id)
        db.session.rollback()


@pytest.mark.only_on("sqlite")
def test_who_is_still_held_when_the_police_hand_the_case_on_can_still_be_released(world: World, track: Track):
    one = arrest(world, track)
    world.take("forward", track)
    assert not track.open
    do(custody.release, world.police_officer, one, reason=ReleaseReason.NO_CHARGE)
    assert one.release_reason is ReleaseReason.NO_CHARGE
    assert world.entries(track)[-1].status_after == "forwarded"


@pytest.mark.only_on("sqlite")
def test_the_clock_of_a_person_who_is_arrested_again_goes_on_where_the_law_says_so(
    world: World, track: Track
):
    law("cod")
    first = arrest(world, track, 40)
    do(custody.release, world.police_officer, first, happened_at=clock.now() - 20 * HOUR)
    again = arrest(world, track, 3, person_id=first.person_id, name="")
    assert again.due_at == first.arrested_at + 48 * HOUR
    assert held.find(again.id, viewer=world.police_officer).standing.started_at == first.arrested_at


def test_a_corrected_arrest_moves_the_clock_and_both_times_stay(world: World, track: Track):
    one = arrest(world, track, 5)
    told, entry = one.arrested_at, world.entries(track)[-1]
    corrections.correct(
        actor=world.police_officer,
        entry=entry,
        on=track,
        seen=track.version,
        note="The register says so.",
        happened_at=told - 30 * HOUR,
    )
    db.session.commit()
    assert (one.arrested_at, limit(one)) == (told - 30 * HOUR, 48)
    event = held.find(one.id, viewer=world.police_officer).arrest
    assert (event.at, event.first_told) == (told - 30 * HOUR, told)


@pytest.mark.only_on("sqlite")
def test_a_correction_by_which_somebody_is_released_before_the_arrest_is_refused(world: World, track: Track):
    one = do(custody.release, world.police_officer, arrest(world, track, 5))
    entry = world.entries(track)[-1]
    with pytest.raises(BadInput, match="before the arrest"):
        corrections.correct(
            actor=world.police_officer,
            entry=entry,
            on=track,
            seen=track.version,
            note="No.",
            happened_at=one.arrested_at - HOUR,
        )


@pytest.mark.only_on("sqlite")
def test_what_is_recorded_late_says_how_late(world: World, track: Track):
    one = arrest(world, track, 30)
    found = held.find(one.id, viewer=world.judicial_officer)
    assert found.told_late == 30 * HOUR
    assert found.standing.over(clock.now()) == timedelta()


def test_children_stand_first_then_who_is_longest_over_the_limit(world: World, track: Track):
    ids = [arrest(world, track, hours, name=f"No. {hours}").id for hours in (60, 90, 1)]
    child = db.session.get_one(Custody, ids[2])
    db.session.get_one(Person, child.person_id).age_group = AgeGroup.CHILD
    db.session.commit()
    rows = held.held(viewer=world.judicial_officer)
    assert [row.id for row in rows] == [ids[2], ids[1], ids[0]]
    assert [row.standing.over(clock.now()) for row in rows] == [timedelta(), 42 * HOUR, 12 * HOUR]


def test_a_section_sees_who_is_held_in_its_area_also_where_it_has_not_the_case(world: World):
    far = world.a_track("police:under_investigation", area_id=world.hill_county.id)
    assert far.case.owner_id == world.other_section.id
    one = arrest(world, far, 1)  # at the Bend police station, of the River State
    found = held.find(one.id, viewer=world.judicial_officer)
    assert (found.id, found.sees_case) == (one.id, False)
    assert [row.id for row in held.held(viewer=world.other_judicial_officer)] == [one.id]
    for name in ("other_police_officer", "other_focal_point"):
        with pytest.raises(NotFound):
            held.find(one.id, viewer=world.people[name])


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("name", ["cso_monitor", "administrator", "prosecutor", "court_clerk"])
def test_nobody_else_learns_who_is_held(world: World, track: Track, name: str):
    one = arrest(world, track)
    for read in (held.held, lambda viewer: held.find(one.id, viewer=viewer)):
        with pytest.raises(NotPermitted):
            read(viewer=world.people[name])
    assert held.alarms(viewer=world.people[name]) == []


@pytest.mark.only_on("sqlite")
def test_only_who_holds_the_person_records_and_only_somebody_outside_reviews(world: World, track: Track):
    one = arrest(world, track)
    refused = {
        custody.extend: ("judicial_officer", "court_clerk", "cso_monitor"),
        custody.release: ("judicial_officer", "administrator"),
        custody.review: ("police_officer", "auditor"),
        custody.acknowledge: ("police_officer", "prosecutor"),
    }
    for act, names in refused.items():
        for name in names:
            with pytest.raises(NotPermitted):
                do(act, world.people[name], one)
            db.session.rollback()
    with pytest.raises(NotFound):
        do(custody.release, world.other_police_officer, one)
    db.session.rollback()
    do(custody.transfer, world.police_officer, one, institution_id=world.other_station.id)
    with pytest.raises(NotFound):
        do(custody.review, world.other_focal_point, one)


@pytest.mark.only_on("sqlite")
def test_a_review_is_in_the_history_and_moves_no_limit(world: World, track: Track):
    one = arrest(world, track)
    due = one.due_at
    do(
        custody.review,
        world.judicial_officer,
        one,
        finding=ReviewFinding.RELEASE_REQUESTED,
        note="Told the chief.",
    )
    assert one.due_at == due
    assert world.entries(track)[-1].detail == {"custody": one.id, "finding": "release_requested"}
    review = held.find(one.id, viewer=world.police_officer).review
    assert review is not None
    assert (review.by, review.finding) == ("Awa Diallo", "release_requested")


@pytest.mark.only_on("sqlite")
def test_what_happened_before_the_arrest_or_on_a_stale_page_or_after_the_release_is_refused(
    world: World, track: Track
):
    one = arrest(world, track)
    with pytest.raises(BadInput, match="before the arrest"):
        do(custody.extend, world.police_officer, one, happened_at=one.arrested_at - HOUR)
    db.session.rollback()
    with pytest.raises(BadInput, match="at least one"):
        do(custody.extend, world.police_officer, one, hours=0)
    db.session.rollback()
    with pytest.raises(OutOfDate):
        do(custody.extend, world.police_officer, one, seen=one.version - 1)
    db.session.rollback()
    do(custody.release, world.police_officer, one)
    with pytest.raises(StepRefused, match="recorded already"):
        do(custody.extend, world.police_officer, one)


def test_events_are_never_changed_and_never_removed(world: World, track: Track):
    arrest(world, track)
    for change in (sa.update(CustodyEvent).values(written=True), sa.delete(CustodyEvent)):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(change)
        db.session.rollback()


def test_the_figures_of_detention_follow_what_was_known_when(world: World, track: Track):
    law("cod")
    one, before = arrest(world, track, 40), clock.now()
    with world.travel(hours=1):
        arrest(world, track, 60, name="Lado")
        do(custody.produce, world.police_officer, one, institution_id=world.mobile_court.id)
        found, earlier = _detention(world), _detention(world, before)
    assert (found.n, found.held, found.held_past_limit, found.judged, found.within_48_hours) == (
        2,
        2,
        1,
        2,
        1,
    )
    assert (earlier.n, earlier.held, earlier.within_48_hours) == (1, 1, 0)


def _detention(world: World, known_at: datetime | None = None) -> Detention:
    """M11 of the station, of the quarters in which people were arrested here."""
    today = clock.day_of(clock.now(), mission.current().zone)
    period = Period.of(f"{today - timedelta(days=7)}..{today}")
    return performance.institution(
        world.station, viewer=None, period=period, as_of=today, known_at=known_at
    ).detention

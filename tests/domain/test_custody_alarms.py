"""The alarm of a limit: who outside is told, once, and that whoever holds the person cannot silence it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from tests.domain.test_custody_acts import HOUR, arrest, do, law
from tests.world import World
from tracker import clock
from tracker.actions import custody
from tracker.actions.custody_alarms import raise_alarms
from tracker.db import db
from tracker.errors import NotPermitted, StepRefused
from tracker.models import Custody, CustodyAlarm, Membership, Track
from tracker.queries import custody as held
from tracker.vocabulary import AlarmKind, InstitutionKind, ProductionResult, Role


@pytest.fixture(autouse=True)
def the_clock_stands() -> Iterator[None]:
    """Hours are compared to the second here."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@pytest.fixture
def track(world: World) -> Track:
    """What the police took on ten days ago."""
    return world.a_track("police:under_investigation", ago=timedelta(days=10))


def _told() -> list[tuple[str, int]]:
    rows = db.session.execute(
        sa.select(CustodyAlarm.kind, CustodyAlarm.institution_id).order_by(CustodyAlarm.id)
    )
    return [(kind.value, institution_id) for kind, institution_id in rows]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("hours", "kinds"), [(41, []), (42.1, ["near"]), (47.9, ["near"]), (48.1, ["passed"]), (500, ["passed"])]
)
def test_somebody_outside_is_told_six_hours_before_the_limit_and_when_it_has_passed(
    world: World, track: Track, hours: float, kinds: list[str]
):
    arrest(world, track, hours)
    raise_alarms()
    assert _told() == [(kind, world.section.id) for kind in kinds]


def test_each_limit_is_told_once_however_often_it_is_asked(world: World, track: Track):
    one = arrest(world, track, 45)
    due_at = one.due_at
    assert [raise_alarms(), raise_alarms()] == [1, 0]
    later = clock.now() + 4 * HOUR
    with world.travel(hours=4):
        assert [raise_alarms(later), raise_alarms(later)] == [1, 0]
    assert [kind for kind, _ in _told()] == ["near", "passed"]
    assert [row.alarm for row in held.alarms(viewer=world.judicial_officer)] == [AlarmKind.PASSED]
    facts = {"custody_id": one.id, "institution_id": world.section.id, "due_at": due_at, "raised_at": later}
    db.session.add(CustodyAlarm(kind=AlarmKind.NEAR, **facts))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


@pytest.mark.only_on("sqlite")
def test_the_station_that_holds_the_person_does_not_silence_it(world: World, track: Track):
    law("caf")
    one = arrest(world, track, 70)
    raise_alarms()
    db.session.commit()
    with pytest.raises(NotPermitted):
        do(custody.acknowledge, world.police_officer, one)
    db.session.rollback()
    do(custody.extend, world.police_officer, one, hours=72)
    do(
        custody.produce,
        world.police_officer,
        one,
        institution_id=world.mobile_court.id,
        result=ProductionResult.NO_ORDER,
    )
    do(custody.transfer, world.police_officer, one, institution_id=world.other_station.id)
    assert [row.id for row in held.alarms(viewer=world.judicial_officer)] == [one.id]


def test_it_stands_until_somebody_who_was_told_takes_note(world: World, track: Track):
    one = arrest(world, track, 90)
    raise_alarms()
    do(custody.review, world.judicial_officer, one)
    assert len(held.alarms(viewer=world.judicial_officer)) == 1
    do(custody.acknowledge, world.judicial_officer, one)
    assert held.alarms(viewer=world.judicial_officer) == []
    assert world.entries(track)[-1].action == "acknowledge_alarm"
    with pytest.raises(StepRefused, match="took note of this already"):
        do(custody.acknowledge, world.judicial_officer, one)
    db.session.rollback()
    assert raise_alarms() == 0


@pytest.mark.only_on("sqlite")
def test_an_officer_of_the_station_does_not_take_note_by_another_membership(world: World, track: Track):
    one = arrest(world, track, 90)
    raise_alarms()
    officer = world.police_officer
    second = Membership(user=officer.user, institution=world.section, role=Role.JUDICIAL_OFFICER)
    db.session.add(second)
    db.session.commit()
    for act in (custody.acknowledge, custody.review):
        with pytest.raises(StepRefused, match="Only somebody outside"):
            do(act, second, one)
        db.session.rollback()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("result", "stands"),
    [(ProductionResult.REMANDED, 0), (ProductionResult.NO_ORDER, 1), (ProductionResult.RELEASE_ORDERED, 1)],
)
def test_a_remand_ends_it_and_an_order_that_nobody_carries_out_does_not(
    world: World, track: Track, result: ProductionResult, stands: int
):
    one = arrest(world, track, 90)
    raise_alarms()
    do(custody.produce, world.police_officer, one, institution_id=world.county_court.id, result=result)
    assert len(held.alarms(viewer=world.judicial_officer)) == stands


def test_the_release_ends_it(world: World, track: Track):
    one = arrest(world, track, 90)
    raise_alarms()
    do(custody.release, world.police_officer, one)
    assert held.alarms(viewer=world.judicial_officer) == []
    assert raise_alarms() == 0


@pytest.mark.only_on("sqlite")
def test_a_limit_that_moved_is_told_anew(world: World, track: Track):
    law("caf")
    one = arrest(world, track, 70)
    raise_alarms()
    do(custody.extend, world.police_officer, one, hours=72)
    with world.travel(hours=70):
        raise_alarms()
    assert [kind for kind, _ in _told()] == ["near", "near"]


@pytest.mark.only_on("sqlite")
def test_the_owner_of_the_case_is_told_beside_the_section_of_the_place(world: World):
    far = world.a_track("police:under_investigation", area_id=world.hill_county.id)
    arrest(world, far, 90)
    raise_alarms()
    assert _told() == [("passed", world.section.id), ("passed", world.other_section.id)]


@pytest.mark.only_on("sqlite")
def test_where_the_section_itself_holds_the_person_another_one_is_told(world: World, track: Track):
    one = arrest(world, track, 90)
    world.section.kind = InstitutionKind.POLICE_STATION
    one.institution_id = one.case.owner_id = world.section.id
    db.session.commit()
    raise_alarms()
    assert _told() == [("passed", world.other_section.id)]


@pytest.mark.only_on("sqlite")
def test_nobody_is_told_of_who_was_released_or_has_no_limit(world: World, track: Track):
    do(custody.release, world.police_officer, arrest(world, track, 90))
    court = {"institution_id": world.county_court.id, "happened_at": clock.now() - 80 * HOUR}
    one = do(custody.produce, world.police_officer, arrest(world, track, 90, name="Lado"), **court)
    assert one.due_at is None
    assert raise_alarms() == 0


@pytest.mark.only_on("sqlite")
def test_what_was_raised_and_not_committed_is_raised_again(world: World, track: Track):
    arrest(world, track, 90)
    raise_alarms()
    db.session.rollback()  # killed before the commit
    assert db.session.scalars(sa.select(Custody.id)).all()
    assert (raise_alarms(), len(_told())) == (1, 1)

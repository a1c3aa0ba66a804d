"""Custody: who is held, since when, until when the law allows it, and how it ended."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.world import World
from tracker import clock, mission
from tracker.actions import cases, police
from tracker.db import db
from tracker.errors import BadInput, NotFound, OutOfDate, StepRefused
from tracker.models import Custody, Effect, Person, Track
from tracker.vocabulary import PartyRole, ReleaseReason


@pytest.fixture
def track(world: World) -> Track:
    """What the police took on three days ago."""
    return world.a_track("police:under_investigation", ago=timedelta(days=3))


def _arrest(world: World, track: Track, **facts: object) -> Custody:
    usual = {"arrested_at": clock.now() - timedelta(hours=5), "name": "Deng the accused"}
    custody = police.record_arrest(
        actor=world.police_officer, track=track, seen=track.version, **{**usual, **facts}
    )
    db.session.commit()
    return custody


def _release(world: World, custody: Custody, track: Track, **facts: object) -> None:
    usual = {"released_at": clock.now(), "reason": ReleaseReason.BOND, "seen": track.version}
    police.record_release(
        actor=world.police_officer, track=track, custody_id=custody.id, **{**usual, **facts}
    )
    db.session.commit()


@pytest.mark.parametrize(("pack", "hours"), [(None, 48), ("ssd", 24), ("caf", 72)])
def test_an_arrest_starts_the_limit_of_the_country(world: World, track: Track, pack: str | None, hours: int):
    mission.start(pack, mission.current().zone)
    arrested_at = clock.now() - timedelta(hours=5)
    custody = _arrest(world, track, arrested_at=arrested_at)
    assert (custody.arrested_at, custody.due_at) == (arrested_at, arrested_at + timedelta(hours=hours))
    assert (custody.released_at, custody.institution_id) == (None, world.station.id)


def test_an_arrest_is_an_entry_that_names_nobody_and_moves_nothing(world: World, track: Track):
    status, since = track.status, track.status_since
    custody = _arrest(world, track, note="At the market.")
    entry = world.entries(track)[-1]
    assert (entry.id, entry.action, entry.effect) == (custody.entry_id, "record_arrest", Effect.NOTES)
    assert entry.happened_at == custody.arrested_at
    assert "Deng" not in repr((entry.detail, entry.reason))
    assert (track.status, track.status_since) == (status, since)


def test_who_is_held_is_an_accused_of_the_case(world: World, track: Track):
    custody = _arrest(world, track, name="  Deng the accused ")
    person = db.session.get_one(Person, custody.person_id)
    assert (person.name, person.role, person.case_id) == (
        "Deng the accused",
        PartyRole.ACCUSED,
        track.case_id,
    )


def test_somebody_who_is_in_the_case_already_is_held_as_that_person(world: World, track: Track):
    known = cases.NewPerson(role=PartyRole.ALLEGED_PERPETRATOR, name="Known already")
    person = cases.put_into(track.case, known)
    assert _arrest(world, track, person_id=person.id, name="").person_id == person.id


def test_nobody_of_another_case_is_held_in_this_one(world: World, track: Track):
    stranger = db.session.scalars(sa.select(Person.id).where(Person.case_id == world.a_case().id)).one()
    with pytest.raises(BadInput, match="Choose a person of this case"):
        _arrest(world, track, person_id=stranger)


def test_an_arrest_says_who(world: World, track: Track):
    with pytest.raises(BadInput, match="Choose who is held, or enter the name"):
        _arrest(world, track, name=" ")


def test_nobody_is_arrested_in_the_future(world: World, track: Track):
    with pytest.raises(BadInput, match="This time is in the future"):
        _arrest(world, track, arrested_at=clock.now() + timedelta(minutes=5))
    db.session.rollback()
    assert db.session.scalars(sa.select(Custody)).all() == []


def test_two_people_are_held_in_one_case(world: World, track: Track):
    _arrest(world, track, name="Deng")
    _arrest(world, track, name="Lado")
    held = db.session.scalars(sa.select(Custody).where(Custody.released_at.is_(None))).all()
    assert len({custody.person_id for custody in held}) == 2


def test_who_is_held_already_is_not_arrested_again_before_the_release(world: World, track: Track):
    custody = _arrest(world, track)
    with pytest.raises(BadInput, match="This person is held already"):
        _arrest(world, track, person_id=custody.person_id)
    db.session.rollback()
    _release(world, custody, track)
    assert _arrest(world, track, person_id=custody.person_id).id != custody.id


def test_a_release_says_when_and_why(world: World, track: Track):
    custody = _arrest(world, track)
    released_at = clock.now() - timedelta(minutes=5)
    _release(world, custody, track, released_at=released_at, reason=ReleaseReason.BEFORE_COURT)
    assert (custody.released_at, custody.release_reason) == (released_at, ReleaseReason.BEFORE_COURT)
    entry = world.entries(track)[-1]
    assert (entry.action, entry.reason, entry.happened_at) == ("record_release", "before_court", released_at)


def test_a_release_before_the_arrest_is_refused(world: World, track: Track):
    custody = _arrest(world, track)
    with pytest.raises(BadInput, match="The release lies before the arrest"):
        _release(world, custody, track, released_at=custody.arrested_at - timedelta(seconds=1))


def test_a_release_in_the_future_is_refused(world: World, track: Track):
    custody = _arrest(world, track)
    with pytest.raises(BadInput, match="in the future"):
        _release(world, custody, track, released_at=clock.now() + timedelta(hours=1))
    db.session.rollback()
    assert custody.released_at is None


def test_nobody_is_released_twice(world: World, track: Track):
    custody = _arrest(world, track)
    _release(world, custody, track)
    with pytest.raises(StepRefused, match="This person's release is recorded already"):
        _release(world, custody, track)


def test_a_release_on_a_stale_page_is_told(world: World, track: Track):
    seen = track.version
    custody = _arrest(world, track)
    with pytest.raises(OutOfDate):
        _release(world, custody, track, seen=seen)


def test_an_arrest_in_another_case_is_not_found(world: World, track: Track):
    other = world.a_track("police:under_investigation")
    custody = _arrest(world, other)
    with pytest.raises(NotFound, match="There is no such arrest in this case"):
        _release(world, custody, track)
    with pytest.raises(NotFound):
        police.record_release(
            actor=world.police_officer,
            track=track,
            seen=track.version,
            custody_id=999_999,
            released_at=clock.now(),
            reason=ReleaseReason.BOND,
        )


@pytest.mark.parametrize("status", ["sent", "acknowledged", "forwarded"])
def test_nobody_is_arrested_before_the_case_is_accepted_or_after_it_was_handed_on(world: World, status: str):
    track = world.a_track(f"police:{status}")
    with pytest.raises(StepRefused):
        _arrest(world, track, arrested_at=clock.now())


def test_only_the_police_of_the_station_arrest(world: World, track: Track):
    for name in (
        "other_police_officer",
        "prosecutor",
        "court_clerk",
        "judicial_officer",
        "cso_monitor",
        "auditor",
    ):
        with pytest.raises((NotFound, StepRefused)):
            police.record_arrest(
                actor=world.people[name],
                track=track,
                seen=track.version,
                arrested_at=clock.now(),
                name="Deng",
            )


@pytest.mark.parametrize(
    "change",
    [
        {"released_at": "now"},
        {"release_reason": ReleaseReason.BOND},
        {"released_at": "before", "release_reason": ReleaseReason.BOND},
    ],
)
def test_the_database_keeps_a_release_and_its_reason_together_and_after_the_arrest(
    world: World, track: Track, change: dict[str, object]
):
    custody = _arrest(world, track)
    times = {"now": clock.now(), "before": custody.arrested_at - timedelta(hours=1)}
    for name, value in change.items():
        setattr(custody, name, times.get(value, value) if isinstance(value, str) else value)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()

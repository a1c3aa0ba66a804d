"""What becomes of notices: one mail a person and hour, in one worker's hands, to nobody who may not know any more."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock
from tracker.actions import addresses, deliveries, digests, outgoing, timetable, walls
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.models import Mail, MailFailure, Membership, Notice, NoticeKind, SendingState
from tracker.vocabulary import Role


@pytest.fixture
def officer(world: World) -> Membership:
    """A police officer with an address; nobody else has one."""
    give_address(world.people["police_officer"])
    return world.people["police_officer"]


def give_address(person: Membership, address: str = "officer@example.org") -> None:
    """The person has confirmed it."""
    addresses.put(person.user, address)
    person.user.email_confirmed_at = clock.now()
    db.session.commit()


def taken() -> list[deliveries.Parcel]:
    """What a worker would send now, and delivers."""
    deliveries.gather()
    parcels = []
    while (parcel := deliveries.claim()) is not None:
        assert deliveries.delivered(parcel)
        parcels.append(parcel)
    db.session.commit()
    return parcels


def the_mail() -> Mail:
    return db.session.scalars(sa.select(Mail)).one()


def states() -> list[SendingState]:
    return list(db.session.scalars(sa.select(Mail.state).order_by(Mail.id)))


def test_many_things_at_once_are_one_mail_and_what_comes_within_the_hour_waits(
    world: World, officer: Membership
):
    for _ in range(3):
        world.sent_to_police()
    assert [parcel.address for parcel in taken()] == ["officer@example.org"]
    world.sent_to_police()
    assert taken() == []
    with world.travel(hours=1.1):
        assert len(taken()) == 1
        assert taken() == []
    assert db.session.scalars(sa.select(Notice.id)).all() == []


def test_what_comes_while_a_mail_waits_goes_along_with_it(world: World, officer: Membership):
    world.sent_to_police()
    deliveries.gather()
    world.sent_to_police()
    deliveries.gather()
    assert states() == [SendingState.WAITING]
    assert len(taken()) == 1
    assert taken() == []


@pytest.mark.only_on("sqlite")
def test_who_was_deactivated_or_left_after_it_was_written_down_gets_none(world: World, officer: Membership):
    world.sent_to_police()
    officer.ended_at = clock.now()
    assert taken() == []
    officer.ended_at = None
    world.sent_to_police()
    officer.user.active = False
    assert taken() == []
    assert set(states()) == {SendingState.DROPPED}


@pytest.mark.only_on("sqlite")
def test_who_may_not_know_of_the_case_any_more_gets_none(world: World, officer: Membership):
    track = world.sent_to_police()
    track.status = "revoked"
    db.session.commit()
    assert taken() == []
    assert states() == [SendingState.DROPPED]


def test_a_wall_that_went_up_before_the_mail_went_out_holds_it_back(world: World, officer: Membership):
    case = world.sent_to_police().case
    deliveries.gather()
    walls.wall_off(
        actor=world.judicial_officer,
        case=case,
        seen=case.entries,
        institution_id=world.station.id,
        note="A sergeant of it is accused.",
    )
    db.session.commit()
    assert taken() == []
    assert states() == [SendingState.DROPPED]
    assert db.session.scalars(sa.select(Notice.id)).all() == [], "nor does a row say what it was about"


@pytest.mark.only_on("sqlite")
def test_a_mail_about_two_cases_goes_out_while_one_of_them_may_be_known(world: World, officer: Membership):
    world.sent_to_police()
    world.sent_to_police().status = "revoked"
    db.session.commit()
    assert len(taken()) == 1


def test_a_worker_that_died_leaves_its_mail_to_the_next_and_cannot_finish_it_afterwards(
    world: World, officer: Membership
):
    world.sent_to_police()
    deliveries.gather()
    first = deliveries.claim()
    db.session.commit()
    assert first is not None
    assert deliveries.claim() is None
    with world.travel(outgoing.LEASE + timedelta(seconds=1)):
        second = deliveries.claim()
        assert second is not None
        assert (second.key, second.attempts) == (first.key, 2)
        assert not deliveries.delivered(first)
        assert deliveries.delivered(second)
    assert states() == [SendingState.DELIVERED]


@pytest.mark.only_on("sqlite")
def test_tries_come_later_and_later_and_end_as_given_up_not_lost(world: World, officer: Membership):
    world.sent_to_police()
    deliveries.gather()
    later = timedelta()
    waits = []
    for _ in range(outgoing.MOST_TRIES):
        with world.travel(later):
            parcel = deliveries.claim()
            assert parcel is not None
            assert deliveries.failed(parcel, MailFailure.UNREACHABLE)
            db.session.commit()
            waits.append(the_mail().due_at - clock.now())
        later += waits[-1]
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(waits) == timedelta(hours=6)
    assert the_mail().state is SendingState.GIVEN_UP
    assert the_mail().failure is MailFailure.UNREACHABLE
    assert db.session.scalars(sa.select(Notice.id)).all() != []


@pytest.mark.only_on("sqlite")
def test_an_address_that_the_server_refuses_is_not_tried_again(world: World, officer: Membership):
    world.sent_to_police()
    deliveries.gather()
    parcel = deliveries.claim()
    assert parcel is not None
    deliveries.failed(parcel, MailFailure.ADDRESS_REFUSED, for_good=True)
    assert states() == [SendingState.GIVEN_UP]


@pytest.mark.only_on("sqlite")
def test_the_daily_digest_reaches_those_who_are_behind_and_nobody_else(world: World, officer: Membership):
    give_address(world.other_police_officer, "other@example.org")
    world.sent_to_police()
    taken()
    with world.travel(days=20):
        assert digests.tell_of_overdue() == 1
        assert [parcel.address for parcel in taken()] == ["officer@example.org"]


@pytest.mark.only_on("sqlite")
def test_who_caught_up_before_the_digest_went_out_gets_none(world: World, officer: Membership):
    track = world.sent_to_police()
    taken()
    with world.travel(days=20):
        digests.tell_of_overdue()
        world.walk(track, "accepted")
        assert taken() == []


def test_one_worker_at_a_time_does_what_is_done_now_and_then(world: World):
    job = timetable.take("digest")
    assert job is not None
    timetable.put_off(job, by=timedelta(days=1))
    db.session.commit()
    assert timetable.take("digest") is None
    with world.travel(days=1):
        assert timetable.take("digest") is not None


@pytest.mark.only_on("sqlite")
def test_an_address_is_readable_nowhere_in_the_database(world: World, officer: Membership):
    stored = officer.user.email
    assert stored is not None
    assert b"officer" not in stored
    assert addresses.read(officer.user) == "officer@example.org"


@pytest.mark.only_on("sqlite")
def test_everybody_of_a_role_can_be_told(world: World):
    give_address(world.auditor, "auditor@example.org")
    notify(NoticeKind.VERIFIER, actor=None, roles=[Role.AUDITOR])
    assert [parcel.address for parcel in taken()] == ["auditor@example.org"]

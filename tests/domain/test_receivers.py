"""Whom other systems hear of: nobody. That something changed, where the institution may know of it, once and signed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock, history
from tracker.actions import outgoing, receivers, telling, walls
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused
from tracker.models import (
    AdministrationEntry,
    Announcement,
    CallFailure,
    Institution,
    Membership,
    Notice,
    NoticeKind,
    Receiver,
    ReceiverSecret,
    SendingState,
    UserAccount,
)
from tracker.vocabulary import CHOSEN_TOPICS, Role, Topic

HOST = "https://hooks.example.org:443"
ADDRESS = "https://hooks.example.org/protection"


def a_receiver(
    world: World, of: Institution | None = None, topics: tuple[Topic, ...] = CHOSEN_TOPICS
) -> Receiver:
    """A system of the Bend police station that is told of everything."""
    receiver, _secret = receivers.register(
        actor=world.administrator,
        institution_id=(of or world.station).id,
        address=ADDRESS,
        topics=topics,
        allowed={HOST},
    )
    db.session.commit()
    return receiver


def called() -> list[telling.Call]:
    """What a worker would call now, and is taken."""
    calls = []
    while (call := telling.claim()) is not None:
        assert telling.taken(call)
        calls.append(call)
    db.session.commit()
    return calls


def states() -> list[SendingState]:
    return list(db.session.scalars(sa.select(Announcement.state).order_by(Announcement.id)))


def test_an_institution_is_told_that_something_of_its_own_changed_and_nothing_else(world: World):
    a_receiver(world)
    case = world.sent_to_police(narrative="Abuk was beaten").case
    (call,) = called()
    assert call.body.startswith(b'{"type": "track.changed", "timestamp": "')
    assert call.body.endswith(b'Z", "data": {}}')
    said = call.body.decode() + str(call.headers)
    for telling_word in (case.reference, "Abuk", "police", "Bend", "assault", str(world.station.code)):
        assert telling_word not in said


def test_however_much_changed_is_one_call_of_each_kind(world: World):
    a_receiver(world, world.section)
    for _ in range(3):
        world.sent_to_police()
    kinds = [call.body.split(b'"')[3] for call in called()]
    assert sorted(kinds) == [b"case.changed", b"track.changed"]
    world.sent_to_police()
    assert len(called()) == 2


@pytest.mark.only_on("sqlite")
def test_who_did_not_ask_for_a_kind_or_has_no_part_in_it_is_not_told(world: World):
    a_receiver(world, topics=(Topic.ALERT_CHANGED, Topic.REPORT_PUBLISHED))
    a_receiver(world, world.other_station)
    world.sent_to_police()
    world.an_alert()
    assert called() == []


@pytest.mark.only_on("sqlite")
def test_an_act_that_is_not_kept_is_not_told(world: World, monkeypatch: pytest.MonkeyPatch):
    a_receiver(world, world.network)

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(history, "append_entries", full)
    with pytest.raises(OSError, match="No space"):
        world.an_alert()
    db.session.rollback()
    assert states() == []


def test_a_wall_that_went_up_before_the_call_holds_it_back_and_tells_nothing(world: World):
    a_receiver(world)
    case = world.sent_to_police().case
    walls.wall_off(
        actor=world.judicial_officer,
        case=case,
        seen=case.entries,
        institution_id=world.station.id,
        note="A sergeant of it is accused.",
    )
    db.session.commit()
    assert called() == []
    assert set(states()) == {SendingState.DROPPED}


@pytest.mark.only_on("sqlite")
def test_a_wall_against_a_second_membership_of_one_who_works_there_holds_it_back_too(world: World):
    a_receiver(world)
    db.session.add(
        Membership(
            user_id=world.police_officer.user_id,
            institution_id=world.other_station.id,
            role=Role.POLICE_OFFICER,
        )
    )
    open_case, walled = world.sent_to_police().case, world.sent_to_police().case
    called()
    walls.wall_off(
        actor=world.judicial_officer,
        case=walled,
        seen=walled.entries,
        institution_id=world.other_station.id,
        note="A sergeant of it is accused.",
    )
    db.session.commit()
    called()
    world.take("acknowledge", world.track(walled, "police"), by=world.second_police_officer)
    assert called() == []
    world.take("acknowledge", world.track(open_case, "police"))
    assert len(called()) == 1


@pytest.mark.only_on("sqlite")
def test_what_was_revoked_before_the_call_and_what_nobody_works_on_is_not_told(world: World):
    a_receiver(world)
    track = world.sent_to_police()
    world.take("revoke", track)
    assert called() == []
    world.sent_to_police()
    db.session.execute(
        sa.update(Membership)
        .where(Membership.institution_id == world.station.id)
        .values(ended_at=clock.now())
    )
    assert called() == []


def test_a_worker_that_died_leaves_its_call_to_the_next_under_the_same_id(world: World):
    a_receiver(world)
    world.sent_to_police()
    first = telling.claim()
    db.session.commit()
    assert telling.claim() is None
    with world.travel(outgoing.LEASE + timedelta(seconds=1)):
        second = telling.claim()
        assert second.headers["webhook-id"] == first.headers["webhook-id"]
        assert second.headers["webhook-timestamp"] > first.headers["webhook-timestamp"]
        assert not telling.taken(first)
        assert telling.taken(second)
    assert states() == [SendingState.DELIVERED]


@pytest.mark.only_on("sqlite")
def test_a_call_is_tried_later_and_later_then_given_up_and_administrators_are_told(world: World):
    world.administrator.user.email, world.administrator.user.email_confirmed_at = b"sealed", clock.now()
    a_receiver(world)
    world.sent_to_police()
    later = timedelta()
    for _ in range(telling.MOST_TRIES):
        with world.travel(later):
            call = telling.claim()
            assert telling.failed(call, CallFailure.UNREACHABLE)
            db.session.commit()
            later += max(db.session.scalar(sa.select(Announcement.due_at)) - clock.now(), timedelta())
    assert states() == [SendingState.GIVEN_UP]
    assert timedelta(days=1) < later < telling.LONG
    assert db.session.scalars(sa.select(Notice.kind)).all() == [NoticeKind.RECEIVER]
    assert db.session.scalar(sa.select(Receiver.disabled_at)) is None


def test_a_receiver_that_fails_for_long_or_says_that_it_is_gone_is_called_no_more(world: World):
    first, second = a_receiver(world), a_receiver(world)
    world.sent_to_police()
    for why in (CallFailure.TOO_SLOW, CallFailure.GONE):
        telling.failed(telling.claim(), why)
    db.session.commit()
    assert (first.disabled_at, second.disabled_at is None) == (None, False)
    with world.travel(telling.LONG + timedelta(hours=1)):
        world.sent_to_police()
        assert telling.failed(telling.claim(), CallFailure.TOO_SLOW)
        db.session.commit()
        assert telling.claim() is None
        assert first.disabled_at is not None
        world.sent_to_police()
        assert telling.claim() is None
        receivers.enable(first, actor=world.administrator)
        world.sent_to_police()
        assert len(called()) == 1


@pytest.mark.only_on("sqlite")
def test_a_newer_change_is_told_at_once_and_what_was_tried_before_says_no_more(world: World):
    a_receiver(world)
    world.sent_to_police()
    telling.failed(telling.claim(), CallFailure.UNREACHABLE)
    world.sent_to_police()
    assert len(called()) == 1
    assert sorted(states()) == [SendingState.DELIVERED, SendingState.DROPPED]


@pytest.mark.only_on("sqlite")
def test_what_waited_beside_a_call_that_failed_is_told_though_a_wall_hides_what_the_call_was_about(
    world: World,
):
    a_receiver(world)
    walled, _other = world.sent_to_police().case, world.sent_to_police().case
    telling.failed(telling.claim(), CallFailure.UNREACHABLE)
    db.session.commit()
    assert called() == [], "both are tried again later"
    walls.wall_off(
        actor=world.judicial_officer,
        case=walled,
        seen=walled.entries,
        institution_id=world.station.id,
        note="A sergeant of it is accused.",
    )
    db.session.commit()
    with world.travel(hours=1):
        assert len(called()) == 1


@pytest.mark.only_on("sqlite")
def test_a_secret_is_sealed_and_signs_beside_the_one_that_follows_it_for_a_day(world: World):
    receiver = a_receiver(world)
    receivers.replace_secret(receiver, actor=world.administrator)
    world.sent_to_police()
    assert [len(call.headers["webhook-signature"].split(" ")) for call in called()] == [2]
    with world.travel(receivers.OVERLAP + timedelta(minutes=1)):
        world.sent_to_police()
        assert [len(call.headers["webhook-signature"].split(" ")) for call in called()] == [1]
        telling.clear()
    kept = db.session.scalars(sa.select(ReceiverSecret)).one()
    assert b"whsec" not in kept.sealed


@pytest.mark.only_on("sqlite")
def test_a_secret_that_leaked_can_be_ended_at_once(world: World):
    receiver = a_receiver(world)
    receivers.replace_secret(receiver, actor=world.administrator)
    receivers.end_old_secrets(receiver, actor=world.administrator)
    assert [one.ends_at for one in receiver.secrets] == [None]


@pytest.mark.only_on("sqlite")
def test_only_administrators_register_and_only_where_the_settings_allow_it(world: World):
    asked = {"institution_id": world.station.id, "topics": CHOSEN_TOPICS, "allowed": {HOST}}
    with pytest.raises(NotPermitted):
        receivers.register(actor=world.police_officer, address=ADDRESS, **asked)
    for wrong in (
        "http://hooks.example.org/",
        "https://other.example.org/",
        "https://hooks.example.org:444/",
        "x",
    ):
        with pytest.raises(BadInput):
            receivers.register(actor=world.administrator, address=wrong, **asked)
    with pytest.raises(BadInput):
        receivers.register(
            actor=world.administrator, address=ADDRESS, **asked | {"topics": [Topic.RECEIVER_TRIED]}
        )


@pytest.mark.only_on("sqlite")
def test_what_administrators_do_about_receivers_is_written_down_without_a_path_or_a_secret(world: World):
    receiver = a_receiver(world)
    receivers.choose(receiver, actor=world.administrator, topics=[Topic.CASE_CHANGED])
    receivers.replace_secret(receiver, actor=world.administrator)
    receivers.disable(receiver, actor=world.administrator)
    with pytest.raises(StepRefused):
        receivers.try_out(receiver, actor=world.administrator)
    receivers.enable(receiver, actor=world.administrator)
    rows = db.session.scalars(
        sa.select(AdministrationEntry).order_by(AdministrationEntry.id.desc()).limit(5)
    ).all()
    assert [row.action for row in reversed(rows)] == [
        "receiver_added",
        "receiver_changed",
        "receiver_secret_replaced",
        "receiver_disabled",
        "receiver_enabled",
    ]
    assert {row.subject for row in rows} == {HOST}


@pytest.mark.only_on("sqlite")
def test_a_deactivated_colleague_s_wall_holds_nothing_back(world: World):
    a_receiver(world)
    world.sent_to_police()
    db.session.execute(
        sa.update(UserAccount)
        .where(UserAccount.id == world.second_police_officer.user_id)
        .values(active=False)
    )
    assert len(called()) == 1

"""Alerts: every one is called back and reaches a recorded answer."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock, references
from tracker.actions import alerts, cases
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, StepRefused
from tracker.models import Alert, ProtectionCase
from tracker.vocabulary import CallResult, Channel


@pytest.mark.parametrize("channel", [Channel.MISSED_CALL, Channel.SMS, Channel.RADIO, Channel.VISIT])
def test_an_alert_is_to_be_called_back_within_three_hours_of_when_it_came(world: World, channel: Channel):
    received_at = clock.now() - timedelta(hours=1)
    alert = world.an_alert(channel=channel, received_at=received_at)
    assert (alert.status, alert.channel, alert.open) == ("received", channel, True)
    assert (alert.clock, alert.due_at) == ("call_back", received_at + timedelta(hours=3))
    assert references.parse(alert.reference) == alert.reference
    (entry,) = world.entries(alert)
    assert (entry.n, entry.action, entry.happened_at) == (1, "raise", received_at)


def test_an_alert_from_the_future_is_refused(world: World):
    with pytest.raises(BadInput, match="in the future"):
        world.an_alert(received_at=clock.now() + timedelta(minutes=2))


def test_who_called_stands_apart_from_the_alert_and_its_history(world: World):
    alert = world.an_alert(name="Nyibol", phone="0921", message="Come at night.")
    assert (alert.contact.name, alert.contact.phone, alert.contact.message) == (
        "Nyibol",
        "0921",
        "Come at night.",
    )
    assert "Nyibol" not in repr((vars(alert), world.entries(alert)[0].detail))


@pytest.mark.parametrize(
    "name", ["police_officer", "judicial_officer", "cso_monitor", "auditor", "administrator"]
)
def test_only_focal_points_log_alerts(world: World, name: str):
    new = alerts.NewAlert(channel=Channel.CALL, received_at=clock.now(), area_id=None)
    with pytest.raises(NotPermitted, match="Only community focal points log alerts"):
        alerts.log_alert(new, actor=world.people[name])


def test_calling_back_without_an_answer_leaves_the_alert_to_be_called_again(world: World):
    alert = world.an_alert(ago=timedelta(hours=2))
    for result in (CallResult.NO_ANSWER, CallResult.REACHED):
        entry = world.take("call_back", alert, reason=result)
        assert (alert.status, entry.reason) == ("called_back", result)
    assert alert.due_at > clock.now()


def test_verifying_says_what_was_found(world: World):
    alert = world.an_alert("called_back")
    with pytest.raises(BadInput, match="Write what happened"):
        world.take("verify", alert, note="")
    world.take("verify", alert, note="The neighbour confirms it.")
    assert alert.status == "verified"


@pytest.mark.parametrize(
    ("step", "end"),
    [
        ("close_as_false_alarm", "false_alarm"),
        ("close_as_duplicate", "duplicate"),
        ("close_as_responded", "responded"),
        ("close_without_response", "no_response"),
    ],
)
def test_every_alert_comes_to_an_answer(world: World, step: str, end: str):
    alert = world.an_alert("called_back")
    world.take(step, alert)
    assert (alert.status, alert.open, alert.left_at) == (end, False, alert.status_since)
    with pytest.raises(StepRefused):
        world.take("verify", alert)


def test_a_verified_alert_becomes_a_case(world: World):
    alert = world.an_alert("verified")
    world.take("turn_into_case", alert)
    case = db.session.get_one(ProtectionCase, alert.case_id)
    assert (alert.status, alert.open) == ("case", False)
    assert case.registrar_id == world.network.id
    assert world.track(case, "referral").status == "registered"


@pytest.mark.parametrize("status", ["received", "called_back", "false_alarm", "case"])
def test_an_alert_that_was_not_verified_becomes_no_case(world: World, status: str):
    alert = world.an_alert(status)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(ProtectionCase))
    with pytest.raises(StepRefused):
        world.take("turn_into_case", alert)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProtectionCase)) == before


def test_an_alert_becomes_one_case_even_if_two_try(world: World):
    alert = world.an_alert("verified")
    seen = alert.version
    world.take("turn_into_case", alert)
    with pytest.raises((OutOfDate, StepRefused)):
        cases.register(world.new_case(), actor=world.focal_point, alert=alert, seen=seen)
    db.session.rollback()
    assert len(db.session.scalars(sa.select(ProtectionCase)).all()) == 1


def test_another_network_s_alert_is_not_found(world: World):
    alert = world.an_alert("verified")
    for name in ("other_focal_point", "police_officer", "judicial_officer", "cso_monitor"):
        with pytest.raises(NotFound):
            world.take("call_back", alert, by=world.people[name])


def test_an_auditor_sees_an_alert_and_has_no_step(world: World):
    with pytest.raises(StepRefused):
        world.take("call_back", world.an_alert(), by=world.auditor)


def test_a_step_on_a_stale_alert_is_told(world: World):
    alert = world.an_alert()
    seen = alert.version
    world.take("call_back", alert)
    with pytest.raises(OutOfDate):
        alerts.take_step("verify", actor=world.focal_point, alert=alert, seen=seen)


def test_alerts_are_numbered_by_themselves(world: World):
    first, second = world.an_alert("called_back"), world.an_alert("verified")
    assert [entry.n for entry in world.entries(first)] == [1, 2]
    assert [entry.n for entry in world.entries(second)] == [1, 2]
    assert db.session.scalars(sa.select(Alert.entries).order_by(Alert.id)).all() == [2, 2]

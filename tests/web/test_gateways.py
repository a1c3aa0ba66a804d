"""Messages and missed calls through HTTP: each is an alert once, and nobody but the network learns of it."""

import json
import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.gateways import NUMBER, Telephone
from tests.world import World
from tracker import clock
from tracker.actions import gateways, messages
from tracker.db import db
from tracker.models import Alert, DoorRecord, GatewayMessage
from tracker.vocabulary import Channel, DoorAct, GatewayKind, GatewayProof, Urgency

SAID = "Woman raped in Old Ferry Payam, 3 people. Urgent, call me"


def told(answer: TestResponse) -> str:
    """What the sender is told."""
    return str(json.loads(answer.text)["answer"])


def alerts() -> list[Alert]:
    """Every alert, the oldest first."""
    return list(db.session.scalars(sa.select(Alert).order_by(Alert.id)))


def test_a_message_is_an_alert_with_its_clock_and_the_answer_gives_nothing_away(world: World):
    answer = Telephone(world).says(SAID)
    assert (answer.status_code, told(answer)) == (200, "Received. Somebody will call you.")
    (alert,) = alerts()
    assert (alert.channel, alert.institution, alert.area) == (Channel.SMS, world.network, world.payam)
    assert (alert.contact.phone, alert.contact.message) == (NUMBER, SAID)
    assert alert.limit == alert.received_at + timedelta(hours=3)
    (entry,) = world.entries(alert)
    assert (entry.action, entry.actor, entry.role) == ("raise", None, None)
    assert entry.source.title == db.session.scalars(sa.select(GatewayMessage)).one().gateway.name


@pytest.mark.only_on("sqlite")
def test_a_missed_call_is_an_alert_to_call_back_and_is_not_answered(world: World):
    assert told(Telephone(world).rings()) == ""
    (alert,) = alerts()
    assert (alert.channel, alert.contact.phone, alert.contact.message) == (Channel.MISSED_CALL, NUMBER, "")
    assert alert.area == world.county


# --- once -------------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_the_same_message_five_times_is_one_alert_and_one_answer(world: World):
    phone = Telephone(world)
    answers = {phone.says(SAID, id="same").text for _ in range(5)}
    assert (len(answers), len(alerts())) == (1, 1)


@pytest.mark.only_on("sqlite")
def test_a_number_that_a_gateway_gives_twice_loses_no_words(world: World):
    phone = Telephone(world)
    phone.says("they came", id="same")
    phone.says("they burn the house", id="same")
    phone.says("they burn the house", id="same", sender="+211 900 000 004")
    assert len(alerts()) == 3


@pytest.mark.only_on("sqlite")
def test_the_same_message_without_a_number_is_one_alert_while_it_is_sent_again(world: World):
    phone, sent = Telephone(world), clock.now().isoformat()
    for _ in range(3):
        assert phone.post(json={"from": NUMBER, "text": "help", "at": sent}).status_code == 200
    assert len(alerts()) == 1


def test_six_posts_of_one_message_at_once_make_one_alert(world: World):
    phone = Telephone(world)
    app, path = world.app, phone.path
    headers = {"Authorization": f"Bearer {phone.secret}"}
    db.session.remove()
    start, got = threading.Barrier(6), []

    def send() -> None:
        with app.test_client() as client:
            start.wait()
            answer = client.post(path, json={"id": "1", "from": NUMBER, "text": SAID}, headers=headers)
            got.append((answer.status_code, answer.text))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(set(got)), got[0][0], len(alerts())) == (1, 200, 1)


# --- floods: bounded, and nothing lost --------------------------------------------------------------------------


def test_what_one_sender_writes_beyond_five_joins_one_alert_and_every_word_is_kept(world: World):
    phone = Telephone(world)
    for number in range(9):
        phone.says(f"word {number}")
    said = alerts()
    assert len(said) == messages.OF_ONE_SENDER
    kept = db.session.scalars(sa.select(GatewayMessage).where(GatewayMessage.sealed.is_not(None))).all()
    assert {row.alert_id for row in kept} == {said[-1].id}
    assert [row.words["text"] for row in kept] == [f"word {number}" for number in range(5, 9)]
    assert len(world.entries(said[-1])) == 1


@pytest.mark.only_on("sqlite")
def test_an_alert_that_was_answered_takes_no_more_in(world: World):
    phone = Telephone(world)
    for number in range(5):
        phone.says(f"word {number}")
    for alert in alerts():
        world.walk(alert, "false_alarm")
    phone.says("it begins again")
    assert alerts()[-1].contact.message == "it begins again"


@pytest.mark.only_on("sqlite")
def test_a_village_that_writes_at_once_fills_one_alert_with_everybody_s_words_and_numbers(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messages, "OF_ALL", 3)
    phone = Telephone(world)
    for number in range(7):
        phone.says(f"raid, {number}", sender=f"+21191234560{number}")
    said = alerts()
    assert len(said) == 4
    rows = db.session.scalars(sa.select(GatewayMessage).where(GatewayMessage.alert_id == said[-1].id)).all()
    assert [row.words["text"] for row in rows] == ["raid, 3", "raid, 4", "raid, 5", "raid, 6"]
    assert [row.words["phone"] for row in rows] == [f"+21191234560{number}" for number in range(3, 7)]


@pytest.mark.only_on("sqlite")
def test_a_gateway_that_sends_without_end_is_told_to_send_again_later(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messages, "MOST", 2)
    phone = Telephone(world)
    answers = [phone.says("x", id=str(number)) for number in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert phone.says("x", id="0").status_code == 200, "what was taken is answered"


# --- who may knock ----------------------------------------------------------------------------------------------


def test_a_wrong_secret_an_unknown_gateway_and_none_are_told_the_same_and_written_down(world: World):
    phone = Telephone(world)
    posted = {"json": {"id": "1", "from": NUMBER, "text": SAID}}
    wrong = phone.post(secret="trg_wrong", **posted)
    unknown = world.visitor().post("/gateways/0000000000000000", **posted)
    without = world.visitor().post(phone.path, **posted)
    assert {(one.status_code, one.text) for one in (wrong, unknown, without)} == {(401, wrong.text)}
    acts = db.session.scalars(sa.select(DoorRecord.act)).all()
    assert list(acts) == [DoorAct.WRONG_SECRET] * 3
    assert not alerts()
    assert NUMBER not in wrong.text


@pytest.mark.only_on("sqlite")
def test_who_guesses_secrets_waits_and_who_knows_one_does_not(world: World):
    phone = Telephone(world)
    for _ in range(20):
        assert phone.post(secret="trg_wrong", json={}).status_code == 401
    assert phone.post(secret="trg_wrong", json={}).status_code == 429
    assert phone.says("help").status_code == 200


@pytest.mark.only_on("sqlite")
def test_a_gateway_that_was_switched_off_brings_nothing(world: World):
    phone = Telephone(world)
    gateways.switch_off(phone.gateway, actor=world.administrator)
    assert phone.says("help").status_code == 403
    gateways.switch_on(phone.reread(), actor=world.administrator)
    assert phone.says("help").status_code == 200


@pytest.mark.only_on("sqlite")
def test_a_new_secret_takes_over_within_a_day_or_at_once(world: World):
    phone = Telephone(world)
    former = phone.secret
    phone.secret = gateways.new_secret(phone.gateway, actor=world.administrator)
    assert [phone.post(secret=one, json={"from": "1"}).status_code for one in (phone.secret, former)] == [
        200,
        200,
    ]
    with world.travel(hours=25):
        assert phone.post(secret=former, json={"from": "1"}).status_code == 401
    gateways.new_secret(phone.reread(), actor=world.administrator, at_once=True)
    assert phone.post(json={"from": "1"}).status_code == 401


@pytest.mark.only_on("sqlite")
def test_the_secret_is_kept_sealed(world: World):
    phone = Telephone(world)
    kept = db.session.execute(sa.text("SELECT * FROM gateway")).one()
    assert phone.secret not in repr(kept)
    assert phone.reread().open_secret().decode() == phone.secret


@pytest.mark.only_on("sqlite")
def test_a_signature_is_of_these_bytes_by_this_secret_in_these_minutes(world: World):
    phone = Telephone(world, proof=GatewayProof.SIGNATURE)
    given = {"from": NUMBER, "text": "help"}
    assert phone.sign(given).status_code == 200
    for wrong in (
        phone.sign(given, seconds_ago=400),
        phone.sign(given, seconds_ago=-400),
        phone.sign(given, webhook_id="msg_2"),
        phone.sign(given, webhook_signature="v1,AAAA"),
        phone.sign(given, webhook_timestamp="soon"),
        phone.says("help"),
    ):
        assert wrong.status_code == 401
    assert phone.sign(given).status_code == 200
    assert len(alerts()) == 1, "the number of the signed post is the message's"


@pytest.mark.only_on("sqlite")
def test_a_form_with_a_signature_and_a_form_with_its_secret_in_a_field_are_read(world: World):
    phone = Telephone(world, proof=GatewayProof.FIELD, fields={"secret": "key"})
    form = {"from": NUMBER, "message": "aidez-moi", "message_id": "7", "key": phone.secret}
    assert told(world.visitor().post(phone.path, data=form)).startswith("Bien reçu")
    assert world.visitor().post(phone.path, data=form | {"key": "trg_x"}).status_code == 401


@pytest.mark.only_on("sqlite")
def test_a_browser_s_session_and_other_methods_open_nothing(world: World):
    phone = Telephone(world)
    client = world.sign_in(world.focal_point)
    assert client.post(phone.path, json={"from": NUMBER, "text": "x"}).status_code == 401
    assert client.get(phone.path).status_code == 405


# --- any post ---------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"[]", "content_type": "application/json"}, 422),
        ({"json": {"from": "", "text": None}}, 422),
        ({"json": {"from": ["x"], "text": {"a": 1}}}, 422),
        ({"json": {"from": 211912345678, "text": 5, "at": "never"}}, 200),
        ({"json": {"from": NUMBER, "text": "\0\ud800 x" * 9}}, 200),
        ({"data": b"\xff\xfe\0", "content_type": "text/plain; charset=nonsense"}, 200),
        ({"data": {"from": NUMBER}}, 200),
        ({"data": b"x" * 70_000, "content_type": "text/plain"}, 413),
    ],
)
def test_whatever_a_gateway_posts_is_an_alert_or_a_plain_refusal(
    world: World, request_: dict[str, Any], status: int
):
    assert Telephone(world).post(**request_).status_code == status
    assert len(alerts()) == (status == 200)


@pytest.mark.only_on("sqlite")
def test_a_gateway_of_plain_texts_gets_the_answer_alone(world: World):
    answer = Telephone(world, languages=["fr"]).post(
        data="viol à Bend County".encode("utf-16-be"),
        headers={"X-Kannel-From": NUMBER, "Content-Type": "text/plain; charset=UTF-16BE"},
        query_string={"id": "9"},
    )
    assert (answer.text, answer.mimetype) == ("Bien reçu. Quelqu'un vous appellera.", "text/plain")
    (alert,) = alerts()
    assert (alert.contact.message, alert.contact.phone, alert.area) == (
        "viol à Bend County",
        NUMBER,
        world.county,
    )


@pytest.mark.only_on("sqlite")
def test_the_older_post_of_a_telephone_brings_messages_and_calls_and_no_reports(world: World):
    phone = Telephone(world, kind=GatewayKind.EVENTS)
    posts = [
        {"event": "mo_sms", "sms": "1", "phone": NUMBER, "text": "ayuda", "time": clock.now().isoformat()},
        {"event": "mo_miss", "call": "1", "phone": NUMBER},
        {"event": "mt_dlvd", "sms": "2", "phone": NUMBER},
        {"event": "alarm"},
    ]
    answers = [phone.post(data=post) for post in posts]
    assert [one.status_code for one in answers] == [200] * 4
    assert json.loads(answers[0].text)["phone"] == [NUMBER]
    assert [alert.channel for alert in alerts()] == [Channel.SMS, Channel.MISSED_CALL]


# --- answers ----------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_who_asked_for_none_gets_no_answer(world: World):
    phone = Telephone(world)
    assert told(phone.says("do not call me, they listen")) == ""
    assert told(phone.says("help"))
    assert told(phone.says("STOP")) == ""
    assert told(phone.says("help")) == ""
    assert told(phone.says("help", sender="+211 900 000 009"))
    assert len(alerts()) == 5


@pytest.mark.only_on("sqlite")
def test_nothing_is_answered_unless_the_gateway_was_told_to(world: World):
    assert told(Telephone(world, answers=False).says(SAID)) == ""


# --- nobody else ------------------------------------------------------------------------------------------------


def test_the_number_stands_in_no_table_in_no_log_and_in_no_refusal(
    world: World, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    phone = Telephone(world, kind=GatewayKind.FIELDS)
    phone.says(f"my number is {NUMBER}", id=f"sms-{NUMBER}")
    for _ in range(6):
        phone.says("again")
    refused = phone.post(data=b"{" + NUMBER.encode(), content_type="application/json")
    assert refused.status_code == 400
    digits = "912 345 678"
    assert digits not in refused.text + caplog.text
    tables = sa.inspect(db.engine).get_table_names()
    held = [row for table in tables for row in db.session.execute(sa.text(f'SELECT * FROM "{table}"'))]
    assert digits not in repr(held)
    assert b"912 345 678" not in b"".join(part for row in held for part in row if isinstance(part, bytes))


@pytest.mark.only_on("sqlite")
def test_an_emergency_is_said_in_the_list_and_not_what_it_is(world: World):
    phone = Telephone(world)
    phone.says("emergency! rape")
    assert db.session.scalars(sa.select(GatewayMessage.urgency)).one() is Urgency.EMERGENCY

"""Gateways are set up by administrators, who read no message; what a message says is read by its network alone."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from tests.gateways import NUMBER, Telephone
from tests.web.test_queues import text_of
from tests.world import World
from tracker.actions import messages
from tracker.db import db
from tracker.ledger.erased import forget
from tracker.models import Access, AdministrationEntry, Alert, Gateway
from tracker.vocabulary import AdministrativeAct

SAID = "Viol à Old Ferry Payam, 3 femmes. Ne m'appelez pas"


def newest() -> Alert:
    """The alert that came last."""
    return db.session.scalars(sa.select(Alert).order_by(Alert.id.desc())).first() or pytest.fail("no alert")


def test_an_administrator_sets_a_gateway_up_and_what_it_sends_reaches_the_network(world: World):
    client = world.sign_in(world.administrator)
    answer = client.send(
        "/admin/gateways/new",
        name="Alert line 222",
        kind="fields",
        proof="bearer",
        institution_id=str(world.network.id),
        area_id=str(world.county.id),
        languages=["fr", "en"],
        answers="y",
        field_sender="msisdn",
    )
    assert answer.status_code == 200, answer.text
    secret, path = re.search(r"trg_[\w-]{43}", answer.text), re.search(r"/gateways/[0-9a-f]{16}", answer.text)
    assert secret
    assert path
    sent = world.visitor().post(
        path[0],
        json={"id": "1", "msisdn": NUMBER, "text": "aide"},
        headers={"Authorization": f"Bearer {secret[0]}"},
    )
    assert "Bien re" in sent.text
    assert newest().contact.phone == NUMBER
    assert secret[0] not in client.get(f"/admin{path[0]}").text
    assert "Alert line 222" in client.get("/admin/gateways").text
    acts = db.session.scalars(sa.select(AdministrationEntry.action)).all()
    assert list(acts) == [AdministrativeAct.GATEWAY_ADDED]


@pytest.mark.only_on("sqlite")
def test_it_is_changed_given_another_secret_and_switched_off_and_on_all_written_down(world: World):
    phone = Telephone(world, answers=False)
    path = f"/admin/gateways/{phone.gateway.code}"
    client = world.sign_in(world.administrator)
    changed = client.send(path, institution_id=str(world.other_network.id), languages=["ar"], answers="y")
    assert changed.status_code == 303, changed.text
    assert (phone.reread().institution, phone.gateway.languages, phone.gateway.answers) == (
        world.other_network,
        "ar",
        True,
    )
    assert "trg_" in client.send(f"{path}/secret", at_once="y").text
    assert phone.says("x").status_code == 401
    assert client.send(path, at=f"{path}/switch-off").status_code == 303
    assert client.send(path, at=f"{path}/switch-on").status_code == 303
    assert world.sign_in(world.auditor).get("/audit/administration").status_code == 200


@pytest.mark.only_on("sqlite")
def test_where_nobody_answers_alerts_no_gateway_leads(world: World):
    client = world.sign_in(world.administrator)
    refused = client.send(
        "/admin/gateways/new",
        name="Line",
        kind="flow",
        proof="field",
        institution_id=str(world.station.id),
        languages=["en"],
    )
    assert refused.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Gateway)) == 0


@pytest.mark.only_on("sqlite")
def test_who_answers_reads_the_words_the_warning_and_every_message_and_it_is_written_down(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messages, "OF_ONE_SENDER", 1)
    phone = Telephone(world)
    phone.says(SAID)
    for number in range(12):
        phone.says(f"encore {number}, urgence")
    client = world.sign_in(world.focal_point)
    listed = text_of(client.get("/alerts/").text)
    assert "Emergency · 13 messages" in listed
    page = unescape(client.get(f"/alerts/{newest().reference}").text)
    for words in (SAID, "Rape", "3 femmes", "nobody calls", "encore 9", phone.gateway.name, NUMBER):
        assert words in page, words
    assert "encore 10" not in page
    whole = client.get(f"/alerts/{newest().reference}/messages").text
    assert "encore 11" in whole
    assert "encore 11" not in client.get(f"/alerts/{newest().reference}/messages?after=13").text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Access)) >= 3


def test_nobody_outside_the_network_finds_a_message_or_its_number(world: World):
    phone = Telephone(world)
    phone.says(SAID)
    phone.says("STOP")
    alert = newest()
    others = (
        world.other_focal_point,
        world.police_officer,
        world.prosecutor,
        world.court_clerk,
        world.judicial_officer,
        world.cso_monitor,
        world.administrator,
        world.auditor,
    )
    for person in others:
        client = world.sign_in(person)
        for path in (f"/alerts/{alert.reference}", f"/alerts/{alert.reference}/messages", "/alerts/"):
            answer = client.get(path)
            assert answer.status_code in (403, 404) or alert.reference not in answer.text
            assert "Viol" not in answer.text
    seen = [world.sign_in(world.auditor).get(f"/audit/alerts/{alert.reference}").text]
    seen.append(world.sign_in(world.administrator).get(f"/admin/gateways/{phone.gateway.code}").text)
    assert phone.gateway.name in seen[0], "who did it, for those who review"
    assert not [one for one in seen if "Viol" in one or "345 678" in one]


@pytest.mark.only_on("sqlite")
def test_with_the_alert_its_further_messages_and_the_sender_s_fingerprint_are_erased(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messages, "OF_ONE_SENDER", 1)
    phone = Telephone(world)
    phone.says(SAID)
    phone.says("encore une fois")
    alert = newest()
    assert (
        "encore une fois" in world.sign_in(world.focal_point).get(f"/alerts/{alert.reference}/messages").text
    )
    forget(db.session.connection(), alert_id=alert.id)
    db.session.commit()
    rows = db.session.execute(sa.text("SELECT sealed, sender FROM gateway_message")).all()
    assert {tuple(row) for row in rows} == {(None, None)}
    assert "encore" not in world.sign_in(world.focal_point).get(f"/alerts/{alert.reference}/messages").text


@pytest.mark.only_on("sqlite")
def test_a_place_that_is_not_certain_is_left_to_who_answers(world: World):
    phone = Telephone(world)
    phone.says("help us, near Old Ferry Payam")
    assert newest().area is None, "near it is not in it"
    phone.says("help us, near Old Fery")
    alert = newest()
    assert (alert.area, alert.contact.place) == (None, "near Old Fery")
    page = world.sign_in(world.focal_point).get(f"/alerts/{alert.reference}").text
    assert f"/alerts/{alert.reference}/place" in page

"""The administrator's pages of receivers: a secret once, what became of the calls, and no word of a case."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker.actions import telling
from tracker.db import db
from tracker.models import Announcement, CallFailure, Receiver, ReceiverSecret, SendingState

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def administrator(world: World) -> Iterator[CarefulClient]:
    """Omar at his desk, where the settings allow one host."""
    usual = world.app.extensions["tracker"]
    world.app.extensions["tracker"] = replace(
        usual, webhook_origins=frozenset({"https://hooks.example.org:443"})
    )
    yield world.sign_in(world.administrator)
    world.app.extensions["tracker"] = usual


def add(world: World, administrator: CarefulClient, **other: object) -> str:
    """The answer's text."""
    asked = {
        "institution_id": world.station.id,
        "address": "https://hooks.example.org/in",
        "topics": ["track_changed", "case_changed"],
    }
    return administrator.send("/admin/receivers/new", **asked | other).text


def the_receiver() -> Receiver:
    return db.session.scalars(sa.select(Receiver)).one()


def test_a_secret_is_shown_once_and_not_again(world: World, administrator: CarefulClient):
    assert "whsec_" in add(world, administrator)
    page = administrator.get(f"/admin/receivers/{the_receiver().id}").text
    assert "https://hooks.example.org/in" in page
    assert "whsec_" not in page
    assert "Bend police" in administrator.get("/admin/receivers").text


def test_a_host_that_the_settings_do_not_allow_is_refused_in_words(
    world: World, administrator: CarefulClient
):
    page = add(world, administrator, address="https://other.example.org/in")
    assert "TRACKER_WEBHOOK_HOSTS" in page
    assert db.session.scalar(sa.select(Receiver)) is None


def test_a_secret_is_replaced_and_the_old_one_ended(world: World, administrator: CarefulClient):
    add(world, administrator)
    page = f"/admin/receivers/{the_receiver().id}"
    assert "whsec_" in administrator.send(page, button="Replace the secret").text
    assert db.session.scalar(sa.select(sa.func.count(ReceiverSecret.id))) == 2
    administrator.send(page, button="End the old secret now")
    assert db.session.scalar(sa.select(sa.func.count(ReceiverSecret.id))) == 1


def test_what_was_given_up_is_sent_again_under_the_same_number(world: World, administrator: CarefulClient):
    add(world, administrator)
    case = world.sent_to_police().case
    call = telling.claim()
    telling.failed(call, CallFailure.REFUSED)
    db.session.execute(sa.update(Announcement).values(state=SendingState.GIVEN_UP))
    page = f"/admin/receivers/{the_receiver().id}"
    shown = administrator.get(page).text
    assert "The system refused the call" in shown
    assert case.reference not in shown
    administrator.send(page, button="Send again")
    assert telling.claim().headers["webhook-id"] == call.headers["webhook-id"]


def test_a_receiver_is_tried_disabled_and_enabled(world: World, administrator: CarefulClient):
    add(world, administrator)
    page = f"/admin/receivers/{the_receiver().id}"
    administrator.send(page, button="Try it")
    assert b"receiver.tried" in telling.claim().body
    administrator.send(page, button="Disable the receiver")
    db.session.expire_all()
    assert the_receiver().disabled_at is not None
    administrator.send(page, button="Enable the receiver")
    db.session.expire_all()
    assert the_receiver().disabled_at is None


def test_what_it_is_told_of_is_chosen_anew_and_never_nothing(world: World, administrator: CarefulClient):
    add(world, administrator)
    page = f"/admin/receivers/{the_receiver().id}"
    administrator.send(page, topics=["report_published"])
    db.session.expire_all()
    assert [one.topic for one in the_receiver().topics] == ["report_published"]
    assert administrator.send(page, topics=None).status_code == 422


def test_only_administrators_open_them_and_another_receiver_s_call_is_not_found(
    world: World, administrator: CarefulClient
):
    add(world, administrator)
    for person in (world.police_officer, world.auditor, world.cso_monitor):
        assert world.sign_in(person).get("/admin/receivers").status_code == 403
    assert administrator.get("/admin/receivers/99").status_code == 404

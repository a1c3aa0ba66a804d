"""The page of mails that did not arrive: to whom and why, never where to."""

import pytest
import sqlalchemy as sa

from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker import clock
from tracker.actions import addresses, deliveries
from tracker.db import db
from tracker.models import Mail, MailFailure, MailKind, Notice, SendingState


@pytest.fixture
def administrator(world: World) -> CarefulClient:
    """Omar at his desk."""
    return world.sign_in(world.administrator)


def given_up(world: World) -> Mail:
    """A mail about a referral that the server would not take."""
    user = world.police_officer.user
    addresses.put(user, "s.lado@example.org")
    user.email_confirmed_at = clock.now()
    db.session.commit()
    world.sent_to_police()
    deliveries.gather()
    parcel = deliveries.claim()
    assert parcel is not None
    deliveries.failed(parcel, MailFailure.ADDRESS_REFUSED, for_good=True)
    db.session.commit()
    return db.session.get_one(Mail, parcel.id)


@pytest.mark.only_on("sqlite")
def test_an_administrator_sees_to_whom_no_mail_came_and_why_and_no_address(
    world: World, administrator: CarefulClient
):
    given_up(world)
    page = administrator.get("/admin/deliveries").text
    assert "Samuel Lado" in page
    assert "The mail server refused the address" in page
    assert "No mail server is set" in page
    assert "example.org" not in page


def test_what_was_given_up_goes_out_with_the_next_mail_when_it_is_tried_again(
    world: World, administrator: CarefulClient
):
    given_up(world)
    administrator.send("/admin/deliveries", button="Try again")
    assert db.session.scalars(sa.select(Notice.mail_id)).all() == [None]
    with world.travel(hours=2):
        assert deliveries.gather() == 1
        assert deliveries.claim() is not None


@pytest.mark.only_on("sqlite")
def test_a_link_that_was_given_up_is_sent_again_as_it_was(world: World, administrator: CarefulClient):
    mail = deliveries.new_mail(world.police_officer.user_id, MailKind.RESET, sealed="kept")
    for name, value in {"state": SendingState.GIVEN_UP, "attempts": 24, "failure": "unreachable"}.items():
        setattr(mail, name, value)
    db.session.add(mail)
    db.session.commit()
    administrator.send("/admin/deliveries", button="Try again")
    db.session.refresh(mail)
    assert (mail.state, mail.attempts, mail.failure) == (SendingState.WAITING, 0, None)


@pytest.mark.only_on("sqlite")
def test_only_administrators_open_it(world: World):
    assert world.sign_in(world.police_officer).get("/admin/deliveries").status_code == 403


@pytest.mark.only_on("sqlite")
def test_machines_that_watch_are_told_when_mail_waits(world: World):
    from tests.post_office import settings_of
    from tracker.config import MailServer

    usual = world.app.extensions["tracker"]
    assert world.visitor().get("/readyz").text == "ready\n"
    db.session.add(deliveries.new_mail(world.police_officer.user_id, MailKind.ACCOUNT))
    db.session.commit()
    world.app.extensions["tracker"] = settings_of(world.app, MailServer("127.0.0.1", 1, "", "", "none"))
    try:
        with world.travel(hours=2):
            assert world.visitor().get("/readyz").text == "ready, but mail waits\n"
    finally:
        world.app.extensions["tracker"] = usual

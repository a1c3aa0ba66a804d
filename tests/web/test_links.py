"""One-time links: chosen passwords, forgotten ones, confirmed addresses; and what a stranger can learn (nothing)."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from tests.country import PASSWORD
from tests.post_office import settings_of
from tests.world import World
from tracker import clock, passwords
from tracker.actions import addresses, deliveries, links
from tracker.config import MailServer
from tracker.db import db
from tracker.models import Mail, MailKind, Membership, OneTimeLink, ResetRequest, UserSession

OWN = "three words of my own"
Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def mailing(world: World) -> Iterator[World]:
    """The installation has a mail server and says where it is reached."""
    usual = world.app.extensions["tracker"]
    world.app.extensions["tracker"] = settings_of(world.app, MailServer("127.0.0.1", 1, "", "", "none"))
    yield world
    world.app.extensions["tracker"] = usual


def give_address(person: Membership) -> None:
    addresses.put(person.user, "s.lado@example.org")
    person.user.email_confirmed_at = clock.now()
    db.session.commit()


def mailed(kind: MailKind) -> list[str]:
    """The addresses of the links (or what else is sealed) in the mails of a kind that a worker would send now."""
    found = []
    while (parcel := deliveries.claim()) is not None:
        deliveries.delivered(parcel)
        if parcel.kind is kind:
            found.append(f"/link/{parcel.token}")
    db.session.commit()
    return found


def a_link(world: World, person: Membership) -> str:
    """A link for a lost password, as an administrator hands it over."""
    token = links.reset(person.user, actor=world.administrator, by_mail=False)
    db.session.commit()
    return f"/link/{token}"


def test_to_look_at_a_link_uses_nothing_up_and_to_send_from_it_does(world: World):
    link, visitor = a_link(world, world.police_officer), world.visitor()
    for _ in range(3):
        answer = visitor.get(link)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert visitor.send(link, button="Choose", new=OWN, again=OWN).status_code == 303
    assert visitor.get(link).status_code == 404
    assert passwords.matches(OWN, world.police_officer.user.password_hash)


@pytest.mark.only_on("sqlite")
def test_a_link_ends_after_three_days_with_a_newer_one_and_with_the_account(world: World):
    first = a_link(world, world.police_officer)
    second = a_link(world, world.police_officer)
    visitor = world.visitor()
    assert visitor.get(first).status_code == 404
    with world.travel(hours=71):
        assert visitor.get(second).status_code == 200
    with world.travel(hours=73):
        assert visitor.get(second).status_code == 404
    world.police_officer.user.active = False
    assert visitor.get(second).status_code == 404


@pytest.mark.only_on("sqlite")
def test_links_that_were_over_long_ago_are_removed(world: World):
    a_link(world, world.police_officer)
    with world.travel(days=32):
        assert links.clear() == 0
    with world.travel(days=34):
        assert links.clear() == 1


@pytest.mark.only_on("sqlite")
def test_a_password_that_will_not_do_leaves_the_link_open(world: World):
    link, visitor = a_link(world, world.police_officer), world.visitor()
    assert visitor.send(link, button="Choose", new="short", again="short").status_code == 422
    assert visitor.send(link, button="Choose", new=OWN, again="else").status_code == 422
    assert visitor.send(link, button="Choose", new=OWN, again=OWN).status_code == 303


@pytest.mark.only_on("sqlite")
def test_every_session_ends_with_a_new_password_and_the_person_is_told(world: World):
    give_address(world.police_officer)
    token = links.reset(world.police_officer.user, actor=world.administrator, by_mail=False)
    world.sign_in(world.police_officer)
    link = links.follow(str(token))
    links.choose_password(link, new=OWN, again=OWN)
    assert db.session.scalars(sa.select(UserSession.id).where(UserSession.ended_at.is_(None))).all() == []
    assert len(mailed(MailKind.ACCOUNT)) == 1


@pytest.mark.only_on("sqlite")
def test_only_the_digest_of_a_token_is_kept(world: World):
    token = a_link(world, world.police_officer).removeprefix("/link/")
    (kept,) = db.session.scalars(sa.select(OneTimeLink.token_hash)).all()
    assert kept != token
    assert re.fullmatch("[0-9a-f]{64}", kept)


@pytest.mark.only_on("sqlite")
def test_an_invitation_goes_by_mail_where_it_can_and_confirms_the_address(mailing: World):
    admin = mailing.sign_in(mailing.administrator)
    facts = {"full_name": "Ayen Deng", "username": "ayen.deng", "role": "police_officer"}
    answer = admin.send(
        "/admin/people/new", **facts, institution_id=str(mailing.station.id), email="ayen@example.org"
    )
    assert answer.status_code == 303
    (link,) = mailed(MailKind.INVITATION)
    mailing.visitor().send(link, button="Choose", new=OWN, again=OWN)
    added = db.session.scalars(sa.select(Membership).order_by(Membership.id.desc()).limit(1)).one().user
    assert added.email_confirmed_at is not None
    assert passwords.matches(OWN, added.password_hash)


def test_who_forgot_the_password_gets_a_link_and_the_answer_is_the_same_for_anybody(
    mailing: World, statements: Statements
):
    give_address(mailing.police_officer)
    visitor, answers, asked = mailing.visitor(), [], []
    for username in ("police_officer", "prosecutor", "nobody.at.all"):
        with statements() as sent:
            answers.append(visitor.send("/sign-in/forgotten", button="Send", username=username))
        asked.append([statement for statement in sent if "throttle" not in statement])
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/sign-in")}
    assert asked[0] == asked[1] == asked[2], "no account is looked up"
    assert b"police_officer" not in b"".join(db.session.scalars(sa.select(ResetRequest.sealed)))
    assert links.answer_requests() == 1
    (link,) = mailed(MailKind.RESET)
    visitor.send(link, button="Choose", new=OWN, again=OWN)
    assert passwords.matches(OWN, mailing.police_officer.user.password_hash)


@pytest.mark.only_on("sqlite")
def test_asking_again_and_again_sends_one_mail_and_leaves_the_password_as_it_is(mailing: World):
    give_address(mailing.police_officer)
    for _ in range(3):
        links.ask("police_officer")
    assert links.answer_requests() == 1
    assert db.session.scalars(sa.select(ResetRequest.id)).all() == []
    assert passwords.matches(PASSWORD, mailing.police_officer.user.password_hash)


@pytest.mark.only_on("sqlite")
def test_without_mail_there_is_no_such_page_and_no_way_to_it(world: World):
    assert world.visitor().get("/sign-in/forgotten").status_code == 404
    assert "forgotten" not in world.visitor().get("/sign-in").text


@pytest.mark.only_on("sqlite")
def test_an_own_address_is_confirmed_by_its_link_and_the_one_before_is_told(mailing: World):
    give_address(mailing.police_officer)
    client = mailing.sign_in(mailing.police_officer)
    client.send("/account/address", button="Save", email="new@example.org")
    user = mailing.police_officer.user
    assert not user.email_confirmed_at
    parcels: list[deliveries.Parcel] = []
    while (parcel := deliveries.claim()) is not None:
        parcels.append(parcel)
    assert {(one.kind, one.address) for one in parcels} == {
        (MailKind.ACCOUNT, "s.lado@example.org"),
        (MailKind.CONFIRM_ADDRESS, "new@example.org"),
    }
    link = next(f"/link/{one.token}" for one in parcels if one.token)
    db.session.commit()
    assert client.send(link, button="Confirm").status_code == 303
    db.session.refresh(user)
    assert user.email_confirmed_at
    assert client.get(link).status_code == 404
    client.send("/account/address", button="Save", email="")
    db.session.refresh(user)
    assert not user.email


@pytest.mark.only_on("sqlite")
def test_what_is_no_address_is_refused(mailing: World):
    client = mailing.sign_in(mailing.police_officer)
    for typed in (
        "samuel",
        "a@b",
        "a b@example.org",
        "a@example.org, b@example.org",
        "x" * 250 + "@example.org",
    ):
        assert client.send("/account/address", button="Save", email=typed).status_code == 422
    assert db.session.scalars(sa.select(Mail.id)).all() == []

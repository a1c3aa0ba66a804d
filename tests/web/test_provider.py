"""Signing in by an identity provider, with a real one: who comes in, who does not, and what is never believed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from tests import provider as providers
from tests.provider import BACK, CLIENT, SECRET, IdentityProvider
from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker import passwords
from tracker.actions import links
from tracker.config import Provider
from tracker.db import db
from tracker.models import OneTimeLink, ProviderIdentity, UserAccount, UserSession

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture(scope="module")
def idp() -> Iterator[IdentityProvider]:
    """One process for all of these tests."""
    with providers.opened() as opened:
        yield opened


@pytest.fixture
def mission(world: World, idp: IdentityProvider) -> Iterator[World]:
    """An installation whose people can sign in there."""
    idp.next()
    usual = world.app.extensions["tracker"]
    set_up(world, Provider(idp.issuer, CLIENT, SECRET, "the mission", frozenset()))
    yield world
    world.app.extensions["tracker"] = usual
    world.app.extensions.pop("tracker_provider", None)


def set_up(world: World, provider: Provider) -> None:
    world.app.extensions["tracker"] = replace(world.app.extensions["tracker"], provider=provider)
    world.app.extensions.pop("tracker_provider", None)


def went(client: CarefulClient, idp: IdentityProvider, start: str = "/sign-in/provider") -> str:
    """The address here to which the provider sent the browser back."""
    return idp.visit(client.get(start).location)


def came_back(client: CarefulClient, back: str) -> int:
    """The status of what the button on the page of coming back sends."""
    return client.send(back, button="Go on").status_code


def linked(mission: World, idp: IdentityProvider) -> None:
    """The police officer has linked the own account."""
    client = mission.sign_in(mission.police_officer)
    assert came_back(client, went(client, idp, "/account/provider")) == 303


def test_who_linked_the_own_account_comes_in_and_goes_on_to_where_they_were_going(
    mission: World, idp: IdentityProvider
):
    linked(mission, idp)
    visitor = mission.visitor()
    back = went(visitor, idp, "/sign-in/provider?next=/police/queue")
    assert visitor.send(back, button="Go on").location == "/police/queue"
    assert visitor.get("/police/queue").status_code == 200


def test_the_provider_is_asked_with_a_state_a_nonce_and_a_challenge(mission: World):
    asked = parse_qs(urlsplit(mission.visitor().get("/sign-in/provider").location).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]
    assert asked["scope"] == ["openid"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    ("believed", "said", "by_factor"),
    [
        ({"mfa"}, {"amr": ["pwd", "mfa"]}, True),
        (set(), {"amr": ["pwd", "mfa"]}, False),
        ({"mfa"}, {"acr": "1"}, False),
    ],
)
def test_a_second_factor_of_the_provider_counts_only_where_a_setting_says_so(
    mission: World, idp: IdentityProvider, believed: set[str], said: dict[str, object], by_factor: bool
):
    linked(mission, idp)
    set_up(mission, Provider(idp.issuer, CLIENT, SECRET, "the mission", frozenset(believed)))
    idp.next(**said)
    visitor = mission.visitor()
    assert came_back(visitor, went(visitor, idp)) == 303
    last = sa.select(UserSession.factor_at).order_by(UserSession.id.desc()).limit(1)
    assert (db.session.scalar(last) is not None) is by_factor


def test_who_is_linked_with_nothing_here_is_told_how_to_be(mission: World, idp: IdentityProvider):
    visitor = mission.visitor()
    assert came_back(visitor, went(visitor, idp)) == 403
    assert visitor.get("/police/queue").status_code == 302


def test_an_equal_address_links_nobody(mission: World, idp: IdentityProvider):
    idp.next("somebody", email="s.lado@example.org", preferred_username="police_officer", email_verified=True)
    visitor = mission.visitor()
    assert came_back(visitor, went(visitor, idp)) == 403
    assert db.session.scalars(sa.select(ProviderIdentity.id)).all() == []


def test_coming_back_a_second_time_or_in_another_browser_is_answered_400(
    mission: World, idp: IdentityProvider
):
    linked(mission, idp)
    visitor = mission.visitor()
    back = went(visitor, idp)
    with visitor.session_transaction() as cookie:
        kept = dict(cookie)
    assert came_back(visitor, back) == 303
    assert came_back(visitor, back) == 400
    assert came_back(mission.visitor(), back) == 400
    with visitor.session_transaction() as cookie:
        cookie.clear()
        cookie.update(kept)
    assert came_back(visitor, back) == 400, "the provider takes a code once, also from a copied cookie"


def test_only_looking_at_the_page_of_coming_back_uses_nothing_up(mission: World, idp: IdentityProvider):
    linked(mission, idp)
    visitor = mission.visitor()
    back = went(visitor, idp)
    assert [visitor.get(back).status_code for _ in range(2)] == [200, 200]
    assert came_back(visitor, back) == 303


def test_who_takes_longer_than_ten_minutes_begins_again(mission: World, idp: IdentityProvider):
    linked(mission, idp)
    visitor = mission.visitor()
    back = went(visitor, idp)
    with mission.travel(hours=0.2):
        assert came_back(visitor, back) == 400


@pytest.mark.parametrize(
    ("wrong", "sign"),
    [
        ({"iss": "https://other.example.org"}, True),
        ({"aud": ["another-client"]}, True),
        ({"nonce": "another"}, True),
        ({"exp": 1_000_000_000}, True),
        ({"sub": ""}, True),
        ({"sub": "the administrator"}, False),
    ],
)
def test_a_token_of_another_issuer_audience_nonce_time_or_signature_is_not_believed(
    mission: World, idp: IdentityProvider, wrong: dict[str, object], sign: bool
):
    linked(mission, idp)
    idp.next(sign=sign, **wrong)
    visitor = mission.visitor()
    assert came_back(visitor, went(visitor, idp)) == 400
    assert visitor.get("/police/queue").status_code == 302


def test_an_answer_that_says_it_is_from_another_provider_is_refused(mission: World, idp: IdentityProvider):
    linked(mission, idp)
    visitor = mission.visitor()
    back = re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fother.example.org", went(visitor, idp))
    assert came_back(visitor, back) == 400


def test_a_provider_that_calls_itself_something_else_or_is_not_there_is_a_sentence(
    mission: World, idp: IdentityProvider
):
    for issuer in (f"{idp.issuer}/", "http://127.0.0.1:1"):
        set_up(mission, Provider(issuer, CLIENT, SECRET, "the mission", frozenset()))
        answer = mission.visitor().get("/sign-in/provider")
        assert answer.status_code == 400
        assert "the mission did not say who you are" in answer.text


def test_a_refusal_by_the_provider_is_a_sentence(mission: World):
    answer = mission.visitor().get("/sign-in/provider/back?error=access_denied&state=x")
    assert answer.status_code == 400
    assert "Begin again" in answer.text


def test_next_stays_on_this_host(mission: World, idp: IdentityProvider):
    linked(mission, idp)
    for onward in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        visitor = mission.visitor()
        start = visitor.get("/sign-in/provider", query_string={"next": onward}).location
        assert visitor.send(idp.visit(start), button="Go on").location == "/"


def test_an_invitation_is_accepted_with_the_provider_in_place_of_a_password(
    mission: World, idp: IdentityProvider
):
    person = mission.prosecutor.user
    token = links.reset(person, actor=mission.administrator, by_mail=False)
    visitor = mission.visitor()
    assert "Sign in with the mission instead" in visitor.get(f"/link/{token}").text
    assert came_back(visitor, went(visitor, idp, f"/link/{token}/provider")) == 303
    assert visitor.get(f"/link/{token}").status_code == 404
    assert db.session.scalars(sa.select(OneTimeLink.ended_at)).one() is not None
    db.session.refresh(person)
    assert person.password_hash == passwords.NONE
    assert came_back(visitor, went(visitor, idp)) == 303
    assert visitor.get("/prosecution/queue").status_code == 200


def test_one_identity_opens_one_account_and_a_deactivated_account_does_not_open(
    mission: World, idp: IdentityProvider
):
    linked(mission, idp)
    other = mission.sign_in(mission.prosecutor)
    assert came_back(other, went(other, idp, "/account/provider")) == 409
    mission.police_officer.user.active = False
    visitor = mission.visitor()
    assert came_back(visitor, went(visitor, idp)) == 403


def test_who_unlinks_it_comes_in_that_way_no_more(mission: World, idp: IdentityProvider):
    linked(mission, idp)
    mission.sign_in(mission.police_officer).send("/account", button="no more")
    visitor = mission.visitor()
    assert came_back(visitor, went(visitor, idp)) == 403


def test_what_somebody_else_began_to_link_is_not_linked_with_me(mission: World, idp: IdentityProvider):
    """A browser that changed hands on the way: the link was asked by another person."""
    client = mission.sign_in(mission.police_officer)
    back = went(client, idp, "/account/provider")
    with mission.sign_in(mission.prosecutor).session_transaction() as other:
        theirs = other["_user_id"]
    with client.session_transaction() as cookie:
        cookie["_user_id"] = theirs
    assert came_back(client, back) == 400
    assert db.session.scalars(sa.select(ProviderIdentity.id)).all() == []


def test_without_a_provider_there_is_no_such_door(world: World):
    visitor = world.visitor()
    assert visitor.get("/sign-in/provider").status_code == 404
    assert visitor.get("/sign-in/provider/back?code=x&state=x").status_code == 404
    assert "provider" not in visitor.get("/sign-in").text
    assert db.session.scalars(sa.select(UserAccount.id)).all()

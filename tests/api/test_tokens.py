"""The life of a token: issued, shown once, opening no more than its owner may, and dead with what it stands on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.api.client import System
from tests.world import World
from tracker import passwords
from tracker.actions import people, tokens
from tracker.db import db
from tracker.errors import BadInput, NotFound
from tracker.models import AdministrationEntry, ApiToken, Mail, UserAccount
from tracker.permissions import Scope
from tracker.vocabulary import AdministrativeAct

PATH = "/cases"


def owner(system: System) -> UserAccount:
    return db.session.get_one(UserAccount, system.person.user_id)


def disable(system: System) -> None:
    people.deactivate(owner(system), actor=system.world.administrator)


def disable_and_enable(system: System) -> None:
    disable(system)
    people.reactivate(owner(system), actor=system.world.administrator)


def end_the_membership(system: System) -> None:
    people.end_membership(system.person, actor=system.world.administrator)


def give_it_back(system: System) -> None:
    end_the_membership(system)
    person, role = owner(system), system.person.role
    place = system.person.institution_id
    people.add_membership(person, actor=system.world.administrator, institution_id=place, role=role)


def sign_out_everywhere(system: System) -> None:
    people.end_sessions(owner(system), actor=system.world.administrator)


def take_the_password(system: System) -> None:
    people.take_password(owner(system), actor=system.world.administrator)


def change_the_password(system: System) -> None:
    owner(system).password_hash = passwords.hash_of("another walk to another court")


def close_the_institution(system: System) -> None:
    system.person.institution.active = False


def revoke(system: System) -> None:
    tokens.revoke(db.session.scalars(sa.select(ApiToken.id)).one(), actor=system.person)


def an_administrator_revokes(system: System) -> None:
    number = db.session.scalars(sa.select(ApiToken.id)).one()
    tokens.revoke_of_another(number, person=owner(system), actor=system.world.administrator)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "end",
    [
        disable,
        disable_and_enable,
        end_the_membership,
        give_it_back,
        sign_out_everywhere,
        take_the_password,
        change_the_password,
        close_the_institution,
        revoke,
        an_administrator_revokes,
    ],
)
def test_a_token_is_dead_with_what_it_stands_on(world: World, end: Callable[[System], None]):
    system = System(world, world.prosecutor)
    assert system.get(PATH).status_code == 200
    end(system)
    answer = system.get(PATH)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer realm=api, error=invalid_token"
    never = world.visitor().get("/api/v1/cases", headers={"Authorization": "Bearer trk_never"})
    assert never.get_data() == answer.get_data()


def test_a_token_ends_on_its_day_and_says_when_it_was_used(world: World):
    system = System(world, world.police_officer)
    assert [system.get(PATH).status_code for _ in range(2)] == [200, 200]
    used = db.session.scalars(sa.select(ApiToken.used_at)).one()
    with world.travel(days=6.9):
        assert system.get(PATH).status_code == 200
        assert db.session.scalars(sa.select(ApiToken.used_at)).one() > used
    with world.travel(days=7.1):
        assert system.get(PATH).status_code == 401


@pytest.mark.only_on("sqlite")
def test_only_its_digest_is_kept_and_the_acts_are_recorded_and_mailed(world: World):
    system = System(world, world.police_officer, Scope.CASES_READ)
    revoke(system)
    kept = db.session.scalars(sa.select(ApiToken)).one()
    assert re.fullmatch(r"trk_[A-Za-z0-9_-]{43}", system.token)
    assert system.token not in repr(vars(kept))
    acts = db.session.scalars(sa.select(AdministrationEntry).order_by(AdministrationEntry.id)).all()
    assert [one.action for one in acts] == [AdministrativeAct.TOKEN_ISSUED, AdministrativeAct.TOKEN_REVOKED]
    assert {(one.actor_id, one.person_id) for one in acts} == {(kept.membership.user_id,) * 2}
    assert db.session.scalars(sa.select(Mail.user_id)).all() == [kept.membership.user_id]


@pytest.mark.only_on("sqlite")
def test_nobody_issues_more_than_they_may_and_nobody_revokes_another_s(world: World):
    with pytest.raises(BadInput):
        tokens.issue(actor=world.cso_monitor, name="x", scopes=[Scope.CASES_READ], days=7)
    wrongs: list[dict[str, Any]] = [{"name": " "}, {"scopes": []}, {"days": 400}, {"days": 0}]
    for wrong in wrongs:
        facts: dict[str, Any] = {"name": "x", "scopes": [Scope.CASES_READ], "days": 7} | wrong
        with pytest.raises(BadInput):
            tokens.issue(actor=world.police_officer, **facts)
    tokens.issue(actor=world.police_officer, name="x", scopes=[Scope.CASES_READ], days=7)
    number = db.session.scalars(sa.select(ApiToken.id)).one()
    with pytest.raises(NotFound):
        tokens.revoke(number, actor=world.prosecutor)
    person = db.session.get_one(UserAccount, world.prosecutor.user_id)
    with pytest.raises(NotFound):
        tokens.revoke_of_another(number, person=person, actor=world.administrator)


@pytest.mark.only_on("sqlite")
def test_a_person_issues_a_token_sees_it_once_and_revokes_it(world: World):
    browser = world.sign_in(world.police_officer)
    said = {"name": "Office", "scopes": ["cases:read", "tracks:write"], "days": "30"}
    shown = browser.send("/account/tokens/new", **said).get_data(as_text=True)
    token = re.search(r"trk_[A-Za-z0-9_-]{43}", shown)
    assert token is not None
    asked = {"Authorization": f"Bearer {token[0]}"}
    assert world.visitor().get("/api/v1/cases", headers=asked).status_code == 200
    listed = browser.get("/account/tokens").get_data(as_text=True)
    assert "Office" in listed
    assert token[0] not in listed
    number = db.session.scalars(sa.select(ApiToken.id)).one()
    admin = world.sign_in(world.administrator)
    assert "Office" in admin.get(f"/admin/people/{world.police_officer.user_id}").get_data(as_text=True)
    revoked = browser.send("/account/tokens", at=f"/account/tokens/{number}/revoke")
    assert revoked.status_code == 303
    assert world.visitor().get("/api/v1/cases", headers=asked).status_code == 401


@pytest.mark.only_on("sqlite")
def test_a_session_opens_no_endpoint_and_a_token_no_page(world: World):
    browser, system = world.sign_in(world.police_officer), System(world, world.police_officer)
    assert browser.get("/api/v1/cases").status_code == 401
    asked = {"Authorization": f"Bearer {system.token}"}
    assert world.visitor().get("/cases/", headers=asked).status_code == 302
    assert browser.get("/api/v1/cases", headers={"Authorization": "Bearer x"}).status_code == 401
    assert browser.get("/api/v1/openapi.json").status_code == 200
    assert system.get("/openapi.json").status_code == 200
    assert world.visitor().get("/api/v1/openapi.json").status_code == 401


def test_too_many_wrong_tokens_wait_and_a_right_one_does_not(world: World):
    system = System(world, world.police_officer)
    stranger = world.visitor()
    asked = {"Authorization": "Bearer trk_guess"}
    statuses = [stranger.get("/api/v1/cases", headers=asked).status_code for _ in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    assert system.get(PATH).status_code == 200

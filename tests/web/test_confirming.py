"""Dangerous acts ask who it is once in ten minutes, lose nothing that was typed, and change the token."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from blueprints import gates, guards
from blueprints.guards import wants_fresh
from tests.country import PASSWORD
from tests.web.careful_client import CarefulClient, Page
from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.models import Institution, Membership, UserAccount, UserSession

DANGEROUS = {
    "account.add_app",
    "account.add_passkey",
    "account.add_phone",
    "account.change_address",
    "account.change_password",
    "account.issue_token",
    "account.link_provider",
    "account.remove_app",
    "account.remove_passkey",
    "account.renew_codes",
    "account.unlink_provider",
    "admin.add_gateway",
    "admin.add_institution",
    "admin.add_membership",
    "admin.add_person",
    "admin.add_receiver",
    "admin.ask_factor_reset",
    "admin.confirm_limit",
    "admin.deactivate_institution",
    "admin.deactivate_person",
    "admin.disable_receiver",
    "admin.enable_receiver",
    "admin.end_membership",
    "admin.end_receiver_secrets",
    "admin.end_sessions",
    "admin.gateway",
    "admin.grant_factor_reset",
    "admin.institution",
    "admin.new_gateway_secret",
    "admin.reactivate_institution",
    "admin.reactivate_person",
    "admin.receiver",
    "admin.replace_receiver_secret",
    "admin.reset_password",
    "admin.revoke_token",
    "admin.switch_gateway_off",
    "admin.switch_gateway_on",
    "audit.hold",
    "calendars.issue",
    "cases.break_glass",
    "cases.hold",
    "exports.agree_to_histories",
    "exports.ask_for_histories",
    "exports.end_histories",
    "exports.take_histories",
    "imports.take_in",
    "log.confirm_verifier",
    "log.propose_verifier",
    "log.revoke_verifier",
    "log.witness_by_hand",
    "reports.publish",
}
NEW = {"name": "Ferry clinic", "kind": "health_service", "area_id": "", "code": ""}


@pytest.fixture
def stale(world: World) -> CarefulClient:
    """An administrator who signed in more than ten minutes ago."""
    client = world.sign_in(world.administrator)
    db.session.execute(sa.update(UserSession).values(confirmed_at=clock.now() - gates.FRESH))
    db.session.commit()
    return client


def _token(client: CarefulClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie[guards.TOKEN])


def _held(page: Page, action: str) -> dict[str, str]:
    form = next(one for one in page.all("form") if one.get("action") == action)
    return {
        one.get("name"): one.get("value") for one in page.all("input") if one.form is form and one.get("name")
    }


def _csrf(client: CarefulClient) -> str:
    return _held(client.page("/account"), "/language/en")["csrf_token"]


@pytest.mark.only_on("sqlite")
def test_what_is_dangerous_is_written_down_here(world: World):
    views = world.app.view_functions
    assert {name for name, view in views.items() if wants_fresh(view, sending=True)} == DANGEROUS


@pytest.mark.only_on("sqlite")
def test_every_dangerous_act_asks_first_and_does_nothing_meanwhile(world: World, stale: CarefulClient):
    token = _csrf(stale)
    for rule in world.app.url_map.iter_rules():
        if (
            rule.endpoint.startswith("admin.")
            and rule.endpoint in DANGEROUS
            and "POST" in (rule.methods or ())
        ):
            filled = {name: "custody" if name == "code" else world.auditor.id for name in rule.arguments}
            with world.app.test_request_context():
                path = world.app.url_map.bind("localhost").build(rule.endpoint, filled, "POST")
            answer = stale.post(path, data={"csrf_token": token})
            assert (answer.status_code, "Confirm that it is you" in answer.text) == (403, True), path
    assert world.auditor.user.active


def test_what_was_typed_comes_back_after_confirming_and_the_old_token_is_dead(
    world: World, stale: CarefulClient
):
    before = _token(stale)
    page = Page(stale.post("/admin/institutions/new", data={"csrf_token": _csrf(stale), **NEW}).text)
    held = _held(page, "/account/confirm")
    assert held["carried-name"] == "Ferry clinic"

    wrong = stale.post("/account/confirm", data=held | {"password": "wrong"})
    assert (wrong.status_code, "Ferry clinic" in wrong.text) == (422, True)
    again = Page(stale.post("/account/confirm", data=held | {"password": PASSWORD}).text)
    assert _token(stale) != before
    sent = stale.post("/admin/institutions/new", data=_held(again, "/admin/institutions/new"))
    assert sent.status_code == 303, sent.text
    assert db.session.scalar(sa.select(Institution.id).where(Institution.name == "Ferry clinic"))
    thief = world.visitor()
    with thief.session_transaction() as cookie:
        cookie[guards.TOKEN] = before
    assert thief.get("/account").location.startswith("/sign-in")


@pytest.mark.only_on("sqlite")
def test_another_site_s_post_is_not_carried_to_the_confirmation(stale: CarefulClient):
    answer = stale.post("/admin/institutions/new", data={"csrf_token": "made up", **NEW})
    assert (answer.status_code, "Ferry clinic" in answer.text) == (400, False)


@pytest.mark.only_on("sqlite")
def test_a_page_that_is_dangerous_to_read_asks_first_and_goes_on_there(world: World, stale: CarefulClient):
    assert stale.get("/admin/people/new").location == "/account/confirm?next=/admin/people/new"
    assert stale.get(f"/admin/institutions/{world.station.code}").status_code == 200
    answer = stale.send("/account/confirm?next=/admin/people/new", password=PASSWORD)
    assert answer.location == "/admin/people/new"
    assert stale.get("/admin/people/new").status_code == 200


@pytest.mark.only_on("sqlite")
def test_confirming_is_good_for_ten_minutes(world: World):
    client = world.sign_in(world.administrator)
    with world.travel(timedelta(minutes=9)):
        assert client.get("/admin/people/new").status_code == 200
    with world.travel(timedelta(minutes=10)):
        assert client.get("/admin/people/new").status_code == 302


Ending = Callable[[World, CarefulClient, Membership], object]


def _by_administrator(act: str) -> Ending:
    def end(world: World, _client: CarefulClient, who: Membership) -> object:
        return world.sign_in(world.administrator).send(
            f"/admin/people/{who.user_id}", at=f"/admin/people/{who.user_id}/{act}"
        )

    return end


def _membership(world: World, client: CarefulClient, who: Membership) -> object:
    return _by_administrator(f"memberships/{who.id}/end")(world, client, who)


def _own_password(world: World, _client: CarefulClient, who: Membership) -> object:
    return world.sign_in(who).send(
        "/account/password", present=PASSWORD, new="a new boat upstream", again="a new boat upstream"
    )


def _institution(world: World, _client: CarefulClient, who: Membership) -> object:
    code = who.institution.code
    return world.sign_in(world.administrator).send(
        f"/admin/institutions/{code}", at=f"/admin/institutions/{code}/deactivate"
    )


@pytest.mark.parametrize(
    "end",
    [
        _by_administrator("deactivate"),
        _by_administrator("password"),
        _by_administrator("sessions/end"),
        _membership,
        _own_password,
        _institution,
    ],
    ids=[
        "deactivated",
        "password taken",
        "signed out",
        "role ended",
        "own new password",
        "closed institution",
    ],
)
def test_what_ends_a_session_ends_it_on_the_next_request(world: World, end: Ending):
    person = world.other_court_clerk
    client = world.sign_in(person)
    assert client.get("/courts/docket").status_code == 200
    answer = end(world, client, person)
    assert getattr(answer, "status_code", 0) in {200, 303}
    assert client.get("/courts/docket").location.startswith("/sign-in")


@pytest.mark.only_on("sqlite")
def test_an_administrator_sees_where_a_person_is_signed_in_and_nothing_of_what_they_do(world: World):
    world.sign_in(world.police_officer).get("/police/queue")
    text = world.sign_in(world.administrator).get(f"/admin/people/{world.police_officer.user_id}").text
    assert "Sign the person out everywhere" in text
    assert "/police/queue" not in text
    assert db.session.scalars(sa.select(UserSession.token_hash)).first() not in text


@pytest.mark.only_on("sqlite")
def test_two_administrators_give_a_new_start_on_the_pages(world: World):
    person = world.police_officer
    db.session.execute(sa.update(UserAccount).values(factor_since=UserAccount.created_at))
    second = Membership(
        user=world.second_auditor.user, institution=world.administration, role="administrator"
    )
    db.session.add(second)
    db.session.commit()
    page = f"/admin/people/{person.user_id}"
    first = world.sign_in(world.administrator)
    assert first.send(page, at=f"{page}/factors/ask").status_code == 303
    assert "Grant a new start" not in first.get(page).text
    answer = world.sign_in(second).send(page, at=f"{page}/factors/grant")
    assert answer.status_code == 200
    assert "shown once" in answer.text

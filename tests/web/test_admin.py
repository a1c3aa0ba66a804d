"""The administrator's pages: people, institutions, areas, limits, settings, and never a case."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from tests.country import PASSWORD
from tests.web.careful_client import CarefulClient
from tests.web.crawl import everything
from tests.web.test_monitor import CANARIES, full_of_canaries
from tests.world import World
from tracker.db import db
from tracker.models import (
    AdministrationEntry,
    Alert,
    Area,
    ClockConfirmation,
    Institution,
    Membership,
    ProtectionCase,
    UserAccount,
)
from tracker.vocabulary import InstitutionKind, Role

LINK = re.compile(r"http://localhost(/link/[\w-]{43})")


@pytest.fixture
def admin(world: World) -> CarefulClient:
    """An administrator's browser."""
    return world.sign_in(world.administrator)


def account(username: str) -> UserAccount:
    return db.session.scalars(sa.select(UserAccount).where(UserAccount.username == username)).one()


def of(person: Membership, *more: object) -> str:
    """A page about a person's account."""
    return "/".join(("/admin/people", str(person.user_id), *map(str, more)))


def add_person(world: World, admin: CarefulClient, **other: str) -> str:
    """Adds somebody; gives the link that the answer shows."""
    facts = {
        "full_name": "Ayen Deng",
        "username": "ayen.deng",
        "role": Role.POLICE_OFFICER.value,
        "institution_id": str(world.station.id),
    }
    answer = admin.send("/admin/people/new", **facts | other)
    assert answer.status_code == 200, answer.text
    found = LINK.search(answer.text)
    assert found
    return found[1]


# --- no case --------------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_no_page_of_an_administrator_reads_a_case(world: World, admin: CarefulClient):
    full_of_canaries(world)
    references = [
        *db.session.scalars(sa.select(ProtectionCase.reference)),
        *db.session.scalars(sa.select(Alert.reference)),
    ]
    read = everything(admin, "/", "/admin/")
    assert {"/admin/people", "/admin/institutions", "/admin/areas", "/admin/limits", "/admin/settings"} <= {
        *read
    }
    for address, text in read.items():
        found = [secret for secret in (*CANARIES, *references, PASSWORD) if secret in text]
        assert not found, f"{address}: {found}"


@pytest.mark.only_on("sqlite")
def test_no_statement_of_an_administrators_page_reads_a_table_of_cases(
    world: World, admin: CarefulClient, statements: Callable[[], AbstractContextManager[list[str]]]
):
    world.a_case("police:accepted")
    with statements() as asked:
        everything(admin, "/admin/")
    tables = "protection_case|track|history_entry|entry_note|narrative|person|consent|custody|alert"
    assert len(asked) > 100
    assert not [one for one in asked if re.search(rf"\b(FROM|JOIN) ({tables})\b", one)]


@pytest.mark.only_on("sqlite")
def test_settings_show_no_secret(world: World, admin: CarefulClient):
    settings = world.app.extensions["tracker"]
    page = admin.page("/admin/settings").words("main")
    assert "is set, and is not shown" in page
    assert settings.secret_key not in page
    assert "Africa/Juba" in page


# --- people ---------------------------------------------------------------------------------------------------------


def test_a_person_is_added_and_the_link_is_shown_once(world: World, admin: CarefulClient):
    link = add_person(world, admin, username="Ayen.Deng")
    added = account("ayen.deng")
    assert [one.role for one in added.memberships] == [Role.POLICE_OFFICER]
    for address in ("/admin/people", f"/admin/people/{added.id}"):
        assert link not in admin.get(address).text
    assert "none yet" in admin.page(f"/admin/people/{added.id}").words("main")


def test_a_link_is_neither_in_an_address_nor_in_a_cookie(world: World, admin: CarefulClient):
    link = add_person(world, admin)
    with admin.session_transaction() as cookie:
        assert link not in str(dict(cookie))


def test_the_newcomer_chooses_a_password_that_nobody_else_knows(world: World, admin: CarefulClient):
    link = add_person(world, admin)
    newcomer = world.visitor()
    own = "three words of my own"
    assert newcomer.send(link, button="Choose", new=own, again=own).location == "/sign-in"
    newcomer.send("/sign-in", button="Sign in", username="ayen.deng", password=own)
    assert newcomer.get("/police/queue").status_code == 200


@pytest.mark.only_on("sqlite")
def test_what_is_wrong_with_a_new_account_is_said_and_kept(world: World, admin: CarefulClient):
    answer = admin.send(
        "/admin/people/new",
        full_name="Ayen Deng",
        username="auditor",
        role=Role.POLICE_OFFICER.value,
        institution_id=str(world.county_court.id),
    )
    assert answer.status_code == 422
    assert "Somebody has this username already" in answer.text
    assert 'value="Ayen Deng"' in answer.text


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("typed", "found"),
    [("nyan", ["Nyandeng Deng"]), ("AUDITOR", ["Isabel Ramos", "Luis Ortega"]), ("%", []), ("zz", [])],
)
def test_people_are_searched_by_name_and_username(
    world: World, admin: CarefulClient, typed: str, found: list[str]
):
    page = admin.get("/admin/people", query_string={"name": typed}).text
    assert re.findall(r'<th scope="row"><a [^>]*><bdi>([^<]*)', page) == found


def test_an_account_is_deactivated_and_reactivated(world: World, admin: CarefulClient):
    theirs = world.sign_in(world.police_officer)
    assert admin.send(of(world.police_officer), button="Deactivate").status_code == 303
    assert not world.police_officer.user.active
    assert theirs.get("/police/queue").status_code == 302
    admin.send(of(world.police_officer), button="Reactivate")
    assert world.police_officer.user.active
    assert theirs.get("/police/queue").status_code == 302  # the session has ended all the same


def test_a_link_replaces_a_lost_password(world: World, admin: CarefulClient):
    theirs = world.sign_in(world.police_officer)
    found = LINK.search(admin.send(of(world.police_officer), button="new password").text)
    assert found
    assert theirs.get("/police/queue").status_code == 302
    visitor, own = world.visitor(), "three words of my own"
    assert (
        visitor.send("/sign-in", button="Sign in", username="police_officer", password=PASSWORD).status_code
        == 422
    )
    visitor.send(found[1], button="Choose", new=own, again=own)
    assert (
        visitor.send("/sign-in", button="Sign in", username="police_officer", password=own).status_code == 303
    )


@pytest.mark.only_on("sqlite")
def test_ones_own_account_has_no_such_buttons_and_refuses_them(world: World, admin: CarefulClient):
    page = admin.page(of(world.administrator))
    words = page.words("main")
    assert "This is your own account" in words
    assert not [button for button in page.all("button") if "Deactivate" in button.text]
    token = next(field.get("value") for field in page.all("input") if field.get("name") == "csrf_token")
    for act in ("deactivate", "password", f"memberships/{world.administrator.id}/end"):
        answer = admin.post(of(world.administrator, act), data={"csrf_token": token})
        assert answer.status_code == 409, act
    assert world.administrator.user.active


def test_memberships_are_added_and_ended(world: World, admin: CarefulClient):
    answer = admin.send(
        of(world.police_officer, "memberships/new"),
        role=Role.POLICE_OFFICER.value,
        institution_id=str(world.gendarmerie.id),
    )
    assert answer.status_code == 303
    added = world.police_officer.user.memberships[-1]
    assert added.institution_id == world.gendarmerie.id
    admin.send(of(world.police_officer), at=of(world.police_officer, "memberships", added.id, "end"))
    assert added.ended_at is not None
    assert "Ended" in admin.page(of(world.police_officer)).words("main")


@pytest.mark.only_on("sqlite")
def test_somebody_elses_membership_is_not_found(world: World, admin: CarefulClient):
    page = admin.page("/admin/people")
    token = next(field.get("value") for field in page.all("input") if field.get("name") == "csrf_token")
    address = of(world.police_officer, "memberships", world.auditor.id, "end")
    assert admin.post(address, data={"csrf_token": token}).status_code == 404
    assert world.auditor.ended_at is None


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("act", ["deactivate", "password"])
def test_a_button_takes_nothing_that_was_not_asked_for(world: World, admin: CarefulClient, act: str):
    page = admin.page("/admin/people")
    token = next(field.get("value") for field in page.all("input") if field.get("name") == "csrf_token")
    answer = admin.post(of(world.auditor, act), data={"csrf_token": token, "active": "1"})
    assert answer.status_code == 422
    assert world.auditor.user.active


# --- institutions and areas -----------------------------------------------------------------------------------------


def test_an_institution_is_added_renamed_and_taken_out_of_use(world: World, admin: CarefulClient):
    answer = admin.send(
        "/admin/institutions/new",
        name="Ferry county court",
        kind=InstitutionKind.COUNTY_COURT.value,
        area_id=str(world.county.id),
    )
    assert answer.location == "/admin/institutions/ferry-county-court"
    page = "/admin/institutions/ferry-county-court"
    admin.send(page, button="Change the name", name="Ferry court")
    admin.send(page, button="Deactivate")
    added = db.session.scalars(sa.select(Institution).where(Institution.code == "ferry-county-court")).one()
    assert (added.name, added.active, added.area_id) == ("Ferry court", False, world.county.id)
    admin.send(page, button="Reactivate")
    assert added.active


@pytest.mark.only_on("sqlite")
def test_an_institution_with_open_cases_is_not_taken_out_of_use(world: World, admin: CarefulClient):
    world.a_track("police:accepted")
    answer = admin.send(f"/admin/institutions/{world.station.code}", button="Deactivate")
    assert answer.status_code == 409
    assert "still open" in answer.text


@pytest.mark.only_on("sqlite")
def test_institutions_are_searched_by_name(world: World, admin: CarefulClient):
    page = admin.get("/admin/institutions?name=ferry").text
    assert re.findall(r'<th scope="row"><a [^>]*><bdi>([^<]*)', page) == [
        "Old Ferry customary court",
        "Old Ferry protection committee",
    ]


@pytest.mark.only_on("sqlite")
def test_areas_are_listed_by_what_lies_around_them_and_added_there(world: World, admin: CarefulClient):
    page = admin.page("/admin/areas?parent=XA01")
    assert page.words("h1") == "Areas in River State"
    rows = [head.text for head in page.all("th") if head.get("scope") == "row"]
    assert rows == ["Bend County", "Ford County"]
    answer = admin.send("/admin/areas/new?parent=XA01", code="XA0103", name="New County")
    assert answer.location == "/admin/areas?parent=XA01"
    added = db.session.scalars(sa.select(Area).where(Area.code == "XA0103")).one()
    assert (added.level, added.parent_id) == (2, world.state.id)
    assert admin.get("/admin/areas?parent=nowhere").status_code == 404


# --- limits ---------------------------------------------------------------------------------------------------------


def test_a_limit_of_the_law_is_confirmed_by_name(world: World, admin: CarefulClient):
    assert "Police custody: 48 hours" in admin.page("/admin/limits").words("main")
    admin.send("/admin/limits", button="confirm")
    assert db.session.scalar(sa.select(ClockConfirmation.confirmed_by_id)) == world.administrator.user_id
    page = admin.page("/admin/limits").words("main")
    assert "Every limit is confirmed" in page
    assert "Omar Saleh" in page


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("code", "hours", "status"),
    [("custody", "47", 409), ("custody", "x", 409), ("lunch", "48", 404), ("call_back", "3", 409)],
)
def test_nothing_else_is_confirmed(world: World, admin: CarefulClient, code: str, hours: str, status: int):
    page = admin.page("/admin/limits")
    token = next(field.get("value") for field in page.all("input") if field.get("name") == "csrf_token")
    answer = admin.post(f"/admin/limits/{code}/confirm", data={"csrf_token": token, "hours": hours})
    assert answer.status_code == status
    assert db.session.scalar(sa.select(sa.func.count(ClockConfirmation.id))) == 0


def test_what_a_page_changes_is_kept_and_what_it_refuses_is_not(world: World, admin: CarefulClient):
    admin.send(of(world.auditor), button="Deactivate")
    admin.send("/admin/institutions/new", name="", kind=InstitutionKind.OTHER.value)
    assert db.session.scalar(sa.select(sa.func.count(AdministrationEntry.id))) == 1


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "fr", "ar", "es"])
def test_every_page_opens_in_every_language(world: World, admin: CarefulClient, language: str):
    world.administrator.user.locale = language
    for path in (
        "/admin/people",
        "/admin/people/new",
        of(world.police_officer),
        of(world.police_officer, "memberships/new"),
        "/admin/institutions",
        "/admin/institutions/new",
        f"/admin/institutions/{world.station.code}",
        "/admin/areas?parent=XA01",
        "/admin/areas/new",
        "/admin/limits",
        "/admin/settings",
    ):
        assert admin.page(path).all("html")[0].get("lang") == language

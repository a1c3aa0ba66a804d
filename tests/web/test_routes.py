"""All routes at once, from the map of the application: whatever is added later is walked as well."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import session
from flask_wtf.csrf import generate_csrf
from werkzeug.routing import Rule

from blueprints.guards import ACCREDITED, BY_GATEWAY, PUBLIC, SAFE_METHODS, TOKEN, Scoped, mark_of
from tests.gateways import Telephone
from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker.db import db
from tracker.models import HistoryEntry, Membership, ProtectionCase
from tracker.permissions import GRANTS, READ_ONLY_ROLES, Permission
from tracker.vocabulary import Role

Statements = Callable[[], AbstractContextManager[list[str]]]

OPEN_TO_ALL = {
    "account.choose_language",
    "account.accept_by_provider",
    "account.back_from_provider",
    "account.follow_link",
    "account.forgotten",
    "account.go_to_provider",
    "account.leave",
    "account.left",
    "account.sign_in",
    "account.sign_in_by_passkey",
    "calendars.feed",
    "help.proof",
    "log.checkpoint",
    "log.index",
    "log.notice",
    "log.tile",
    "log.witnessed",
    "ops.healthz",
    "ops.readyz",
    "static_file",
}
OPEN_TO_TOKENS = {"log.disclosures", "log.entries"}
WITHOUT_TOKEN = {"account.leave"}
"""Who leaves quickly has no second try; nothing is changed by it but that a session ends."""
_OF_A_GATEWAY = [
    f"admin.{name}:code"
    for name in ("gateway", "new_gateway_secret", "switch_gateway_off", "switch_gateway_on")
]
ANSWERS = {200, 302, 303, 404, 409, 422}
"""What somebody who may enter gets: a page, a way on, or a refusal of what they sent."""

PART = r"(?:[a-z0-9]+(?:-[a-z0-9]+)*|<(?:string|int|path)(?:\([^)]*\))?:[a-z_]+>)"
SHAPE = re.compile(rf"/(?:{PART}(?:/{PART})*(?:/|\.json)?)?")
SPELT_BY_OTHERS = {"/openrosa/formList"}
"""Addresses that a specification gives."""
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE)\b", re.IGNORECASE)
HIGHEST_ID = 2**31 - 1


class Door(NamedTuple):
    """One route and one method."""

    rule: Rule
    method: str
    needed: frozenset[Permission] | None

    @property
    def by_token(self) -> bool:
        """Whether a session opens nothing here: a verifier's token does, a gateway's secret, or a token of the API."""
        by_secret = (
            self.needed is ACCREDITED or self.needed is BY_GATEWAY
        )  # equal sets: only `is` tells them apart
        return by_secret or (isinstance(self.needed, Scoped) and not self.needed.pages)

    def closed(self, person: Membership | None) -> int:
        """The status for somebody whom it is not open to."""
        return 401 if person is None or self.by_token else 403

    def opens_to(self, role: Role) -> bool:
        """Whether the permission table lets the role in."""
        if self.by_token:
            return False
        return self.needed is PUBLIC or bool((self.needed or frozenset()) & GRANTS[role])


def doors(world: World) -> list[Door]:
    """Every route of the application with each of its methods, those that only read first."""
    views = world.app.view_functions
    found = [
        Door(rule, method, mark_of(views[rule.endpoint]))
        for rule in world.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda door: door.method not in SAFE_METHODS)


@pytest.fixture
def values(world: World) -> dict[str, Any]:
    """Things that exist, by the name of a route's argument, where it needs another one with the endpoint before it.

    What does not stand here is made up by its type.
    """
    track = world.a_track("police:accepted")
    alert = world.an_alert("verified").reference
    return {
        "reference": track.case.reference,
        "alerts.show:reference": alert,
        "alerts.show_messages:reference": alert,
        "alerts.take_step:reference": alert,
        "audit.alert:reference": alert,
        "audit.alert_proof:reference": alert,
        "audit.alert_proof_text:reference": alert,
        "track_id": track.id,
        "n": 1,
        "code": world.station.code,
        "account.choose_language:code": "fr",
        **dict.fromkeys(_OF_A_GATEWAY, Telephone(world).gateway.code),
        "admin.confirm_limit:code": "custody",
        "token": "0" * 43,
        "static_file:digest": "0" * 16,
        "log.notice:digest": "0" * 43,
        "place": "000",
        "monitor.history:key": "0" * 12,
        "person_id": world.second_police_officer.user_id,
        "membership_id": world.second_police_officer.id,
        "role": "police-officer",
    }


def address(world: World, door: Door, values: dict[str, Any]) -> str:
    """The route with its arguments filled in."""
    with world.app.test_request_context():
        filled = {name: _value(door, name, values) for name in door.rule.arguments}
        return str(world.app.url_map.bind("localhost").build(door.rule.endpoint, filled, door.method))


def _value(door: Door, name: str, values: dict[str, Any]) -> Any:
    made_up = 1 if f"<int(max={HIGHEST_ID}):{name}>" in door.rule.rule else "en"
    return values.get(f"{door.rule.endpoint}:{name}", values.get(name, made_up))


class Knocker:
    """Somebody at each door in turn: a new session for each request that may end one, with a token of its own."""

    def __init__(self, world: World, person: Membership | None) -> None:
        self.world, self.person = world, person
        with world.app.test_request_context():
            session["csrf_token"] = "0" * 40
            self.token = generate_csrf()

    def client(self) -> CarefulClient:
        """A browser, signed in if there is a person."""
        client = self.world.sign_in(self.person) if self.person else self.world.visitor()
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = "0" * 40
            assert (TOKEN in cookie) is (self.person is not None)
        return client

    @cached_property
    def _reader(self) -> CarefulClient:
        """One browser for all that is only read, which ends no session; what is sent afterwards may end this one."""
        return self.client()

    def knock(self, door: Door, path: str, **data: str) -> int:
        """The status of the answer."""
        client = self._reader if door.method in SAFE_METHODS else self.client()
        answer = client.open(path, method=door.method, data=data or {"csrf_token": self.token})
        return int(answer.status_code)


def somebody(world: World, role: Role) -> Membership:
    """The first person of a role."""
    return next(person for person in world.people.values() if person.role is role)


def an_entry_of(person: Membership, reference: str) -> int:
    """The number of an entry of a case that the person's institution made: nobody else's may be corrected."""
    made = sa.select(HistoryEntry.n).where(
        HistoryEntry.case_id == ProtectionCase.id,
        ProtectionCase.reference == reference,
        HistoryEntry.institution_id == person.institution_id,
    )
    return db.session.scalars(made.limit(1)).first() or 1


# --- what stands in the map -----------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_every_route_says_who_may_enter(world: World):
    unsaid = {door.rule.endpoint for door in doors(world) if door.needed is None}
    assert not unsaid, f"add @requires(...) or @public to {sorted(unsaid)}"
    assert {door.rule.endpoint for door in doors(world) if door.needed is PUBLIC} == OPEN_TO_ALL
    assert {door.rule.endpoint for door in doors(world) if door.needed is ACCREDITED} == OPEN_TO_TOKENS


@pytest.mark.only_on("sqlite")
def test_addresses_are_lower_case_with_hyphens_and_typed_parts(world: World):
    odd = {door.rule.rule for door in doors(world) if not SHAPE.fullmatch(door.rule.rule)}
    assert odd == SPELT_BY_OTHERS, (
        "every part is a-z, 0-9 and hyphens, or <string:...>, or <int(max=2147483647):...>"
    )


@pytest.mark.only_on("sqlite")
def test_no_number_in_an_address_is_too_great_for_the_database(world: World):
    numbers = [part for door in doors(world) for part in re.findall(r"<int[^>]*>", door.rule.rule)]
    assert numbers
    assert all(f"max={HIGHEST_ID}" in part for part in numbers)


@pytest.mark.only_on("sqlite")
def test_a_room_is_its_folder_its_address_and_its_templates(world: World):
    rooms = {door.rule.endpoint.split(".")[0] for door in doors(world) if "." in door.rule.endpoint}
    apart = {"account", "home", "ops"}  # doors, first page and health have their places at the root
    for door in doors(world):
        room = door.rule.endpoint.split(".")[0]
        if room in rooms - apart:
            assert door.rule.rule.startswith(f"/{room}/"), door.rule.rule


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", sorted(READ_ONLY_ROLES))
def test_a_role_that_only_reads_may_send_nothing_but_its_own_accounts(world: World, role: Role):
    sending = [door for door in doors(world) if door.method not in SAFE_METHODS and door.opens_to(role)]
    assert {door.rule.endpoint.split(".")[0] for door in sending} == {"account"}


# --- everybody at every door ----------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", Role)
def test_a_role_enters_exactly_where_the_table_says(world: World, values: dict[str, Any], role: Role):
    person = somebody(world, role)
    knocker = Knocker(world, person)
    own = {**values, "n": an_entry_of(person, values["reference"])}
    wrong = []
    for door in doors(world):
        path = address(world, door, own)
        status = knocker.knock(door, path)
        if status not in (ANSWERS if door.opens_to(role) else {door.closed(person)}):
            wrong.append(f"{door.method} {path}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.only_on("sqlite")
def test_nobody_enters_without_signing_in(world: World, values: dict[str, Any]):
    knocker = Knocker(world, None)
    for door in doors(world):
        path = address(world, door, values)
        answer = knocker.client().open(path, method=door.method, data={"csrf_token": knocker.token})
        if door.needed is PUBLIC:
            assert answer.status_code in ANSWERS, path
        elif isinstance(door.needed, Scoped) or door.by_token:
            assert answer.status_code == 401, path
        elif door.method in SAFE_METHODS:
            assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in"), path
        else:
            assert answer.status_code == 401, path


def reading(world: World) -> Iterator[tuple[Door, Role]]:
    """Each door that is read, with a role that may enter."""
    for door in doors(world):
        if door.method in SAFE_METHODS:
            yield door, next((role for role in Role if door.opens_to(role)), Role.AUDITOR)


def test_reading_writes_nothing(world: World, values: dict[str, Any], statements: Statements):
    for door, role in reading(world):
        client = Knocker(world, somebody(world, role)).client()
        path = address(world, door, values)
        with statements() as asked:
            client.get(path)
        assert not [one for one in asked if WRITES.match(one) and not _writes_down(one)], f"{path} as {role}"


def _writes_down(statement: str) -> bool:
    """That something was read, and how often somebody asked, is all that a reader leaves behind."""
    return statement.startswith(
        ("INSERT INTO access ", "INSERT INTO throttle ", "UPDATE throttle ", "DELETE FROM throttle ")
    )


@pytest.mark.only_on("sqlite")
def test_a_session_in_use_is_all_that_reading_notes(
    world: World, values: dict[str, Any], statements: Statements
):
    client = world.sign_in(world.police_officer)
    with world.travel(hours=0.1), statements() as asked:
        client.get("/police/queue")
    writes = [" ".join(one.split()) for one in asked if WRITES.match(one)]
    assert writes == ["UPDATE user_session SET seen_at=? WHERE user_session.id = ?"]


@pytest.mark.only_on("sqlite")
def test_nothing_is_taken_without_a_token(world: World, values: dict[str, Any], statements: Statements):
    for door in doors(world):
        if door.method in SAFE_METHODS or door.by_token or door.rule.endpoint in WITHOUT_TOKEN:
            continue
        role = next(role for role in Role if door.opens_to(role))
        knocker = Knocker(world, somebody(world, role))
        path = address(world, door, values)
        for token in ("", "forged"):
            with statements() as asked:
                status = knocker.knock(door, path, csrf_token=token, note="x")
            writes = [one for one in asked if WRITES.match(one) and "user_session" not in one]
            assert (status, writes) == (400, []), f"{door.method} {path}"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_no_other_method_does_anything(world: World, values: dict[str, Any], method: str):
    client = world.sign_in(world.administrator)
    for door in doors(world):
        assert client.open(address(world, door, values), method=method).status_code in {403, 404, 405}

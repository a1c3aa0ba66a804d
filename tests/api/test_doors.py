"""Every endpoint of the API and every role: default deny, a scope for each, and what every answer must be."""

import json
import threading
from contextvars import Context
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from blueprints.guards import SAFE_METHODS, Scoped, mark_of
from tests import canaries
from tests.api.client import System
from tests.world import World
from tracker.db import db
from tracker.models import Access, ProtectionCase, Submission
from tracker.permissions import GRANTS, READ_ONLY_ROLES, SCOPE_GRANTS, Scope
from tracker.vocabulary import AccessKind, Role

PROBLEM = "application/problem+json"


class Door(NamedTuple):
    endpoint: str
    method: str
    path: str
    needed: Scoped


def doors(world: World, **values: Any) -> list[Door]:
    """Every endpoint of the API, with something that exists in its address. (Not of forms for phones.)"""
    bound = world.app.url_map.bind("localhost")
    return [
        Door(
            rule.endpoint,
            method,
            bound.build(rule.endpoint, {name: values.get(name, 1) for name in rule.arguments}, method),
            mark,
        )
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        and isinstance(mark := mark_of(world.app.view_functions[rule.endpoint]), Scoped)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def somebody(world: World, role: Role) -> Any:
    return next(person for person in world.people.values() if person.role is role)


@pytest.mark.only_on("sqlite")
def test_every_endpoint_says_its_scope_and_asks_for_what_that_scope_can_open(world: World):
    under = [rule.endpoint for rule in world.app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    found = doors(world, reference="x")
    assert {door.endpoint for door in found} == set(under) - {"api.page"}
    for door in found:
        if door.needed.scope is None:
            assert door.endpoint == "api.openapi"
        else:
            assert door.needed <= SCOPE_GRANTS[door.needed.scope], door.endpoint
    sending = [door for door in found if door.method not in SAFE_METHODS]
    for role in READ_ONLY_ROLES:
        assert not [door.endpoint for door in sending if door.needed & GRANTS[role]]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", Role)
def test_a_role_enters_exactly_where_role_and_scope_say(world: World, role: Role):
    track = world.a_track("police:accepted")
    known = {"reference": track.case.reference, "track_id": track.id}
    system = System(world, somebody(world, role))
    none = System(world, somebody(world, role), Scope.LOG_READ)
    wrong = []
    for door in doors(world, **known):
        body = {} if door.method in SAFE_METHODS else {"data": "{}", "content_type": "application/json"}
        opens = bool(door.needed & GRANTS[role])
        answer = system.send(door.method, door.path, **body)
        inside = answer.status_code not in {401, 403}
        if inside is not opens or answer.status_code >= 500:
            wrong.append(f"{door.method} {door.path}: {answer.status_code}")
        if door.needed.scope not in {None, Scope.LOG_READ}:
            refused = none.send(door.method, door.path, **body)
            assert refused.status_code == 403, door
            assert "insufficient_scope" in refused.headers["WWW-Authenticate"]
    assert not wrong, "\n".join(wrong)


@pytest.mark.only_on("sqlite")
def test_whatever_goes_wrong_is_a_problem_in_the_language_that_was_asked_for(world: World):
    system = System(world, world.focal_point)
    case = world.register()
    path = f"/cases/{case.reference}"
    asked = {
        400: system.send("POST", "/cases", data="{}", content_type="application/json"),
        401: world.visitor().get("/api/v1/cases"),
        404: system.get("/nowhere"),
        405: system.send("DELETE", path),
        412: system.post(f"{path}/people", {"role": "witness"}, seen=99),
        413: system.post("/cases", {"concern": "x" * 1_100_000}),
        415: system.send("POST", "/cases", data="{}", content_type="text/plain"),
        422: system.post("/cases", {"concern": "no such", "more": 1}),
        428: system.post(f"{path}/people", {"role": "witness"}),
    }
    for status, answer in asked.items():
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
        assert (answer.json or {})["status"] == status
    assert "DELETE" not in asked[405].headers["Allow"]
    pointers = {one["pointer"] for one in (asked[422].json or {})["errors"]}
    assert {"/concern", "/more", "/area"} <= pointers
    french = system.get("/nowhere", Accept_Language="fr")
    assert french.headers["Content-Language"] == "fr"
    broken = system.send(
        "POST", "/cases", data="{", content_type="application/json", Idempotency_Key="k" * 20
    )
    assert (broken.status_code, broken.mimetype) == (400, PROBLEM)


@pytest.mark.only_on("sqlite")
def test_texts_that_no_database_keeps_and_days_that_never_were_are_refused(world: World):
    track = world.a_track("police:accepted")
    system = System(world, world.police_officer)
    path = f"/cases/{track.case.reference}/tracks/{track.id}/acts"
    for wrong in (
        {"note": "a\0b"},
        {"note": "\ud800"},
        {"note": "x" * 5001},
        {"happened_at": "2026-01-01T10:00:00"},
        {"happened_at": "0001-01-01T00:00:00+14:00"},
        {"happened_at": "2999-01-01T00:00:00Z"},
        {"urgency": "normal"},
        {"step": "no_such_step"},
        {"seen": 1},
    ):
        answer = system.post(path, {"step": "start_investigation"} | wrong, seen=track.version)
        assert answer.status_code in {409, 422}, wrong


@pytest.mark.only_on("sqlite")
def test_the_limit_is_counted_for_the_person_and_said_with_each_answer(world: World):
    first, second = (System(world, world.police_officer) for _ in range(2))
    answer = first.get("/cases")
    assert answer.headers["RateLimit-Policy"] == '"api";q=300;w=60'
    assert answer.headers["RateLimit"].startswith('"api";r=299;t=')
    assert first.get("/cases").headers["RateLimit"].startswith('"api";r=298;t=')
    assert second.get("/cases").headers["RateLimit"].startswith('"api";r=289;t=')
    db.session.execute(sa.text("UPDATE throttle SET tries = 300"))
    assert {second.get("/cases").status_code for _ in range(9)} == {200}  # these were counted with the first
    refused = second.get("/cases")
    assert (refused.status_code, refused.mimetype) == (429, PROBLEM)
    assert refused.headers["RateLimit"].startswith('"api";r=0;t=')
    assert int(refused.headers["Retry-After"]) > 0
    assert System(world, world.prosecutor).get("/cases").status_code == 200


def test_six_at_once_with_one_key_make_one_case_and_get_one_answer(world: World):
    system = System(world, world.focal_point)
    body = {
        "concern": "rape",
        "area": world.payam.code,
        "channel": "walk_in",
        "urgency": "urgent",
        "risk": "high",
        "consent": {"decision": "not_possible"},
        "assessment": {"factors": ["detained"]},
        "people": [{"role": "survivor", "name": "Nyakong Canary", "phone": "+211 900 555 777"}],
    }
    client, key = system.world.app, "the-same-key-for-all"
    asked = {"Authorization": f"Bearer {system.token}", "Idempotency-Key": key}
    start = threading.Barrier(6)
    answers: list[Any] = []

    def send() -> None:
        start.wait(30)
        answers.append(client.test_client().post("/api/v1/cases", json=body, headers=asked))

    db.session.commit()
    db.session.remove()
    threads = [threading.Thread(target=Context().run, args=(send,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [one.status_code for one in answers] == [201] * 6
    assert len({one.get_data() for one in answers}) == len({one.headers["Location"] for one in answers}) == 1
    assert sum("Idempotent-Replayed" in one.headers for one in answers) == 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProtectionCase)) == 1
    other = system.post("/cases", body | {"urgency": "normal"}, key=key)
    assert (other.status_code, other.mimetype) == (422, PROBLEM)
    kept = db.session.scalars(sa.select(Submission.answer)).one()
    assert "Canary" not in kept
    assert "rape" not in kept


@pytest.mark.only_on("sqlite")
def test_what_was_refused_may_be_sent_again_with_its_key(world: World):
    track = world.sent_to_police()
    system = System(world, world.police_officer)
    path, key = f"/cases/{track.case.reference}/tracks/{track.id}/acts", "k" * 20
    assert system.post(path, {"step": "acknowledge"}, seen=99, key=key).status_code == 412
    done = system.post(path, {"step": "acknowledge"}, seen=track.version, key=key)
    assert (done.status_code, (done.json or {})["status"]) == (201, "acknowledged")
    again = system.post(path, {"step": "acknowledge"}, seen=track.version - 1, key=key)
    assert again.status_code == 201
    assert again.headers["ETag"] == done.headers["ETag"]


@pytest.mark.only_on("sqlite")
def test_the_description_names_every_endpoint_its_statuses_and_its_headers(world: World):
    told = json.loads(System(world, world.police_officer).get("/openapi.json").get_data())
    assert told["openapi"] == "3.1.1"
    asked = {
        (path, method.upper())
        for path, its in told["paths"].items()
        for method in its
        if method != "parameters"
    }
    rules = {
        (rule.rule, method)
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.page"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert len(asked) == len(rules)
    for its in told["paths"].values():
        for method, one in its.items():
            if method == "parameters":
                continue
            assert one["summary"]
            assert {"401", "403", "429"} <= one["responses"].keys()
            if method == "post" and not one["operationId"].startswith("search"):
                assert "Idempotency-Key" in {each["name"] for each in one["parameters"]}
    page = world.sign_in(world.police_officer).page("/api/v1/")
    assert "POST /api/v1/cases/{reference}/referrals" in page.words("main")


@pytest.mark.only_on("sqlite")
def test_reading_a_case_is_written_down_as_its_page_is(world: World):
    track = world.a_track("police:accepted")
    system = System(world, world.police_officer)
    system.get(f"/cases/{track.case.reference}")
    system.get(f"/cases/{track.case.reference}/history")
    system.get("/cases/2222-2222-2222")
    kept = db.session.execute(sa.select(Access.page, Access.kind, Access.user_id)).all()
    who = world.police_officer.user_id
    assert [tuple(one) for one in kept] == [
        ("api.case", AccessKind.CASE_FILE, who),
        ("api.history", AccessKind.CASE_FILE, who),
        ("api.case", AccessKind.UNKNOWN_REFERENCE, who),
    ]


@pytest.mark.only_on("sqlite")
def test_no_answer_to_a_monitor_or_an_auditor_names_a_person(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=100))
    world.take("record_arrest", track, name="Canary Held")
    world.take("record_measure", track, note="Canary note")
    known = {"reference": track.case.reference, "track_id": track.id, "code": world.station.code}
    words = ("Abuk the survivor", "+211 900 000 002", "ferry", "Canary Held", "Canary note")
    for person in (world.cso_monitor, world.auditor):
        system = System(world, person)
        opened = 0
        for door in doors(world, **known):
            if door.method in SAFE_METHODS:
                answer = system.get(door.path)
                opened += answer.status_code == 200
                told = answer.get_data(as_text=True).replace("Old Ferry", "")
                assert canaries.found(f"{answer.headers} {told}", *words) == [], door
        assert opened >= 3
    audited = System(world, world.auditor).get(f"/audit/cases/{track.case.reference}").json or {}
    assert {one["action"] for one in audited["history"]} >= {"register", "send", "record_arrest"}
    entries = System(world, world.auditor).get("/audit/entries?limit=2").json or {}
    assert len(entries["items"]) == 2
    assert System(world, world.auditor).get(entries["next"]).status_code == 200

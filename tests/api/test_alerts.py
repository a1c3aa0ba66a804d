"""Alerts of other systems: taken in once, listed, answered by the steps of the procedure, and read by nobody else."""

import pytest
import sqlalchemy as sa

from tests.api.client import System
from tests.world import World
from tracker import clock
from tracker.actions import walls
from tracker.db import db
from tracker.models import Access, Alert
from tracker.permissions import Scope
from tracker.vocabulary import AccessKind


def told(**other: object) -> dict[str, object]:
    return {
        "channel": "call",
        "received_at": clock.now().isoformat(),
        "phone": "+211 900 000 009",
        "message": "They took the goats.",
        **other,
    }


def test_an_alert_is_logged_once_called_back_and_verified(world: World):
    network = System(world, world.focal_point)
    body = told(area=world.payam.code)
    first, again = (network.post("/alerts", body, key="k" * 20) for _ in range(2))
    assert first.get_json() == again.get_json()
    at = first.headers["Location"]
    found = network.get(at)
    assert found.get_json()["phone"] == "+211900000009"
    assert found.get_json()["steps"][0]["step"] == "call_back"
    called = network.post(f"{at}/acts", {"step": "call_back", "reason": "reached"}, seen=1)
    assert called.get_json()["status"] == "called_back"
    assert network.post(f"{at}/acts", {"step": "verify", "note": "Her aunt."}, seen=1).status_code == 412
    assert (
        network.post(f"{at}/acts", {"step": "verify", "note": "Her aunt."}, seen=2).get_json()["version"] == 3
    )
    assert network.post(f"{at}/acts", {"step": "turn_into_case"}, seen=3).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(Alert.id))) == 1


@pytest.mark.only_on("sqlite")
def test_alerts_are_listed_by_their_clock_without_who_called(world: World):
    for _ in range(3):
        world.an_alert()
    world.an_alert("false_alarm")
    network = System(world, world.focal_point)
    page = network.get("/alerts?limit=2").get_json()
    rest = network.get(page["next"]).get_json()
    assert len(page["items"] + rest["items"]) == 3
    assert rest["next"] is None
    assert [one["status"] for one in network.get("/alerts?show=ended").get_json()["items"]] == ["false_alarm"]
    assert "900" not in str(page)


@pytest.mark.only_on("sqlite")
def test_who_called_is_shown_to_a_token_for_what_is_personal_alone_and_reading_is_written_down(world: World):
    alert = world.an_alert()
    plain = System(world, world.focal_point, Scope.ALERTS_READ)
    shown = plain.get(f"/alerts/{alert.reference}").get_json()
    assert not {"name", "phone", "message"} & shown.keys()
    whole = System(world, world.focal_point, Scope.ALERTS_READ, Scope.PARTICULARS_READ)
    assert whole.get(f"/alerts/{alert.reference}").get_json()["phone"]
    read = sa.select(sa.func.count()).where(Access.alert_id == alert.id, Access.kind == AccessKind.ALERT)
    assert db.session.scalar(read) == 2
    assert plain.post("/alerts", told()).status_code == 403


@pytest.mark.only_on("sqlite")
def test_nobody_else_finds_an_alert_or_what_became_of_it(world: World):
    alert = world.an_alert()
    assert System(world, world.other_focal_point).get(f"/alerts/{alert.reference}").status_code == 404
    for person in (world.police_officer, world.judicial_officer, world.administrator, world.auditor):
        assert System(world, person).get("/alerts").status_code == 403


@pytest.mark.only_on("sqlite")
def test_an_alert_whose_case_a_wall_hides_is_found_by_no_token_of_who_stands_behind_it(world: World):
    alert = world.an_alert("case")
    network = System(world, world.focal_point)
    assert network.get(f"/alerts/{alert.reference}").get_json()["case"] == alert.case.reference
    walls.wall_off(
        actor=world.judicial_officer,
        case=alert.case,
        seen=alert.case.entries,
        institution_id=world.network.id,
        note="Somebody of it is accused.",
    )
    db.session.commit()
    assert network.get(f"/alerts/{alert.reference}").status_code == 404
    assert network.get("/alerts?show=ended").get_json()["items"] == []


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "walk_in"},
        {"channel": "imported"},
        {"area": "nowhere"},
        {"phone": "call me"},
        {"received_at": "2999-01-01T00:00:00Z"},
        {"received_at": "2026-01-01T00:00:00"},
        {"status": "verified"},
        {"message": "a\0b"},
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_kept(world: World, wrong: dict[str, object]):
    network = System(world, world.focal_point)
    assert network.post("/alerts", told(**wrong)).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Alert.id))) == 0

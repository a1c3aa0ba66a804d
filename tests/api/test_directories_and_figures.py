"""Directories, figures, reports and the log for other systems: the same as the pages, and for nobody more."""

import base64
import hashlib
import json
from typing import Any

import pytest

from tests import made_figures
from tests.api.client import System
from tests.made_figures import PERIOD
from tests.world import World
from tracker.actions import reports as acts
from tracker.db import db

pytestmark = pytest.mark.only_on("sqlite")


def asked(by: System, path: str, status: int = 200) -> Any:
    """What is answered."""
    answer = by.get(path)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_institutions_and_areas_are_named_by_their_codes(world: World):
    program = System(world, world.police_officer)
    found = asked(program, "/institutions?kind=police_station&limit=1")
    assert len(found["items"]) == 1
    rest = asked(program, found["next"])
    names = [one["name"] for page in (found, rest) for one in page["items"]]
    assert names == sorted(names)
    own = asked(program, f"/institutions/{world.station.code}")
    assert own["area_code"] == world.station.area.code
    around = asked(program, f"/areas/{own['area_code']}")["around"]
    inside = asked(program, f"/areas?parent={around[-1]}")["items"]
    assert own["area_code"] in [one["code"] for one in inside]
    assert asked(program, "/areas/nowhere", 404)["status"] == 404


def test_what_indicators_mean_is_told_with_their_versions(world: World):
    told = asked(System(world, world.cso_monitor), "/indicators")["items"]
    assert told[0]["code"] == "M1"
    assert {"formula", "pitfalls", "version"} <= told[0].keys()


def test_figures_are_those_of_the_page_s_own_and_nobody_else_s(world: World):
    world.a_track("police:forwarded")
    program = System(world, world.police_officer)
    found = asked(program, f"/figures/institutions/{world.station.code}?period=2026")
    assert found["code"] == world.station.code
    assert found["basis"]["definitions"]["M1"] == 1
    asked(program, f"/figures/institutions/{world.other_station.code}", 404)
    asked(program, "/figures/pathway", 403)
    asked(program, f"/figures/institutions/{world.station.code}?period=nonsense", 422)
    section = System(world, world.judicial_officer)
    assert (
        asked(section, f"/figures/institutions/{world.station.code}?period=2026")["stages"] == found["stages"]
    )
    assert asked(section, "/figures/comparison?kind=police_station&indicator=M6")["indicator"] == "M6"
    assert asked(section, "/figures/pathway")["attrition"]
    asked(System(world, world.cso_monitor), f"/figures/institutions/{world.station.code}", 403)


def test_the_log_is_where_everybody_s_software_looks_for_it(world: World):
    world.an_alert()
    program = System(world, world.cso_monitor)
    found = asked(program, "/log")
    assert found["size"] + found["waiting"] > 0
    checkpoint = world.visitor().get(found["files"]["checkpoint"]).text
    assert found["checkpoint"] in (checkpoint, None)


def test_a_report_is_given_as_it_was_published_and_its_digest_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    made_figures.stand_in(monkeypatch)
    acts.publish(world.station, actor=world.judicial_officer, period=PERIOD)
    db.session.commit()
    monitor = System(world, world.cso_monitor)
    found = asked(monitor, "/reports")
    assert [(one["kind"], one["code"]) for one in found["items"]] == [("institution", world.station.code)]
    path = f"/reports/{PERIOD}/institution/{world.station.code}"
    answer = monitor.get(path)
    digest = base64.b64encode(hashlib.sha256(answer.data).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    page = world.sign_in(world.cso_monitor).get(f"/reports/{PERIOD}/institutions/{world.station.code}/json")
    assert answer.data == page.data
    assert json.loads(answer.data)["gate"]["smallest"] == 5
    asked(monitor, f"{path}?edition=2", 404)
    asked(monitor, f"/reports/{PERIOD}/institutions/{world.station.code}", 404)
    asked(System(world, world.administrator), path, 403)

"""Places that people type: the area is taken where it is certain, offered where it is not, and never guessed."""

import re

import pytest

from tests.web.test_alerts import logged
from tests.web.test_register import a_report
from tests.world import World
from tracker.actions.rebuild import differences
from tracker.db import db
from tracker.models import HistoryEntry

pytestmark = pytest.mark.only_on("sqlite")


def offered(page: str) -> list[str]:
    """What the list of areas offers, in order."""
    found = re.search(r'<select[^>]*name="area_id".*?</select>', page, re.DOTALL)
    return re.findall(r"<option[^>]*>([^<]+)</option>", found[0])[1:] if found else []


def test_an_alert_gets_the_area_that_its_place_means_for_certain(world: World):
    world.sign_in(world.focal_point).send("/alerts/new", channel="call", place="old ferry payam (Bend)")
    assert logged().area == world.payam


def test_an_uncertain_place_is_kept_as_it_was_said_and_the_areas_are_offered(world: World):
    client = world.sign_in(world.focal_point)
    answer = client.send("/alerts/new", channel="call", place="A village near Stone County")
    alert = logged()
    assert (alert.area, alert.contact.place) == (None, "A village near Stone County")
    page = client.get(answer.location).text
    assert "A village near Stone County" in page
    assert "It is not certain which area is meant." in page
    form = client.get(f"/alerts/{alert.reference}/place").text
    assert offered(form)[0] == "Stone County, Hill State (Perhaps elsewhere)"


def test_somebody_who_knows_says_which_area_it_is_and_the_history_tells(world: World):
    alert = world.an_alert(area_id=None, place="Rivr")
    client = world.sign_in(world.focal_point)
    answer = client.send(f"/alerts/{alert.reference}/place", area_id=str(world.county.id))
    assert answer.status_code == 303
    assert (alert.area, alert.contact.place, alert.status) == (world.county, "Rivr", "received")
    assert "Said where it is" in client.get(answer.location).text
    entry = db.session.query(HistoryEntry).order_by(HistoryEntry.id.desc()).first()
    assert (entry.action, entry.actor, entry.detail["area"]) == (
        "place",
        world.focal_point.user,
        "XA0101",
    )
    assert list(differences()) == []
    again = client.send(f"/alerts/{alert.reference}/place", area_id=str(world.county.id))
    assert "This is its area already" in again.text


def test_the_place_of_another_network_s_alert_is_nobody_s_business(world: World):
    alert = world.an_alert(area_id=None, place="Rivr")
    for person in (world.other_focal_point, world.police_officer, world.administrator):
        answer = world.sign_in(person).get(f"/alerts/{alert.reference}/place")
        assert answer.status_code in (403, 404), person
    stranger = world.sign_in(world.other_focal_point)
    assert stranger.get(f"/alerts/{alert.reference}/place").status_code == 404


def test_an_area_typed_at_registration_is_taken_or_offered(world: World):
    client = world.sign_in(world.focal_point)
    typed = a_report(world, area_id="", area_typed="Hill State, Stonee")
    answer = client.send("/cases/new", **typed)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "Choose from the list which area is meant" in answer.text
    assert offered(answer.text)[:2] == [
        "Hill State, Imara (Named in part)",
        "Stone County, Hill State (Sounds alike)",
    ]
    chosen = client.send("/cases/new", **typed | {"area_id": str(world.hill_county.id)})  # type: ignore[arg-type]
    assert chosen.status_code == 303
    sure = a_report(world, area_id="", area_typed="stone county", looked="y")
    assert client.send("/cases/new", **sure).status_code == 303  # type: ignore[arg-type]

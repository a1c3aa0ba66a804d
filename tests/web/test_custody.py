"""The pages of held people: the station's, the review's, the alarm on the first page; nobody is named on any."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.domain.test_custody_acts import arrest
from tests.domain.test_walls import wall_off
from tests.tables import taken
from tests.world import World
from tracker.actions.custody_alarms import raise_alarms
from tracker.db import db
from tracker.models import Custody, CustodyAlarm, CustodyEvent, Person, Track
from tracker.vocabulary import AgeGroup

pytestmark = pytest.mark.only_on("sqlite")

Statements = Callable[[], AbstractContextManager[list[Any]]]
REVIEW = "/judicial/detention"


@pytest.fixture
def track(world: World) -> Track:
    """What the police took on ten days ago."""
    return world.a_track("police:under_investigation", ago=timedelta(days=10))


def test_the_station_sees_whom_it_holds_and_how_far_over_the_limit(world: World, track: Track):
    arrest(world, track, 79.2, name="Deng the accused")
    arrest(world, track, 3.05, name="Lado")
    page = world.sign_in(world.police_officer).page("/police/held")
    assert "over the limit by \u206631:1" in page.markup
    assert "\u206644:5" in page.markup
    assert page.markup.count(track.case.reference) == 2
    assert "Deng" not in page.markup
    assert track.case.reference not in world.sign_in(world.other_police_officer).page("/police/held").markup
    home = world.sign_in(world.police_officer).page("/").markup
    assert "Everybody held here" in home


def test_an_extension_against_the_law_is_recorded_by_the_form_and_said_to_be_one(world: World, track: Track):
    one = arrest(world, track, 5)
    client = world.sign_in(world.police_officer)
    path = f"/custody/{one.id}"
    sent = client.send(f"{path}/extend", authority="chief", hours="24", office="Chief of Bend", paper="")
    assert sent.status_code == 303
    page = client.page(path)
    for words in (
        "Beyond the law",
        "No extension is recorded in the law",
        "24 hours, by: Chief, not in writing",
    ):
        assert words in page.markup
    refused = client.send(f"{path}/extend", authority="cousin", hours="x")
    assert refused.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CustodyEvent)) == 2


def test_every_act_has_its_form_and_only_those_that_are_open_are_offered(world: World, track: Track):
    one = arrest(world, track, 5)
    court, place = str(world.county_court.id), str(world.other_station.id)
    path = f"/custody/{one.id}"
    police, officer = world.sign_in(world.police_officer), world.sign_in(world.judicial_officer)
    assert police.get(f"{path}/review").status_code == 409
    assert officer.get(f"{path}/release").status_code == 409
    assert officer.get(f"{path}/acknowledge").status_code == 409
    assert officer.get(f"{path}/dance").status_code == 404
    said = {"institution_id": court, "result": "remanded", "until": "2031-01-01"}
    assert police.send(f"{path}/produce", **said).status_code == 303
    assert officer.send(f"{path}/review", finding="release_requested").status_code == 303
    assert police.send(f"{path}/transfer", institution_id=place).status_code == 303
    assert police.send(f"{path}/release", reason="bond").status_code == 303
    page = police.page(path)
    for words in ("Remanded in custody", "Ford police station", "On bond", "Release requested"):
        assert words.lower() in page.markup.lower() or words == "On bond"
    assert f"{path}/release" not in page.markup
    review = officer.page(REVIEW).markup
    assert "Nobody is recorded as held" in review
    assert "by the word of those who held them" in review
    assert track.case.reference in review


def test_the_weekly_review_has_children_first_and_names_nobody_also_as_a_file(world: World, track: Track):
    arrest(world, track, 90, name="Deng the accused")
    arrest(world, track, 2, name="=cmd", age_group=AgeGroup.CHILD)
    client = world.sign_in(world.judicial_officer)
    page = client.page(REVIEW)
    assert page.markup.index("Child") < page.markup.index("over the limit by")
    rows = taken(client, "/exports/lists/held/csv")
    assert (rows[0][0], rows[1][0], len(rows)) == ("Reference", "#meta+ref", 4)
    assert [row[3] for row in rows[2:]] == ["child", "not_recorded"]
    assert int(rows[3][8]) >= 42 * 60
    assert not [cell for row in rows for cell in row if "Deng" in cell or "cmd" in cell]
    assert "cmd" not in page.markup


@pytest.mark.parametrize("name", ["cso_monitor", "auditor", "administrator", "prosecutor", "police_officer"])
def test_the_review_is_for_judicial_officers_alone(world: World, track: Track, name: str):
    one = arrest(world, track, 90)
    client = world.sign_in(world.people[name])
    assert client.get(REVIEW).status_code == 403
    assert client.get(f"/custody/{one.id}").status_code == (200 if name == "police_officer" else 403)


def test_the_alarm_stands_on_the_first_page_until_somebody_there_takes_note(world: World, track: Track):
    one = arrest(world, track, 90)
    raise_alarms()
    client, said = world.sign_in(world.judicial_officer), "a limit is near or has passed"
    assert said in client.page("/").markup
    assert said not in world.sign_in(world.police_officer).page("/").markup
    assert client.send(f"/custody/{one.id}/acknowledge", note="I go there today.").status_code == 303
    assert said not in client.page("/").markup


def test_a_wall_hides_the_held_and_nobody_behind_it_is_told(world: World, track: Track):
    one = arrest(world, track, 90)
    wall_off(world, track.case, world.station)
    wall_off(world, track.case, world.focal_point.institution)
    raise_alarms()
    db.session.commit()
    assert set(db.session.scalars(sa.select(CustodyAlarm.institution_id))) == {world.section.id}
    for person in (world.police_officer, world.focal_point):
        client = world.sign_in(person)
        assert client.get(f"/custody/{one.id}").status_code == 404
        assert track.case.reference not in client.page("/").markup
    assert track.case.reference not in world.sign_in(world.police_officer).page("/police/held").markup
    officer = world.sign_in(world.judicial_officer)
    assert officer.send(f"/custody/{one.id}/release", reason="no_charge").status_code == 303


def test_a_list_costs_the_same_however_many_are_held(world: World, track: Track, statements: Statements):
    client, asked = world.sign_in(world.judicial_officer), []
    for names in (["A"], ["B", "C", "D", "E"]):
        for name in names:
            arrest(world, track, 90, name=name)
        with statements() as made:
            client.page(REVIEW)
        asked.append(len(made))
    assert asked[0] == asked[1]


def test_the_age_of_somebody_new_is_asked_at_the_arrest(world: World, track: Track):
    client = world.sign_in(world.police_officer)
    path = f"/cases/{track.case.reference}/tracks/{track.id}/record_arrest"
    assert client.send(path, name="Lado", age_group="child").status_code == 303
    one = db.session.scalars(sa.select(Custody)).one()
    assert db.session.get_one(Person, one.person_id).age_group is AgeGroup.CHILD
    assert "No separate limit is recorded." in client.page(f"/custody/{one.id}").markup


def test_help_says_how_the_hours_are_counted(world: World):
    page = world.sign_in(world.police_officer).page("/help/limits")
    assert "nights, weekends and holidays too" in page.markup

"""What judicial officers work from: their section's lists, and what is overdue at other institutions."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from tests.crowd import crowd
from tests.web.test_queues import row_of, text_of
from tests.world import World

Statements = Callable[[], AbstractContextManager[list[Any]]]
LISTS = {
    "intake": "referral:registered",
    "follow-up": "judicial_follow_up:visited",
    "escalated": "judicial_follow_up:escalated",
}


def references_of(markup: str) -> list[str]:
    """The cases that a page leads to, in order."""
    return re.findall(r'href="/cases/([A-Z0-9-]{14})"', markup)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_of_the_section(world: World, name: str):
    reference = world.a_case(LISTS[name]).reference
    page = world.sign_in(world.judicial_officer).get(f"/judicial/?show={name}").text
    assert references_of(page) == [reference]
    assert (
        references_of(world.sign_in(world.other_judicial_officer).get(f"/judicial/?show={name}").text) == []
    )


@pytest.mark.only_on("sqlite")
def test_triage_comes_first_and_by_its_clock(world: World):
    late = world.a_case(ago=timedelta(hours=5)).reference
    soon = world.a_case().reference
    page = world.sign_in(world.judicial_officer).get("/judicial/").text
    assert references_of(page) == [late, soon]
    assert "over the limit by 2 h" in row_of(page, late)


@pytest.mark.only_on("sqlite")
def test_feedback_waits_with_the_section_that_registered_the_case(world: World):
    case = world.register(by=world.judicial_officer)
    world.refer(case, world.station)
    track = world.track(case, "police")
    world.walk(track, "no_action")
    page = world.sign_in(world.judicial_officer).get("/judicial/?show=feedback").text
    assert references_of(page) == [case.reference]


@pytest.mark.only_on("sqlite")
def test_the_lists_are_links_with_counts(world: World):
    for at in ("referral:registered", "judicial_follow_up:escalated"):
        world.a_case(at)
    words = text_of(world.sign_in(world.judicial_officer).get("/judicial/").text)
    assert "Triage 1 Information asked of us 0 Follow-up 1 Escalated 1 Feedback 0" in words


def test_information_that_is_asked_says_by_whom(world: World):
    track = world.a_track("police:acknowledged")
    world.take("request_information", track)
    page = world.sign_in(world.judicial_officer).get("/judicial/?show=information").text
    assert row_of(page, track.case.reference).endswith("Bend police station")


def test_overdue_cases_are_counted_by_institution_and_listed(world: World):
    late = world.a_case("police:sent", ago=timedelta(days=9)).reference
    world.a_case("police:sent")
    client = world.sign_in(world.judicial_officer)
    table = client.get("/judicial/overdue").text
    (row,) = (row for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL) if "Bend police station" in row)
    assert text_of(row) == "Bend police station Police station 1 over the limit by 6 days"
    (href,) = re.findall(r'href="([^"]+)"', row)
    page = client.get(href)
    assert references_of(page.text) == [late]
    assert "Overdue at Bend police station" in text_of(page.text)


@pytest.mark.only_on("sqlite")
def test_another_section_is_told_nothing_of_it(world: World):
    world.a_case("police:sent", ago=timedelta(days=9))
    client = world.sign_in(world.other_judicial_officer)
    assert "Bend police station" not in client.get("/judicial/overdue").text
    assert references_of(client.get(f"/judicial/overdue/{world.station.code}").text) == []


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("address", ["/judicial/overdue/nowhere", "/judicial/?show=nothing"])
def test_what_does_not_exist_is_not_found(world: World, address: str):
    assert world.sign_in(world.judicial_officer).get(address).status_code == 404


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("address", ["/judicial/", "/judicial/overdue", "/judicial/overdue/station"])
def test_the_section_s_pages_open_to_judicial_officers_alone(world: World, address: str):
    for name, person in world.people.items():
        status = world.sign_in(person).get(address).status_code
        assert (status != 403) == (person.role == "judicial_officer"), name


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("name", [*LISTS, "information", "feedback"])
def test_an_empty_list_says_so(world: World, name: str):
    page = world.sign_in(world.judicial_officer).get(f"/judicial/?show={name}").text
    assert 'class="empty"' in page


@pytest.mark.parametrize("address", ["/judicial/", "/judicial/overdue", "/judicial/overdue/{station}"])
def test_long_lists_cost_the_statements_of_short_ones(world: World, statements: Statements, address: str):
    address = address.format(station=world.station.code)
    client = world.sign_in(world.judicial_officer)
    with statements() as before:
        client.get(address)
    crowd(world, 30)
    crowd(world, 30, at=world.gendarmerie)
    crowd(world, 30, at=world.section, stage="referral", status="registered")
    with statements() as after:
        client.get(address)
    assert len(before) == len(after) <= 4

"""The queues of police and prosecution and the docket of a court, as people read them."""

import gzip
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from tests.crowd import crowd
from tests.world import World
from tracker.vocabulary import Concern, Urgency

Statements = Callable[[], AbstractContextManager[list[Any]]]
QUEUE = "/police/queue"
SMALL = 4_096
"""A page seen again, stylesheet kept: so many bytes over a thin link."""


def text_of(markup: str) -> str:
    """The words of a page in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def row_of(markup: str, reference: str) -> str:
    """The words of the row of a reference."""
    (row,) = (
        row for row in re.findall(r"<tr.*?</tr>", markup, re.DOTALL) if f'href="/cases/{reference}"' in row
    )
    return text_of(row)


@pytest.mark.only_on("sqlite")
def test_a_row_says_all_that_an_officer_needs_to_choose(world: World):
    track = world.a_track(
        "police:sent", ago=timedelta(hours=103, minutes=5), concern=Concern.RAPE, urgency=Urgency.URGENT
    )
    page = world.sign_in(world.police_officer).get(QUEUE)
    reference = track.case.reference
    assert row_of(page.text, reference) == f"{reference} Sent Rape Urgent over the limit by 31 h Bend County"
    assert '<tr class="late">' in page.text


@pytest.mark.only_on("sqlite")
def test_a_row_names_who_has_the_case_and_the_nearer_area_once_it_is_accepted(world: World):
    reference = world.a_case("police:under_investigation").reference
    page = world.sign_in(world.second_police_officer).get(QUEUE)
    words = row_of(page.text, reference)
    assert "Under investigation" in words
    assert words.endswith("Old Ferry Payam Samuel Lado")


@pytest.mark.only_on("sqlite")
def test_nothing_personal_is_in_a_queue(world: World):
    for at in ("police:sent", "police:accepted"):
        world.a_case(at)
    page = world.sign_in(world.police_officer).get(QUEUE).text
    assert not [word for word in ("Abuk", "Ferry the", "behind the old", "900 000") if word in page]


@pytest.mark.only_on("sqlite")
def test_asked_information_is_marked(world: World):
    track = world.a_track("police:acknowledged")
    world.take("request_information", track)
    page = world.sign_in(world.police_officer).get(QUEUE)
    assert "Acknowledged Information asked" in row_of(page.text, track.case.reference)


@pytest.mark.only_on("sqlite")
def test_the_parts_are_links_with_counts(world: World):
    world.a_case("police:sent", ago=timedelta(days=9))
    world.a_case("police:acknowledged")
    mine = world.a_case("police:accepted").reference
    client = world.sign_in(world.police_officer)
    words = text_of(client.get(QUEUE).text)
    assert "Waiting for acknowledgement 2 Accepted 1 Overdue 1 Mine 1 All 3" in words
    part = client.get(f"{QUEUE}?show=mine").text
    assert re.findall(r'href="/cases/([^"]+)"', part) == [mine]
    assert re.search(r'<a href="\?show=mine" aria-current="true">Mine', part)


@pytest.mark.only_on("sqlite")
def test_a_status_is_a_link_too_and_stays_open(world: World):
    world.a_case("police:sent")
    world.a_case("police:accepted")
    page = world.sign_in(world.police_officer).get(f"{QUEUE}?status=sent").text
    assert len(re.findall(r'href="/cases/', page)) == 1
    assert "<details open>" in page
    assert '<a href="?status=sent" aria-current="true">Sent' in page


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("query", ["show=everything", "status=decided", "status=forwarded"])
def test_a_list_that_does_not_exist_is_not_found(world: World, query: str):
    assert world.sign_in(world.police_officer).get(f"{QUEUE}?{query}").status_code == 404


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("query", ["after=x", "before=1.x", "after=9e9.1"])
def test_a_page_that_does_not_exist_is_refused(world: World, query: str):
    assert world.sign_in(world.police_officer).get(f"{QUEUE}?{query}").status_code == 422


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("show", ["waiting", "in_hand", "overdue", "mine", "all"])
def test_an_empty_part_says_so(world: World, show: str):
    page = world.sign_in(world.police_officer).get(f"{QUEUE}?show={show}").text
    assert 'class="empty"' in page
    assert "<table" not in page


def test_pages_lead_on_and_back(world: World):
    crowd(world, 120)
    client = world.sign_in(world.police_officer)
    first = client.get(f"{QUEUE}?show=all").text
    second = client.get(QUEUE + _link(first, "next")).text
    third = client.get(QUEUE + _link(second, "next")).text
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in third
    assert [len(re.findall("<tr", page)) - 1 for page in (first, second, third)] == [50, 50, 20]
    assert _statuses(client.get(QUEUE + _link(third, "prev")).text) == _statuses(second) != _statuses(first)


def _link(page: str, way: str) -> str:
    (address,) = re.findall(rf'<a rel="{way}" href="([^"]+)"', page)
    return str(address).replace("&amp;", "&")


def _statuses(page: str) -> list[str]:
    """The statuses of the rows, which come in turn in a crowd of one case."""
    return re.findall(r'<span class="tag \w+">([^<]+)', page)


@pytest.mark.only_on("sqlite")
def test_many_are_counted_to_a_thousand(world: World):
    crowd(world, 1_001, status="sent")
    assert "Waiting for acknowledgement 1,000+" in text_of(
        world.sign_in(world.police_officer).get(QUEUE).text
    )


def test_fifty_rows_cost_the_statements_of_one(world: World, statements: Statements):
    crowd(world, 1)
    client = world.sign_in(world.police_officer)
    with statements() as one:
        client.get(QUEUE)
    crowd(world, 60)
    with statements() as fifty:
        page = client.get(QUEUE).text
    assert len(re.findall("<tr", page)) == 51
    assert len(fifty) == len(one) <= 3


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_full_page_is_small(world: World, language: str):
    for _ in range(5):
        crowd(world, 12, assigned_to_id=world.police_officer.user_id)
    client = world.sign_in(world.police_officer)
    client.set_cookie("language", language)
    answer = client.get(QUEUE, headers={"Accept-Encoding": "gzip"})
    assert len(re.findall(b"<tr", gzip.decompress(answer.data))) == 51
    assert len(answer.data) < SMALL


@pytest.mark.only_on("sqlite")
def test_a_reference_is_looked_for_from_the_queue(world: World):
    page = world.sign_in(world.police_officer).get(QUEUE).text
    assert re.search(r'<form class="search" role="search" action="/cases/find"', page)


def test_a_prosecutor_s_queue(world: World):
    reference = world.a_case("prosecution:sent").reference
    world.a_case("police:sent")
    page = world.sign_in(world.prosecutor).get("/prosecution/queue")
    assert re.findall(r'href="/cases/([A-Z0-9-]+)"', page.text) == [reference]
    assert world.sign_in(world.other_prosecutor).get("/prosecution/queue").text.count("<tr") == 0


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("address", [QUEUE, "/prosecution/queue", "/courts/docket"])
def test_a_queue_opens_to_its_own_role(world: World, address: str):
    own = {QUEUE: "police_officer", "/prosecution/queue": "prosecutor", "/courts/docket": "court_clerk"}[
        address
    ]
    for name, person in world.people.items():
        status = world.sign_in(person).get(address).status_code
        assert status == (200 if person.role == own else 403), name


# --- the docket -----------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("days", "part", "words"),
    [(0, "week", r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d+ \w{3}"), (6, "week", "tomorrow"), (7, "today", "today"),
     (9, "past", r".*, no record yet")],
)  # fmt: skip
def test_a_hearing_day_in_words(world: World, days: int, part: str, words: str):
    reference = world.a_case("court:listed").reference
    with world.travel(days=days):
        page = world.sign_in(world.court_clerk).get(f"/courts/docket?show={part}").text
    assert re.search(rf"Normal {words} Old Ferry Payam", row_of(page, reference)), row_of(page, reference)


@pytest.mark.only_on("sqlite")
def test_the_docket_says_how_often_a_case_was_adjourned(world: World):
    track = world.a_track("court:listed")
    for _ in range(3):
        world.take("adjourn", track)
    page = world.sign_in(world.court_clerk).get("/courts/docket").text
    assert row_of(page, track.case.reference).endswith("Old Ferry Payam 3")


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "part", ["to_file", "past", "today", "week", "later", "to_list", "no_date", "decision", "orders", "all"]
)
def test_an_empty_part_of_the_docket_says_so(world: World, part: str):
    page = world.sign_in(world.court_clerk).get(f"/courts/docket?show={part}").text
    assert 'class="empty"' in page


def test_a_full_docket_costs_the_statements_of_one_row(world: World, statements: Statements):
    client = world.sign_in(world.court_clerk)
    crowd(world, 1, at=world.county_court, stage="court", status="accepted")
    with statements() as one:
        client.get("/courts/docket")
    crowd(world, 60, at=world.county_court, stage="court", status="accepted")
    with statements() as fifty:
        client.get("/courts/docket")
    assert len(fifty) == len(one) <= 3

"""The first page of every role: what waits for this person, and nothing else."""

import gzip
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from tests.crowd import crowd
from tests.web.test_judicial import references_of
from tests.web.test_queues import SMALL, text_of
from tests.world import World

Statements = Callable[[], AbstractContextManager[list[Any]]]
ROLES = (
    "focal_point",
    "police_officer",
    "prosecutor",
    "court_clerk",
    "judicial_officer",
    "cso_monitor",
    "auditor",
    "administrator",
)


def block_of(markup: str, title: str) -> str:
    """The part of the first page under the heading that begins with `title`."""
    (found,) = (
        part for part in re.findall(r"<section>.*?</section>", markup, re.DOTALL) if f"<h2>{title}" in part
    )
    return str(found)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_first_page_also_when_nothing_waits(world: World, role: str):
    page = world.sign_in(world.people[role]).page("/")
    assert page.words("h1") == "What waits for you"
    assert page.all("h2")


def test_a_focal_point_sees_alerts_feedback_and_what_is_asked(world: World):
    alert = world.an_alert(ago=timedelta(hours=4))
    feedback = world.a_case("feedback:due").reference
    page = world.sign_in(world.focal_point).get("/").text
    alerts = block_of(page, "Alerts to call back")
    assert alert.reference in alerts
    assert "over the limit by 1 h" in alerts
    assert references_of(block_of(page, "Feedback to give")) == [feedback]
    assert "No institution waits" in block_of(page, "Referrals whose holder asks")
    assert "Cases to triage" not in page


@pytest.mark.only_on("sqlite")
def test_a_focal_point_triages_where_no_section_works(world: World):
    reference = world.register(area_id=world.far_state.id).reference
    page = world.sign_in(world.focal_point).get("/").text
    assert references_of(block_of(page, "Cases to triage and refer")) == [reference]
    assert references_of(world.sign_in(world.focal_point).get("/waiting/intake").text) == [reference]


def test_an_officer_sees_the_top_of_the_queue_and_what_is_theirs(world: World):
    waiting = world.a_case("police:sent").reference
    mine = world.a_case("police:accepted").reference
    page = world.sign_in(world.police_officer).get("/").text
    assert references_of(block_of(page, "Most urgent")) == [waiting, mine]
    assert references_of(block_of(page, "With you")) == [mine]
    assert references_of(block_of(world.sign_in(world.second_police_officer).get("/").text, "With you")) == []


@pytest.mark.only_on("sqlite")
def test_an_officer_sees_what_the_court_asks_about_a_file_that_was_handed_on(world: World):
    track = world.a_track("court:acknowledged")
    world.take("request_information", track)
    client = world.sign_in(world.police_officer)
    block = block_of(client.get("/").text, "Referrals whose holder asks")
    assert references_of(block) == [track.case.reference]
    assert "Bend county court" in block
    assert references_of(client.get("/waiting/information").text) == [track.case.reference]


@pytest.mark.only_on("sqlite")
def test_a_prosecutor_sees_their_own_office_s_queue(world: World):
    reference = world.a_case("prosecution:sent").reference
    assert references_of(world.sign_in(world.prosecutor).get("/").text) == [reference]
    assert references_of(world.sign_in(world.other_prosecutor).get("/").text) == []


def test_a_clerk_sees_hearings_files_and_orders(world: World):
    hearing = world.a_case("court:listed").reference
    order = world.a_case("enforcement:pending").reference
    new = world.a_case("court:sent").reference
    with world.travel(days=7):
        page = world.sign_in(world.court_clerk).get("/").text
    assert references_of(block_of(page, "Hearings today")) == [hearing]
    assert references_of(block_of(page, "To be filed")) == [new]
    assert references_of(block_of(page, "Orders")) == [order]
    with world.travel(days=8):
        page = world.sign_in(world.court_clerk).get("/").text
    assert references_of(block_of(page, "Hearings without a record")) == [hearing]


def test_a_judicial_officer_sees_triage_follow_up_and_what_is_overdue_where(world: World):
    triage = world.a_case().reference
    followed = world.a_case("police:sent", ago=timedelta(days=9)).reference
    page = world.sign_in(world.judicial_officer).get("/").text
    assert references_of(block_of(page, "Cases to triage")) == [triage]
    assert references_of(block_of(page, "Cases to follow up")) == [followed]
    assert "Bend police station" in block_of(page, "Overdue by institution")
    assert "Bend police station" not in world.sign_in(world.other_judicial_officer).get("/").text


@pytest.mark.only_on("sqlite")
def test_a_monitor_is_told_what_can_be_read_and_reads_no_case(world: World):
    reference = world.a_case("police:sent", ago=timedelta(days=9)).reference
    page = world.sign_in(world.cso_monitor).get("/").text
    assert "nothing can be changed" in page
    assert reference not in page


@pytest.mark.only_on("sqlite")
def test_an_auditor_is_told_how_much_is_new(world: World):
    client = world.sign_in(world.auditor)
    world.register()
    assert re.search(r"\d+ entr(y was|ies were) recorded in the last 24 hours", text_of(client.get("/").text))


@pytest.mark.only_on("sqlite")
def test_an_administrator_is_told_what_there_is_to_look_after(world: World):
    words = text_of(world.sign_in(world.administrator).get("/").text)
    assert f"{len(world.people)} people may sign in." in words
    assert f"{len(world.institutions)} institutions are active." in words
    assert "1 time limit still has to be compared with the law" in words


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", ROLES)
def test_every_link_of_a_first_page_opens(world: World, role: str):
    world.a_case("police:sent", ago=timedelta(days=9))
    world.an_alert()
    client = world.sign_in(world.people[role])
    page = client.get("/").text
    main = page[page.index("<main") : page.index("</main>")]
    for href in set(re.findall(r'<a [^>]*href="([^"#]+)"', main)):
        assert client.get(href.replace("&amp;", "&")).status_code == 200, href


def fill(world: World, number: int) -> None:
    """Something in every list of every first page, `number` times."""
    officer, clerk = world.police_officer, world.court_clerk
    crowd(world, number, assigned_to_id=officer.user_id)
    crowd(world, number, sender_id=world.station.id, at=world.county_court, stage="court", status="acknowledged",
          awaiting="sender")  # fmt: skip
    crowd(world, number, at=world.prosecution, stage="prosecution", assigned_to_id=world.prosecutor.user_id)
    crowd(world, number, at=clerk.institution, stage="enforcement", status="pending")
    crowd(world, number, at=world.section, stage="referral", status="registered")
    crowd(world, number, at=world.section, stage="judicial_follow_up", status="due")
    crowd(world, number, at=world.network, stage="feedback", status="due")
    for _ in range(number):
        world.an_alert()


def test_a_first_page_costs_the_same_however_much_waits(world: World, statements: Statements):
    clients = {role: world.sign_in(world.people[role]) for role in ROLES}
    fill(world, 1)
    few = {}
    for role, client in clients.items():
        with statements() as asked:
            client.get("/")
        few[role] = len(asked)
    fill(world, 14)
    for role, client in clients.items():
        with statements() as many:
            answer = client.get("/", headers={"Accept-Encoding": "gzip"})
        assert few[role] == len(many) <= 11, role
        assert len(answer.data) < SMALL, role
        page = gzip.decompress(answer.data).decode()
        lists = re.findall(r"<section>.*?</section>", page, re.DOTALL)
        assert all(part.count("<tr") <= 11 for part in lists), role


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("role", "lists"),
    [
        ("focal_point", {"intake", "information", "follow-up", "feedback"}),
        ("judicial_officer", {"intake", "information", "follow-up", "escalated", "feedback"}),
        ("police_officer", {"information"}),
        ("prosecutor", {"information"}),
        ("court_clerk", {"information"}),
    ],
)
def test_the_lists_beyond_the_queues_are_those_of_the_role(world: World, role: str, lists: set[str]):
    client = world.sign_in(world.people[role])
    for name in ("intake", "information", "follow-up", "escalated", "feedback", "nothing"):
        assert client.get(f"/waiting/{name}").status_code == (200 if name in lists else 404), name


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", ["cso_monitor", "auditor", "administrator"])
def test_those_who_read_no_cases_have_no_such_lists(world: World, role: str):
    assert world.sign_in(world.people[role]).get("/waiting/information").status_code == 403

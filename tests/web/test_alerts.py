"""Alerts over the web: logged in a moment, called back, verified, ended with an answer or as a case."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.test_queues import text_of
from tests.world import World
from tracker.actions.steps import Answers, take
from tracker.db import db
from tracker.models import Alert
from tracker.vocabulary import Channel

Statements = Callable[[], AbstractContextManager[list[Any]]]


def logged() -> Alert:
    """The newest alert."""
    return db.session.scalars(sa.select(Alert).order_by(Alert.id.desc())).first() or pytest.fail("no alert")


def test_an_alert_is_logged_with_one_answer(world: World):
    client = world.sign_in(world.focal_point)
    answer = client.send("/alerts/new", channel="missed_call")
    alert = logged()
    assert (alert.channel, alert.status, alert.institution) == (
        Channel.MISSED_CALL,
        "received",
        world.network,
    )
    assert answer.headers["Location"] == f"/alerts/{alert.reference}"


@pytest.mark.only_on("sqlite")
def test_all_that_was_heard_is_kept(world: World):
    client = world.sign_in(world.focal_point)
    client.send(
        "/alerts/new",
        channel="call",
        area_id=str(world.payam.id),
        phone="٠٩١٢ 345 678",
        name="Achol",
        message="Men took our cows",
    )
    alert = logged()
    assert (alert.area, alert.contact.phone, alert.contact.name) == (world.payam, "0912345678", "Achol")
    page = client.get(f"/alerts/{alert.reference}").text
    assert '<a href="tel:0912345678" dir="ltr">0912345678</a>' in page
    assert '<p class="narrative" dir="auto">Men took our cows</p>' in page


@pytest.mark.only_on("sqlite")
def test_how_it_arrived_must_be_said(world: World):
    answer = world.sign_in(world.focal_point).send("/alerts/new", phone="0912345678")
    assert answer.status_code == 422
    assert "Choose how the alert arrived" in answer.text
    assert 'value="0912345678"' in answer.text


@pytest.mark.only_on("sqlite")
def test_no_more_than_three_answers_are_needed(world: World):
    page = world.sign_in(world.focal_point).get("/alerts/new").text
    needed = set(re.findall(r'name="([a-z_]+)[^>]* required', page)) | {"channel", "received_at"}
    assert len(needed) <= 3


def test_the_alert_that_waits_longest_comes_first(world: World):
    soon, late = world.an_alert(), world.an_alert(ago=timedelta(hours=9))
    world.an_alert("false_alarm")
    page = world.sign_in(world.focal_point).get("/alerts/").text
    assert re.findall(r'href="/alerts/([A-Z0-9-]{14})"', page) == [late.reference, soon.reference]
    assert "To be answered 2" in text_of(page)
    assert "900 000 001" not in page


@pytest.mark.only_on("sqlite")
def test_ended_alerts_are_a_list_of_their_own_with_the_case_they_became(world: World):
    case = world.an_alert("case")
    dropped = world.an_alert("duplicate")
    page = world.sign_in(world.focal_point).get("/alerts/?show=ended").text
    assert re.findall(r'href="/alerts/([A-Z0-9-]{14})"', page) == [dropped.reference, case.reference]
    became = db.session.get_one(Alert, case.id).case
    assert became is not None
    assert became.reference in page


@pytest.mark.only_on("sqlite")
def test_lists_of_alerts_have_pages(world: World):
    for at in ("received", "false_alarm"):
        for _ in range(51):
            world.an_alert(at)
    client = world.sign_in(world.focal_point)
    for show in ("open", "ended"):
        first = client.get(f"/alerts/?show={show}").text
        (on,) = re.findall(r'rel="next" href="([^"]+)"', first)
        second = client.get("/alerts/" + on.replace("&amp;", "&")).text
        (back,) = re.findall(r'rel="prev" href="([^"]+)"', second)
        again = client.get("/alerts/" + back.replace("&amp;", "&")).text
        seen = [re.findall(r'href="/alerts/([A-Z0-9-]{14})"', page) for page in (first, second, again)]
        assert (len(seen[0]), len(seen[1])) == (50, 1)
        assert seen[2] == seen[0]
        assert not set(seen[0]) & set(seen[1])


def test_a_call_back_is_recorded_with_what_came_of_it(world: World):
    alert = world.an_alert()
    client = world.sign_in(world.focal_point)
    answer = client.send(f"/alerts/{alert.reference}/call_back", reason="reached", note="She is safe")
    assert answer.status_code == 303
    page = client.get(f"/alerts/{alert.reference}").text
    assert (alert.status, alert.reason) == ("called_back", "reached")
    assert "Reached" in page
    assert "She is safe" in page


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("at", "main"),
    [("received", "Record a call back"), ("called_back", "Verify"), ("verified", "Turn into a case")],
)
def test_the_likeliest_step_is_the_main_button(world: World, at: str, main: str):
    alert = world.an_alert(at)
    page = world.sign_in(world.focal_point).get(f"/alerts/{alert.reference}").text
    assert re.findall(r'<a class="button ?" href="[^"]+">([^<]+)', page)[0].startswith(main)


@pytest.mark.only_on("sqlite")
def test_one_calls_again_until_somebody_is_reached(world: World):
    alert = world.an_alert()
    world.take("call_back", alert, reason="no_answer")
    page = world.sign_in(world.focal_point).get(f"/alerts/{alert.reference}").text
    assert re.findall(r'<a class="button ?" href="[^"]+">([^<]+)', page) == ["Record a call back"]


@pytest.mark.only_on("sqlite")
def test_an_alert_becomes_a_case_on_the_form_for_cases(world: World):
    alert = world.an_alert("verified")
    client = world.sign_in(world.focal_point)
    assert f"/alerts/{alert.reference}/turn_into_case" in client.get(f"/alerts/{alert.reference}").text
    answer = client.get(f"/alerts/{alert.reference}/turn_into_case")
    assert answer.headers["Location"] == f"/cases/new?alert={alert.reference}"


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "step", ["close_as_false_alarm", "close_as_duplicate", "close_as_responded", "close_without_response"]
)
def test_every_closing_is_offered_and_taken(world: World, step: str):
    alert = world.an_alert("called_back")
    client = world.sign_in(world.focal_point)
    assert f"/alerts/{alert.reference}/{step}" in client.get(f"/alerts/{alert.reference}").text
    client.get(f"/alerts/{alert.reference}/{step}")
    client.send(f"/alerts/{alert.reference}/{step}", note="Asked the neighbours")
    assert not alert.open
    page = client.get(f"/alerts/{alert.reference}").text
    assert 'class="actions"' not in page


@pytest.mark.only_on("sqlite")
def test_a_step_that_is_not_open_is_refused(world: World):
    alert = world.an_alert()
    client = world.sign_in(world.focal_point)
    assert client.get(f"/alerts/{alert.reference}/close_without_response").status_code == 409
    assert client.get(f"/alerts/{alert.reference}/fly").status_code == 404


def test_the_second_of_two_is_told_and_keeps_what_was_typed(world: World):
    alert = world.an_alert()
    client = world.sign_in(world.focal_point)
    page = client.get(f"/alerts/{alert.reference}/verify").text
    (seen,) = re.findall(r'name="seen"[^>]* value="(\d+)"', page)
    take(
        "call_back", actor=world.focal_point, on=alert, seen=alert.version, answers=Answers(reason="reached")
    )
    answer = client.send(f"/alerts/{alert.reference}/verify", seen=seen, note="A neighbour saw it")
    assert answer.status_code == 409
    assert "A neighbour saw it" in answer.text
    assert alert.status == "called_back"


@pytest.mark.only_on("sqlite")
def test_another_network_finds_no_such_alert(world: World):
    alert = world.an_alert()
    client = world.sign_in(world.other_focal_point)
    for address in ("", "/call_back", "/turn_into_case"):
        assert client.get(f"/alerts/{alert.reference}{address}").status_code == 404
    assert alert.reference not in client.get("/alerts/").text
    assert client.get("/alerts/7777-7777-7777").status_code == 422


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("address", ["/alerts/", "/alerts/new"])
def test_alerts_open_to_focal_points_alone(world: World, address: str):
    for name, person in world.people.items():
        status = world.sign_in(person).get(address).status_code
        assert status == (200 if person.role == "focal_point" else 403), name


def test_a_long_list_costs_the_statements_of_a_short_one(world: World, statements: Statements):
    client = world.sign_in(world.focal_point)
    world.an_alert()
    with statements() as one:
        client.get("/alerts/")
    for _ in range(9):
        world.an_alert()
    with statements() as ten:
        client.get("/alerts/")
    assert len(ten) == len(one)

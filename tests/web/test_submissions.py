"""A form that is sent twice is taken once: by a slip of the finger, after a lost answer, from six windows at once."""

import threading
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.careful_client import CarefulClient, chosen_form, held_by
from tests.web.case_pages import address, of
from tests.web.test_register import a_report
from tests.world import World
from tracker.actions import submissions
from tracker.db import db
from tracker.models import HistoryEntry, ProtectionCase, Submission
from tracker.queries.reprisals import in_force

Answer = tuple[int, str]


def _filled(client: CarefulClient, path: str, **entries: Any) -> dict[str, Any]:
    """The form at `path` as a browser would send it once it is filled in."""
    page = client.page(path)
    held = {name: value for name, value in held_by(page, chosen_form(page)).items() if name not in entries}
    return held | {name: value for name, value in entries.items() if value is not None}


def _how_many(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _at_once(works: list[Callable[[], Answer]]) -> list[Answer]:
    """What each gives, when all begin at the same moment, each as a browser of its own."""
    start, answers = threading.Barrier(len(works)), [(0, "")] * len(works)

    def run(at: int) -> None:
        start.wait(30)
        answers[at] = Context().run(works[at])

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not [thread for thread in threads if thread.is_alive()]
    return answers


def _sender(world: World, first: CarefulClient, path: str, form: dict[str, Any]) -> Callable[[], Answer]:
    """A window of the same browser that sends the form."""
    cookie = next(iter(first._cookies.values()))
    app = world.app

    def send() -> Answer:
        client = app.test_client()
        client.set_cookie(cookie.key, cookie.value)
        answer = client.post(path, data=form)
        return answer.status_code, answer.location or ""

    return send


def test_a_case_whose_form_is_sent_five_times_is_registered_once_and_each_answer_is_the_same(world: World):
    client = world.sign_in(world.focal_point)
    form = _filled(client, "/cases/new", **a_report(world))  # type: ignore[arg-type]
    answers = [client.post("/cases/new", data=form) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert _how_many(ProtectionCase) == 1


def test_six_windows_that_send_one_form_at_once_register_one_case_and_get_one_answer(world: World):
    client = world.sign_in(world.focal_point)
    form = _filled(client, "/cases/new", **a_report(world))  # type: ignore[arg-type]
    db.session.commit()
    answers = _at_once([_sender(world, client, "/cases/new", form)] * 6)
    assert {status for status, _location in answers} == {303}
    assert len({location for _status, location in answers}) == 1
    assert _how_many(ProtectionCase) == 1


def test_twenty_people_advance_one_case_at_once_and_one_wins_while_nineteen_are_told(world: World):
    track = world.a_track("police:acknowledged")
    path, seen, before = of(track, "accept"), track.version, track.case.entries
    senders = []
    for number in range(20):
        client = world.sign_in((world.police_officer, world.second_police_officer)[number % 2])
        form = _filled(client, path, note=f"Taken by desk {number}.")
        assert form["seen"] == str(seen)
        senders.append(_sender(world, client, path, form))
    db.session.commit()
    answers = _at_once(senders)
    assert sorted(status for status, _location in answers) == [303] + [409] * 19
    db.session.rollback()
    assert (track.status, track.version, track.case.entries) == ("accepted", seen + 1, before + 1)


@pytest.mark.only_on("sqlite")
def test_a_form_whose_answer_was_lost_and_that_is_sent_again_after_signing_in_anew_counts_once(world: World):
    client = world.sign_in(world.focal_point)
    form = _filled(client, "/cases/new", **a_report(world))  # type: ignore[arg-type]
    first = client.post("/cases/new", data=form)
    again = world.sign_in(world.focal_point)
    form["csrf_token"] = next(one.get("value") for one in again.page("/").all("input"))
    assert again.post("/cases/new", data=form).location == first.location
    assert _how_many(ProtectionCase) == 1


@pytest.mark.only_on("sqlite")
def test_who_goes_back_changes_what_was_typed_and_sends_again_means_another_case(world: World):
    client = world.sign_in(world.focal_point)
    form = _filled(client, "/cases/new", **a_report(world))  # type: ignore[arg-type]
    first = client.post("/cases/new", data=form)
    other = form | {"survivor_name": "Adut", "looked": "y"}
    second = client.post("/cases/new", data=other)
    assert (second.status_code, second.location != first.location) == (303, True)
    assert _how_many(ProtectionCase) == 2


@pytest.mark.only_on("sqlite")
def test_somebody_else_s_form_with_the_same_key_is_another_form(world: World):
    client, other = world.sign_in(world.focal_point), world.sign_in(world.judicial_officer)
    form = _filled(client, "/cases/new", **a_report(world))  # type: ignore[arg-type]
    client.post("/cases/new", data=form)
    form["csrf_token"] = next(one.get("value") for one in other.page("/").all("input"))
    answer = other.post("/cases/new", data=form | {"looked": "y"})
    assert (answer.status_code, _how_many(ProtectionCase)) == (303, 2)


@pytest.mark.only_on("sqlite")
def test_what_was_refused_can_be_sent_again_with_the_same_key(world: World):
    client = world.sign_in(world.focal_point)
    form = _filled(client, "/cases/new", **a_report(world, concern=None))  # type: ignore[arg-type]
    assert [client.post("/cases/new", data=form).status_code for _ in range(2)] == [422, 422]
    assert client.post("/cases/new", data=form | {"concern": "rape"}).status_code == 303
    assert (_how_many(ProtectionCase), _how_many(Submission)) == (1, 1)


@pytest.mark.only_on("sqlite")
def test_a_button_that_is_pressed_twice_acts_once(world: World):
    track = world.sent_to_police()
    client, before = world.sign_in(world.police_officer), track.case.entries
    page = client.page(address(track.case))
    form = held_by(page, chosen_form(page, at=of(track, "acknowledge")))
    answers = [client.post(of(track, "acknowledge"), data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert (track.status, track.case.entries) == ("acknowledged", before + 1)


@pytest.mark.only_on("sqlite")
def test_a_form_that_is_answered_with_a_page_is_not_taken_again_either(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    form = _filled(client, address(case, "reprisal-risk"), mitigation="She moved.")
    db.session.execute(sa.update(Submission).values(location=None))
    client.post(address(case, "reprisal-risk"), data=form)
    db.session.execute(sa.update(Submission).values(location=None))
    db.session.commit()
    again = client.post(address(case, "reprisal-risk"), data=form)
    assert (again.status_code, "This was sent already" in again.text) == (409, True)
    assert in_force(case.id, viewer=world.focal_point) is not None
    assert _how_many(HistoryEntry) == case.entries


@pytest.mark.only_on("sqlite")
def test_nothing_that_was_typed_stands_in_the_table_and_old_rows_go(world: World):
    client = world.sign_in(world.focal_point)
    form = _filled(client, "/cases/new", **a_report(world))  # type: ignore[arg-type]
    client.post("/cases/new", data=form)
    row = db.session.scalars(sa.select(Submission)).one()
    assert (row.endpoint, len(row.fingerprint)) == ("cases.register", 32)
    assert form["form_key"].encode() not in row.fingerprint
    assert submissions.clear() == 0
    with world.travel(timedelta(days=3)):
        assert submissions.clear() == 1

"""A court's hearings in a calendar: day and reference, as long as the clerk who gave the address out may see them."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from tests.world import World
from tracker import clock, mission
from tracker.actions import calendar_addresses, people
from tracker.db import db
from tracker.errors import NotFound
from tracker.models import Access, AdministrationEntry, CalendarAddress, Track
from tracker.vocabulary import AccessKind, Concern

pytestmark = pytest.mark.only_on("sqlite")
"""Where nothing else is said: SQL that tells hearings and writes down fetches is tried on PostgreSQL."""


def today() -> date:
    return clock.day_of(clock.now(), mission.current().zone)


def in_days(number: int) -> date:
    return today() + timedelta(days=number)


def an_address(world: World) -> str:
    """As the clerk gives it out."""
    page = world.sign_in(world.court_clerk).send("/calendars/new", name="The judge's telephone")
    assert page.status_code == 200
    return path_on(page.text)


def path_on(page: str) -> str:
    """The address that stands on the page, without the host."""
    return str(re.findall(r'<p class="narrative mono" dir="ltr">https?://[^/]+([^<]+)</p>', page)[0])


def listed(world: World, on: date, **facts: Any) -> Track:
    """A case that is listed for a hearing."""
    track = world.a_track("court:accepted", **facts)
    world.take("list_hearing", track, next_on=on)
    return track


def fetch(world: World, address: str, **headers: str) -> Any:
    return world.visitor().get(address, headers=headers)


def events(answer: Any) -> dict[str, Any]:
    """By the reference in the summary and the day."""
    found = Calendar.from_ical(answer.get_data(as_text=True)).walk("VEVENT")
    return {f"{one['SUMMARY']} {one.decoded('DTSTART')}": one for one in found}


def test_a_hearing_is_a_whole_day_with_the_reference_and_nothing_of_the_case(world: World):
    track = listed(world, in_days(3), concern=Concern.RAPE)
    answer = fetch(world, an_address(world))
    assert answer.content_type == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert event["SUMMARY"] == f"Hearing {track.case.reference}"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (in_days(3), in_days(4))
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    text = answer.get_data(as_text=True)
    assert {line.partition(":")[0].partition(";")[0] for line in text.splitlines()} == {
        *("BEGIN", "END", "VERSION", "PRODID", "METHOD", "X-WR-CALNAME", "REFRESH-INTERVAL"),
        *("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS"),
    }
    for word in (
        "rape",
        "Abuk",
        "survivor",
        "ferry",
        world.county_court.name,
        world.court_clerk.user.full_name,
    ):
        assert word.lower() not in text.lower()


def test_every_line_keeps_the_rules_of_the_format(world: World):
    listed(world, in_days(3))
    body = fetch(world, an_address(world)).get_data()
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert not [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line]


@pytest.mark.only_on("postgresql")
def test_a_hearing_that_is_moved_or_given_up_is_called_off_under_the_same_name(world: World):
    address = an_address(world)
    track = listed(world, in_days(3))
    before = events(fetch(world, address))
    name = f"Hearing {track.case.reference}"
    world.take("adjourn", track, reason="judge_absent", next_on=in_days(10))
    after = events(fetch(world, address))
    assert set(after) == {f"{name} {in_days(3)}", f"{name} {in_days(10)}"}
    old, new = after[f"{name} {in_days(3)}"], after[f"{name} {in_days(10)}"]
    assert (old["UID"], old["STATUS"], old["SEQUENCE"]) == (
        before[f"{name} {in_days(3)}"]["UID"],
        "CANCELLED",
        1,
    )
    assert (new["STATUS"], new["SEQUENCE"]) == ("CONFIRMED", 0)
    assert new["UID"] != old["UID"]
    with world.travel(days=10):
        world.take("adjourn", track, reason="judge_absent", next_on=in_days(5))
        later = events(fetch(world, address))
    assert later[f"{name} {in_days(10)}"]["STATUS"] == "CONFIRMED"  # its day had come


def test_two_calendars_do_not_know_that_they_have_the_same_hearing(world: World):
    track = listed(world, in_days(3))
    names = [next(iter(events(fetch(world, an_address(world))).values()))["UID"] for _ in range(2)]
    assert names[0] != names[1]
    assert str(track.id) not in (names[0][:8], names[1][:8])


@pytest.mark.only_on("postgresql")
def test_who_has_the_newest_gets_nothing_and_only_what_leaves_is_written_down(world: World):
    listed(world, in_days(3))
    address = an_address(world)
    first = fetch(world, address)
    same = fetch(world, address, **{"If-None-Match": first.headers["ETag"]})
    since = fetch(world, address, **{"If-Modified-Since": first.headers["Last-Modified"]})
    assert (same.status_code, since.status_code, same.get_data()) == (304, 304, b"")
    reads = db.session.scalars(sa.select(Access).where(Access.kind == AccessKind.EXPORT)).all()
    assert [(one.user_id, one.page, one.number, one.case_id) for one in reads] == [
        (world.court_clerk.user_id, "calendars.feed", 1, None)
    ]
    with world.travel(hours=1):
        listed(world, in_days(4))
        changed = fetch(world, address, **{"If-Modified-Since": first.headers["Last-Modified"]})
    assert changed.status_code == 200


@pytest.mark.only_on("postgresql")
def test_a_walled_case_and_one_that_was_taken_back_are_not_there(world: World):
    kept, walled, gone = (listed(world, in_days(number)) for number in (3, 4, 5))
    address = an_address(world)
    assert len(events(fetch(world, address))) == 3
    world.take("wall_off", walled.case, institution_id=world.county_court.id)
    world.take("take_back", gone)
    assert [one["SUMMARY"] for one in events(fetch(world, address)).values()] == [
        f"Hearing {kept.case.reference}"
    ]


def test_other_courts_hearings_are_not_in_it(world: World):
    listed(world, in_days(3))
    page = world.sign_in(world.other_court_clerk).send("/calendars/new", name="Chief").text
    assert events(fetch(world, path_on(page))) == {}


def _revoked(world: World) -> None:
    assert world.sign_in(world.court_clerk).send("/calendars/", button="Revoke").status_code == 303


def _left(world: World) -> None:
    people.end_membership(world.court_clerk, actor=world.administrator)
    db.session.commit()


def _deactivated(world: World) -> None:
    people.deactivate(world.court_clerk.user, actor=world.administrator)
    db.session.commit()


@pytest.mark.parametrize("end", [_revoked, _left, _deactivated])
def test_it_is_dead_once_it_is_revoked_or_its_clerk_has_left(world: World, end: Callable[[World], None]):
    listed(world, in_days(3))
    address = an_address(world)
    assert fetch(world, address).status_code == 200
    end(world)
    pages = [fetch(world, path) for path in (address, "/calendars/guessed/hearings", "/no/such/page")]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert len({re.sub(r'value="[^"]*"|<!--.*?-->', "", page.text) for page in pages}) == 1


def test_guessing_is_held_back_and_a_right_address_is_not(world: World):
    address = an_address(world)
    answers = [fetch(world, f"/calendars/guess-{n}/hearings").status_code for n in range(22)]
    assert answers == [404] * 20 + [429] * 2
    assert fetch(world, address).status_code == 200


def test_it_is_shown_once_kept_as_a_hash_and_listed_for_the_court_s_clerks_alone(world: World):
    address = an_address(world)
    token = address.split("/")[2]
    assert len(token) >= 43
    kept = db.session.scalars(sa.select(CalendarAddress)).one()
    assert token not in str(vars(kept))
    page = world.sign_in(world.court_clerk).get("/calendars/").text
    assert token not in page
    assert "never fetched" in page
    fetch(world, address)
    page = world.sign_in(world.court_clerk).get("/calendars/").text
    assert "last fetched" in page
    assert "The judge&#39;s telephone" in page
    other = world.sign_in(world.other_court_clerk)
    assert "telephone" not in other.get("/calendars/").text
    with pytest.raises(NotFound):
        calendar_addresses.revoke(kept.id, actor=world.other_court_clerk)
    said = db.session.scalars(sa.select(AdministrationEntry)).one()
    assert (said.action.value, said.person, said.institution) == (
        "token_issued",
        world.court_clerk.user,
        world.county_court,
    )
    assert "Hearings in a calendar" in world.sign_in(world.court_clerk).get("/courts/docket").text

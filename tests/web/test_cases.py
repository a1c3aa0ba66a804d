"""The case pages: what each person sees of a case, and how they find it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from tests.web.careful_client import Page
from tests.web.case_pages import PERSONAL, address, has, silent_about
from tests.world import World
from tracker.db import db
from tracker.models import Consent, HistoryEntry
from tracker.visibility import reads_notes, sees_note

Statements = Callable[[], AbstractContextManager[list[str]]]

pytestmark = pytest.mark.only_on("sqlite")


@pytest.mark.parametrize("who", ["focal_point", "judicial_officer", "police_officer"])
def test_who_works_on_a_case_sees_the_whole_file(world: World, who: str):
    case = world.a_case("police:accepted")
    text = world.sign_in(world.people[who]).get(address(case)).text
    assert has(text, case.reference, "Abuk the survivor", "behind the old ferry", "Physical assault")
    assert has(text, '<bdi dir="ltr">+211 900 000 002</bdi>', "Old Ferry Payam, Bend County")
    assert has(text, "Samuel Lado, Bend police station", "Accepted the referral")


def test_before_accepting_only_a_preview_is_shown(world: World):
    track = world.sent_to_police()
    text = world.sign_in(world.police_officer).get(address(track.case)).text
    assert silent_about(text, *PERSONAL, "Old Ferry Payam")
    assert has(text, track.case.reference, "Physical assault", "Normal", "Bend County", "due in")
    assert has(text, "Consent given on", "Judicial affairs, River State", "Acknowledge receipt", "Accept")


def test_of_a_preview_nothing_personal_is_even_read(world: World, statements: Statements):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    client.get(address(track.case))
    with statements() as asked:
        client.get(address(track.case))
    assert not [one for one in asked if "FROM person" in one or "narrative" in one or "custody" in one]


def test_a_preview_shows_no_note_but_what_was_asked_and_answered(world: World):
    case = world.register()
    world.refer(case, world.station, note="She is hiding at her sister's.")
    track = world.track(case, "police")
    world.take("acknowledge", track)
    world.take("request_information", track, note="Was a clinic visited?")
    police, judicial = (world.sign_in(p) for p in (world.police_officer, world.judicial_officer))
    assert has(judicial.get(address(case)).text, "Bend police station waits for an answer.", "hiding")
    world.take("give_information", track, note="Yes, the same evening.")
    text = police.get(address(case)).text
    assert has(text, "Was a clinic visited?", "Yes, the same evening.", "The question is answered.")
    assert "hiding" not in text


def test_without_consent_for_this_institution_the_preview_says_so(world: World):
    """As of records that an import brought in, about which nobody was asked."""
    track = world.a_track("court:sent")
    db.session.execute(db.delete(Consent).where(Consent.institution_id == world.county_court.id))
    text = world.sign_in(world.court_clerk).get(address(track.case)).text
    assert "No consent for your institution is recorded." in text


def said_in(answer: TestResponse) -> str:
    """The sentences of a page, without the line that says when it was printed."""
    return " ".join(p.text for p in Page(answer.text).all("h1", "p", "li") if p.get("class") != "sheet")


def test_what_one_may_not_know_and_what_does_not_exist_are_answered_alike(world: World):
    case = world.a_case("police:accepted")
    client = world.sign_in(world.other_police_officer)
    unknown = "7K3M-9CX2-RTWN"
    first, second = client.get(address(case)), client.get(f"/cases/{unknown}")
    assert (first.status_code, second.status_code) == (404, 404)
    assert has(first.text, "There is no case with this reference that you may see.")
    assert said_in(first) == said_in(second)


@pytest.mark.parametrize("who", ["cso_monitor", "auditor", "administrator"])
def test_those_who_do_no_casework_open_no_case(world: World, who: str):
    case = world.a_case("police:accepted")
    client = world.sign_in(world.people[who])
    for path in (address(case), "/cases/", "/cases/new", "/cases/find", address(case, "refer")):
        assert client.get(path).status_code == 403, path


def test_a_title_and_an_address_hold_nothing_personal(world: World):
    track = world.a_track("police:accepted")
    client = world.sign_in(world.judicial_officer)
    for path in (address(track.case), address(track.case, "refer"), address(track.case, "people/new")):
        page = client.page(path)
        assert silent_about(page.words("title"), *PERSONAL)
        assert silent_about(" ".join(one.get("href") for one in page.all("a")), "Abuk", "ferry")


def test_the_heading_says_status_and_the_most_urgent_limit(world: World):
    case = world.a_case("court:accepted", ago=timedelta(days=33))
    text = world.sign_in(world.judicial_officer).get(address(case)).text
    assert has(text, "Filed", "Follow-up due", "over the limit by 3 days")


def test_a_jurisdiction_concern_and_the_next_hearing_are_shown(world: World):
    track = world.a_track("court:listed")
    world.take("flag_jurisdiction", track, by=world.judicial_officer, note="Not a matter for this court.")
    text = world.sign_in(world.court_clerk).get(address(track.case)).text
    assert has(text, "Jurisdiction concern", "Next hearing", "In the hands of")


def test_everybody_reads_the_notes_that_the_rule_gives_them(world: World):
    """The rule stands twice, for one entry and for a query; the two agree."""
    track = world.a_track("court:heard")
    everything = world.entries(track.case)
    for person in world.people.values():
        seen = set(db.session.scalars(db.select(HistoryEntry.id).where(sees_note(person))))
        assert seen == {entry.id for entry in everything if reads_notes(person, entry)}


def test_the_case_page_asks_the_database_the_same_number_of_questions_for_40_entries_as_for_2(
    world: World, statements: Statements
):
    short, long = world.a_track("police:accepted"), world.a_track("police:accepted")
    for _ in range(38):
        world.take("record_measure", long)
    client = world.sign_in(world.police_officer)
    client.get(address(short.case))
    counted = []
    for track in (short, long):
        with statements() as asked:
            client.get(address(track.case))
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 13  # the last writes down who read it


def test_a_person_lists_the_cases_that_they_may_know_of(world: World):
    mine, ended = world.a_case("police:accepted"), world.a_case("case:closed")
    other = world.register(by=world.other_focal_point, area_id=world.hill_county.id)
    client = world.sign_in(world.judicial_officer)
    opened, closed = client.get("/cases/").text, client.get("/cases/?show=closed").text
    assert [one.reference in opened for one in (mine, ended)] == [True, False]
    assert [one.reference in closed for one in (mine, ended)] == [False, True]
    assert silent_about(opened + closed, other.reference, *PERSONAL)


def test_a_list_of_cases_goes_on_by_key(world: World):
    references = [world.register().reference for _ in range(51)]
    client = world.sign_in(world.focal_point)
    first = client.page("/cases/")
    onward = next(one.get("href") for one in first.all("a") if one.get("rel") == "next")
    second = client.page("/cases/" + onward)
    assert [one for one in references if one not in first.markup] == references[:1]
    assert [one for one in references if one in second.markup] == references[:1]
    back = next(one.get("href") for one in second.all("a") if one.get("rel") == "prev")
    assert [one for one in references if one not in client.page("/cases/" + back).markup] == references[:1]
    assert client.get("/cases/?after=x").status_code == 422


def test_an_empty_list_says_so(world: World):
    client = world.sign_in(world.focal_point)
    assert "No open case" in client.get("/cases/").text
    assert "No case is closed yet" in client.get("/cases/?show=closed").text


def test_a_case_is_found_by_its_reference_however_it_is_typed(world: World):
    case = world.a_case("police:accepted")
    client = world.sign_in(world.police_officer)
    typed = case.reference.replace("-", " ").lower()
    assert client.get("/cases/find", query_string={"reference": typed}).location == address(case)


def test_a_mistyped_reference_is_told_from_an_unknown_one_and_stays(world: World):
    client = world.sign_in(world.police_officer)
    mistyped = client.get("/cases/find?reference=7K3M-9CX2-RTW3")
    assert mistyped.status_code == 422
    assert has(mistyped.text, "This reference is mistyped", 'value="7K3M-9CX2-RTW3"')
    assert client.get("/cases/7K3M-9CX2-RTW3").status_code == 422
    assert client.get("/cases/find?reference=").status_code == 422
    assert client.get("/cases/find").status_code == 200


def test_an_unknown_reference_and_one_that_may_not_be_seen_are_answered_alike(world: World):
    hidden = world.a_case("police:accepted").reference
    client = world.sign_in(world.other_police_officer)
    answers = [client.get(f"/cases/find?reference={one}") for one in (hidden, "7K3M-9CX2-RTWN")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert said_in(answers[0]).replace(hidden, "7K3M-9CX2-RTWN") == said_in(answers[1])
    assert "There is no case with this reference that you may see." in answers[0].text


def test_a_release_is_offered_only_where_somebody_is_held(world: World):
    track = world.a_track("police:accepted")
    path = f"/cases/{track.case.reference}"
    client = world.sign_in(world.police_officer)
    assert "Record a release" not in client.page(path).markup
    world.take("record_arrest", track)
    assert "Record a release" in client.page(path).markup

"""The auditors' pages: both times of every entry, corrections and late records in words, and nothing personal."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.web.careful_client import CarefulClient
from tests.web.crawl import everything
from tests.web.test_monitor import CANARIES, full_of_canaries
from tests.world import World
from tracker import clock, references
from tracker.actions import corrections, institutions, people
from tracker.db import db
from tracker.models import EntryNote, HistoryEntry, ImportSource
from tracker.vocabulary import EntryFlag, InstitutionKind, Role

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def auditor(world: World) -> CarefulClient:
    """An auditor's browser."""
    return world.sign_in(world.auditor)


def history(client: CarefulClient, address: str) -> list[str]:
    """The entries of a history as they are read, newest first."""
    return [" ".join(one.text.split()) for one in client.page(address).all("li") if "Entry " in one.text]


@pytest.mark.only_on("sqlite")
def test_no_page_of_an_auditor_holds_an_account_a_note_or_a_name(world: World, auditor: CarefulClient):
    full_of_canaries(world)
    notes = {one.text for one in db.session.scalars(sa.select(EntryNote))}
    read = everything(auditor, "/", "/audit/")
    assert any("/audit/cases/" in address for address in read)
    assert any("/audit/alerts/" in address for address in read)
    for address, text in read.items():
        found = [secret for secret in (*CANARIES, *notes, "The accused") if secret in text]
        assert not found, f"{address}: {found}"


def test_a_history_says_who_did_what_when_and_when_it_was_recorded(world: World, auditor: CarefulClient):
    track = world.a_track("police:no_action", ago=timedelta(days=3))
    newest = history(auditor, f"/audit/cases/{track.case.reference}")[0]
    ended = next(
        one
        for one in history(auditor, f"/audit/cases/{track.case.reference}")
        if one.startswith("Decided on no further action")
    )
    assert "Samuel Lado · Police officer · Bend police station" in ended
    assert "Before: Accepted" in ended
    assert "Reason: Insufficient evidence" in ended
    assert "Happened" in ended
    assert "recorded" in ended
    assert len(history(auditor, f"/audit/cases/{track.case.reference}")) == len(world.entries(track.case))
    assert "Feedback: opened" in newest


def test_a_late_record_is_said_in_words(world: World, auditor: CarefulClient):
    with world.travel(days=-20):
        track = world.a_track("police:accepted")
    world.take("start_investigation", track, happened_at=clock.now() - timedelta(days=12))
    first = history(auditor, f"/audit/cases/{track.case.reference}")[0]
    assert "Recorded 12 days after it happened." in first
    assert "Recorded 12 days after it happened." in auditor.page("/audit/").words("tbody")


def test_a_record_on_the_next_day_is_no_remark(world: World, auditor: CarefulClient):
    with world.travel(days=-20):
        track = world.a_track("police:accepted")
    world.take("start_investigation", track, happened_at=clock.now() - timedelta(hours=30))
    assert "after it happened" not in history(auditor, f"/audit/cases/{track.case.reference}")[0]


def test_a_correction_and_what_it_corrects_name_each_other(world: World, auditor: CarefulClient):
    track = world.a_track("police:accepted")
    entry = world.take("start_investigation", track)
    corrections.withdraw(
        actor=world.police_officer, entry=entry, on=track, seen=track.version, note="mistaken"
    )
    withdrawn, mistaken = history(auditor, f"/audit/cases/{track.case.reference}")[:2]
    assert f"Corrects entry {entry.n}." in withdrawn
    assert f"Corrected by entry {entry.n + 1}." in mistaken


def test_an_imported_entry_says_from_where_and_what_is_wrong_with_it(world: World, auditor: CarefulClient):
    case = world.register()
    source = ImportSource(code="old", title="The old register", first_run_at=clock.now())
    db.session.add(source)
    db.session.flush()
    db.session.add(
        HistoryEntry(
            case_id=case.id,
            n=case.entries + 1,
            stage="case",
            action="close",
            effect="notes",
            status_before="open",
            status_after="open",
            holder_id=world.section.id,
            happened_at=clock.now() - timedelta(days=900),
            recorded_at=clock.now(),
            detail={},
            procedure="2026.11",
            import_id=source.id,
            flag=EntryFlag.BEFORE_REFERRAL,
        )
    )
    case.entries += 1
    first = history(auditor, f"/audit/cases/{case.reference}")[0]
    assert "Taken in from The old register." in first
    assert "Flagged: Before referral." in first
    assert "after it happened" not in first


@pytest.mark.only_on("sqlite")
def test_a_case_and_an_alert_are_found_however_the_reference_is_typed(world: World, auditor: CarefulClient):
    case, alert = world.register(), world.an_alert()
    for typed, address in (
        (case.reference.lower().replace("-", " "), f"/audit/cases/{case.reference}"),
        (alert.reference, f"/audit/alerts/{alert.reference}"),
    ):
        answer = auditor.get("/audit/", query_string={"reference": typed})
        assert (answer.status_code, answer.location) == (302, address)


@pytest.mark.only_on("sqlite")
def test_a_mistyped_reference_is_told_from_an_unknown_one(world: World, auditor: CarefulClient):
    case = world.register()
    assert auditor.get("/audit/?reference=7K3M-9CX2-RTWW").status_code == 422
    assert auditor.get(f"/audit/?reference={references.new()}").status_code == 404
    for kind in ("cases", "alerts"):
        assert auditor.get(f"/audit/{kind}/{references.new()}").status_code == 404
        assert auditor.get(f"/audit/{kind}/nothing").status_code == 422
    assert auditor.get(f"/audit/alerts/{case.reference}").status_code == 404


def test_the_newest_entries_are_paged_both_ways(world: World, auditor: CarefulClient):
    for _n in range(30):
        world.register()
    first = auditor.page("/audit/")
    onward = next(link.get("href") for link in first.all("a") if link.get("rel") == "next")
    second = auditor.page(f"/audit/{onward}")
    back = next(link.get("href") for link in second.all("a") if link.get("rel") == "prev")
    rows = [[head.text for head in page.all("th")] for page in (first, auditor.page(f"/audit/{back}"))]
    assert rows[0] == rows[1]
    assert rows[0] != [head.text for head in second.all("th")]
    assert auditor.get("/audit/?after=x").status_code == 422


def test_what_administrators_did_is_read(world: World, auditor: CarefulClient):
    actor = world.administrator
    people.add(
        actor=actor,
        username="new.one",
        full_name="New One",
        institution_id=world.station.id,
        role=Role.POLICE_OFFICER,
    )
    institutions.rename(world.station, actor=actor, name="Bend police post")
    institutions.add(actor=actor, name="Stone court", kind=InstitutionKind.COUNTY_COURT)
    institutions.add_area(actor=actor, code="XA0109", name="New County", parent_id=world.state.id)
    said = auditor.page("/audit/administration").words("main")
    for sentence in (
        "Account added",
        "Omar Saleh · Tracker administration",
        "Person: New One Username: new.one Role: Police officer Institution: Bend police post",
        "Institution renamed",
        "Name before: Bend police station Name after: Bend police post",
        "Kind: County court",
        "Area: XA0109 New County",
    ):
        assert sentence in said


@pytest.mark.parametrize("number", [1, 12])
def test_a_history_costs_the_same_statements_however_long_it_is(
    world: World, auditor: CarefulClient, statements: Statements, number: int
):
    track = world.a_track("police:accepted")
    for _n in range(number):
        world.take("record_measure", track)
    address = f"/audit/cases/{track.case.reference}"
    auditor.get(address)
    with statements() as asked:
        auditor.get(address)
    assert len(asked) == 5
    with statements() as asked:
        auditor.get("/audit/")
    assert len(asked) == 2


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "fr", "ar", "es"])
def test_every_page_opens_in_every_language(world: World, auditor: CarefulClient, language: str):
    track = world.a_track("court:decided", ago=timedelta(days=20))
    alert = world.an_alert("case")
    institutions.rename(world.gendarmerie, actor=world.administrator, name="Another name")
    world.auditor.user.locale = language
    for path in (
        "/audit/",
        f"/audit/cases/{track.case.reference}",
        f"/audit/alerts/{alert.reference}",
        "/audit/administration",
    ):
        assert auditor.page(path).all("html")[0].get("lang") == language


@pytest.mark.only_on("sqlite")
def test_a_legal_hold_is_set_by_an_auditor_and_lifted_by_the_section(world: World, auditor: CarefulClient):
    case = world.register()
    page = f"/audit/cases/{case.reference}/hold"
    assert auditor.send(page, note="The court asked for it.").status_code == 422
    assert auditor.send(page, reason="court_proceedings", note="The court asked for it.").status_code == 303
    assert "Set a legal hold" in history(auditor, f"/audit/cases/{case.reference}")[0]
    assert "The court asked for it." not in auditor.get(f"/audit/cases/{case.reference}").text
    own = world.sign_in(world.judicial_officer)
    assert "Isabel Ramos" in own.page(f"/cases/{case.reference}/hold").words("main")
    assert own.send(f"/cases/{case.reference}/hold", note="It is over.").status_code == 303
    assert "Set a legal hold" in own.page(f"/cases/{case.reference}/hold").words("main")
    assert world.sign_in(world.focal_point).get(f"/cases/{case.reference}/hold").status_code == 403
    assert world.sign_in(world.other_judicial_officer).get(f"/cases/{case.reference}/hold").status_code == 404

"""The history of a case on its page, and mending it."""

from datetime import timedelta

import pytest

from tests.web.case_pages import address, has
from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.models import Effect, HistoryEntry, ImportSource, Track
from tracker.vocabulary import EntryFlag

pytestmark = pytest.mark.only_on("sqlite")


def test_the_history_is_newest_first_with_who_where_when_and_why(world: World):
    track = world.a_track("court:listed")
    world.take("adjourn", track, reason="judge_absent", note="The judge is at a funeral.")
    page = world.sign_in(world.judicial_officer).page(address(track.case))
    titles = [heading.text for heading in page.all("h3")]
    assert titles.index("Adjourned the hearing") < titles.index("Listed a hearing")
    assert has(page.markup, "Rose Kiden, Bend county court", "Reason: Judge absent", "at a funeral")


def test_both_times_are_shown_when_an_act_was_recorded_long_after_it_happened(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=3))
    world.take("start_investigation", track, happened_at=clock.now() - timedelta(minutes=50))
    client = world.sign_in(world.police_officer)
    assert "recorded " not in client.get(address(track.case)).text
    world.take("record_measure", track, happened_at=clock.now() - timedelta(hours=30))
    assert client.get(address(track.case)).text.count("recorded ") == 1


def test_imported_and_flagged_entries_are_marked(world: World):
    track = world.a_track("police:accepted")
    source = ImportSource(code="s", title="A source", first_run_at=clock.now())
    db.session.add(source)
    db.session.flush()
    db.session.add(imported(track, source))
    track.case.entries += 1
    text = world.sign_in(world.judicial_officer).get(address(track.case)).text
    assert has(text, "Imported", "Date missing", "Time not known")


def imported(track: Track, source: ImportSource) -> HistoryEntry:
    """An entry of another system, without its day."""
    return HistoryEntry(
        case_id=track.case_id,
        track_id=track.id,
        n=track.case.entries + 1,
        stage="police",
        action="record_measure",
        effect=Effect.NOTES,
        status_before="accepted",
        status_after="accepted",
        holder_id=track.institution_id,
        happened_at=None,
        recorded_at=clock.now(),
        detail={},
        procedure="x",
        import_id=source.id,
        flag=EntryFlag.DATE_MISSING,
    )


def number_of(track: Track, world: World, action: str) -> int:
    """The number of the newest entry with this action."""
    return next(entry.n for entry in reversed(world.entries(track.case)) if entry.action == action)


def test_an_own_entry_is_corrected_and_both_are_shown_side_by_side(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=4))
    client = world.sign_in(world.police_officer)
    path = address(track.case, "entries", number_of(track, world, "accept"), "correct")
    assert path in client.get(address(track.case)).text
    day = (clock.now() - timedelta(days=2)).date()
    answer = client.send(path, happened_at=day.isoformat(), note="The register of the station says so.")
    assert answer.status_code == 303
    text = client.get(address(track.case)).text
    assert has(text, "Corrected an entry", "The register of the station says so.", "Happened: ")
    assert world.entries(track.case)[-1].corrects_id is not None


def test_a_reason_is_corrected_again_and_again(world: World):
    track = world.a_track("court:listed", ago=timedelta(days=4))
    world.take("adjourn", track, reason="judge_absent")
    client = world.sign_in(world.court_clerk)
    path = address(track.case, "entries", number_of(track, world, "adjourn"), "correct")
    for reason, label in (
        ("weather", "Weather"),
        ("insecurity", "Insecurity"),
        ("judge_absent", "Judge absent"),
    ):
        assert client.send(path, reason=reason, note="Misread.").status_code == 303
        assert f"Reason: {label}" in client.get(address(track.case)).text
        assert track.reason == reason


def test_a_correction_that_changes_nothing_is_refused(world: World):
    track = world.a_track("police:accepted")
    path = address(track.case, "entries", number_of(track, world, "accept"), "correct")
    answer = world.sign_in(world.police_officer).send(path, note="No reason.")
    assert answer.status_code == 422
    assert has(answer.text, "Enter what the time or the reason should have been", "No reason.")


def test_only_the_own_institution_corrects_an_entry(world: World):
    track = world.a_track("police:accepted")
    client = world.sign_in(world.judicial_officer)
    n = number_of(track, world, "accept")
    assert address(track.case, "entries", n, "correct") not in client.get(address(track.case)).text
    assert client.get(address(track.case, "entries", n, "correct")).status_code == 403
    assert client.get(address(track.case, "entries", n, "withdraw")).status_code == 403
    assert client.get(address(track.case, "entries", 99, "correct")).status_code == 404


def test_an_entry_about_the_whole_case_is_corrected_too(world: World):
    case = world.register(reported_at=clock.now() - timedelta(days=2))
    client = world.sign_in(world.focal_point)
    path = address(case, "entries", 1, "correct")
    day = (clock.now() - timedelta(days=1)).date().isoformat()
    assert client.send(path, happened_at=day, note="Yesterday.").status_code == 303
    assert client.get(address(case, "entries", 1, "withdraw")).status_code == 409


def test_a_step_recorded_by_mistake_is_withdrawn_and_stays_readable(world: World):
    track = world.a_track("police:accepted")
    world.walk(track, "file_ready")
    client = world.sign_in(world.police_officer)
    n = number_of(track, world, "complete_file")
    assert (
        address(track.case, "entries", n, "withdraw")
        in client.get(address(track.case, "entries", n, "correct")).text
    )
    answer = client.send(address(track.case, "entries", n, "withdraw"), note="Wrong case.")
    assert answer.status_code == 303
    assert track.status == "under_investigation"
    text = client.get(address(track.case)).text
    assert has(text, "Withdrawn", "Withdrew an entry made by mistake", "Wrong case.", "Completed the file")
    correction = number_of(track, world, "withdraw")
    assert client.get(address(track.case, "entries", correction, "correct")).status_code == 409


def test_only_the_newest_step_is_withdrawn(world: World):
    track = world.a_track("police:under_investigation")
    path = address(track.case, "entries", number_of(track, world, "accept"), "withdraw")
    answer = world.sign_in(world.police_officer).send(path, note="Wrong case.")
    assert answer.status_code == 409
    assert has(answer.text, "Only the newest step", "Wrong case.")

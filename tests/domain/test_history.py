"""The history: one entry an act, numbered without a gap, never edited and never removed."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError

from tests.world import World
from tracker import clock, mission
from tracker.db import db
from tracker.errors import BadInput
from tracker.models import Effect, EntryNote, HistoryEntry, Track
from tracker.vocabulary import NotAcceptedReason, Role

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def accepted(world: World) -> Track:
    """A track that the police accepted an hour ago."""
    return world.a_track("police:accepted", ago=timedelta(hours=1))


# --- one entry an act -------------------------------------------------------------------------------------------


def test_the_entries_of_a_case_are_numbered_from_one_without_a_gap(world: World):
    case = world.a_case("court:decided")
    assert [entry.n for entry in world.entries(case)] == list(range(1, case.entries + 1))
    assert case.entries > 8


def test_each_case_and_each_alert_has_numbers_of_its_own(world: World):
    first, second, alert = world.a_case(), world.a_case(), world.an_alert()
    for thing in (first, second, alert):
        assert world.entries(thing)[0].n == 1


def test_an_entry_says_who_did_what_where_and_under_which_procedure(world: World, accepted: Track):
    entry = world.take("start_investigation", accepted, by=world.second_police_officer, note="At the ferry.")
    assert (entry.actor.full_name, entry.institution.name) == ("Grace Keji", "Bend police station")
    assert (entry.role, entry.action, entry.stage) == (Role.POLICE_OFFICER, "start_investigation", "police")
    assert (entry.status_before, entry.status_after) == ("accepted", "under_investigation")
    assert (entry.effect, entry.procedure) == (Effect.MOVES, "2026.11")
    assert (entry.note.text, entry.holder_id) == ("At the ferry.", world.station.id)


def test_an_entry_about_a_referral_is_held_by_its_receiver_and_made_by_its_sender(world: World):
    sent = next(entry for entry in world.entries(world.sent_to_police()) if entry.action == "send")
    assert (sent.action, sent.institution_id, sent.holder_id) == ("send", world.section.id, world.station.id)


def test_an_act_without_words_has_no_note(world: World, accepted: Track):
    entry = world.take("start_investigation", accepted, note="   ")
    assert entry.note is None


def test_a_reason_is_kept_as_its_code(world: World):
    track = world.sent_to_police()
    entry = world.take("not_accept", track, reason=NotAcceptedReason.OUT_OF_AREA)
    assert (entry.reason, track.reason) == ("out_of_area", "out_of_area")


def test_a_refused_step_leaves_no_entry_behind(world: World, accepted: Track):
    before = accepted.case.entries
    with pytest.raises(BadInput, match="Write what happened"):
        world.take("return_to_sender", accepted, note=" ")
    db.session.commit()
    assert len(world.entries(accepted)) == accepted.case.entries == before
    assert accepted.status == "accepted"


# --- two times --------------------------------------------------------------------------------------------------


def test_what_happened_yesterday_and_is_recorded_today_has_both_times(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=3))
    yesterday = clock.now() - timedelta(days=1)
    entry = world.take("start_investigation", track, happened_at=yesterday)
    assert entry.happened_at == track.status_since == yesterday
    assert clock.now() - entry.recorded_at < timedelta(minutes=1)


def test_a_clock_runs_from_when_it_happened_not_from_when_it_was_recorded(world: World):
    track = world.a_track("prosecution:acknowledged", ago=timedelta(days=9))
    happened_at = clock.now() - timedelta(days=8)
    world.take("accept", track, happened_at=happened_at)
    assert track.due_at == happened_at + timedelta(hours=720)


def test_times_are_kept_in_whole_seconds_and_given_back_in_utc(world: World):
    with world.travel(to=datetime(2026, 11, 23, 12, 0, 0, 654321, tzinfo=UTC)):
        entry = world.entries(world.register())[0]
    db.session.expire(entry)
    for instant in (entry.happened_at, entry.recorded_at):
        assert (instant.microsecond, instant.tzinfo) == (0, UTC)


def test_a_time_in_the_future_is_refused(world: World, accepted: Track):
    with pytest.raises(BadInput, match=r"This time is in the future\. Enter when it happened\."):
        world.take("start_investigation", accepted, happened_at=clock.now() + timedelta(minutes=1))


def test_a_time_before_the_step_before_is_refused(world: World, accepted: Track):
    with pytest.raises(BadInput, match="This is before the step that came before it"):
        world.take("start_investigation", accepted, happened_at=clock.now() - timedelta(hours=2))


def test_a_form_that_shows_minutes_may_say_the_minute_of_the_step_before(world: World):
    with world.travel(to=NOON + timedelta(seconds=40)):
        track = world.a_track("police:accepted")
    entry = world.take("start_investigation", track, happened_at=NOON)
    assert entry.happened_at == track.status_since == NOON + timedelta(seconds=40)


def test_a_measure_may_be_older_than_the_status_that_it_is_recorded_in(world: World, accepted: Track):
    entry = world.take("record_measure", accepted, happened_at=clock.now() - timedelta(days=1))
    assert entry.effect is Effect.NOTES
    assert accepted.status_since > entry.happened_at


def test_an_instant_without_a_zone_is_never_kept(world: World, accepted: Track):
    accepted.status_since = datetime(2026, 11, 23, 12)  # noqa: DTZ001 - a slip in the code
    with pytest.raises(sa.exc.StatementError, match="has no time zone"):
        db.session.flush()
    db.session.rollback()


# --- append-only, in the database -------------------------------------------------------------------------------

REWRITES = {
    "edit an entry": "UPDATE history_entry SET reason = 'other' WHERE n = 1",
    "renumber an entry": "UPDATE history_entry SET n = 100 WHERE n = 1",
    "edit nothing in an entry": "UPDATE history_entry SET n = n",
    "remove an entry": "DELETE FROM history_entry WHERE n = 1",
    "remove all entries": "DELETE FROM history_entry",
    "edit a note": "UPDATE entry_note SET sealed = NULL",
    "remove a note": "DELETE FROM entry_note",
}


@pytest.mark.parametrize("attempt", REWRITES)
def test_the_database_refuses_to_rewrite_history(world: World, accepted: Track, attempt: str):
    world.take("start_investigation", accepted, note="A note to tamper with.")
    with pytest.raises(IntegrityError, match="append-only"):
        db.session.execute(sa.text(REWRITES[attempt]))
    db.session.rollback()
    assert [entry.n for entry in world.entries(accepted)] == list(range(1, accepted.case.entries + 1))


def test_a_changed_entry_is_not_written_by_the_models_either(world: World, accepted: Track):
    world.entries(accepted)[0].reason = "other"
    with pytest.raises(IntegrityError, match="append-only"):
        db.session.flush()
    db.session.rollback()


def _copy_of_an_entry(world: World, accepted: Track, **changes: Any) -> dict[str, Any]:
    entry = world.entries(accepted)[-1]
    row = {column.name: getattr(entry, column.name) for column in HistoryEntry.__table__.columns}
    del row["id"]
    return {**row, "n": entry.n + 1, **changes}


@pytest.mark.parametrize("n", [1, 5, 7, 100, -1, 0])
def test_an_entry_that_is_not_the_next_one_is_refused(world: World, accepted: Track, n: int):
    last = world.entries(accepted)[-1].n
    row = _copy_of_an_entry(world, accepted, n=last + n if n != 1 else 1)
    if row["n"] == last + 1:
        row["n"] = last
    with pytest.raises(IntegrityError):
        db.session.execute(sa.insert(HistoryEntry).values(**row))
    db.session.rollback()


_REST = (
    "stage, action, effect, status_after, holder_id, actor_id, role, institution_id, happened_at, recorded_at,"
    " detail, procedure"
)
_ROW = f"(id, case_id, n, {_REST})"
_FIRST = f"{_REST} FROM history_entry WHERE n = 1"
_LAST = f"{_REST} FROM history_entry ORDER BY id DESC LIMIT 1"
RAW_SQLITE = {
    "replace an entry": "INSERT OR REPLACE INTO history_entry SELECT * FROM history_entry WHERE n = 1",
    "replace an entry by its number": f"REPLACE INTO history_entry {_ROW} SELECT NULL, case_id, n, {_FIRST}",
    "replace the last entry by its number": f"REPLACE INTO history_entry {_ROW} SELECT NULL, case_id, n, {_LAST}",
    "put the next entry in the row of another": f"REPLACE INTO history_entry {_ROW} SELECT 1, case_id, n + 1, {_LAST}",
    "put the first entry of another case there": f"REPLACE INTO history_entry {_ROW} SELECT 1, 2, 1, {_LAST}",
    "edit an entry or replace it": "UPDATE OR REPLACE history_entry SET n = 2 WHERE n = 1",
    "insert or update": (
        f"INSERT INTO history_entry {_ROW} SELECT id, case_id, n, {_REST} FROM history_entry WHERE n = 1"
        " ON CONFLICT DO UPDATE SET action = 'forged'"
    ),
    "replace a note": "INSERT OR REPLACE INTO entry_note SELECT entry_id, NULL FROM entry_note",
    **REWRITES,
}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("attempt", RAW_SQLITE)
def test_sqlite_refuses_it_also_on_a_connection_that_was_not_tuned_by_us(
    world: World, accepted: Track, attempt: str
):
    world.take("start_investigation", accepted, note="A note to tamper with.")
    path = world.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        before = _everything(raw)
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(RAW_SQLITE[attempt])
        assert _everything(raw) == before


def _everything(raw: sqlite3.Connection) -> list[Any]:
    return [raw.execute(f"SELECT * FROM {table}").fetchall() for table in ("history_entry", "entry_note")]


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(
    "attempt",
    [
        "TRUNCATE history_entry CASCADE",
        "TRUNCATE entry_note",
        "SET session_replication_role = replica; UPDATE history_entry SET reason = 'other'",
        "SET session_replication_role = replica; DELETE FROM history_entry",
        "SET session_replication_role = replica; TRUNCATE history_entry CASCADE",
        "SET session_replication_role = replica; UPDATE entry_note SET sealed = NULL",
        "INSERT INTO history_entry SELECT * FROM history_entry ON CONFLICT (id) DO UPDATE SET action = 'forged'",
        "MERGE INTO history_entry USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
        "WITH gone AS (DELETE FROM history_entry RETURNING 1) SELECT * FROM gone",
    ],
)
def test_postgresql_refuses_what_goes_round_plain_triggers(world: World, accepted: Track, attempt: str):
    world.take("start_investigation", accepted, note="A note to tamper with.")
    address = world.database_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as raw, pytest.raises(psycopg.DatabaseError, match="append-only"):
        raw.execute(attempt)
    assert len(world.entries(accepted)) == accepted.case.entries


# --- what a row of the history must be --------------------------------------------------------------------------

BROKEN_ROWS: dict[str, dict[str, Any]] = {
    "about nothing": {"case_id": None},
    "about a case and an alert": {"alert_id": 1},
    "done by nobody": {"actor_id": None, "role": None},
    "done by somebody in no role": {"role": None},
    "by an actor that is missing": {"actor_id": None},
    "happened at no time": {"happened_at": None},
    "happened after it was recorded": {"recorded_at": NOON - timedelta(days=999)},
    "with an effect that there is not": {"effect": "undoes"},
    "of a case that there is not": {"case_id": 999_999, "n": 1},
    "held by an institution that there is not": {"holder_id": 999_999},
}


@pytest.mark.parametrize("fault", BROKEN_ROWS)
def test_the_database_refuses_an_entry(world: World, accepted: Track, fault: str):
    world.an_alert()
    row = _copy_of_an_entry(world, accepted) | BROKEN_ROWS[fault]
    with pytest.raises((DatabaseError, sa.exc.StatementError)):
        db.session.execute(sa.insert(HistoryEntry.__table__).values(**row))
    db.session.rollback()


def test_the_database_takes_an_entry_that_is_in_order(world: World, accepted: Track):
    db.session.execute(sa.insert(HistoryEntry.__table__).values(**_copy_of_an_entry(world, accepted)))
    db.session.rollback()


def test_a_track_that_is_open_has_not_been_left(world: World, accepted: Track):
    accepted.left_at = clock.now()
    with pytest.raises(IntegrityError, match="open_not_left"):
        db.session.flush()
    db.session.rollback()


def test_a_case_is_closed_with_a_reason_or_not_at_all(world: World, accepted: Track):
    accepted.case.closed_at = clock.now()
    with pytest.raises(IntegrityError, match="closed_with_reason"):
        db.session.flush()
    db.session.rollback()


# --- notes ------------------------------------------------------------------------------------------------------


def test_a_note_stands_apart_from_its_entry(world: World, accepted: Track):
    entry = world.take("start_investigation", accepted, note="  The witness lives by the ferry.  ")
    note = db.session.get(EntryNote, entry.id)
    assert note.text == "The witness lives by the ferry."
    assert "ferry" not in str(
        {column.name: getattr(entry, column.name) for column in HistoryEntry.__table__.columns}
    )


def test_an_entry_has_one_note(world: World, accepted: Track):
    entry = world.take("start_investigation", accepted, note="First.")
    db.session.expunge(entry.note)
    db.session.add(EntryNote(entry_id=entry.id))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_procedure_in_force_is_named_by_each_entry(world: World):
    mission.start("ssd", mission.current().zone)
    assert {entry.procedure for entry in world.entries(world.a_case("police:accepted"))} == {"2026.11-ssd"}

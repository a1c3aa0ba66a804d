"""What both engines are told at each connection, proved by trying."""

import sqlite3
import threading
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.world import World
from tracker.actions import rebuild
from tracker.db import db, forbid_writing, read_only, reading_only
from tracker.models import Area, Track
from tracker.queries import queues

AN_AREA = "INSERT INTO area (code, name, level) VALUES ('XA99', 'New State', 1)"


def _pragma(name: str) -> Any:
    return db.session.execute(sa.text(f"PRAGMA {name}")).scalar()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit is on the disk
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 10_000),
        ("query_only", 0),
    ],
)
def test_sqlite_is_told_at_each_connection(world: World, pragma: str, value: object):
    for _ in range(2):
        assert _pragma(pragma) == value
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.only_on("sqlite")
def test_a_transaction_that_may_write_takes_its_turn_at_its_beginning(world: World):
    db.session.execute(sa.text("SELECT 1"))
    path = world.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        db.session.rollback()
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")


@pytest.mark.only_on("sqlite")
def test_a_transaction_that_reads_does_not_keep_writers_waiting(world: World):
    with reading_only():
        assert db.session.scalars(sa.select(Area)).all()
        path = world.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            other.execute(AN_AREA)
        assert "XA99" not in db.session.scalars(sa.select(Area.code)).all()  # its picture does not change
        db.session.rollback()
        assert "XA99" in db.session.scalars(sa.select(Area.code)).all()
        db.session.rollback()


# --- a transaction that must not write cannot -------------------------------------------------------------------

WRITES = [
    AN_AREA,
    "UPDATE institution SET name = 'Taken over'",
    "DELETE FROM user_session",
    "CREATE TABLE stray (id INTEGER)",
    "UPDATE track SET status = 'forged'",
]


@pytest.mark.parametrize("write", WRITES)
def test_a_transaction_that_only_reads_refuses_to_write(world: World, write: str):
    with reading_only():
        with pytest.raises(DBAPIError, match=r"read-only|readonly"):
            db.session.execute(sa.text(write))
        db.session.rollback()


def test_what_the_models_changed_is_not_written_by_a_transaction_that_only_reads(world: World):
    with reading_only():
        area = db.session.scalars(sa.select(Area).limit(1)).one()
        area.name = "Renamed by a page"
        with pytest.raises(DBAPIError, match=r"read-only|readonly"):
            db.session.commit()
        db.session.rollback()
    assert area.name == "Imara"


def test_the_same_connection_writes_again_afterwards(world: World):
    for code in ("XA90", "XA91"):
        with reading_only():
            assert db.session.scalars(sa.select(Area)).all()
            db.session.rollback()
        db.session.add(Area(code=code, name=code, level=1))
        db.session.commit()
    assert {"XA90", "XA91"} <= set(db.session.scalars(sa.select(Area.code)))


def test_a_transaction_that_has_begun_can_be_forbidden_to_write(world: World):
    connection = db.session.connection()
    forbid_writing(connection)
    with pytest.raises(DBAPIError, match=r"read-only|readonly"):
        db.session.execute(sa.text(AN_AREA))
    db.session.rollback()
    db.session.execute(sa.text(AN_AREA))
    db.session.commit()


def test_reading_only_ends_with_its_block_whatever_happens_in_it(world: World):
    with pytest.raises(ZeroDivisionError), reading_only():
        _ = 1 / 0
    assert read_only.get() is False


def test_what_one_thread_reads_does_not_forbid_another_to_write(world: World):
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    written: list[bool] = []

    def write() -> None:
        with app.app_context():
            db.session.execute(sa.text(AN_AREA))
            db.session.commit()
            written.append(True)

    with reading_only():
        db.session.scalars(sa.select(Area)).all()
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(30)
        db.session.rollback()
    assert written == [True]


def test_looking_for_differences_and_reading_queues_write_nothing(world: World):
    world.a_track("court:decided")
    with reading_only():
        assert list(rebuild.differences()) == []
        queues.queue(viewer=world.police_officer, stages=["police"])
        db.session.commit()


# --- what belongs together stays together -----------------------------------------------------------------------


def test_what_others_name_is_not_removed(world: World):
    world.a_track("police:accepted")
    for table in ("institution", "user_account", "protection_case", "track", "area"):
        with pytest.raises(IntegrityError):
            db.session.execute(sa.text(f"DELETE FROM {table}"))
        db.session.rollback()


def test_a_word_that_is_not_in_its_list_is_not_kept(world: World):
    world.a_case()
    for table, column in (
        ("protection_case", "concern"),
        ("protection_case", "urgency"),
        ("protection_case", "risk"),
        ("protection_case", "reprisal_risk"),
        ("protection_case", "channel"),
        ("institution", "kind"),
        ("membership", "role"),
        ("person", "role"),
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(sa.text(f"UPDATE {table} SET {column} = 'unheard_of'"))
        db.session.rollback()


def test_the_second_of_two_versions_of_a_track_is_not_written_over_the_first(world: World):
    """Under the actions' own lock there is a second net: the version in the UPDATE itself."""
    track = world.a_track("police:accepted")
    assert track.version == 2
    db.session.execute(sa.text("UPDATE track SET version = version + 1"))
    track.assigned_to_id = world.second_police_officer.user_id
    with pytest.raises(sa.orm.exc.StaleDataError):
        db.session.flush()
    db.session.rollback()


def test_instants_sort_and_compare_alike_on_both_engines(world: World):
    world.a_track("police:sent")
    world.a_track("police:accepted")
    order = db.session.scalars(
        sa.select(Track.status).where(Track.stage == "police").order_by(Track.due_at)
    ).all()
    assert order == ["sent", "accepted"]  # what has no limit comes last

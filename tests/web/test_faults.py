"""When the machine fails: a full disk, a database that drops everybody. What was answered as done is done, once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker.db import db
from tracker.models import HistoryEntry, LogEntry


def _counts() -> tuple[int, int]:
    entries = db.session.scalar(sa.select(sa.func.count(HistoryEntry.id))) or 0
    leaves = db.session.scalar(sa.select(sa.func.count(LogEntry.entry_id))) or 0
    db.session.rollback()
    return entries, leaves


@contextmanager
def _full_disk() -> Iterator[None]:
    """Inside, the database's file may grow by no page more: SQLite says "disk is full", as of a real one."""
    pages = db.session.scalar(sa.text("PRAGMA page_count")) or 0
    db.session.rollback()

    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(sa.Engine, "engine_connect", limit)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "engine_connect", limit)
        db.engine.dispose()


def _log_alert(client: CarefulClient, words: str) -> TestResponse:
    return client.send("/alerts/new", channel="missed_call", message=words)


@pytest.mark.only_on("sqlite")
def test_on_a_full_disk_nothing_is_half_done_reading_goes_on_and_writing_too_once_there_is_room(world: World):
    world.an_alert()
    before = _counts()
    client = world.sign_in(world.focal_point)
    db.session.commit()
    with _full_disk():
        answers = [_log_alert(client, "x" * 3000) for _ in range(6)]
        refused = next(answer for answer in answers if answer.status_code >= 500)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert client.get("/alerts/").status_code == 200
    kept = sum(answer.status_code < 400 for answer in answers)
    assert _counts() == (before[0] + kept, before[1] + kept)
    assert _log_alert(client, "there is room again").status_code in {302, 303}
    assert db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok"


@pytest.mark.only_on("postgresql")
def test_after_the_database_dropped_every_connection_the_next_request_is_answered(world: World):
    client = world.sign_in(world.focal_point)
    assert client.get("/alerts/").status_code == 200
    db.session.close()
    with world.app.app_context(), ExitStack() as kept:
        pool: Any = db.engine.pool
        whole = [kept.enter_context(db.engine.connect()) for _ in range(pool.checkedin())]
        dropped = [one.scalar(sa.text("SELECT pg_backend_pid()")) for one in whole]
    drop = sa.text("SELECT pg_terminate_backend(:pid)")
    other = sa.create_engine(world.database_url, poolclass=sa.NullPool)
    with other.connect() as connection:
        assert dropped
        assert all(connection.scalar(drop, {"pid": pid}) for pid in dropped)
    assert client.get("/alerts/").status_code == 200

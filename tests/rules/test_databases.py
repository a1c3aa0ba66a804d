"""The tests' own databases are what they promise to be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import databases, postgres
from tests.databases import Database


def _tables(url: str) -> list[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return sa.inspect(engine).get_table_names()


def test_a_fresh_database_is_migrated(database_url: str):
    assert "alembic_version" in _tables(database_url)


def test_what_one_test_writes_the_next_does_not_see(database: Database):
    database.fresh()
    with sa.create_engine(database.url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("CREATE TABLE left_behind (id INTEGER)"))
    assert "left_behind" in _tables(database.url)

    database.fresh()

    assert "left_behind" not in _tables(database.url)


def test_an_empty_database_has_no_tables(empty_database_url: str):
    assert _tables(empty_database_url) == []


def test_the_kind_is_the_one_asked_for(engine_kind: str, database_url: str):
    assert sa.make_url(database_url).get_backend_name() == engine_kind


@pytest.mark.only_on("postgresql")
def test_what_guards_a_table_stands_again_for_the_next_test(database: Database):
    database.fresh()
    engine = sa.create_engine(database.url, poolclass=sa.NullPool)
    guards = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    with engine.begin() as connection:
        before = connection.execute(sa.text(guards)).all()
        connection.execute(sa.text("ALTER TABLE history_entry DISABLE TRIGGER USER"))
        connection.execute(sa.text("INSERT INTO area (code, name, level) VALUES ('XA', 'Imara', 0)"))

    for _ in range(2):
        database.fresh()
        with engine.begin() as connection:
            assert connection.execute(sa.text(guards)).all() == before
            added = "INSERT INTO area (code, name, level) VALUES ('XA', 'Imara', 0) RETURNING id"
            assert connection.execute(sa.text(added)).scalar() == 1


@pytest.mark.parametrize("number", [None, os.getpid()], ids=["gone", "somebody else's"])
def test_a_run_that_was_killed_does_not_stop_the_next_one(number: int | None, tmp_path: Path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "postmaster.pid").write_text(f"{number or ended.pid}\n{tmp_path / 'data'}\n")

    postgres.stop(tmp_path)


def test_what_a_killed_run_left_goes_with_the_next_run_and_a_living_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TRACKER_TEST_ROOM", str(databases.this_room().folder))  # put back when the test ends
    monkeypatch.setattr(databases, "_places", lambda: [tmp_path])
    left = _room_of_another_process(tmp_path)
    assert left.exists()
    living = databases.open_room()
    assert not left.exists()
    _room_of_another_process(tmp_path)
    assert living.folder.exists()
    databases.close_room(living)


def _room_of_another_process(place: Path) -> Path:
    """The folder of a run that has ended without clearing away."""
    program = f"""
from pathlib import Path
from tests import databases
databases._places = lambda: [Path({str(place)!r})]
print(databases.open_room().folder)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())

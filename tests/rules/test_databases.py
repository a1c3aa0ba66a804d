"""The tests' own databases are what they promise to be."""

import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
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

"""The benchmarks measure what they say: a caseload that the actions could have made, and rows that are the same."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from benchmarks import caseload, figures, forms, imports, log, walls
from benchmarks.databases import databases, engine_of
from tests.databases import KEYS, Database
from tracker import clock, migrate
from tracker.actions import rebuild
from tracker.db import db
from tracker.indicators.periods import Period

_CASES = 60


def test_a_caseload_is_what_its_entries_say(database_url: str):
    """Made past the actions, it must be what they would have made."""
    caseload.write(engine_of(database_url), _CASES, tell=lambda _number: None)
    app = Flask("benchmark")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(app)
    with app.app_context():
        assert rebuild.how_many() == _CASES
        assert [str(found) for found in rebuild.differences()] == []
        db.session.remove()
        db.engine.dispose()


def test_raw_rows_are_those_that_the_import_wrote(database: Database, tmp_path: Path):
    """Else the ratio of their speeds would say nothing. On SQLite the second database is a file beside the first."""
    database.fresh()
    source, empty = tmp_path / "events.csv", f"sqlite:///{tmp_path / 'raw.db'}"
    rows = imports.write_source(source, _CASES, caseload.SEED)
    assert imports.imported(database.url, source, rows).rows == rows
    if database.url.startswith("sqlite"):
        migrate.upgrade(empty)
        imports.raw_inserts(database.url, empty, rows)
        assert _counts(empty) == _counts(database.url)


def test_what_the_log_costs_stands_beside_what_it_cannot_be_faster_than():
    keys = os.environ[KEYS]
    with databases("sqlite") as places:
        costs = log.of_sqlite(places, 512, lambda _number: None)
        rows = [engine_of(f"sqlite:///{places.folder / name}.db") for name in ("log", "log_raw")]
        assert _leaves(rows[0]) == _leaves(rows[1])
    assert all(cost.bare > 0 and cost.ours > 0 for cost in costs)
    assert os.environ[KEYS] == keys, "a measurement leaves the keys of the process as they were"
    lines = [*log.table([cost.figures() for cost in costs])]
    assert len(lines) == 1 + len(costs)


def test_pages_are_timed_where_cases_are_hidden_and_where_there_are_none():
    """Every page answers as it should: a measurement of refusals at the door would say nothing."""
    with databases("sqlite") as places:
        found = list(walls.measure(places, cases=200, hidden=2, turns=1, warm_up=0))
    assert len(found) == 6
    assert all(one.milliseconds > 0 for one in found)


@pytest.mark.only_on("sqlite")
def test_every_form_that_is_timed_was_taken(database_url: str, tmp_path: Path):
    speeds = forms.measure(database_url, tmp_path, 2, lambda _number: None)
    assert [(one.forms, one.seconds > 0) for one in speeds] == [(2, True)] * 3


def test_figures_are_measured_beside_their_bare_statements(database_url: str):
    spells = figures.write(database_url, 800, first_cases=120)
    assert spells >= 800
    today = clock.now().date()
    costs = figures.measure(database_url, Period.quarter_of(today), today)
    everybody, page, again, after = (cost.statements for cost in costs)
    assert again < min(everybody, page, after), "what is kept is not asked for"
    assert len([*figures.table("any", spells, costs)]) == 3 + len(costs)


def _leaves(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        return [*connection.scalars(sa.text("SELECT hash FROM log_entry ORDER BY seq"))]


def _counts(url: str) -> list[int]:
    with engine_of(url).connect() as connection:
        return [connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0 for table in imports.TABLES]

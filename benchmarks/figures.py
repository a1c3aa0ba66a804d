"""Measures the figures of institutions on a caseload of any size, against the bare statements in the same run.

python -m benchmarks.figures [--spells 1000000] [--only sqlite]

A caseload is written once and copied in the database until there are spells enough. Then: all institutions with
nothing kept, one institution's page, and the same after one write.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from time import perf_counter, process_time
from typing import Any, NamedTuple

import click
import sqlalchemy as sa
from flask import Flask

from benchmarks import caseload
from benchmarks.databases import KINDS, Databases, databases, engine_of, why_not
from tracker import clock, mission
from tracker.actions import steps
from tracker.db import db
from tracker.indicators.periods import Period
from tracker.indicators.tally import Asked, stage_figures
from tracker.ledger import append
from tracker.log.leaf import Kind
from tracker.models import HistoryEntry, Institution, Membership, ProtectionCase, Track
from tracker.queries import kept_tallies, performance
from tracker.vocabulary import InstitutionKind

_FIRST_CASES = 6_000
PAGE_AIM, ALL_AIM = 0.060, 3.0

_OWN = {"reference": "'B' || ({id})", "code": f"'{'0' * 16}' || ({10**15} + {{id}})"}
"""What no two cases share."""


class Cost(NamedTuple):
    """What one answer cost, in seconds: this process, by the clock, and its statements alone, asked anew."""

    name: str
    cpu: float
    clock: float
    statements: int
    bare: float

    @property
    def computing(self) -> float:
        """What was not spent in the database: by the clock, without the bare statements."""
        return max(0.0, self.clock - self.bare)


def write(url: str, spells: int, first_cases: int = _FIRST_CASES) -> int:
    """Fills a migrated database with at least so many spells and a log that begins after them; gives how many."""
    engine = engine_of(url)
    with engine.begin() as connection:
        append.append_notice(connection, Kind.CONFIG, "benchmark", b"a caseload past the actions")
    caseload.write(engine, first_cases, tell=lambda _number: None)
    with engine.begin() as connection:
        one = connection.scalar(sa.select(sa.func.count()).select_from(Track)) or 1
        copies = max(0, -(-spells // one) - 1)
        last = {model: connection.scalar(sa.select(sa.func.max(model.id))) or 0 for model in _COPIED}
        for copy in range(1, copies + 1):
            for model in _COPIED:
                connection.execute(_copy(model, copy, last))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
            for model in _COPIED:
                table = model.__tablename__
                plain.exec_driver_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
            plain.exec_driver_sql("VACUUM ANALYZE")
    else:
        with engine.connect() as plain:
            plain.exec_driver_sql("ANALYZE")
    return one * (copies + 1)


_COPIED: tuple[Any, ...] = (ProtectionCase, Track, HistoryEntry)
_NAMES = {"case_id": ProtectionCase, "track_id": Track, "parent_id": Track, "corrects_id": HistoryEntry}


def _copy(model: Any, copy: int, last: dict[Any, int]) -> sa.TextClause:
    """Inserts the first rows of a table again, under new numbers."""
    columns = [column.name for column in model.__table__.columns]

    def value(name: str) -> str:
        if name == "id":
            return f"id + {copy * last[model]}"
        if name in _NAMES:
            return f"{name} + {copy * last[_NAMES[name]]}"
        own = _OWN.get(name) if model is ProtectionCase else None
        return own.format(id=f"id + {copy * last[model]}") if own else f'"{name}"'

    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(map(value, columns))
    table = model.__tablename__
    return sa.text(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id <= {last[model]} ORDER BY id"
    )


def measure(url: str, period: Period, as_of: date) -> list[Cost]:
    """The costs on a database that `write` filled."""
    app = Flask("benchmark")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with app.app_context():
        busiest, codes = (
            _busiest(),
            dict(db.session.execute(sa.select(Institution.id, Institution.code)).all()),
        )
        asked = Asked(period, as_of)

        def everybody() -> None:
            tallies = kept_tallies.tallies(asked, codes, codes)
            for by_stage in tallies.values():
                for stage, tally in by_stage.items():
                    stage_figures(stage, tally, asked)

        def page() -> None:
            performance.institution(busiest, viewer=None, period=period, as_of=as_of)

        page()  # the statements are built once a process
        kept_tallies.forget()
        costs = [
            _cost("all, nothing kept", everybody),
            _cost("page, all else kept", page),
            _cost("page", page),
        ]
        _act(busiest)
        costs.append(_cost("page after a write", page))
        db.session.remove()
        db.engine.dispose()
    return costs


def _busiest() -> Institution:
    stations = sa.select(Institution).where(Institution.kind == InstitutionKind.POLICE_STATION)
    tracks = sa.select(sa.func.count()).where(Track.institution_id == Institution.id).scalar_subquery()
    return db.session.scalars(stations.order_by(tracks.desc()).limit(1)).one()


def _act(of: Institution) -> None:
    """One write: somebody at the institution acknowledges what was sent."""
    officer = db.session.scalars(
        sa.select(Membership).where(Membership.institution_id == of.id).limit(1)
    ).one()
    sent = sa.select(Track).where(Track.institution_id == of.id, Track.status == "sent", Track.open)
    track = db.session.scalars(sent.order_by(Track.id.desc()).limit(1)).one()
    steps.take("acknowledge", actor=officer, on=track, seen=track.version)
    db.session.commit()


def _cost(name: str, answer: Callable[[], None]) -> Cost:
    gc.collect()
    with _statements() as sent:
        cpu, began = process_time(), perf_counter()
        answer()
        cost = process_time() - cpu, perf_counter() - began
    return Cost(name, *cost, len(sent), _bare(sent))


def _bare(sent: list[tuple[str, Any]]) -> float:
    """How long the driver takes for the same statements, rows fetched and dropped."""
    driver: Any = db.session.connection().connection.driver_connection
    began = perf_counter()
    for statement, values in sent:
        cursor = driver.cursor()
        cursor.execute(statement, values)
        cursor.fetchall()
        cursor.close()
    return perf_counter() - began


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append((statement, values))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def table(kind: str, spells: int, costs: list[Cost]) -> Iterator[str]:
    """The lines that are printed."""
    yield f"{kind}, {spells:,} spells"
    yield f"  {'answer':<22}{'CPU s':>9}{'clock s':>9}{'statements':>12}{'bare SQL s':>12}{'computing s':>13}"
    for one in costs:
        yield (
            f"  {one.name:<22}{one.cpu:>9.3f}{one.clock:>9.3f}{one.statements:>12}{one.bare:>12.3f}"
            f"{one.computing:>13.3f}"
        )
    yield f"  (aims: all in {ALL_AIM} s; a page computed in {PAGE_AIM} s)"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--spells", default=1_000_000, show_default=True, help="So many spells at least.")
@click.option("--only", type=click.Choice(KINDS), help="On this database alone.")
def main(spells: int, only: str | None) -> None:
    """Measure the figures of institutions."""
    mission.current()
    today = clock.now().date()
    for kind in [only] if only else KINDS:
        if reason := why_not(kind):
            click.echo(f"{kind}: not measured. {reason}")
            continue
        with databases(kind) as made:
            for line in _measured(made, spells, today):
                click.echo(line)


def _measured(made: Databases, spells: int, today: date) -> Iterator[str]:
    url = made.make("figures")
    written = write(url, spells)
    yield from table(made.kind, written, measure(url, Period.quarter_of(today).earlier(1), today))


if __name__ == "__main__":
    main()

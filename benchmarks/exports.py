"""Measures what it takes to write lists and histories to files: rows a second, and the most memory that it took.

python -m benchmarks.exports [--rows 100000] [--cases 100000] [--only sqlite]

A table is written by our writers and, as the floor, by Python's own csv alone. A list of a caseload is written from the
database as the page for it would. Histories are read from the database, made alike and written in each form.
Each is measured in a process of its own, so that one's memory is not the other's.
"""

import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import process_time
from typing import IO, Any, NamedTuple

import click
import sqlalchemy as sa
from flask import Flask

from benchmarks import caseload, signed_in
from benchmarks.databases import KINDS, databases, engine_of, why_not
from blueprints import histories
from blueprints.exports import others
from blueprints.tabular import Heading, csv_form, xlsx_form
from tracker import mission
from tracker.db import db, reading_only
from tracker.models import Membership, ProtectionCase
from tracker.queries import mining
from tracker.vocabulary import Role

FORMS = ("bare", "csv", "xlsx", "list csv", "list xlsx", "xes", "json", "sqlite")
_OF_CASES = ("xes", "json", "sqlite")


class Cost(NamedTuple):
    """What one file took: rows (or cases), CPU seconds, and megabytes more than before it began."""

    form: str
    rows: int
    seconds: float
    megabytes: float
    bytes: int


def measure(form: str, rows: int, url: str) -> Cost:
    """One form, in this process. `url`: a database with a caseload, for what is read from one."""
    made = _made(form, rows, url)
    before, began = _peak(), process_time()
    with tempfile.TemporaryFile() as file:
        number = made(file)
        return Cost(form, number, process_time() - began, _peak() - before, file.tell())


def _made(form: str, rows: int, url: str) -> Callable[[IO[bytes]], int]:
    if form == "bare":
        return lambda file: _bare(file, rows)
    if form in ("csv", "xlsx"):
        writer = {"csv": csv_form, "xlsx": xlsx_form}[form]
        mission.current()
        return lambda file: _written(writer, _headings(), _rows(rows), file)
    app = signed_in.prepared(url).app
    return lambda file: _of_cases(app, form, file) if form in _OF_CASES else _listed(app, form, file)


def _bare(file: IO[bytes], rows: int) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    csv.writer(text).writerows(_rows(rows))
    text.detach()
    return rows


def _headings() -> list[Heading]:
    return [Heading(f"Column {number}", "#meta") for number in range(13)]


def _rows(number: int) -> Iterator[Sequence[Any]]:
    """As a queue has them."""
    at = datetime(2026, 11, 12, 14, 30, tzinfo=UTC)
    for row in range(number):
        reference = f"{row:012}"
        yield (
            reference,
            "Accepted",
            "accepted",
            "police",
            "Rape",
            "rape",
            "Urgent",
            "urgent",
            at,
            "Bend",
            "XA01",
            "River",
            "XA",
        )


def _written(writer: Any, headings: Any, rows: Any, file: IO[bytes]) -> int:
    number = 0

    def counted() -> Iterator[Any]:
        nonlocal number
        for row in rows:
            number += 1
            yield row

    writer.write("A list", headings, counted(), file, rtl=False)
    return number


def _listed(app: Flask, form: str, file: IO[bytes]) -> int:
    """The open cases of the section that has most of them."""
    writer = {"list csv": csv_form, "list xlsx": xlsx_form}[form]
    with app.test_request_context(), reading_only():
        most = (
            sa.select(ProtectionCase.owner_id)
            .group_by(ProtectionCase.owner_id)
            .order_by(sa.func.count().desc())
        )
        owner = db.session.scalars(most.limit(1)).one()
        officers = sa.select(Membership).where(
            Membership.institution_id == owner, Membership.role == Role.JUDICIAL_OFFICER
        )
        listed = others.my_cases(db.session.scalars(officers.limit(1)).one())
        return _written(writer, listed.headings, listed.rows, file)


def _of_cases(app: Flask, form: str, file: IO[bytes]) -> int:
    with app.app_context(), reading_only():
        return histories.write(mining.histories(viewer=None), form, file)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rows", default=100_000, show_default=True, help="Rows of the table that is made up.")
@click.option("--cases", default=100_000, show_default=True, help="Cases of the caseload.")
@click.option("--only", type=click.Choice(KINDS), help="On this database alone.")
def main(rows: int, cases: int, only: str | None) -> None:
    """Measure lists and histories as files."""
    mission.current()
    for kind in [only] if only else KINDS:
        if reason := why_not(kind):
            click.echo(f"{kind}: not measured. {reason}")
            continue
        with databases(kind) as made:
            url = made.make("exports")
            caseload.write(engine_of(url), cases, tell=lambda _number: None)
            for form in FORMS:
                click.echo(_line(kind, _apart(form, rows, url)))


def _apart(form: str, rows: int, url: str) -> Cost:
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.exports", "measure", form, str(rows), url],
        check=True,
        capture_output=True,
        text=True,
    )
    return Cost(*json.loads(said.stdout.splitlines()[-1]))


def _line(kind: str, cost: Cost) -> str:
    speed = cost.rows / cost.seconds if cost.seconds else 0
    return (
        f"{kind:10} {cost.form:9} {cost.rows:>8,} rows {speed:>9,.0f} rows/s "
        f"{cost.megabytes:>6.0f} MB more {cost.bytes / 1e6:>6.1f} MB file"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]), sys.argv[4])))
    else:
        main()

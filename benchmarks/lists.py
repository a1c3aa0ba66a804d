"""Measures a spreadsheet of cases that is taken in, against raw inserts of the very rows that it wrote.

python -m benchmarks.lists [--rows 20000] [--wrong 400] [--only sqlite]

The list has errors on purpose. Its good rows are taken in, its errors are mended and brought, and the whole file is
brought a third time: it adds nothing.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from time import perf_counter, process_time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
import xlsxwriter
from flask import Flask

from benchmarks import imports
from benchmarks.databases import KINDS, databases, why_not
from tests import country
from tracker import mission
from tracker.actions import sheet_work, sheets
from tracker.db import db
from tracker.intake import sheet_reading
from tracker.models import HistoryEntry, LogEntry, Membership, ProtectionCase, SheetImport
from tracker.queries import sheets as queries
from tracker.vocabulary import RowState, SheetKind, SheetState

_HEADINGS = (
    "Number",
    "Concern",
    "Area",
    "Date of incident",
    "Survivor",
    "Phone",
    "Age",
    "Urgency",
    "Risk",
    "Risk of reprisals",
    "Consent",
    "Shared with",
    "Narrative",
)
_TABLES = (
    "area",
    "user_account",
    "institution",
    "membership",
    "protection_case",
    "case_key",
    "track",
    "history_entry",
    "person",
    "search_term",
    "narrative",
    "consent",
    "reprisal_assessment",
    *(name for name in imports.TABLES if name.startswith("log_")),
)


class Cost(NamedTuple):
    """What one part took."""

    name: str
    rows: int
    cpu_seconds: float
    seconds: float


def rows_of(number: int, wrong: int) -> list[list[Any]]:
    """Rows as a network would write them; every so many have a word that no list has."""
    every = number // wrong if wrong else number + 1
    return [_row(line, in_order=not wrong or line % every != 0) for line in range(number)]


def _row(line: int, *, in_order: bool) -> list[Any]:
    return [
        f"N-{line:06}",
        ("physical_assault", "cattle_raiding", "forced_marriage")[line % 3],
        "Old Ferry payam",
        date(2026, 1, 1) + timedelta(days=line % 200),
        f"Abuk {line} Deng",
        211_900_000_000 + line,
        12 + line % 60,
        "normal" if in_order else "when it suits",
        "medium",
        "low",
        "given" if line % 2 else "declined",
        "Bend police station" if line % 2 else None,
        f"What she told, number {line}. " * 5,
    ]


def workbook(rows: list[list[Any]]) -> bytes:
    """The rows as an xlsx file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet()
        for line, row in enumerate([_HEADINGS, *rows]):
            page.write_row(line, 0, row)
    return out.getvalue()


@contextmanager
def _installation(url: str) -> Iterator[None]:
    mission.start(None, ZoneInfo("Africa/Juba"))
    app = Flask("tracker")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def _timed(name: str, rows: int, do: Callable[[], object]) -> Cost:
    cpu, clock = process_time(), perf_counter()
    do()
    return Cost(name, rows, process_time() - cpu, perf_counter() - clock)


def _bring(actor_id: int, data: bytes) -> int:
    actor = db.session.get_one(Membership, actor_id)
    sheet = sheets.bring(SheetKind.CASES, data, actor=actor)
    sheets.choose(sheet, actor=actor, heading=sheet.heading, columns=sheet.columns)
    number = sheet.id
    db.session.commit()
    return number


def _work(while_it_is: SheetState) -> None:
    known = sheet_reading.setting(sheet_reading.codes())
    while (sheet := sheet_work.next_file()) is not None and sheet.state is while_it_is:
        sheet_work.go_on(sheet, known)
        db.session.commit()
        db.session.remove()
    db.session.rollback()


def _confirm(number: int) -> None:
    sheet = db.session.get_one(SheetImport, number)
    if sheet.state is SheetState.CHECKED and sheet.new:
        sheets.confirm(sheet, actor=sheet.membership)
    db.session.commit()


def measure(number: int, wrong: int) -> list[Cost]:
    """The costs of the first file, and proof that the second and the third do what they should."""
    people = country.found().people
    actor_id = people["focal_point"].id
    rows = rows_of(number, wrong)
    data, brought = workbook(rows), list[int]()
    costs = [_timed("read and sealed", number, lambda: brought.append(_bring(actor_id, data)))]
    costs.append(_timed("looked through", number, lambda: _work(SheetState.CHECKING)))
    _confirm(brought[0])
    good = number - wrong
    costs.append(_timed("taken in", good, lambda: _work(SheetState.RUNNING)))
    first = db.session.get_one(SheetImport, brought[0])
    _require((first.taken, first.wrong), (good, wrong))
    left = queries.first_rows(first, RowState.WRONG, viewer=first.membership, most=number)
    _require(len(left), wrong)
    mended = [row for row, again in zip(rows, rows_of(number, 0), strict=True) if row != again]
    _require(_whole(actor_id, workbook([[*row[:7], "normal", *row[8:]] for row in mended])).taken, wrong)
    third = _whole(actor_id, workbook(rows_of(number, 0)))
    _require((third.new, third.there, third.taken), (0, number, 0))
    cases = sa.select(sa.func.count()).select_from(ProtectionCase)
    _require(db.session.scalar(cases), number)
    entries, leaves = (sa.select(sa.func.count()).select_from(one) for one in (HistoryEntry, LogEntry))
    _require(db.session.scalar(leaves.where(LogEntry.entry_id.is_not(None))), db.session.scalar(entries))
    return costs


def _whole(actor_id: int, data: bytes) -> SheetImport:
    number = _bring(actor_id, data)
    _work(SheetState.CHECKING)
    _confirm(number)
    _work(SheetState.RUNNING)
    return db.session.get_one(SheetImport, number)


def _require(found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"Found {found}, not {expected}.")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--rows", "number", default=20_000, show_default=True, help="Rows of the spreadsheet.")
@click.option("--wrong", default=400, show_default=True, help="Rows with an error.")
@click.option("--only", type=click.Choice(KINDS), help="On this database alone.")
def main(number: int, wrong: int, only: str | None) -> None:
    """Measure a spreadsheet of cases against raw inserts of what it wrote."""
    for kind in [only] if only else KINDS:
        if reason := why_not(kind):
            click.echo(f"{kind}: not measured. {reason}")
            continue
        with databases(kind) as made:
            written, empty = made.make("written"), made.make("raw")
            with _installation(written):
                costs = measure(number, wrong)
            raw = imports.raw_inserts(written, empty, number, _TABLES)
        click.echo(f"\n{kind}\n  {'':<18}{'rows':>8}{'CPU s':>9}{'clock s':>9}{'rows/s':>9}")
        for cost in [*costs, Cost("raw inserts", number, raw.cpu_seconds, raw.seconds)]:
            click.echo(
                f"  {cost.name:<18}{cost.rows:>8,}{cost.cpu_seconds:>9.1f}{cost.seconds:>9.1f}"
                f"{cost.rows / cost.seconds:>9,.0f}"
            )


if __name__ == "__main__":
    main()

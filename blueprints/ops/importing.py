"""`tracker import cases`: takes the records of another system in, whole, through a mapping file."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from tqdm import tqdm

from blueprints.ops.commands import Commands
from tracker import config, keyring, mission
from tracker.intake import mapping_reader
from tracker.intake.errors import NotReady, UnreadableFile
from tracker.intake.loading import Loader
from tracker.intake.report import File, RefusedFor, Report
from tracker.intake.staging import staged
from tracker.keys import kept
from tracker.models import ImportSource
from tracker.vocabulary import EntryFlag

_INTERRUPTED = 130

_FLAGS = {
    EntryFlag.DATE_MISSING: "without a day",
    EntryFlag.DATE_IN_THE_FUTURE: "with a day in the future, which was left out",
    EntryFlag.DATE_UNREADABLE: "with a day that cannot be read",
    EntryFlag.BEFORE_REFERRAL: "with a day before the case was received",
    EntryFlag.AFTER_CUT_OFF: "with a day after the source's cut-off",
    EntryFlag.INSTITUTION_UNKNOWN: "without an institution's name",
}
REFUSED = {
    RefusedFor.MALFORMED: "rows that do not have the columns of the table",
    RefusedFor.MISSING: "a required column is empty",
    RefusedFor.SEQ_UNREADABLE: "the sequence number is no number",
    RefusedFor.DUPLICATE_CASE: "the case comes twice",
    RefusedFor.DUPLICATE_EVENT: "the event comes twice",
    RefusedFor.CASE_UNKNOWN: "there is no such case",
    RefusedFor.CASE_REFUSED: "the case of the event was refused",
    RefusedFor.DATE_UNREADABLE: "the day of the case cannot be read",
    RefusedFor.DATE_IN_THE_FUTURE: "the day of the case is in the future",
    RefusedFor.WORD_UNKNOWN: "a word of the case is not in the mapping",
    RefusedFor.EVENT_UNKNOWN: "the event is not in the mapping",
    RefusedFor.OUTCOME_UNKNOWN: "the outcome is not in the mapping",
    RefusedFor.INSTITUTION_OF_ANOTHER_KIND: "the institution is of a kind that cannot hold the stage",
    RefusedFor.TOO_LONG: "the reference is too long",
    RefusedFor.LEFT_OUT: "the mapping leaves the event out",
}


_COMMANDS = {
    "cases": ("blueprints.ops.importing:import_cases", "Take in cases and their events."),
    "alerts": ("blueprints.ops.importing_alerts:import_alerts", "Take in alerts of the past."),
    "areas": ("blueprints.ops.importing_areas:import_areas", "Take in areas with their P-codes."),
    "list": ("blueprints.ops.importing_lists:import_list", "Take in a list from a spreadsheet."),
}


@click.group("import", cls=Commands, places=_COMMANDS)
def import_group() -> None:
    """Take in records of another system."""


@click.command("cases")
@click.option("--cases", type=click.Path(path_type=Path), help="Table of cases (CSV, also gzipped).")
@click.option(
    "--events", type=click.Path(path_type=Path), required=True, help="Table of events (CSV, also gzipped)."
)
@click.option(
    "--mapping", required=True, metavar="FILE", help="Mapping file, or the name of one that is shipped."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what became of every row to this JSON file."
)
@click.option("--progress/--no-progress", default=None, help="Show a progress bar (default: on a terminal).")
def import_cases(
    cases: Path | None, events: Path, mapping: str, report: Path | None, progress: bool | None
) -> None:
    """Take in cases and their events, with the mapping of their source.

    A case that was taken in before is left as it is, so an interrupted run is simply started again.
    """
    done = _run(cases, events, mapping, report, sys.stderr.isatty() if progress is None else progress)
    click.echo("\n".join(_summary(done)))
    if not done.finished:
        click.echo("The import was interrupted. Start it again: it goes on where it stopped.", err=True)
        sys.exit(_INTERRUPTED)


def _run(cases: Path | None, events: Path, name: str, place: Path | None, progress: bool) -> Report:
    settings = config.from_environment()
    here = mission.start(settings.country_pack, settings.time_zone)
    ring = keyring.start(settings.keys_dir)
    mapping = mapping_reader.open_mapping(name, here.procedure)
    report = Report(mapping.source.code, mapping.source.title)
    check_place(place)
    started = time.monotonic()
    with database(settings.database_url) as engine:
        with engine.connect() as connection:
            kept.require(connection, ring)
        try:
            with staged(cases, events, mapping, report) as staging:
                loader = Loader(engine, mapping, here.procedure, here.zone)
                with tqdm(total=staging.cases, unit=" cases", disable=not progress, file=sys.stderr) as bar:
                    loader.load(staging, report, bar.update)
            report.finished = True
        except KeyboardInterrupt:
            report.finished = False
    report.seconds = time.monotonic() - started
    if place is not None:
        _write(report, place)
    return report


def _write(report: Report, place: Path) -> None:
    try:
        place.write_text(json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as wrong:
        raise UnreadableFile(
            f"What was read is taken in, but the report cannot be written to {place}: {wrong.strerror}."
        ) from wrong


def check_place(place: Path | None) -> None:
    """Finds out before hours of work that the report could not be written."""
    if place is not None and not os.access(place if place.exists() else place.parent, os.W_OK):
        raise UnreadableFile(f"The report cannot be written to {place}. Name a file in a folder that exists.")


@contextmanager
def database(url: str) -> Iterator[sa.Engine]:
    """The database that records are taken into. Refuses (`NotReady`) one without tables."""
    engine = sa.create_engine(url)
    try:
        if not sa.inspect(engine).has_table(ImportSource.__tablename__):
            raise NotReady("The database has no tables yet. Make them first: tracker db upgrade")
        yield engine
    finally:
        engine.dispose()


def _summary(report: Report) -> Iterator[str]:
    tally = report.tally
    yield f"{report.title} ({report.source})"
    yield ""
    rows = [
        ("Rows read", sum(report.read.values())),
        ("Cases taken in", tally.cases),
        ("Cases that were there already", tally.cases_there),
        ("Events taken in", tally.events),
        ("Events that were there already", tally.events_there),
        ("History entries", tally.entries),
        ("Tracks", tally.tracks),
        ("Orders", tally.orders),
        ("Institutions made", tally.institutions),
    ]
    yield from (_line(words, number) for words, number in rows)
    yield from _by_reason("Taken in with a flag", tally.flagged, _FLAGS)
    yield from _by_reason("Not taken in", tally.refused, REFUSED)
    for file, names in report.ignored_columns.items():
        if names:
            yield f"Columns of the {file.value} that the mapping does not name: {', '.join(names)}"
    yield f"{report.seconds:.1f} seconds, {report.rows_a_second:,.0f} rows a second"


def _by_reason(title: str, counts: Mapping[tuple[Any, File], int], words: Mapping[Any, str]) -> Iterator[str]:
    if counts:
        yield f"{title}:"
    for (reason, file), number in sorted(counts.items()):
        yield _line(f"  {file.value}: {words[reason]}", number)


def _line(words: str, number: int) -> str:
    return f"{words:<64}{number:>12,}"

"""Measures pages, import, log, and forms and messages from phones on each database, in one run, and prints a table.

python -m benchmarks [--cases 100000] [--leaves 100000] [--part log] [--only sqlite] [--json report.json]
"""

import json
import platform
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks import caseload, forms, imports, log, messages, pages
from benchmarks.databases import KINDS, Databases, databases, engine_of, why_not
from tracker import clock, mission

PAGE_AIM, IMPORT_AIM = 2.5, 0.25
PARTS = ("pages", "import", "log", "forms", "messages")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--cases", default=100_000, show_default=True, help="Cases that the pages are read from.")
@click.option("--turns", default=60, show_default=True, help="Turns of each page; more are steadier.")
@click.option("--imported", default=20_000, show_default=True, help="Cases that are imported.")
@click.option("--leaves", default=100_000, show_default=True, help="Leaves of the log that is measured.")
@click.option(
    "--part",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    default=PARTS,
    help="This alone; may be repeated.",
)
@click.option("--only", type=click.Choice(KINDS), help="On this database alone.")
@click.option("--json", "place", type=click.Path(path_type=Path), help="Write the figures to this file.")
def main(  # noqa: PLR0917
    cases: int,
    turns: int,
    imported: int,
    leaves: int,
    parts: tuple[str, ...],
    only: str | None,
    place: Path | None,
) -> None:
    """Measure pages against a bare Flask page, the import against raw inserts of the same rows, and the log."""
    mission.current()
    figures: dict[str, Any] = {
        "measured_at": clock.now().astimezone(UTC).isoformat(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cases": cases,
    }
    for kind in [only] if only else KINDS:
        if reason := why_not(kind):
            click.echo(f"{kind}: not measured. {reason}")
            continue
        with databases(kind) as made:
            measures: dict[str, Callable[[], list[dict[str, Any]]]] = {
                "pages": partial(_pages, made, cases, turns),
                "import": partial(_import, made, imported),
                "log": partial(_log, kind, made, leaves),
                "forms": partial(_forms, made),
                "messages": partial(_messages, made),
            }
            figures[kind] = {part: measure() for part, measure in measures.items() if part in parts}
        for line in _tables(kind, figures[kind]):
            click.echo(line)
    if place is not None:
        place.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _pages(made: Databases, cases: int, turns: int) -> list[dict[str, Any]]:
    url = made.make("caseload")
    engine = engine_of(url)
    with click.progressbar(length=cases, label=f"Writing {cases:,} cases") as bar:
        caseload.write(engine, cases, tell=bar.update)
    with click.progressbar(length=turns, label="Reading pages") as bar:
        return [cost._asdict() for cost in pages.measure(url, turns, bar.update)]


def _import(made: Databases, cases: int) -> list[dict[str, Any]]:
    written, empty = made.make("imported"), made.make("raw")
    source = made.folder / "events.csv"
    rows = imports.write_source(source, cases, caseload.SEED)
    click.echo(f"Importing {cases:,} cases, {rows:,} events")
    speeds = [imports.imported(written, source, rows), imports.raw_inserts(written, empty, rows)]
    return [
        {
            **speed._asdict(),
            "rows_a_second": speed.rows / speed.seconds,
            "ratio": speeds[1].cpu_seconds / speed.cpu_seconds,
            "ratio_by_the_clock": speeds[1].seconds / speed.seconds,
        }
        for speed in speeds
    ]


def _log(kind: str, made: Databases, leaves: int) -> list[dict[str, Any]]:
    if kind == "postgresql":
        click.echo("Appending by eight clients")
        return [cost.figures() for cost in log.of_postgresql(made)]
    with click.progressbar(length=leaves, label=f"Appending {leaves:,} leaves") as bar:
        return [cost.figures() for cost in log.of_sqlite(made, leaves, bar.update)]


def _forms(made: Databases) -> list[dict[str, Any]]:
    with click.progressbar(length=3 * forms.MOST, label="Sending forms from phones") as bar:
        speeds = forms.measure(made.make("forms"), made.folder, forms.MOST, bar.update)
    return [{**speed._asdict(), "forms_a_second": speed.forms / speed.seconds} for speed in speeds]


def _messages(made: Databases) -> list[dict[str, Any]]:
    with click.progressbar(length=3 * messages.MOST, label="Sending messages from a gateway") as bar:
        speeds = messages.measure(made.make, made.folder, messages.MOST, bar.update)
    bare = speeds[-1].cpu_seconds
    return [
        {
            **speed._asdict(),
            "messages_a_second": speed.messages / speed.seconds,
            "ratio": speed.cpu_seconds / bare,
        }
        for speed in speeds
    ]


def _tables(kind: str, figures: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield kind
    tables = {"pages": _pages_table, "import": _import_table, "log": log.table, "forms": _forms_table}
    tables["messages"] = _messages_table
    for part, lines in tables.items():
        if part in figures:
            yield from lines(figures[part])


def _pages_table(costs: list[dict[str, Any]]) -> Iterator[str]:
    yield f"  {'page':<16}{'CPU ms':>10}{'x floor':>10}{'bytes':>10}"
    for one in costs:
        yield f"  {one['name']:<16}{one['milliseconds']:>10.2f}{one['ratio']:>10.2f}{one['bytes']:>10,}"
    yield f"  (aim: at most {PAGE_AIM} x floor)"


def _import_table(speeds: list[dict[str, Any]]) -> Iterator[str]:
    yield f"  {'rows':<16}{'CPU s':>10}{'clock s':>10}{'rows/s':>10}{'of raw':>10}{'by clock':>10}"
    for one in speeds:
        yield (
            f"  {one['name']:<16}{one['cpu_seconds']:>10.2f}{one['seconds']:>10.2f}"
            f"{one['rows_a_second']:>10,.0f}{one['ratio']:>10.2f}{one['ratio_by_the_clock']:>10.2f}"
        )
    yield f"  (aim: at least {IMPORT_AIM} of raw)"


def _forms_table(speeds: list[dict[str, Any]]) -> Iterator[str]:
    yield f"  {'forms':<16}{'CPU ms':>10}{'clock ms':>10}{'forms/s':>10}"
    for one in speeds:
        each = 1000 / one["forms"]
        yield (
            f"  {one['name']:<16}{one['cpu_seconds'] * each:>10.1f}{one['seconds'] * each:>10.1f}"
            f"{one['forms_a_second']:>10.1f}"
        )


def _messages_table(speeds: list[dict[str, Any]]) -> Iterator[str]:
    yield f"  {'messages':<16}{'CPU ms':>10}{'clock ms':>10}{'a second':>10}{'x raw':>10}"
    for one in speeds:
        each = 1000 / one["messages"]
        yield (
            f"  {one['name']:<16}{one['cpu_seconds'] * each:>10.1f}{one['seconds'] * each:>10.1f}"
            f"{one['messages_a_second']:>10.1f}{one['ratio']:>10.1f}"
        )


if __name__ == "__main__":
    main()

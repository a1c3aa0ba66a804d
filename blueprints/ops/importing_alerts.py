"""`tracker import alerts`: takes in alerts of the past, as vague as their source has them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from blueprints.ops.importing import REFUSED, check_place, database
from tracker import config, keyring, mission
from tracker.intake import alert_mapping
from tracker.intake.alert_loading import AlertLoader, AlertReport
from tracker.intake.alert_places import Matched
from tracker.intake.tables import open_table
from tracker.keys import kept

_PLACES = {
    Matched.CERTAIN: "with an area that is certain",
    Matched.COUNTRY: "of which no more than the country is known",
    Matched.OFFERED: "without an area: several may be meant, and are offered",
    Matched.NONE: "without an area: nothing is like their words",
}


@click.command("alerts")
@click.option(
    "--alerts", type=click.Path(path_type=Path), required=True, help="Table of alerts (CSV, also gzipped)."
)
@click.option(
    "--mapping", required=True, metavar="FILE", help="Mapping file, or the name of one that is shipped."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what became of the rows to this JSON file."
)
@click.option("--progress/--no-progress", default=None, help="Show a progress bar (default: on a terminal).")
def import_alerts(alerts: Path, mapping: str, report: Path | None, progress: bool | None) -> None:
    """Take in alerts of the past, which nobody has to answer any more.

    An alert that was taken in before is left as it is. Areas must be there already: tracker import areas.
    """
    settings = config.from_environment()
    here = mission.start(settings.country_pack, settings.time_zone)
    ring = keyring.start(settings.keys_dir)
    read = alert_mapping.open_mapping(mapping, here.procedure)
    check_place(report)
    done = AlertReport()
    hidden = not (sys.stderr.isatty() if progress is None else progress)
    with database(settings.database_url) as engine, open_table(alerts, read.source.delimiter) as table:
        with engine.connect() as connection:
            kept.require(connection, ring)
        loader = AlertLoader(engine, read, here.procedure, here.zone)
        with tqdm(unit=" alerts", disable=hidden, file=sys.stderr) as bar:
            loader.load(table, done, bar.update)
    click.echo("\n".join([f"{read.source.title} ({read.source.code})", "", *_summary(done)]))
    if report is not None:
        report.write_text(json.dumps(_as_json(done), indent=2) + "\n", encoding="utf-8")


def _summary(done: AlertReport) -> Iterator[str]:
    rows = [
        ("Rows read", done.read),
        ("Alerts taken in", done.taken),
        *((f"  {_PLACES[how]}", done.places[how]) for how in Matched),
        ("  of which the day is not known", done.vague_days),
        ("Alerts that were there already", done.there),
        *((f"Not taken in: {REFUSED[why]}", number) for why, number in sorted(done.refused.items())),
    ]
    yield from (f"{words:<64}{number:>12,}" for words, number in rows)


def _as_json(done: AlertReport) -> dict[str, Any]:
    return {
        "rows_read": done.read,
        "alerts_loaded": done.taken,
        "alerts_already_there": done.there,
        "places": {how.value: done.places[how] for how in Matched},
        "vague_days": done.vague_days,
        "refused": {why.value: number for why, number in sorted(done.refused.items())},
        "examples": [
            {"line": line, "why": why.value, "reason": sentence} for line, why, sentence in done.examples
        ],
    }

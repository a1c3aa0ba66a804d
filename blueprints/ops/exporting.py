"""`tracker export`: de-identified histories for process mining."""

from pathlib import Path

import click

from blueprints import create_app, histories
from tracker.config import from_environment
from tracker.db import reading_only
from tracker.queries import mining


@click.group("export")
def export() -> None:
    """De-identified histories for process mining, as they stood when the last quarter was over.

    Not for publication. No case can be told from fewer than four others; what is rarer is left out.
    """


@export.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def xes(file: Path) -> None:
    """Write FILE as XES (IEEE 1849)."""
    _write(file, "xes")


@export.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sqlite", is_flag=True, help="As a database of SQLite. Default: JSON.")
def ocel(file: Path, *, sqlite: bool) -> None:
    """Write FILE as OCEL 2.0."""
    _write(file, "sqlite" if sqlite else "json")


def _write(path: Path, form: str) -> None:
    with create_app(from_environment()).app_context(), reading_only():
        found = mining.histories(viewer=None)
    with path.open("xb") as file:
        number = histories.write(found, form, file)
    left_out = "fewer than 5" if found.left_out is None else f"about {found.left_out}"
    click.echo(
        f"{path}: {number} cases of {found.quarter} and before; left out because they are rare: {left_out}."
    )

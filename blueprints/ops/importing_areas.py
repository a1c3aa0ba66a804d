"""`tracker import areas`: takes in a list of areas, as OCHA publishes them with their P-codes."""

from collections.abc import Iterator
from pathlib import Path

import click

from blueprints.ops.importing import database
from tracker import config
from tracker.intake import area_files, areas
from tracker.intake.area_plans import SENTENCES, AreaPlan

_REFUSED_LINES = 1
_NAMED = 100
"""So many refused lines are named; the rest are counted."""


@click.command("areas")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--whole",
    is_flag=True,
    help="The file holds every area of the countries and levels in it: the others are no longer in use.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_context
def import_areas(context: click.Context, file: Path, whole: bool, dry_run: bool) -> None:
    """Take in the areas in FILE (CSV, also gzipped), whose columns are called as in OCHA's lists.

    New areas are added; names and borders that have changed are changed, and the former names stay known. Nothing is
    deleted. A second run changes nothing.
    """
    lines = area_files.read(file)
    with database(config.from_environment().database_url) as engine, engine.begin() as connection:
        drawn = areas.drawn_up(lines, connection, countries=area_files.country_names(), whole=whole)
        if not dry_run:
            areas.write(drawn, connection, actor=None, source=file.name)
    click.echo("\n".join(_summary(drawn)))
    if drawn.refused:
        context.exit(_REFUSED_LINES)


def _summary(drawn: AreaPlan) -> Iterator[str]:
    rows = [
        ("Lines read", drawn.read),
        ("Areas added", len(drawn.added)),
        ("Areas renamed", len(drawn.renamed)),
        ("Areas that lie in another one now", len(drawn.moved)),
        ("Areas no longer in use", len(drawn.retired)),
        ("Areas in use again", len(drawn.returned)),
        ("Areas that stay as they are", drawn.unchanged),
        ("Lines refused", len(drawn.refused)),
    ]
    yield from (f"{words:<40}{number:>12,}" for words, number in rows)
    for one in drawn.refused[:_NAMED]:
        yield f"  line {one.line}: {one.code}: {SENTENCES[one.why]}"
    if len(drawn.refused) > _NAMED:
        yield f"  and {len(drawn.refused) - _NAMED:,} more"

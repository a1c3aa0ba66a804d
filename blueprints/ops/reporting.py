"""`tracker reports`: publish the reports of a period; recompute one from an exported log."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from blueprints import create_app
from tracker import mission
from tracker.actions import reports as acts
from tracker.config import from_environment
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.indicators.periods import Period
from tracker.log.readers import Folder
from tracker.models import Area, Institution
from tracker.queries import recomputed, reports

_DIFFERS = 1


@click.group("reports")
def reports_group() -> None:
    """Published reports of institutions and areas."""


@reports_group.command()
@click.option("--period", required=True, help="A quarter that is over, such as 2019-Q3.")
@click.option("--institution", "codes", multiple=True, help="Only these institutions, by code.")
@click.option("--area", "areas", multiple=True, help="Only these areas, by P-code.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As it stood on this day (default: today).")
@click.option("--why", default="", help="For a new edition of a published report: what made it necessary.")
def publish(period: str, codes: Sequence[str], areas: Sequence[str], as_of: date | None, why: str) -> None:
    """Publish the reports of a period: of every institution and state, or of those that are named.

    What is published already stays as it is, unless something has changed: then --why makes a new edition.
    """
    try:
        asked = Period.of(period)
    except ValueError as wrong:
        raise BadInput(period=say("This is no period. Write 2019-Q3.")) from wrong
    day = as_of.date() if as_of is not None and hasattr(as_of, "date") else as_of
    with create_app(from_environment()).app_context():
        made = acts.publish_all(
            _subjects(codes, areas), actor=None, period=asked, as_of=day, why=why, skip=True
        )
        rows = [(report.digest, report.name) for report in made]
        db.session.commit()
    for digest, name in rows:
        click.echo(f"{digest}  {name}")
    click.echo(f"Reports published: {len(rows)}.")


def _subjects(codes: Sequence[str], areas: Sequence[str]) -> list[Institution | Area]:
    there = reports.subjects(viewer=None)
    if not codes and not areas:
        return [of for _kind, of in there]
    return [*map(_institution, codes), *map(_area, areas)]


def _institution(code: str) -> Institution | Area:
    found = db.session.query(Institution).filter_by(code=code).first()
    if found is None:
        raise BadInput(institution=say("There is no institution with the code %(code)s.", code=code))
    return found


def _area(code: str) -> Institution | Area:
    found = db.session.query(Area).filter_by(code=code).first()
    if found is None:
        raise BadInput(area=say("There is no area with the P-code %(code)s.", code=code))
    return found


@reports_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--log", "folder", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify(file: Path, folder: Path) -> None:
    """Recompute a published report (its JSON) from a copy of the log with step and day disclosures.

    Verify the log itself first: tracker log verify DIR. Exit code 0: it is the published report, and all that could be
    recomputed is equal. 1: it is not, or something differs. 2: it could not be recomputed.
    """
    settings = from_environment(demonstration=True)
    mission.start(settings.country_pack, settings.time_zone)
    verdict = recomputed.compare(file.read_bytes(), Folder(folder))
    for line in verdict.lines():
        click.echo(line)
    sys.exit(0 if verdict.holds else _DIFFERS)

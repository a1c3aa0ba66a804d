"""`tracker indicators`: the figures of an institution, or the way of an area's cases, as the pages have them."""

from datetime import UTC, datetime
from typing import Any

import click

from blueprints import create_app
from tracker.config import from_environment
from tracker.db import db, reading_only
from tracker.errors import NotFound, say
from tracker.indicators.figures import InstitutionFigures, Pathway
from tracker.indicators.periods import Period
from tracker.indicators.plain import plain
from tracker.indicators.survival import Quantile
from tracker.models import Area, Institution
from tracker.queries import performance


def _period(_context: click.Context, _option: click.Parameter, text: str) -> Period:
    try:
        return Period.of(text)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong


def _instant(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    """An instant; one without an offset is of the mission area."""
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise click.BadParameter(f"{text!r} is no time: write 2019-10-15T12:00:00+00:00.") from wrong
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=from_environment().time_zone)
    return at.astimezone(UTC) if at is not None else None


@click.command()
@click.option("--institution", "code", help="Of this institution, by its code.")
@click.option("--area", help="How far the cases of this area come, by its P-code. (Neither: of all areas.)")
@click.option(
    "--period", required=True, callback=_period, help="2019, 2019-Q3, 2019-07 or two days, FIRST..LAST."
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="As it stood after this day. Default: today."
)
@click.option(
    "--known-at", callback=_instant, help="As it was known at this instant (ISO 8601). Default: now."
)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def indicators(
    *,
    code: str | None,
    area: str | None,
    period: Period,
    as_of: datetime | None,
    known_at: datetime | None,
    as_json: bool,
) -> None:
    """Print how an institution performs, or how far the cases of an area come: the numbers of the pages."""
    if code and area:
        raise click.UsageError("Give an institution or an area, not both.")
    asked: dict[str, Any] = {
        "viewer": None,
        "period": period,
        "as_of": as_of.date() if as_of is not None else None,
        "known_at": known_at,
    }
    found: InstitutionFigures | Pathway
    with create_app(from_environment()).app_context(), reading_only():
        if code:
            found = performance.institution(_institution(code), **asked)
        else:
            found = performance.pathway(_area(area), **asked)
    click.echo(plain(found) if as_json else _said(found))


def _institution(code: str) -> Institution:
    found = db.session.query(Institution).filter_by(code=code).one_or_none()
    if found is None:
        raise NotFound(say("There is no institution with the code %(code)s.", code=repr(code)))
    return found


def _area(code: str | None) -> Area | None:
    found = db.session.query(Area).filter_by(code=code).one_or_none() if code else None
    if code and found is None:
        raise NotFound(say("There is no area with the code %(code)s.", code=repr(code)))
    return found


def _said(found: InstitutionFigures | Pathway) -> str:
    lines = _of_institution(found) if isinstance(found, InstitutionFigures) else _of_pathway(found)
    basis = found.basis
    cites = f"As of {basis.as_of}, known at {basis.known_at.isoformat()}, log position {basis.log_position}."
    return "\n".join([*lines, cites])


def _of_institution(found: InstitutionFigures) -> list[str]:
    lines = [f"{found.code}, {found.period}"]
    for stage in found.stages:
        load, cleared, pace = stage.caseload[-1], stage.clearance[-1], stage.disposition[-1]
        out, late = sum(load.ended.values()), stage.on_time.n - stage.on_time.part
        lines += [
            f"{stage.stage}",
            f"  open {load.open_at_start} + in {load.came_in} - out {out} = open {load.open_at_end}",
            f"  resolved {load.resolved}, suspended {load.suspended_at_end}",
            f"  clearance {_number(cleared.percent)} %, disposition time {_number(pace.days)} days",
            f"  half had left after {_days(stage.in_stage.quartiles[50])} days, of {stage.in_stage.n}",
            f"  on time {stage.on_time.part}, late {late}",
        ]
    return lines


def _of_pathway(found: Pathway) -> list[str]:
    lines = [f"{found.area or 'all areas'}, {found.period}: {found.attrition.n} cases referred"]
    for step in found.attrition.steps:
        share = "" if step.of_referred is None else f", {100 * step.of_referred:.1f} %"
        lines.append(f"  {step.milestone}: {step.cases}{share}; half of all after {_days(step.days)} days")
    return lines


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _days(of: Quantile) -> str:
    lower, upper = ("-" if day is None else day for day in of[1:])
    return f"{'-' if of.day is None else of.day} [{lower}, {upper}]"

"""Published reports: which there are, and what one says. They are public to everybody who may read reports."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.indicators import published
from tracker.indicators.periods import Period
from tracker.indicators.published import Table
from tracker.models import Acting, Area, Institution, Report
from tracker.permissions import Permission, may
from tracker.queries.monitoring import watched_kinds

_MOST_COLUMNS = 4
_STATE = 1


class ReportRow(NamedTuple):
    """One report in a list: the newest edition."""

    kind: str
    code: str
    name: str
    period: str
    edition: int
    published_at: datetime


class Published(NamedTuple):
    """One edition of a report, read."""

    report: Report
    content: dict[str, Any]
    tables: Sequence[Table]
    editions: Sequence[tuple[int, datetime, str]]
    """Every edition: its number, when it was published, why."""


def periods(*, viewer: Acting) -> list[str]:
    """The periods of which there are reports, the newest first."""
    _require(viewer)
    return sorted(db.session.scalars(select(Report.period).distinct()), reverse=True)


def of_period(period: str, *, viewer: Acting) -> list[ReportRow]:
    """The reports of a period, of areas and of institutions, in order of name; of each the newest edition."""
    _require(viewer)
    newest = (
        select(func.max(Report.id))
        .where(Report.period == period)
        .group_by(Report.institution_id, Report.area_id)
    )
    rows = db.session.execute(
        select(
            Report.institution_id,
            func.coalesce(Institution.code, Area.code),
            func.coalesce(Institution.name, Area.name),
            Report.period,
            Report.edition,
            Report.published_at,
        )
        .outerjoin(Institution, Institution.id == Report.institution_id)
        .outerjoin(Area, Area.id == Report.area_id)
        .where(Report.id.in_(newest))
    )
    found = [ReportRow("area" if row[0] is None else "institution", *row[1:]) for row in rows]
    return sorted(found, key=lambda row: (row.kind, row.name, row.code))


def find(kind: str, code: str, period: str, *, viewer: Acting, edition: int | None = None) -> Published:
    """One edition (None: the newest) of the report about an institution or an area. Refuses (`NotFound`)."""
    _require(viewer)
    editions = [
        report for report in _editions(kind, code, period) if edition is None or report.edition <= edition
    ]
    if not editions or edition not in (None, editions[-1].edition):
        raise NotFound(say("There is no such report."))
    report = editions[-1]
    told = [(one.edition, one.published_at, one.why) for one in _editions(kind, code, period)]
    return Published(report, json.loads(report.content), _tables(report), told)


def up_to(found: Published, *, viewer: Acting) -> list[tuple[str, Sequence[Table]]]:
    """The tables of a report and of those of the three periods before it, oldest first: for figures over time."""
    _require(viewer)
    period = Period.of(found.report.period)
    texts = [str(period.earlier(n)) for n in range(_MOST_COLUMNS - 1, 0, -1)]
    same = Report.institution_id == found.report.institution_id
    if found.report.institution_id is None:
        same = Report.area_id == found.report.area_id
    rows = db.session.scalars(select(Report).where(same, Report.period.in_(texts)).order_by(Report.edition))
    newest = {report.period: report for report in rows}
    before = [(text, _tables(newest[text])) for text in texts if text in newest]
    return [*before, (found.report.period, found.tables)]


def subjects(*, viewer: Acting | None) -> list[tuple[str, Institution | Area]]:
    """What there can be reports about: states, then the institutions that are followed, by name.

    `viewer` None: an operator's command. Refuses (`NotPermitted`) who does not publish.
    """
    if viewer is not None and not may(viewer.role, Permission.REPORT_PUBLISH):
        raise NotPermitted(say("Your role does not publish reports."))
    areas = db.session.scalars(select(Area).where(Area.level == _STATE).order_by(Area.name))
    followed = db.session.scalars(
        select(Institution)
        .where(Institution.active, Institution.kind.in_(sorted(watched_kinds())))
        .order_by(Institution.name)
    )
    return [*(("area", area) for area in areas), *(("institution", one) for one in followed)]


def of_institution(institution: Institution, *, viewer: Acting) -> list[tuple[str, int]]:
    """The periods of which an institution has a report, newest first, each with its newest edition."""
    _require(viewer)
    rows = db.session.execute(
        select(Report.period, func.max(Report.edition))
        .where(Report.institution_id == institution.id)
        .group_by(Report.period)
        .order_by(Report.period.desc())
    )
    return [(period, edition) for period, edition in rows]


def _tables(report: Report) -> Sequence[Table]:
    return published.read(json.loads(report.content)).tables


def _editions(kind: str, code: str, period: str) -> Sequence[Report]:
    about, number = (Institution, Report.institution_id) if kind == "institution" else (Area, Report.area_id)
    return db.session.scalars(
        select(Report)
        .join(about, about.id == number)
        .where(about.code == code, Report.period == period)
        .order_by(Report.edition)
    ).all()


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.REPORT_READ):
        raise NotPermitted(say("Your role does not read reports."))

"""Published reports: the list, one report, its files."""

from datetime import date, datetime
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import downloads, parts, words
from blueprints.guards import allowed, requires, signed_in
from blueprints.i18n import _
from blueprints.parts import Part
from blueprints.reports import bp, labels, sheets
from blueprints.shapes import Column, Filter, Row
from blueprints.sheets import Sheet, apart, of_code
from blueprints.tabular import sending
from blueprints.times import day, moment
from tracker.errors import NotFound, say
from tracker.indicators.periods import Period
from tracker.permissions import Permission
from tracker.queries import reports
from tracker.queries.reports import Published, ReportRow

_BASIS = "basis"
_KINDS = {"institutions": "institution", "areas": "area"}
_ADDRESS = "/<string(maxlength=7):period>/<string(maxlength=12):kind>/<string(maxlength=60):code>"


@bp.get("/")
@requires(Permission.REPORT_READ)
def index() -> ResponseReturnValue:
    """The reports of one period, the newest unless another is asked for."""
    periods = reports.periods(viewer=signed_in())
    chosen = request.args.get("period") or (periods[0] if periods else "")
    rows = reports.of_period(chosen, viewer=signed_in())
    return render_template(
        "reports/index.html",
        periods=[
            Filter(apart(one), url_for("reports.index", period=one), current=one == chosen) for one in periods
        ],
        columns=(
            Column(_("About")),
            Column(_("Kind")),
            Column(_("Edition"), "number"),
            Column(_("Published")),
        ),
        areas=[_row(row) for row in rows if row.kind == "area"],
        institutions=[_row(row) for row in rows if row.kind == "institution"],
        may_publish=allowed(Permission.REPORT_PUBLISH),
    )


@bp.get(_ADDRESS)
@requires(Permission.REPORT_READ)
def show(period: str, kind: str, code: str) -> ResponseReturnValue:
    """One report, in parts; `?edition=1` an earlier one."""
    found, part = _find(period, kind, code), request.args.get("part")
    edition = found.report.edition
    whole, facts = _parts(_sheets(found)), _facts(found)
    return render_template(
        "reports/show.html",
        content=found.content,
        period=apart(period),
        digest=found.report.digest,
        facts=facts,
        cites=", ".join(f"{name}: {value}" for name, value in facts[3:6] if value),
        definitions=_versions(found),
        parts=parts.chosen(whole, part),
        ways=parts.ways(whole, part, partial(_page, period, kind, code, edition)),
        editions=[
            (number, moment(at), why, _address("show", period, kind, code, number))
            for number, at, why in found.editions
        ],
        basis=_page(period, kind, code, edition, _BASIS),
        csv=_address("table", period, kind, code, edition, form="csv"),
        xlsx=_address("table", period, kind, code, edition, form="xlsx"),
        json=_address("json", period, kind, code, edition),
        corrects=found.content["corrects"],
        changes=_changes(found),
    )


@bp.get(f"{_ADDRESS}/json")
@requires(Permission.REPORT_READ)
def json(period: str, kind: str, code: str) -> ResponseReturnValue:
    """The report as it was published, byte for byte: what its digest in the log is of."""
    found = _find(period, kind, code)
    return downloads.json_file(_name(found), found.report.content.encode())


@bp.get(f"{_ADDRESS}/<string(maxlength=4):form>")
@requires(Permission.REPORT_READ)
def table(period: str, kind: str, code: str, form: str) -> ResponseReturnValue:
    """The numbers of a report, or of one of its tables, as a file. All are published, and monitors take many."""
    found = _find(period, kind, code)
    chosen = of_code(_sheets(found), request.args.get("sheet"))
    if not chosen:
        raise NotFound(say("There is no such table."))
    name = _name(found)
    return sending.file_of(downloads.figures(name, chosen, subject=code, period=period), form, about=name)


def _find(period: str, kind: str, code: str) -> Published:
    edition = request.args.get("edition", "")
    if kind not in _KINDS or (edition and not (edition.isdecimal() and len(edition) < 6)):
        raise NotFound(say("There is no such report."))
    return reports.find(
        _KINDS[kind], code, period, viewer=signed_in(), edition=int(edition) if edition else None
    )


def _address(view: str, period: str, kind: str, code: str, edition: int, **more: Any) -> str:
    return url_for(f"reports.{view}", period=period, kind=kind, code=code, edition=edition, **more)


def _page(period: str, kind: str, code: str, edition: int, part: str) -> str:
    return url_for("reports.show", period=period, kind=kind, code=code, edition=edition, part=part)


def _sheets(found: Published) -> list[Sheet]:
    return sheets.sheets(found.tables, reports.up_to(found, viewer=signed_in()))


def _parts(all_of_them: list[Sheet]) -> list[Part]:
    """The sheets of each stage, those of the whole with the quality of the data on top, and what all rests on."""
    stages = dict.fromkeys(sheet.stage for sheet in all_of_them if sheet.stage)
    quality = [sheet for sheet in all_of_them if sheet.code == "quality"]
    rest = [sheet for sheet in all_of_them if not sheet.stage and sheet.code != "quality"]
    good, whole = _("How good these figures are"), _("The whole")
    found = [part for stage in stages for part in _of_stage(stage, all_of_them)]
    found += [Part("whole", whole, good, quality)] if quality else []
    found += [Part("whole", whole, whole, rest, small=not any(sheet.chart for sheet in rest))]
    basis = _("What these figures were computed from")
    return [*found, Part(_BASIS, basis, basis, [])]


_COURSE = ("caseload", "rates", "time")
"""What is read together of a stage: how many came and went, and how long they took."""


def _of_stage(stage: str, all_of_them: list[Sheet]) -> list[Part]:
    name = words.stage(stage)
    own = [sheet for sheet in all_of_them if sheet.stage == stage]
    return [
        Part(
            f"{stage}-{code}",
            _("%(stage)s: %(table)s", stage=name, table=of),
            name,
            [sheet for sheet in own if (sheet.code in _COURSE) == first],
        )
        for code, of, first in (
            ("caseload", _("Caseload"), True),
            ("ends", _("Ends, limits and age"), False),
        )
    ]


def _facts(found: Published) -> list[tuple[str, str | None]]:
    basis, period = found.content["basis"], Period.of(found.report.period)
    log = basis["log_position"]
    return [
        (_("Period"), _("%(first)s to %(last)s", first=day(period.first), last=day(period.last))),
        (_("Edition"), str(found.report.edition)),
        (_("Published"), moment(found.report.published_at)),
        (_("As it stood at the end of"), day(date.fromisoformat(basis["as_of"]))),
        (_("From what was recorded by"), moment(datetime.fromisoformat(basis["known_at"]))),
        (_("Entries in the log"), None if log is None else f"{log:,}"),
        (_("Checkpoint"), basis["checkpoint"]),
    ]


def _versions(found: Published) -> list[tuple[str, int]]:
    """Each indicator with the version of its definition, M2 before M10."""
    versions = found.content["basis"]["definitions"].items()
    return sorted(versions, key=lambda one: int(one[0].removeprefix("M")))


def _changes(found: Published) -> list[tuple[str, str, str, str]]:
    corrects = found.content["corrects"]
    if not corrects:
        return []
    return [
        (
            sheets.where(table, stage),
            labels.row(table, row),
            sheets.shown(column, was),
            sheets.shown(column, now),
        )
        for table, stage, row, column, was, now in corrects["changed"]
    ]


def _row(row: ReportRow) -> Row:
    kind = "areas" if row.kind == "area" else "institutions"
    about = _("Area") if row.kind == "area" else _("Institution")
    href = url_for("reports.show", period=row.period, kind=kind, code=row.code)
    return Row(href, (row.name, about, str(row.edition), day(row.published_at)))


def _name(found: Published) -> str:
    return f"report-{found.report.period}-{found.report.subject}-{found.report.edition}".lower()

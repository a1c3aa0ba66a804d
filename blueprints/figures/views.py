"""Live figures: of an institution, of all of a kind side by side, of the way of cases through an area."""

from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import choices, downloads, live_figures, parts, queues, throttle, words
from blueprints.asked import Asked, offered
from blueprints.figures import bp, funnels, ways
from blueprints.figures import institution as pages
from blueprints.figures.basis import citation
from blueprints.figures.wording import name_of
from blueprints.guards import allowed, requires, signed_in
from blueprints.i18n import _
from blueprints.live_figures import Compared
from blueprints.parts import Part
from blueprints.shapes import Column, Row
from blueprints.sheets import Sheet, of_code
from blueprints.tabular import sending
from tracker.errors import NotFound, say
from tracker.indicators.figures import Comparison, InstitutionFigures, Pathway
from tracker.models import Institution
from tracker.permissions import Permission
from tracker.queries import areas, gazetteer, institutions, monitoring
from tracker.vocabulary import InstitutionKind


@bp.get("/")
@requires(Permission.PERFORMANCE_LIVE)
def index() -> ResponseReturnValue:
    """The institutions of the section's area to choose from; who sees the figures of one alone goes there."""
    own = signed_in().institution
    if not allowed(Permission.AREA_OVERSEE):
        return redirect(url_for("figures.institution", code=own.code))
    name, at = request.args.get("name", "").strip(), queues.turn()
    page = gazetteer.institutions(
        viewer=signed_in(),
        kinds=monitoring.watched_kinds(),
        area_id=own.area_id,
        name=name,
        after=at.after,
        before=at.before,
    )
    return render_template(
        "figures/index.html",
        name=name,
        columns=(Column(_("Institution")), Column(_("Kind")), Column(_("Area"), "name")),
        rows=[
            Row(
                url_for("figures.institution", code=one.code),
                (one.name, words.label(one.kind), one.area or ""),
            )
            for one in page.rows
        ],
        pages=queues.pages(page, f"name={name}&" if name else ""),
    )


# --- one institution ----------------------------------------------------------------------------------------------


@bp.get("/institutions/<string(maxlength=60):code>")
@requires(Permission.PERFORMANCE_LIVE)
def institution(code: str) -> ResponseReturnValue:
    """The figures of one institution: a part of them, or all."""
    of, asked, part = live_figures.subject(code), Asked.of(request.args), request.args.get("part")
    found, whole = _figures(of, asked)
    shown = parts.chosen(whole, part)
    using = {indicator for sheet in pages.sheets(shown) for indicator in sheet.indicators}

    return render_template(
        "figures/institution.html",
        institution=of,
        asked=asked,
        periods=offered(asked),
        against=pages.against(found),
        ways=parts.ways(whole, part, partial(_address, of, asked)),
        part=part or "",
        parts=shown,
        basis=citation(found.basis, using=using),
    )


def _address(of: Institution, asked: Asked, part: str) -> str:
    query: dict[str, Any] = asked.query(part=part)
    return url_for("figures.institution", code=of.code, **query)


@bp.get("/institutions/<string(maxlength=60):code>/<string(maxlength=4):form>")
@requires(Permission.PERFORMANCE_LIVE)
@throttle.limited(throttle.EXPORT)
def institution_file(code: str, form: str) -> ResponseReturnValue:
    """The same numbers as a file."""
    of, asked = live_figures.subject(code), Asked.of(request.args)
    _found, whole = _figures(of, asked)
    return _file(pages.sheets(whole), of.code, asked, form)


def _figures(of: Institution, asked: Asked) -> tuple[InstitutionFigures, list[Part]]:
    found = live_figures.institution(of, asked)
    names = institutions.names(pages.codes(found), viewer=signed_in())
    return found, pages.parts(found, names)


# --- side by side -------------------------------------------------------------------------------------------------


@bp.get("/compare")
@requires(Permission.AREA_OVERSEE)
def compare() -> ResponseReturnValue:
    """One indicator at every institution of a kind, against chance."""
    asked = Asked.of(request.args, yearly=True)  # a quarter has too few cases
    found, sheet = _comparison(asked)
    kinds = [kind for kind in gazetteer.kinds(viewer=signed_in()) if kind in monitoring.watched_kinds()]
    return render_template(
        "figures/compare.html",
        asked=asked,
        periods=offered(asked),
        compared=sheet,
        kinds=[(kind.value, words.label(kind), kind == found.kind) for kind in kinds],
        indicators=[(code, name_of(code), code == found.indicator) for code in Compared],
        stage=words.stage(found.stage),
        here={"kind": found.kind, "indicator": found.indicator},
        basis=citation(found.basis, using={found.indicator}),
    )


@bp.get("/compare/<string(maxlength=4):form>")
@requires(Permission.AREA_OVERSEE)
@throttle.limited(throttle.EXPORT)
def compare_file(form: str) -> ResponseReturnValue:
    """The same numbers as a file."""
    asked = Asked.of(request.args, yearly=True)
    found, sheet = _comparison(asked)
    return _file([sheet], found.kind.replace("_", "-"), asked, form)


def _comparison(asked: Asked) -> tuple[Comparison, Sheet]:
    kind = request.args.get("kind") or InstitutionKind.POLICE_STATION.value
    indicator = request.args.get("indicator") or Compared.M10
    found = live_figures.comparison(kind, indicator, asked)
    names = institutions.names({point.code for point in found.funnel.points}, viewer=signed_in())
    return found, funnels.sheet(found, names, request.args.get("own"))


# --- the way of cases ---------------------------------------------------------------------------------------------


@bp.get("/pathway")
@requires(Permission.AREA_OVERSEE)
def pathway() -> ResponseReturnValue:
    """How far the cases of an area come, where they wait, and what lies between institutions: one of these, or all."""
    asked, part = Asked.of(request.args), request.args.get("part")
    found, sheets = _pathway(asked)
    whole = ways.parts(sheets)
    atlas, own = areas.atlas(viewer=signed_in()), signed_in().institution.area_id
    near = [
        area for area in atlas.surroundings(None) if area.level <= _COUNTY and atlas.lies_in(area.id, own)
    ]
    return render_template(
        "figures/pathway.html",
        asked=asked,
        periods=offered(asked),
        areas=[
            (area.id, choices.area_name(atlas, area.id), str(area.id) == request.args.get("area"))
            for area in near
        ],
        ways=parts.ways(whole, part, partial(_way, asked)),
        part=part or "",
        parts=parts.chosen(whole, part),
        here={"area": request.args.get("area", "")},
        basis=citation(found.basis, using={"M7", "M8", "M9"}),
    )


@bp.get("/pathway/<string(maxlength=4):form>")
@requires(Permission.AREA_OVERSEE)
@throttle.limited(throttle.EXPORT)
def pathway_file(form: str) -> ResponseReturnValue:
    """The same numbers as a file."""
    asked = Asked.of(request.args)
    found, sheets = _pathway(asked)
    return _file(sheets, found.area or "all", asked, form)


def _way(asked: Asked, part: str) -> str:
    query: dict[str, Any] = asked.query(part=part, area=request.args.get("area", ""))
    return url_for("figures.pathway", **query)


_COUNTY = 2


def _pathway(asked: Asked) -> tuple[Pathway, list[Sheet]]:
    given = request.args.get("area", "")
    area = areas.find(given, viewer=signed_in()) if given else None
    found = live_figures.pathway(area, asked)
    return found, ways.sheets(found)


def _file(sheets: list[Sheet], subject: str, asked: Asked, form: str) -> ResponseReturnValue:
    chosen = of_code(sheets, request.args.get("sheet"))
    if not chosen:
        raise NotFound(say("There is no such table."))
    name = f"{subject}-{str(asked.period).lower()}".replace("..", "-")
    table = downloads.figures(name, chosen, subject=subject, period=str(asked.period))
    return sending.file_of(table, form, about=f"figures {subject} {asked.period}")

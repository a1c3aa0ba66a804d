"""Institutions, the figures of one, and its de-identified histories."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import queues
from blueprints.guards import requires, signed_in
from blueprints.monitor import bp, pages
from tracker.models import Institution
from tracker.permissions import Permission
from tracker.queries import areas, figures, monitoring


@bp.get("/")
@requires(Permission.PERFORMANCE_READ)
def institutions() -> ResponseReturnValue:
    """The institutions that are followed, by kind and area."""
    viewer = signed_in()
    chosen = pages.Chosen.of(request.args)
    at = queues.turn()
    page = monitoring.watched(
        viewer=viewer, kind=chosen.kind, area_id=chosen.area_id, after=at.after, before=at.before
    )
    return render_template(
        "monitor/institutions.html",
        columns=pages.COLUMNS,
        rows=pages.institution_rows(page),
        kinds=pages.kind_options(chosen, viewer),
        areas=pages.area_options(areas.atlas(viewer=viewer), chosen),
        pages=queues.pages(page, chosen.query()),
    )


@bp.get("/institutions/<string(maxlength=60):code>")
@requires(Permission.PERFORMANCE_READ)
def institution(code: str) -> ResponseReturnValue:
    """The figures of one institution."""
    found = monitoring.institution(code, viewer=signed_in())
    stages = [pages.StageTables.of(one) for one in figures.figures(found, viewer=signed_in())]
    return render_template(
        "monitor/institution.html",
        institution=found,
        facts=pages.facts(found),
        stages=stages,
        limit=pages.limit_in_words(),
    )


@bp.get("/institutions/<string(maxlength=60):code>/histories")
@requires(Permission.PERFORMANCE_READ)
def histories(code: str) -> ResponseReturnValue:
    """The histories of one listing group; without a choice, the groups to choose from."""
    found = monitoring.institution(code, viewer=signed_in())
    stage, status = request.args.get("stage"), request.args.get("status")
    if stage is None and status is None:
        groups = pages.group_lists(found, monitoring.groups(found, viewer=signed_in()))
        return render_template("monitor/groups.html", institution=found, groups=groups)
    return _listing(found, stage or "", status or "")


def _listing(found: Institution, stage: str, status: str) -> ResponseReturnValue:
    at = queues.turn()
    group, shown, page = monitoring.histories(
        found,
        stage,
        status,
        viewer=signed_in(),
        secret=str(current_app.secret_key).encode(),
        after=at.after,
        before=at.before,
    )
    return render_template(
        "monitor/histories.html",
        institution=found,
        group=group,
        name=pages.group_name(group),
        shown=shown,
        about=pages.number(group.tracks),
        histories=[pages.history_rows(marks, stage) for marks in page.rows],
        pages=queues.pages(page, f"stage={stage}&status={status}&"),
    )

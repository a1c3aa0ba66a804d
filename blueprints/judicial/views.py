"""What judicial officers work from, and what is overdue at the institutions that have their cases."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from blueprints import casework, held, queues, words
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.judicial import bp, overseeing
from blueprints.shapes import Filter
from tracker.models import Acting
from tracker.permissions import Permission
from tracker.queries import casework as casework_queries
from tracker.queries import custody, institutions, overview, performance
from tracker.queries.casework import Part


@bp.get("/")
@requires(Permission.AREA_OVERSEE)
def index() -> ResponseReturnValue:
    """The lists of the section: triage, information asked, follow-up, escalated, feedback."""
    viewer, part = signed_in(), queues.chosen(Part, Part.INTAKE)
    table, page = casework.read(part, viewer=viewer, at=queues.turn())
    return queues.work_list(
        title=_("Judicial affairs"),
        parts=_links(viewer, part),
        table=table,
        pages=queues.pages(page, f"show={part.value}&"),
        nothing=casework.nothing(part),
        search=True,
        file=f"waiting?show={part.value}",
    )


@bp.get("/overdue")
@requires(Permission.AREA_OVERSEE)
def overdue() -> ResponseReturnValue:
    """At which institutions the section's cases are over a time limit, how many, and since when."""
    viewer = signed_in()
    return render_template(
        "judicial/overdue.html",
        title=_("Judicial affairs"),
        parts=_links(viewer, None),
        rows=casework.overdue(viewer=viewer),
        nothing=_("None of your cases is over a time limit anywhere."),
    )


@bp.get("/overdue/<string:code>")
@requires(Permission.AREA_OVERSEE)
def overdue_at(code: str) -> ResponseReturnValue:
    """The tracks of the section's cases that are over their limit at one institution."""
    viewer, at = signed_in(), queues.turn()
    institution = institutions.find(code, viewer=viewer)
    page = overview.overdue_at(institution, viewer=viewer, after=at.after, before=at.before)
    return queues.work_list(
        "judicial/overdue_at.html",
        title=_("Overdue at %(institution)s", institution=institution.name),
        parts=_links(viewer, None),
        table=queues.table(_("Your cases that are over a time limit there"), page.rows),
        pages=queues.pages(page),
        nothing=_("None of your cases is over a time limit at this institution."),
        file=f"overdue-at?at={code}",
    )


@bp.get("/stuck")
@requires(Permission.AREA_OVERSEE)
def stuck() -> ResponseReturnValue:
    """What is stuck, where and since when: the section's cases by institution and status."""
    viewer = signed_in()
    return render_template(
        "judicial/stuck.html",
        title=_("What is stuck"),
        parts=_links(viewer, None),
        columns=overseeing.COLUMNS,
        rows=overseeing.rows(performance.stuck(viewer=viewer), viewer),
        nothing=_("None of your cases waits at an institution."),
    )


@bp.get("/stuck/<string(maxlength=60):code>")
@requires(Permission.AREA_OVERSEE)
def stuck_at(code: str) -> ResponseReturnValue:
    """The section's cases that wait at one institution with one status."""
    viewer, at = signed_in(), queues.turn()
    institution = institutions.find(code, viewer=viewer)
    stage, status = request.args.get("stage", ""), request.args.get("status", "")
    page = overview.waiting_at(institution, stage, status, viewer=viewer, after=at.after, before=at.before)
    return queues.work_list(
        "judicial/stuck_at.html",
        title=_(
            "%(status)s at %(institution)s", status=words.status(stage, status), institution=institution.name
        ),
        parts=_links(viewer, None),
        table=queues.table(_("Your cases that wait there"), page.rows),
        pages=queues.pages(page, f"stage={stage}&status={status}&"),
        nothing=_("None of your cases waits there with this status."),
        file=f"stuck-at?at={code}&stage={stage}&status={status}",
    )


@bp.get("/detention")
@requires(Permission.AREA_OVERSEE)
def detention() -> ResponseReturnValue:
    """Who is held in the area: to be gone through every week, and printed for the visit."""
    viewer = signed_in()
    return render_template(
        "judicial/detention.html",
        title=_("Detention review"),
        parts=_links(viewer, None),
        columns=held.columns(),
        rows=held.rows(custody.held(viewer=viewer)),
        released=held.rows(custody.released(viewer=viewer)),
    )


def _links(viewer: Acting, current: Part | None) -> list[Filter]:
    """The section's lists with their counts, and the way to what is overdue elsewhere."""
    counts = casework_queries.counts(viewer=viewer)
    links = queues.parts(casework.labels(viewer.role), current, counts, address="/judicial/?show=")
    stuck = request.path.startswith("/judicial/stuck")
    detained = request.path.startswith("/judicial/detention")
    return [
        *links,
        Filter(
            _("Overdue by institution"),
            "/judicial/overdue",
            current=current is None and not stuck and not detained,
        ),
        Filter(_("What is stuck"), "/judicial/stuck", current=stuck),
        Filter(_("Detention review"), "/judicial/detention", current=detained),
    ]

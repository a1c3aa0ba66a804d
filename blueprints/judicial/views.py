"""What judicial officers work from, and what is overdue at the institutions that have their cases."""

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints import casework, queues
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.judicial import bp
from blueprints.shapes import Filter
from tracker.models import Acting
from tracker.permissions import Permission
from tracker.queries import casework as casework_queries
from tracker.queries import institutions, overview
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
    )


def _links(viewer: Acting, current: Part | None) -> list[Filter]:
    """The section's lists with their counts, and the way to what is overdue elsewhere."""
    counts = casework_queries.counts(viewer=viewer)
    links = queues.parts(casework.labels(viewer.role), current, counts, address="/judicial/?show=")
    return [*links, Filter(_("Overdue by institution"), "/judicial/overdue", current=current is None)]

"""What the clerk of a court works from."""

from flask.typing import ResponseReturnValue

from blueprints import dockets, queues
from blueprints.courts import bp
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker.permissions import Permission
from tracker.queries import docket as docket_queries
from tracker.queries.docket import Part


@bp.get("/docket")
@requires(Permission.COURT_DOCKET)
def docket() -> ResponseReturnValue:
    """The court's open tracks by part: to be filed, hearings by day, decisions, orders to be carried out."""
    viewer, part, at = signed_in(), queues.chosen(Part, Part.ALL), queues.turn()
    page = docket_queries.docket(viewer=viewer, part=part, after=at.after, before=at.before)
    return queues.work_list(
        "courts/docket.html",
        title=_("Docket"),
        parts=queues.parts(dockets.labels(), part, docket_queries.counts(viewer=viewer)),
        table=dockets.table(_("Cases before your court, by hearing day or time limit"), page.rows),
        pages=queues.pages(page, f"show={part.value}&"),
        nothing=dockets.nothing(part),
        search=True,
        file=f"docket?show={part.value}",
    )

"""Who broke the glass, on any case."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import openings, queues
from blueprints.audit import bp
from blueprints.guards import requires, signed_in
from tracker.permissions import Permission
from tracker.queries import emergencies as queries


@bp.get("/emergencies")
@requires(Permission.HISTORY_AUDIT)
def emergencies() -> ResponseReturnValue:
    """Every opening, the newest first, and whether somebody who answers for the case has acknowledged it."""
    at = queues.turn()
    page = queries.emergencies(viewer=signed_in(), after=at.after, before=at.before)
    return render_template(
        "audit/emergencies.html",
        openings=openings.shown(page.rows, url_for("audit.index") + "cases/"),
        pages=queues.pages(page),
    )

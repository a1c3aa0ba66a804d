"""The first page, and the lists that it leads to where no room of their own has them."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from blueprints import casework, held, queues
from blueprints.guards import requires, signed_in
from blueprints.home import blocks, bp
from blueprints.i18n import _
from tracker.permissions import Permission
from tracker.queries import casework as casework_queries
from tracker.queries.casework import Part


@bp.get("/")
@requires(Permission.ACCOUNT_OWN)
def index() -> ResponseReturnValue:
    """What waits for this person, the oldest and most urgent first."""
    viewer = signed_in()
    return render_template(
        "home/index.html",
        title=_("What waits for you"),
        blocks=blocks.of(viewer),
        acts=blocks.acts(viewer),
        held_columns=held.columns(),
    )


@bp.get("/waiting/<string:part>")
@requires(Permission.CASE_READ)
def waiting(part: str) -> ResponseReturnValue:
    """One of the lists of a caseworker, or the information that others ask of an institution of the law."""
    viewer = signed_in()
    labels = casework.labels(viewer.role)
    if part not in labels:
        abort(404)
    chosen = Part(part)
    table, page = casework.read(chosen, viewer=viewer, at=queues.turn())
    return queues.work_list(
        title=labels[chosen],
        parts=queues.parts(labels, chosen, casework_queries.counts(viewer=viewer), address="/waiting/"),
        table=table,
        pages=queues.pages(page),
        nothing=casework.nothing(chosen),
        file=f"waiting?show={part}",
    )

"""What the police officers of a station work from."""

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints import held as held_people
from blueprints import queues
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.police import bp
from tracker.permissions import Permission
from tracker.queries import custody


@bp.get("/queue")
@requires(Permission.POLICE_QUEUE)
def queue() -> ResponseReturnValue:
    """The station's open tracks, what is longest over its time limit first."""
    return queues.queue_page(
        "police", title=_("Police queue"), caption=_("Cases at your station, by time limit")
    )


@bp.get("/held")
@requires(Permission.CUSTODY_RECORD)
def held() -> ResponseReturnValue:
    """Who is held at the station, who is longest over the limit first."""
    return render_template(
        "police/held.html",
        title=_("Held here"),
        columns=held_people.columns(),
        rows=held_people.rows(custody.held(viewer=signed_in())),
    )

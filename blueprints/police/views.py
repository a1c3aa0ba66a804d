"""What the police officers of a station work from."""

from flask.typing import ResponseReturnValue

from blueprints import queues
from blueprints.guards import requires
from blueprints.i18n import _
from blueprints.police import bp
from tracker.permissions import Permission


@bp.get("/queue")
@requires(Permission.POLICE_QUEUE)
def queue() -> ResponseReturnValue:
    """The station's open tracks, what is longest over its time limit first."""
    return queues.queue_page(
        "police", title=_("Police queue"), caption=_("Cases at your station, by time limit")
    )

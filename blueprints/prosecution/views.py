"""What the prosecutors of an office work from."""

from flask.typing import ResponseReturnValue

from blueprints import queues
from blueprints.guards import requires
from blueprints.i18n import _
from blueprints.prosecution import bp
from tracker.permissions import Permission


@bp.get("/queue")
@requires(Permission.PROSECUTION_QUEUE)
def queue() -> ResponseReturnValue:
    """The office's open tracks, what is longest over its time limit first."""
    return queues.queue_page(
        "prosecution", title=_("Prosecution queue"), caption=_("Cases at your office, by time limit")
    )

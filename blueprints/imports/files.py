"""Files of lists: what is wrong goes back as it came, with a column that says what to do; and empty templates."""

from flask.typing import ResponseReturnValue

from blueprints import throttle
from blueprints.guards import requires, signed_in
from blueprints.imports import bp, errors_file, template_file
from blueprints.imports.views import MAY
from tracker.actions import taking_in
from tracker.errors import NotFound, say
from tracker.queries import sheets as queries
from tracker.vocabulary import SheetKind


@bp.get("/<string(maxlength=22):code>/errors")
@requires(*MAY)
@throttle.limited(throttle.EXPORT)
def errors(code: str) -> ResponseReturnValue:
    """The rows with errors, all their columns as they were."""
    return errors_file.answer(queries.find(code, viewer=signed_in()), signed_in())


@bp.get("/templates/<string(maxlength=20):kind>")
@requires(*MAY)
@throttle.limited(throttle.EXPORT)
def template(kind: str) -> ResponseReturnValue:
    """An empty list of a kind, with the words that its cells may hold."""
    offered = taking_in.kinds_for(actor=signed_in())
    if kind not in offered:
        raise NotFound(say("There is no such list of yours."))
    return template_file.answer(SheetKind(kind), signed_in())

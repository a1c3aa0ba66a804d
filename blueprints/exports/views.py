"""Lists as files: a page that says what is in one, and the file in either form."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import throttle
from blueprints.exports import bp, others, tracks
from blueprints.exports.listed import Listed, Making
from blueprints.guards import allowed, requires, signed_in
from blueprints.tabular import FORMS, MOST_ROWS, sending
from tracker.errors import NotFound, say
from tracker.permissions import Permission

_LISTS: dict[str, tuple[tuple[Permission, ...], Making]] = {
    "police-queue": ((Permission.POLICE_QUEUE,), tracks.police),
    "prosecution-queue": ((Permission.PROSECUTION_QUEUE,), tracks.prosecution),
    "docket": ((Permission.COURT_DOCKET,), tracks.of_court),
    "waiting": ((Permission.CASE_READ,), tracks.waiting),
    "overdue-at": ((Permission.AREA_OVERSEE,), tracks.overdue_at),
    "stuck-at": ((Permission.AREA_OVERSEE,), tracks.stuck_at),
    "cases": ((Permission.CASE_READ,), others.my_cases),
    "alerts": ((Permission.ALERT_HANDLE,), others.alert_list),
    "held": ((Permission.CUSTODY_RECORD, Permission.AREA_OVERSEE), others.held_people),
    "overdue": ((Permission.AREA_OVERSEE,), others.overdue),
    "stuck": ((Permission.AREA_OVERSEE,), others.stuck),
    "people": ((Permission.PEOPLE_MANAGE,), others.accounts),
    "institutions": ((Permission.INSTITUTION_MANAGE,), others.workplaces),
    "areas": ((Permission.INSTITUTION_MANAGE,), others.areas_inside),
}
"""Each list with who may take it, any of these, as on its page."""

_ANY = tuple(
    dict.fromkeys(permission for permissions, _making in _LISTS.values() for permission in permissions)
)


@bp.get("/lists/<string(maxlength=20):code>")
@requires(*_ANY)
def offer(code: str) -> ResponseReturnValue:
    """What is in the file of a list, and its two forms."""
    listed = _listed(code)
    return render_template(
        "exports/list.html",
        listed=listed,
        most=MOST_ROWS,
        files=[(form, url_for("exports.take", code=code, form=form, **listed.query)) for form in FORMS],
    )


@bp.get("/lists/<string(maxlength=20):code>/<string(maxlength=4):form>")
@requires(*_ANY)
@throttle.limited(throttle.EXPORT)
def take(code: str, form: str) -> ResponseReturnValue:
    """The list as a file."""
    listed = _listed(code)
    return sending.file_of(listed.table, form, about=listed.about)


def _listed(code: str) -> Listed:
    permissions, making = _LISTS.get(code, ((), None))
    if making is None or not any(allowed(permission) for permission in permissions):
        raise NotFound(say("There is no such list. Choose one that the page offers."))
    return making(signed_in())

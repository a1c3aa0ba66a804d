"""The record of the doors: who signed in, who was held back, who asked for what their role does not open."""

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from blueprints import queues, words
from blueprints.audit import bp
from blueprints.fields import LineField
from blueprints.forms import Form
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row
from blueprints.times import moment
from tracker.permissions import Permission
from tracker.queries import doors as record
from tracker.queries.doors import DoorRow

COLUMNS = (Column(_l("Person")), Column(_l("What happened")), Column(_l("When"), "name"))


class WhoForm(Form):
    """Whose acts are listed."""

    person = LineField(_l("Person"), most=80)


@bp.get("/doors")
@requires(Permission.HISTORY_AUDIT)
def doors() -> ResponseReturnValue:
    """What happened at the doors, the newest first."""
    form = WhoForm(request.args, meta={"csrf": False})
    if not form.validate():
        form.status = 422
    person = (form.person.data or "") if form.status == 200 else ""
    at = queues.turn()
    page = record.at_the_doors(person, viewer=signed_in(), after=at.after, before=at.before)
    query = urlencode({"person": person}) + "&" if person else ""
    rows = [Row("", _cells(row)) for row in page.rows]
    shown = render_template(
        "audit/doors.html", form=form, columns=COLUMNS, rows=rows, pages=queues.pages(page, query)
    )
    return shown, form.status


def _cells(row: DoorRow) -> tuple[Any, ...]:
    return (row.person or _("Nobody of this name"), words.label(row.act), moment(row.at))

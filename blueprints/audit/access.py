"""The access log: who read what, when, and what they were to it. Never what stood there."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import queues, words
from blueprints.audit import bp
from blueprints.fields import DayField, LineField, ReferenceField
from blueprints.forms import Form
from blueprints.guards import requires, signed_in
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row
from blueprints.times import moment
from tracker.permissions import Permission
from tracker.queries import accesses
from tracker.queries.accesses import AccessRow, Asked

COLUMNS = (
    Column(_l("Person")),
    Column(_l("What was read")),
    Column(_l("Case or alert"), "name"),
    Column(_l("As what")),
    Column(_l("Role and institution")),
    Column(_l("When"), "name"),
)


class AskedForm(Form):
    """Which reads are listed; every field narrows the list."""

    person = LineField(_l("Person"), most=80)
    institution = LineField(_l("Institution"), most=80)
    reference = ReferenceField(_l("Case or alert"))
    day = DayField(_l("Day"))


@bp.get("/access")
@requires(Permission.HISTORY_AUDIT)
def access() -> ResponseReturnValue:
    """What was read, the newest first."""
    form = AskedForm(request.args, meta={"csrf": False})
    if not form.validate():
        form.status = 422
    asked = _asked(form) if form.status == 200 else Asked()
    at = queues.turn()
    page = accesses.accesses(asked, viewer=signed_in(), after=at.after, before=at.before)
    return (
        render_template(
            "audit/access.html",
            form=form,
            columns=COLUMNS,
            rows=_rows(page.rows),
            pages=queues.pages(page, _query(form)),
        ),
        form.status,
    )


def _asked(form: AskedForm) -> Asked:
    return Asked(
        form.person.data or "", form.institution.data or "", form.reference.data or "", form.day.data
    )


def _query(form: AskedForm) -> str:
    """What else the address of the next page says."""
    said = {field.name: str(field.data) for field in form if field.data}
    return urlencode(said) + "&" if said else ""


def _rows(rows: Sequence[AccessRow]) -> list[Row]:
    """Each leads to what else its person read."""
    return [Row(url_for("audit.access", person=row.username), _cells(row)) for row in rows]


def _cells(row: AccessRow) -> tuple[Any, ...]:
    return (
        row.person,
        _what(row),
        row.case or row.alert or "",
        words.label(row.relation),
        f"{words.label(row.role)} · {row.institution}",
        moment(row.read_at),
    )


def _what(row: AccessRow) -> str:
    """What was read; of an export also which list, and how many rows."""
    what = words.label(row.kind)
    return what if row.about is None else f"{what} · {row.about} · {row.number:,}"

"""Who has read a case: for those who answer for it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints import words
from blueprints.cases import bp, ways
from blueprints.guards import requires, signed_in
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row
from blueprints.times import moment
from tracker.permissions import Permission
from tracker.queries import accesses
from tracker.queries.accesses import Reader

COLUMNS = (
    Column(_l("Person")),
    Column(_l("Role and institution")),
    Column(_l("As what")),
    Column(_l("What was read")),
    Column(_l("Times"), "number"),
    Column(_l("First"), "name"),
    Column(_l("Last"), "name"),
)


@bp.get("/<string:reference>/readers")
@requires(Permission.CASE_REFER)
def readers(reference: str) -> ResponseReturnValue:
    """Everybody who was given something of the case, the latest first."""
    found, rows = accesses.readers(reference, viewer=signed_in())
    return render_template(
        "cases/readers.html",
        reference=found,
        back=ways.case(found),
        columns=COLUMNS,
        rows=[_row(one) for one in rows],
    )


def _row(one: Reader) -> Row:
    cells = (
        one.person,
        f"{words.label(one.role)} · {one.institution}",
        words.label(one.relation),
        words.label(one.kind),
        one.times,
        moment(one.first),
        moment(one.last),
    )
    return Row("", cells)

"""Published reports: which there are, and each as it was published, byte for byte.

What may be said in them was decided once, when they were published (`tracker.indicators.published`). Nothing is made
of them here: the pages and files show no more, and the digest in the log is of these very bytes.
"""

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import fields
from werkzeug.wrappers import Response

from blueprints.api import bp
from blueprints.api.door import opens
from blueprints.api.fields import Number, Schema, Text
from blueprints.guards import signed_in
from tracker.errors import NotFound, say
from tracker.log.encoding import b64, unb64url
from tracker.permissions import Permission, Scope
from tracker.queries import reports as queries

_KINDS = ("institution", "area")
_DIGEST = {
    "Repr-Digest": {
        "schema": {"type": "string"},
        "description": "SHA-256 of the answer (RFC 9530): what the log holds of the report.",
    }
}


class ReportQuery(Schema):
    """Of which period."""

    period = Text(7, least=7, metadata={"description": "Such as 2026-Q3. Default: the newest."})


class EditionQuery(Schema):
    """Which edition."""

    edition = Number(1, 99_999, metadata={"description": "Default: the newest."})


class ReportRowSchema(Schema):
    """One report in a list: its newest edition."""

    kind = fields.String(required=True, metadata={"enum": list(_KINDS)})
    code = fields.String(required=True)
    name = fields.String(required=True)
    period = fields.String(required=True)
    edition = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True)


class ReportsSchema(Schema):
    """The reports of one period, and of which periods there are any, the newest first."""

    periods = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(ReportRowSchema), required=True)


class TableSchema(Schema):
    """One table. In a row the code comes first; null: fewer than five, or too few to say it of; "": no such cell."""

    table = fields.String(required=True)
    stage = fields.String(required=True)
    indicator = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    rows = fields.List(fields.List(fields.Raw(allow_none=True)), required=True)


class ReportSchema(Schema):
    """A report."""

    format = fields.String(required=True)
    subject = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    period = fields.String(required=True)
    first = fields.String(required=True)
    last = fields.String(required=True)
    edition = fields.Integer(required=True)
    gate = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    basis = fields.Dict(keys=fields.String(), required=True)
    tables = fields.List(fields.Nested(TableSchema), required=True)
    corrects = fields.Dict(keys=fields.String(), required=True, allow_none=True)


@bp.get("/reports")
@opens(Scope.REPORTS_READ, Permission.REPORT_READ)
@bp.arguments(ReportQuery, location="query")
@bp.response(200, ReportsSchema)
def report_list(asked: dict[str, Any]) -> dict[str, Any]:
    """The reports of a period."""
    periods = queries.periods(viewer=signed_in())
    period = asked.get("period") or (periods[0] if periods else "")
    return {"periods": periods, "items": queries.of_period(period, viewer=signed_in())}


@bp.get("/reports/<string(maxlength=7):period>/<string(maxlength=12):kind>/<string(maxlength=60):code>")
@opens(Scope.REPORTS_READ, Permission.REPORT_READ)
@bp.arguments(EditionQuery, location="query")
@bp.response(200, ReportSchema, headers=_DIGEST)
def report(asked: dict[str, Any], period: str, kind: str, code: str) -> ResponseReturnValue:
    """One report on an institution or an area, as it was published."""
    if kind not in _KINDS:
        raise NotFound(say("There is no such report."))
    found = queries.find(kind, code, period, viewer=signed_in(), edition=asked.get("edition")).report
    answer = Response(found.content.encode(), content_type="application/json")
    answer.headers["Repr-Digest"] = f"sha-256=:{b64(unb64url(found.digest))}:"
    return answer

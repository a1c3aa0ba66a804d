"""Cases: lists."""

from typing import Any

from marshmallow import fields

from blueprints.api import bp
from blueprints.api.door import opens
from blueprints.api.fields import Code, Schema
from blueprints.api.paging import PageQuery, page_of, page_schema
from blueprints.guards import signed_in
from tracker.permissions import Permission, Scope
from tracker.queries import cases
from tracker.vocabulary import Concern, Urgency


class CaseQuery(PageQuery):
    """Which cases."""

    closed = fields.Boolean(load_default=False)


class CaseRowSchema(Schema):
    """One case in a list: nothing personal, and nothing of parts that are hidden from who reads it."""

    reference = fields.String(required=True)
    concern = Code(Concern, required=True)
    urgency = Code(Urgency, required=True)
    area = fields.String(required=True, allow_none=True)
    registered_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    next_due_at = fields.AwareDateTime(required=True, allow_none=True)


CasePage = page_schema(CaseRowSchema, "CasePage")


@bp.get("/cases")
@opens(Scope.CASES_READ, Permission.CASE_READ)
@bp.arguments(CaseQuery, location="query")
@bp.response(200, CasePage)
def case_list(asked: dict[str, Any]) -> dict[str, Any]:
    """The cases that the token's owner may know of, the newest first."""
    found = cases.case_list(
        viewer=signed_in(), closed=asked["closed"], after=asked.get("after"), size=asked["limit"]
    )
    return page_of(found)

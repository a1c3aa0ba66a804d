"""Cases: lists, one case, and looking somebody up."""

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import fields

from blueprints import throttle
from blueprints.api import bp, shown
from blueprints.api.answers import CaseRowSchema, CaseSchema
from blueprints.api.door import opens
from blueprints.api.fields import Schema, Text
from blueprints.api.paging import PageQuery, page_schema, plain_page
from blueprints.api.versions import ETAG, etag
from blueprints.guards import signed_in
from tracker.permissions import Permission, Scope
from tracker.queries import cases
from tracker.queries.case_file import case_file
from tracker.queries.search import MOST, by_person

Given = tuple[dict[str, Any], dict[str, str]]
CasePage = page_schema(CaseRowSchema, "CasePage")


class CaseQuery(PageQuery):
    """Which cases."""

    closed = fields.Boolean(
        load_default=False, metadata={"description": "Closed cases instead of open ones."}
    )


class SearchSchema(Schema):
    """Who is looked for."""

    who = Text(
        200, least=1, required=True, metadata={"description": "Whole words of a name, or a telephone."}
    )


class FoundSchema(Schema):
    """The newest cases with such a person."""

    items = fields.List(fields.Nested(CaseRowSchema), required=True)
    more = fields.Boolean(required=True, metadata={"description": "There are more: give another word."})


@bp.get("/cases")
@opens(Scope.CASES_READ, Permission.CASE_READ)
@bp.arguments(CaseQuery, location="query")
@bp.response(200, CasePage)
def case_list(asked: dict[str, Any]) -> ResponseReturnValue:
    """The cases that the owner of the token may know of, the newest first."""
    found = cases.case_list(
        viewer=signed_in(), closed=asked["closed"], after=asked.get("after"), size=asked["limit"]
    )
    return plain_page(found, CaseRowSchema)


@bp.get("/cases/<string(minlength=12):reference>")
@opens(Scope.CASES_READ, Permission.CASE_READ)
@bp.response(200, CaseSchema, headers=ETAG)
def case(reference: str) -> Given:
    """One case. Whoever answers for it gets an ETag, with which it is changed."""
    file = case_file(reference, viewer=signed_in())
    return shown.case(file), etag(file.case.entries) if shown.answers_for(file.case) else {}


@bp.post("/cases/search")
@opens(Scope.PARTICULARS_READ, Permission.CASE_SEARCH)
@throttle.limited(throttle.LOOK_UP)
@bp.arguments(SearchSchema)
@bp.response(200, FoundSchema)
def search(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest cases of the own institution with a person of this name or telephone, which stand in no address."""
    found = by_person(asked["who"], viewer=signed_in())
    return {"items": found[:MOST], "more": len(found) > MOST}

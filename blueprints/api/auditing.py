"""Histories as auditors read them: who did what and when, of every case and alert, and nothing about any person."""

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import fields

from blueprints import proofs, throttle
from blueprints.api import bp
from blueprints.api.door import opens
from blueprints.api.fields import Code, Schema
from blueprints.api.paging import PageQuery, page_of, page_schema
from blueprints.guards import signed_in
from tracker.models import NO_LIMIT, Effect
from tracker.permissions import Permission, Scope
from tracker.queries import audit
from tracker.vocabulary import Channel, ClosureReason, Concern, EntryFlag, Level, Role, Urgency


class AuditEntrySchema(Schema):
    """One act, as an auditor reads it."""

    n = fields.Integer(required=True)
    case = fields.String(required=True, allow_none=True)
    alert = fields.String(required=True, allow_none=True)
    stage = fields.String(required=True)
    action = fields.String(required=True)
    effect = Code(Effect, required=True)
    status_before = fields.String(required=True, allow_none=True)
    status_after = fields.String(required=True)
    holder = fields.String(required=True)
    actor = fields.String(required=True, allow_none=True)
    institution = fields.String(required=True, allow_none=True)
    role = Code(Role, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    happened_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    corrects = fields.Integer(required=True, allow_none=True)
    flag = Code(EntryFlag, required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    procedure = fields.String(required=True)
    detail = fields.Dict(keys=fields.String(), required=True)


class AuditTrackSchema(Schema):
    """Where a case is or was."""

    stage = fields.String(required=True)
    holder = fields.String(required=True)
    sender = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)
    open = fields.Boolean(required=True)
    entered_at = fields.AwareDateTime(required=True, allow_none=True)
    left_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    next_on = fields.Date(required=True, allow_none=True)
    jurisdiction_concern = fields.Boolean(required=True)


class AuditCaseSchema(Schema):
    """What the record of a case says, with all its tracks and its whole history, newest first."""

    reference = fields.String(required=True)
    concern = Code(Concern, required=True)
    urgency = Code(Urgency, required=True)
    risk = Code(Level, required=True)
    reprisal_risk = Code(Level, required=True)
    channel = Code(Channel, required=True)
    area = fields.String(required=True, allow_none=True)
    registered_at = fields.AwareDateTime(required=True)
    registrar = fields.String(required=True)
    owner = fields.String(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closure_reason = Code(ClosureReason, required=True, allow_none=True)
    tracks = fields.List(fields.Nested(AuditTrackSchema), required=True)
    history = fields.List(fields.Nested(AuditEntrySchema), required=True)


AuditPage = page_schema(AuditEntrySchema, "AuditPage")


@bp.get("/audit/entries")
@opens(Scope.CASES_READ, Permission.HISTORY_AUDIT)
@bp.arguments(PageQuery, location="query")
@bp.response(200, AuditPage)
def audited_entries(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest entries of all histories."""
    return page_of(audit.entries(viewer=signed_in(), after=asked.get("after"), size=asked["limit"]))


@bp.get("/audit/cases/<string:reference>")
@opens(Scope.CASES_READ, Permission.HISTORY_AUDIT)
@bp.response(200, AuditCaseSchema)
def audited_case(reference: str) -> dict[str, Any]:
    """One case and its whole history, without anything about a person."""
    viewer = signed_in()
    found = audit.case(reference, viewer=viewer)
    tracks = [
        one._asdict() | {"due_at": None if one.due_at == NO_LIMIT else one.due_at}
        for one in audit.tracks(found, viewer=viewer)
    ]
    return found._asdict() | {"tracks": tracks, "history": audit.history(found, viewer=viewer)}


@bp.get("/audit/cases/<string:reference>/history/<int(max=2147483647):n>/proof")
@opens(Scope.CASES_READ, Permission.HISTORY_AUDIT)
@throttle.limited(throttle.EXPORT)
@bp.response(200, {"type": "string"}, content_type=proofs.TEXT, description="A proof (c2sp.org/tlog-proof).")
def audited_proof(reference: str, n: int) -> ResponseReturnValue:
    """The proof that an entry is in the verifiable log."""
    found = audit.case(reference, viewer=signed_in())
    return proofs.text(audit.entry(found, n, viewer=signed_in()), f"proof-{found.reference}-{n}.txt")

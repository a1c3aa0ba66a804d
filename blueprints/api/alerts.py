"""Alerts: taken in, listed, read and answered by the steps of the procedure, as on the pages of alerts."""

from enum import StrEnum
from typing import Any

from flask import url_for
from marshmallow import fields

from blueprints.api import bp, places, shown
from blueprints.api.answers import OpenStepSchema
from blueprints.api.changing import changes
from blueprints.api.door import opens
from blueprints.api.fields import Code, Moment, Phone, Schema, Text, Word
from blueprints.api.once import once
from blueprints.api.paging import PageQuery, page_of, page_schema
from blueprints.api.tracks import LONGEST_NOTE, ActSchema, Given, answers
from blueprints.api.versions import ETAG, etag
from blueprints.guards import signed_in
from tracker.actions import alerts as acts
from tracker.actions.steps import open_steps
from tracker.errors import BadInput, StepRefused, say
from tracker.models import Alert, HistoryEntry
from tracker.permissions import Permission, Scope
from tracker.procedure import Step
from tracker.queries import alerts as queries
from tracker.visibility import reads_notes
from tracker.vocabulary import ALERT_CHANNELS, Channel

_CASE = "turn_into_case"
_PERSONAL = "Only with the scope particulars:read."


class Show(StrEnum):
    """Which alerts."""

    OPEN = "open"
    ENDED = "ended"


class AlertQuery(PageQuery):
    """Which alerts."""

    show = Word(Show, load_default=Show.OPEN)


class AlertRowSchema(Schema):
    """One alert in a list: neither who called nor what they said."""

    reference = fields.String(required=True)
    channel = Code(Channel, required=True)
    area = fields.String(required=True, allow_none=True)
    received_at = fields.AwareDateTime(required=True)
    status = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True, attribute="limit")
    case = fields.String(required=True, allow_none=True)


class AlertEntrySchema(Schema):
    """One act on an alert."""

    n = fields.Integer(required=True)
    action = fields.String(required=True)
    status_after = fields.String(required=True)
    actor = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    happened_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    note = fields.String(metadata={"description": _PERSONAL})


class AlertSchema(AlertRowSchema):
    """An alert: what is known, what was done, what can be done."""

    version = fields.Integer(required=True, metadata={"description": "The ETag, for If-Match."})
    history = fields.List(fields.Nested(AlertEntrySchema), required=True)
    steps = fields.List(fields.Nested(OpenStepSchema), required=True)
    name = fields.String(metadata={"description": _PERSONAL})
    phone = fields.String(metadata={"description": _PERSONAL})
    message = fields.String(metadata={"description": _PERSONAL})


class NewAlertSchema(Schema):
    """What came in. `name`, `phone` and `message` are sealed with a key of the alert."""

    channel = Word(Channel, required=True)
    received_at = Moment(required=True, metadata={"description": "The time to call back runs from then."})
    area = Text(20, least=1, metadata={"description": "The P-code of the area, where it is known."})
    name = Text(160)
    phone = Phone()
    message = Text(LONGEST_NOTE)


class AlertDoneSchema(Schema):
    """What was done to an alert: nothing personal, because it is answered again to the same key."""

    reference = fields.String(required=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "The next ETag."})


AlertPage = page_schema(AlertRowSchema, "AlertPage")


@bp.get("/alerts")
@opens(Scope.ALERTS_READ, Permission.ALERT_HANDLE)
@bp.arguments(AlertQuery, location="query")
@bp.response(200, AlertPage)
def alert_list(asked: dict[str, Any]) -> dict[str, Any]:
    """The alerts of the own institution: those that wait, by their clock, or those that have their answer."""
    read = queries.waiting if asked["show"] is Show.OPEN else queries.ended
    return page_of(read(viewer=signed_in(), after=asked.get("after"), size=asked["limit"]))


@bp.post("/alerts")
@opens(Scope.ALERTS_WRITE, Permission.ALERT_HANDLE)
@once
@bp.arguments(NewAlertSchema)
@bp.response(201, AlertDoneSchema, headers=ETAG)
def log_alert(said: dict[str, Any]) -> Given:
    """Log an alert at the own institution. The clock to call back runs."""
    if said["channel"] not in ALERT_CHANNELS:
        raise BadInput(channel=say("Choose how the alert arrived"))
    area = said.pop("area", None)
    new = acts.NewAlert(area_id=places.area_id(area) if area else None, **said)
    alert = acts.log_alert(new, actor=signed_in())
    answer, headers = _done(alert)
    return answer, headers | {"Location": url_for("api.alert", reference=alert.reference)}


@bp.get("/alerts/<string:reference>")
@opens(Scope.ALERTS_READ, Permission.ALERT_HANDLE)
@bp.response(200, AlertSchema, headers=ETAG)
def alert(reference: str) -> Given:
    """One alert, the steps that may be taken on it now, and its ETag, with which they are taken."""
    found = queries.find(reference, viewer=signed_in())
    return _shown(found), etag(found.version)


@changes(
    "/alerts/<string:reference>/acts",
    Scope.ALERTS_WRITE,
    Permission.ALERT_HANDLE,
    takes=ActSchema,
    gives=AlertDoneSchema,
)
def act_on_alert(said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Take a step on an alert: call back, verify, end it with an answer. A case begins at /cases, with the alert."""
    on = queries.find(reference, viewer=signed_in())
    name = said.pop("step")
    if name == _CASE:
        raise StepRefused(say("Register the case with this alert: POST /api/v1/cases."))
    acts.take_step(name, actor=signed_in(), alert=on, seen=seen, answers=answers(name, said, on=on))
    return _done(on)


def _done(alert: Alert) -> Given:
    told = {"reference": alert.reference, "status": alert.status, "version": alert.version}
    return told, etag(alert.version)


def _shown(found: Alert) -> dict[str, Any]:
    told = {
        "reference": found.reference,
        "channel": found.channel,
        "area": found.area.name if found.area else None,
        "received_at": found.received_at,
        "status": found.status,
        "limit": found.limit,
        "case": found.case.reference if found.case else None,
        "version": found.version,
        "history": [_entry(one) for one in queries.history(found, viewer=signed_in())],
        "steps": [
            shown.open_step(step, at=_at(step, found.reference))
            for step in open_steps(actor=signed_in(), on=found)
        ],
    }
    if shown.personal():
        contact = found.contact
        told |= {"name": contact.name, "phone": contact.phone, "message": contact.message}
    return told


def _at(step: Step, reference: str) -> str:
    return url_for("api.register") if step.name == _CASE else url_for("api.act_on_alert", reference=reference)


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    names = ("n", "action", "status_after", "reason", "happened_at", "recorded_at")
    told = {name: getattr(entry, name) for name in names}
    told["actor"] = entry.actor.full_name if entry.actor else None
    if shown.personal() and entry.note is not None and reads_notes(signed_in(), entry):
        told["note"] = entry.note.text
    return told

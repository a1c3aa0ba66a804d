"""Registering a case: with its people, account, consent and risk, also one that began as an alert."""

from typing import Any

from flask import url_for
from marshmallow import fields

from blueprints import times
from blueprints.api import bp, places
from blueprints.api.answers import DoneSchema
from blueprints.api.door import opens
from blueprints.api.fields import Day, Listed, Moment, Number, Schema, Text, Word
from blueprints.api.once import once
from blueprints.api.sharing import (
    MOST_PLACES,
    AssessmentSchema,
    NewPersonSchema,
    assessment,
    done,
    new_person,
)
from blueprints.api.tracks import Given
from blueprints.api.versions import ETAG
from blueprints.guards import signed_in
from tracker import clock
from tracker.actions import cases as acts
from tracker.actions import consent
from tracker.errors import BadInput, StepRefused, say
from tracker.permissions import Permission, Scope
from tracker.queries import alerts, alikes
from tracker.queries.alikes import Sought
from tracker.vocabulary import Channel, Concern, ConsentDecision, DataClass, Level, Urgency

_MOST_PEOPLE = 20
_ANSWERS = (ConsentDecision.GIVEN, ConsentDecision.DECLINED, ConsentDecision.NOT_POSSIBLE)
"""What can be said at once; the other decisions need a reason and are recorded afterwards."""


class FirstConsentSchema(Schema):
    """What the survivor decided at once: given, declined, or not possible to ask."""

    decision = Word(ConsentDecision, required=True)
    institutions = Listed(Text(60, least=1), MOST_PLACES)
    classes = Listed(Word(DataClass), len(DataClass))


class FromAlertSchema(Schema):
    """The verified alert that becomes this case, and the version of it that was read."""

    reference = Text(40, least=1, required=True)
    version = Number(0, 10**9 - 1, required=True)


class NewCaseSchema(Schema):
    """Everything that is known of a case when it begins. Names and accounts are sealed with a key of the case."""

    concern = Word(Concern, required=True)
    area = Text(
        20, least=1, required=True, metadata={"description": "The P-code of the area where it happened."}
    )
    channel = Word(Channel, required=True)
    urgency = Word(Urgency, required=True)
    risk = Word(Level, required=True)
    reported_at = Moment(metadata={"description": "When the registrar heard of it. Default: now."})
    occurred_on = Day()
    people = Listed(fields.Nested(NewPersonSchema), _MOST_PEOPLE)
    narrative = Text(20_000)
    place = Text(200)
    consent = fields.Nested(FirstConsentSchema, required=True)
    assessment = fields.Nested(AssessmentSchema, required=True)
    alert = fields.Nested(FromAlertSchema)
    looked = fields.Boolean(
        metadata={
            "description": "Somebody has looked at the cases that may be the same (else 409): it is a new one."
        }
    )


@bp.post("/cases")
@opens(Scope.CASES_WRITE, Permission.CASE_REGISTER)
@once
@bp.arguments(NewCaseSchema)
@bp.response(201, DoneSchema, headers=ETAG)
def register(said: dict[str, Any]) -> Given:
    """Register a case, and make its triage due. Nothing is shared by it yet."""
    told = dict(said)
    begun, looked = told.pop("alert", None), told.pop("looked", False)
    new = _new(told)
    if not looked and alikes.of_new(_sought(new), viewer=signed_in()):
        raise StepRefused(
            say("There are cases that may be the same. Look at them first, then send looked: true.")
        )
    alert = alerts.find(begun["reference"], viewer=signed_in()) if begun else None
    case = acts.register(new, actor=signed_in(), alert=alert, seen=begun["version"] if begun else 0)
    answer, headers = done(case)
    return answer, headers | {"Location": url_for("api.case", reference=case.reference)}


def _new(told: dict[str, Any]) -> acts.NewCase:
    if told["channel"] is Channel.IMPORTED:
        raise BadInput(channel=say("Choose how it was reported."))
    found = told["assessment"]
    if not found["factors"] and "level" not in found:
        raise BadInput(assessment=say("Choose how great the risk of reprisals is"))
    agreed = told.pop("consent")
    if agreed["decision"] not in _ANSWERS:
        raise BadInput(consent=say("Record this decision afterwards, with its reason."))
    given_to = agreed.get("institutions", ())
    if agreed["decision"] is ConsentDecision.GIVEN and not given_to:
        raise BadInput(consent=say("Name the institutions that the survivor agreed to."))
    return acts.NewCase(
        **told
        | {
            "area_id": places.area_id(told.pop("area")),
            "people": [new_person(one, "people") for one in told.pop("people", ())],
            "assessment": assessment(told.pop("assessment")),
            "consent": agreed["decision"],
            "consent_institution_ids": places.receiver_ids(given_to, "consent"),
            "consent_classes": agreed.get("classes") or consent.EVERYTHING,
        }
    )


def _sought(new: acts.NewCase) -> Sought:
    return Sought(
        people=[(one.name, one.phone) for one in new.people],
        concern=new.concern,
        area_id=new.area_id,
        on=new.occurred_on or clock.day_of(new.reported_at or clock.now(), times.zone()),
    )

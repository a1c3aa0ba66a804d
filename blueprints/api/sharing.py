"""What is done to a case as a whole: consent, referral, people, walls, the risk of reprisals, closing and reopening."""

from typing import Any

from marshmallow import fields

from blueprints.api import places
from blueprints.api.changing import changes
from blueprints.api.fields import Day, Listed, Number, Phone, Schema, Text, Word
from blueprints.api.tracks import LONGEST_NOTE, ActSchema, Given, answers
from blueprints.api.versions import etag
from blueprints.guards import signed_in
from tracker.actions import cases as acts
from tracker.actions import consent, referrals, reprisals, steps, walls
from tracker.models import ProtectionCase
from tracker.models.contact import Contact
from tracker.permissions import Permission, Scope
from tracker.queries import cases
from tracker.vocabulary import (
    AgeGroup,
    ConsentDecision,
    ContactWay,
    DataClass,
    Level,
    PartyRole,
    PerpetratorKind,
    ReprisalFactor,
    Sex,
)

MOST_PLACES = 50
_LAST_DAY = 6


class ReferralSchema(Schema):
    """To which institutions a case is referred. The survivor must have agreed to each (see consents)."""

    institutions = Listed(Text(60, least=1), MOST_PLACES, least=1, required=True)
    note = Text(LONGEST_NOTE)


class ConsentSchema(Schema):
    """What the survivor decided about sharing with these institutions. No classes: everything."""

    decision = Word(ConsentDecision, required=True)
    institutions = Listed(Text(60, least=1), MOST_PLACES, least=1, required=True)
    classes = Listed(Word(DataClass), len(DataClass))
    given_on = Day()
    note = Text(LONGEST_NOTE)
    authorised_by = Text(160)


class NewPersonSchema(Schema):
    """A person as they are written down. Whose institution is named as accused: nobody there finds the case."""

    role = Word(PartyRole, required=True)
    name = Text(160)
    phone = Phone()
    sex = Word(Sex)
    age_group = Word(AgeGroup)
    perpetrator_kind = Word(PerpetratorKind)
    institution = Text(60)


class WallSchema(Schema):
    """From which institution the case is hidden, and why. It cannot be undone."""

    institution = Text(60, least=1, required=True)
    note = Text(LONGEST_NOTE, least=1, required=True)


class ContactSchema(Schema):
    """How the person is reached without harm. `days`: 0 is Monday."""

    way = Word(ContactWay)
    days = Listed(Number(0, _LAST_DAY), _LAST_DAY + 1)
    since = fields.Time("%H:%M", metadata={"pattern": "^[0-2][0-9]:[0-5][0-9]$"})
    until = fields.Time("%H:%M", metadata={"pattern": "^[0-2][0-9]:[0-5][0-9]$"})
    who_may_answer = Text(200)
    no_voicemail = fields.Boolean()
    no_sms = fields.Boolean()
    cover = Text(200)


class AssessmentSchema(Schema):
    """The risk of reprisals. No level: the one that the factors amount to."""

    factors = Listed(Word(ReprisalFactor), len(ReprisalFactor), required=True)
    level = Word(Level)
    lowered_because = Text(500)
    mitigation = Text(LONGEST_NOTE)
    contact = fields.Nested(ContactSchema)


class NothingSchema(Schema):
    """Nothing more is said."""


@changes(
    "/cases/<string:reference>/referrals", Scope.CASES_WRITE, Permission.CASE_REFER, takes=ReferralSchema
)
def refer(said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Refer a case to institutions. Refused as a whole where one has no consent, is accused, or it is not safe."""
    case = cases.find(reference, viewer=signed_in())
    chosen = places.receiver_ids(said.pop("institutions"))
    referrals.refer(actor=signed_in(), case=case, seen=seen, institution_ids=chosen, **said)
    return done(case)


@changes(
    "/cases/<string:reference>/consents", Scope.CASES_WRITE, Permission.CONSENT_RECORD, takes=ConsentSchema
)
def record_consent(said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Record what the survivor decided. Who may have nothing any more loses the case at once."""
    case = cases.find(reference, viewer=signed_in())
    chosen = places.receiver_ids(said.pop("institutions"))
    about = said.pop("classes", None) or consent.EVERYTHING
    consent.record_consent(
        said.pop("decision"),
        actor=signed_in(),
        case=case,
        seen=seen,
        institution_ids=chosen,
        classes=about,
        **said,
    )
    return done(case)


@changes(
    "/cases/<string:reference>/people", Scope.CASES_WRITE, Permission.CONSENT_RECORD, takes=NewPersonSchema
)
def add_person(said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Add a person. The history says that somebody was added, not who."""
    case = cases.find(reference, viewer=signed_in())
    acts.add_person(new_person(said), actor=signed_in(), case=case, seen=seen)
    return done(case)


@changes("/cases/<string:reference>/walls", Scope.CASES_WRITE, Permission.CONSENT_RECORD, takes=WallSchema)
def wall_off(said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Hide a case from an institution of which somebody is accused, and from those that stand with it."""
    case = cases.find(reference, viewer=signed_in())
    hidden = places.institution_id(said["institution"])
    walls.wall_off(actor=signed_in(), case=case, seen=seen, institution_id=hidden, note=said["note"])
    return done(case)


@changes(
    "/cases/<string:reference>/assessments", Scope.CASES_WRITE, Permission.CASE_REFER, takes=AssessmentSchema
)
def assess_reprisal(said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Assess the risk of reprisals anew."""
    case = cases.find(reference, viewer=signed_in())
    reprisals.assess(assessment(said), actor=signed_in(), case=case, seen=seen)
    return done(case)


@changes(
    "/cases/<string:reference>/agreements", Scope.CASES_WRITE, Permission.CASE_REFER, takes=NothingSchema
)
def agree_to_share(_said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Agree, as a second person, that a case at critical risk is shared."""
    case = cases.find(reference, viewer=signed_in())
    reprisals.agree(actor=signed_in(), case=case, seen=seen)
    return done(case)


@changes("/cases/<string:reference>/acts", Scope.CASES_WRITE, Permission.CASE_REFER, takes=ActSchema)
def act_on_case(said: dict[str, Any], reference: str, *, seen: int) -> Given:
    """Take a step on a case as a whole, such as to close or to reopen it."""
    case = cases.find(reference, viewer=signed_in())
    name = said.pop("step")
    told = answers(name, said, on=case)
    if name == "close":
        acts.close(actor=signed_in(), case=case, seen=seen, answers=told)
    else:
        steps.take(name, actor=signed_in(), on=case, seen=seen, answers=told)
    return done(case)


def done(case: ProtectionCase) -> Given:
    """What came of an act on a case, and its new version."""
    told = {"reference": case.reference, "status": case.status, "version": case.entries}
    return told, etag(case.entries)


def new_person(said: dict[str, Any], at: str = "institution") -> acts.NewPerson:
    """A person as the action takes them; `at`: the field that names their institution."""
    told = dict(said)
    if code := told.pop("institution", None):
        told["institution_id"] = places.institution_id(code, at)
    return acts.NewPerson(**told)


def assessment(said: dict[str, Any]) -> reprisals.NewAssessment:
    """An assessment as the action takes it."""
    return reprisals.NewAssessment(**said | {"contact": Contact(**said.get("contact", {}))})

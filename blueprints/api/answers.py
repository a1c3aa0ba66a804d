"""What cases, tracks and entries look like in JSON."""

from marshmallow import fields

from blueprints.api.fields import Code, Schema
from tracker.models import Effect
from tracker.visibility import Sight
from tracker.vocabulary import (
    AgeGroup,
    Channel,
    ClosureReason,
    Concern,
    ConsentDecision,
    DataClass,
    EntryFlag,
    Level,
    OrderKind,
    PartyRole,
    PerpetratorKind,
    ReleaseReason,
    Sex,
    Urgency,
)

WHOLE = "Only where the whole case is shown, not in a preview."
PERSONAL = "Only with the scope particulars:read, and only what the owner of the token may read."


class CaseRowSchema(Schema):
    """One case in a list: nothing personal, and nothing of parts that are hidden from who reads it."""

    reference = fields.String(required=True)
    concern = Code(Concern, required=True)
    urgency = Code(Urgency, required=True)
    area = fields.String(required=True, allow_none=True)
    registered_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    next_due_at = fields.AwareDateTime(required=True, allow_none=True)


class OpenStepSchema(Schema):
    """A step that may be taken now."""

    step = fields.String(required=True)
    asks = fields.List(fields.String(), required=True, metadata={"description": "What is sent with it."})
    words = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "The words to choose from, for each of these fields that has a list."},
    )
    at = fields.String(required=True, metadata={"description": "Where it is posted to."})


class TrackSchema(Schema):
    """One part of a case: a stay at one institution."""

    id = fields.Integer(required=True)
    reference = fields.String(required=True)
    stage = fields.String(required=True)
    status = fields.String(required=True)
    status_since = fields.AwareDateTime(required=True, allow_none=True)
    open = fields.Boolean(required=True)
    institution = fields.String(required=True)
    sender = fields.String(required=True, allow_none=True)
    clock = fields.String(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    awaiting = fields.String(required=True, allow_none=True)
    next_on = fields.Date(required=True, allow_none=True)
    reopened = fields.Boolean(required=True)
    jurisdiction_concern = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    steps = fields.List(fields.Nested(OpenStepSchema), required=True)


class EntrySchema(Schema):
    """One act of the history."""

    n = fields.Integer(required=True)
    track = fields.Integer(required=True, allow_none=True)
    stage = fields.String(required=True)
    action = fields.String(required=True)
    effect = Code(Effect, required=True)
    status_after = fields.String(required=True)
    holder = fields.String(required=True)
    actor = fields.String(required=True, allow_none=True)
    institution = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    happened_at = fields.AwareDateTime(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    detail = fields.Dict(keys=fields.String(), required=True)
    corrects = fields.Integer(required=True, allow_none=True)
    imported = fields.Boolean(required=True)
    flag = Code(EntryFlag, required=True, allow_none=True)
    note = fields.String(metadata={"description": PERSONAL})


class PersonSchema(Schema):
    """One person of the case."""

    id = fields.Integer(required=True)
    role = Code(PartyRole, required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True)
    sex = Code(Sex, required=True)
    age_group = Code(AgeGroup, required=True)
    perpetrator_kind = Code(PerpetratorKind, required=True, allow_none=True)
    institution = fields.String(required=True, allow_none=True)


class NarrativeSchema(Schema):
    """One account."""

    text = fields.String(required=True)
    place = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class ConsentRowSchema(Schema):
    """One decision of the survivor."""

    institution = fields.String(required=True)
    data_class = Code(DataClass, required=True)
    decision = Code(ConsentDecision, required=True)
    given_on = fields.Date(required=True)


class CustodySchema(Schema):
    """Somebody who is or was held."""

    id = fields.Integer(required=True)
    track = fields.Integer(required=True)
    name = fields.String(metadata={"description": PERSONAL})
    institution = fields.String(required=True)
    arrested_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    released_at = fields.AwareDateTime(required=True, allow_none=True)
    release_reason = Code(ReleaseReason, required=True, allow_none=True)


class OrderSchema(Schema):
    """One order of a court."""

    kind = Code(OrderKind, required=True)
    due_on = fields.Date(required=True, allow_none=True)


class CaseSchema(Schema):
    """A case as the owner of the token may see it: a preview before the institution accepted it, else the whole."""

    reference = fields.String(required=True)
    sight = fields.String(required=True, metadata={"enum": [one.name.lower() for one in Sight]})
    concern = Code(Concern, required=True)
    urgency = Code(Urgency, required=True)
    risk = Code(Level, required=True)
    district = fields.String(required=True, allow_none=True)
    tracks = fields.List(fields.Nested(TrackSchema), required=True)
    consents = fields.List(fields.Nested(ConsentRowSchema), required=True)
    area = fields.List(fields.String(), metadata={"description": WHOLE})
    occurred_on = fields.Date(allow_none=True, metadata={"description": WHOLE})
    channel = Code(Channel)
    reprisal_risk = Code(Level)
    registered_at = fields.AwareDateTime(metadata={"description": WHOLE})
    registrar = fields.String(metadata={"description": WHOLE})
    owner = fields.String(metadata={"description": WHOLE})
    closed_at = fields.AwareDateTime(allow_none=True, metadata={"description": WHOLE})
    closure_reason = Code(ClosureReason, allow_none=True)
    source_ref = fields.String(allow_none=True, metadata={"description": WHOLE})
    withheld = fields.List(
        Code(DataClass), metadata={"description": "What the survivor does not share with the institution."}
    )
    custodies = fields.List(fields.Nested(CustodySchema), metadata={"description": WHOLE})
    orders = fields.List(fields.Nested(OrderSchema), metadata={"description": WHOLE})
    steps = fields.List(
        fields.Nested(OpenStepSchema), metadata={"description": "Open on the case as a whole."}
    )
    people = fields.List(fields.Nested(PersonSchema), metadata={"description": PERSONAL})
    narratives = fields.List(fields.Nested(NarrativeSchema), metadata={"description": PERSONAL})


class DoneSchema(Schema):
    """What was done to a case: nothing personal, because it is answered again to the same key."""

    reference = fields.String(required=True)
    version = fields.Integer(
        required=True, metadata={"description": "Of the case or the track: the next ETag."}
    )
    track = fields.Integer(metadata={"description": "The part of the case that it was done to."})
    status = fields.String(required=True)

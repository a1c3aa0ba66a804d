"""The steps of police and courts that say more than the procedure asks: arrests, releases, decisions with orders."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from blueprints.api.changing import changes
from blueprints.api.fields import Day, Listed, Moment, Number, Schema, Text, Word
from blueprints.api.tracks import LONGEST_NOTE, Given, done
from blueprints.guards import signed_in
from tracker.actions import courts, police
from tracker.errors import say
from tracker.permissions import Permission, Scope
from tracker.queries import cases
from tracker.vocabulary import AgeGroup, CourtOutcome, OrderKind, ReleaseReason

_HIGHEST_ID = 2**31 - 1
_MOST_ORDERS = 20


class ArrestSchema(Schema):
    """Who is held, since when: somebody of the case, or somebody new by name."""

    person = Number(1, _HIGHEST_ID, metadata={"description": "The id of a person of the case."})
    name = Text(160)
    age_group = Word(AgeGroup)
    arrested_at = Moment(required=True)
    note = Text(LONGEST_NOTE)

    @validates_schema
    def _one_of_both(self, said: dict[str, Any], **_more: Any) -> None:
        if "person" in said and said.get("name"):
            raise ValidationError({"name": [say("Leave it out, or say something.")]})


class ReleaseSchema(Schema):
    """Who was released, when and why."""

    custody = Number(1, _HIGHEST_ID, required=True, metadata={"description": "The id of the stay."})
    released_at = Moment(required=True)
    reason = Word(ReleaseReason, required=True)
    note = Text(LONGEST_NOTE)


class NewOrderSchema(Schema):
    """An order of the court."""

    kind = Word(OrderKind, required=True)
    due_on = Day(future=True)


class DecisionSchema(Schema):
    """What the court decided and ordered."""

    outcome = Word(CourtOutcome, required=True)
    orders = Listed(fields.Nested(NewOrderSchema), _MOST_ORDERS)
    happened_at = Moment()
    note = Text(LONGEST_NOTE)


@changes(
    "/cases/<string:reference>/tracks/<int(max=2147483647):track_id>/arrests",
    Scope.TRACKS_WRITE,
    Permission.TRACK_ADVANCE,
    takes=ArrestSchema,
)
def record_arrest(said: dict[str, Any], reference: str, track_id: int, *, seen: int) -> Given:
    """Record that somebody is held. The law's limit begins."""
    on = cases.track(reference, track_id, viewer=signed_in())
    person_id = said.pop("person", None)
    police.record_arrest(actor=signed_in(), track=on, seen=seen, person_id=person_id, **said)
    return done(on)


@changes(
    "/cases/<string:reference>/tracks/<int(max=2147483647):track_id>/releases",
    Scope.TRACKS_WRITE,
    Permission.TRACK_ADVANCE,
    takes=ReleaseSchema,
)
def record_release(said: dict[str, Any], reference: str, track_id: int, *, seen: int) -> Given:
    """Record that somebody who is held was released, and why."""
    on = cases.track(reference, track_id, viewer=signed_in())
    custody_id = said.pop("custody")
    police.record_release(actor=signed_in(), track=on, seen=seen, custody_id=custody_id, **said)
    return done(on)


@changes(
    "/cases/<string:reference>/tracks/<int(max=2147483647):track_id>/decisions",
    Scope.TRACKS_WRITE,
    Permission.TRACK_ADVANCE,
    takes=DecisionSchema,
)
def decide(said: dict[str, Any], reference: str, track_id: int, *, seen: int) -> Given:
    """Record a court's decision and its orders, which are then followed in a track of their own."""
    on = cases.track(reference, track_id, viewer=signed_in())
    orders = [courts.NewOrder(one["kind"], one.get("due_on")) for one in said.pop("orders", ())]
    courts.decide(actor=signed_in(), track=on, seen=seen, orders=orders, **said)
    return done(on)

"""The decision of a court and its orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker import clock, mission
from tracker.actions import steps, tracks
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.models import Acting, CourtOrder, HistoryEntry, Track
from tracker.vocabulary import CourtOutcome, OrderKind


@dataclass(frozen=True)
class NewOrder:
    """One order of a decision and the day until which it must be carried out, if the court set one."""

    kind: OrderKind
    due_on: date | None = None


def decide(
    *,
    actor: Acting,
    track: Track,
    seen: int,
    outcome: CourtOutcome,
    orders: Sequence[NewOrder] = (),
    happened_at: datetime | None = None,
    note: str = "",
) -> HistoryEntry:
    """Records the decision; its orders are then followed in a track of their own until they are carried out."""
    step = steps.ready("decide", actor=actor, on=track, seen=seen)
    answers = steps.Answers(happened_at=happened_at, outcome=outcome, note=note)
    detail = {"orders": [order.kind.value for order in orders]}
    entry = steps.perform(step, actor=actor, on=track, answers=answers, detail=detail)
    if orders:
        _follow_orders(orders, actor, track, entry)
    return entry


def _follow_orders(orders: Sequence[NewOrder], actor: Acting, track: Track, decision: HistoryEntry) -> None:
    zone = mission.current().zone
    decided_at = decision.happened_at or decision.recorded_at
    days = [order.due_on for order in orders if order.due_on]
    if days and min(days) < clock.day_of(decided_at, zone):
        raise BadInput(due_on=say("An order cannot be due before the decision. Enter a later day."))
    following = tracks.open_track(
        "enforcement",
        track.institution_id,
        case=track.case,
        actor=actor,
        happened_at=decided_at,
        until=clock.end_of(min(days), zone) if days else None,
        detail={"because": "decide", "parent_id": track.id},
    )
    for order in orders:
        db.session.add(
            CourtOrder(
                case_id=track.case_id,
                track_id=following.id,
                entry_id=decision.id,
                kind=order.kind,
                due_on=order.due_on,
            )
        )
    db.session.flush()

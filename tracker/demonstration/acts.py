"""Doing what a story says, by the same actions that the pages call: here, those that have forms of their own."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from tracker import clock, mission
from tracker.actions import (
    alerts,
    cases,
    consent,
    corrections,
    courts,
    custody,
    expiry,
    police,
    referrals,
    walls,
)
from tracker.db import db
from tracker.demonstration import facts, taking, words
from tracker.demonstration.plan import Move
from tracker.demonstration.scene import Scene
from tracker.demonstration.world import OFFICERS
from tracker.models import Effect, HistoryEntry, Person, Track
from tracker.vocabulary import (
    AgeGroup,
    Authority,
    ConsentDecision,
    CourtOutcome,
    DataClass,
    OrderKind,
    PartyRole,
    ProductionResult,
    ReleaseReason,
    ReviewFinding,
)


def do(move: Move, on: Scene) -> None:
    """Does one move. The clock stands at the time when it is recorded."""
    name = "consent" if move.name.startswith("consent_") else move.name
    _ACTS.get(name, taking.take)(move, on)


def _alert(move: Move, on: Scene) -> None:
    new = facts.new_alert(move.happened, on)
    on.alert = alerts.log_alert(new, actor=on.focal_point())


def _register(move: Move, on: Scene) -> None:
    agreed = on.posts(move.argument) if move.argument else []
    new = facts.new_case(move.happened, agreed, on)
    seen = on.alert.version if on.alert else 0
    on.the_case = cases.register(new, actor=on.focal_point(), alert=on.alert, seen=seen)


def _consent(move: Move, on: Scene) -> None:
    decision = ConsentDecision.GIVEN
    if move.name.endswith("_declined"):
        decision = ConsentDecision.DECLINED
    elif move.name.endswith("_for_child"):
        decision = ConsentDecision.BEST_INTEREST
    consent.record_consent(
        decision,
        actor=on.focal_point(),
        case=on.case,
        seen=on.case.entries,
        institution_ids=on.posts(move.argument),
        classes=_IN_PART if move.name.endswith("_in_part") else consent.EVERYTHING,
        note=words.CONSENT_NOTE if decision is ConsentDecision.BEST_INTEREST else "",
        authorised_by=words.AUTHORISED_BY if decision is ConsentDecision.BEST_INTEREST else "",
    )


_IN_PART = (DataClass.IDENTITY, DataClass.NARRATIVE)
"""Neither her telephone nor where she lives."""


def _wall_off(move: Move, on: Scene) -> None:
    (post,) = on.posts(move.argument)
    walls.wall_off(
        actor=on.focal_point(),
        case=on.case,
        seen=on.case.entries,
        institution_id=post,
        note=words.WALL_NOTE,
    )


def _add_person(_move: Move, on: Scene) -> None:
    caregiver = cases.NewPerson(role=PartyRole.CAREGIVER, name=facts.name(on.rng), phone=facts.phone(on.rng))
    cases.add_person(caregiver, actor=on.focal_point(), case=on.case, seen=on.case.entries)


def _refer(move: Move, on: Scene) -> None:
    referrals.refer(
        actor=on.world.worker(on.case.owner_id, OFFICERS, on.rng),
        case=on.case,
        seen=on.case.entries,
        institution_ids=on.posts(move.argument),
        note=taking.note("refer", on.rng, must=False),
    )


def _arrest(move: Move, on: Scene) -> None:
    track, _ = on.open_to("record_arrest")
    blamed = select(Person).where(Person.case_id == on.case.id, Person.role == PartyRole.ALLEGED_PERPETRATOR)
    accused = next((one.id for one in db.session.scalars(blamed) if one.name), None)
    police.record_arrest(
        actor=on.holder(track),
        track=track,
        seen=track.version,
        arrested_at=move.happened,
        person_id=accused,
        name="" if accused else facts.name(on.rng),
        age_group=AgeGroup.CHILD if move.argument == "child" else AgeGroup.NOT_RECORDED,
    )


def _extend(move: Move, on: Scene) -> None:
    held = on.held()
    custody.extend(
        actor=on.holder(held.track),
        custody=held,
        seen=held.version,
        happened_at=move.happened,
        hours=int(move.argument),
        authority=Authority.POLICE_SUPERIOR,
    )


def _produce(move: Move, on: Scene) -> None:
    held, result = on.held(), ProductionResult(move.argument)
    remanded = move.happened + timedelta(days=7) if result is ProductionResult.REMANDED else None
    custody.produce(
        actor=on.holder(held.track),
        custody=held,
        seen=held.version,
        happened_at=move.happened,
        institution_id=on.posts("court")[0],
        result=result,
        until=remanded,
    )


def _move(move: Move, on: Scene) -> None:
    held = on.held()
    custody.transfer(
        actor=on.holder(held.track),
        custody=held,
        seen=held.version,
        happened_at=move.happened,
        institution_id=on.posts(move.argument)[0],
    )


def _review(move: Move, on: Scene) -> None:
    held = on.held()
    custody.review(
        actor=on.world.worker(on.case.owner_id, OFFICERS, on.rng),
        custody=held,
        seen=held.version,
        happened_at=move.happened,
        finding=ReviewFinding(move.argument),
    )


def _release(move: Move, on: Scene) -> None:
    track, _ = on.open_to("record_release")
    held = on.held()
    police.record_release(
        actor=on.holder(track),
        track=track,
        seen=track.version,
        custody_id=held.id,
        released_at=move.happened,
        reason=ReleaseReason(move.argument),
    )


def _decide(move: Move, on: Scene) -> None:
    track, _ = on.open_to("decide")
    outcome, *orders = move.argument.split("+")
    courts.decide(
        actor=on.holder(track),
        track=track,
        seen=track.version,
        outcome=CourtOutcome(outcome),
        orders=[courts.NewOrder(OrderKind(kind), _due_on(move, on.rng)) for kind in orders],
        happened_at=move.happened,
        note=taking.note("decide", on.rng, must=False),
    )


def _correct(_move: Move, on: Scene) -> None:
    entry, track = _last_entry(on)
    corrections.correct(
        actor=on.holder(track),
        entry=entry,
        on=track,
        seen=track.version,
        happened_at=(entry.happened_at or entry.recorded_at) - timedelta(hours=3),
        note=words.CORRECTION,
    )


def _withdraw_entry(_move: Move, on: Scene) -> None:
    entry, track = _last_entry(on)
    corrections.withdraw(
        actor=on.holder(track), entry=entry, on=track, seen=track.version, note=words.WITHDRAWAL
    )


def _expire(_move: Move, _on: Scene) -> None:
    expiry.expire_unanswered()


def _due_on(move: Move, rng: Random) -> date | None:
    if rng.random() < 0.5:
        return None
    return clock.day_of(move.happened, mission.current().zone) + timedelta(days=rng.randint(14, 60))


def _last_entry(on: Scene) -> tuple[HistoryEntry, Track]:
    entry = db.session.scalars(
        select(HistoryEntry)
        .where(
            HistoryEntry.case_id == on.case.id,
            HistoryEntry.track_id.is_not(None),
            HistoryEntry.effect == Effect.MOVES,
        )
        .order_by(HistoryEntry.n.desc())
        .limit(1)
    ).one()
    return entry, db.session.get_one(Track, entry.track_id)


_ACTS: dict[str, Callable[[Move, Scene], None]] = {
    "alert": _alert,
    "register": _register,
    "consent": _consent,
    "wall_off": _wall_off,
    "add_person": _add_person,
    "refer": _refer,
    "arrest": _arrest,
    "extend": _extend,
    "produce": _produce,
    "move": _move,
    "review": _review,
    "release": _release,
    "decide": _decide,
    "correct": _correct,
    "withdraw_entry": _withdraw_entry,
    "expire": _expire,
}

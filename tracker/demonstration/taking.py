"""Taking any step of the procedure as a story says it: on what it is open on, by somebody who may."""

from datetime import date, timedelta
from random import Random

from tracker import clock, mission
from tracker.actions import alerts, cases, reprisals, steps
from tracker.demonstration import facts, words
from tracker.demonstration.plan import Move
from tracker.demonstration.scene import Scene
from tracker.history import CASE_STAGE
from tracker.models import Alert, Membership, ProtectionCase, Track
from tracker.procedure import Step
from tracker.queries.reprisals import in_force
from tracker.vocabulary import REASON_LISTS

_NOTED = 0.55
_FARTHEST_SITTING = 20


def take(move: Move, on: Scene) -> None:
    """Any other step of the procedure, on what it is open on."""
    target: Track | Alert | ProtectionCase
    procedure = mission.current().procedure
    if on.the_case is None:
        assert on.alert is not None, "a story begins with an alert or a case"  # noqa: S101
        target, step = on.alert, procedure.step(alerts.STAGE, move.name)
    elif (CASE_STAGE, move.name) in procedure.steps:
        target, step = on.case, procedure.step(CASE_STAGE, move.name)
    else:
        target, step = on.open_to(move.name)
    actor = _who(step, target, on)
    answers = _answers(step, move, on)
    act = {"close": cases.close, "reopen": cases.reopen}.get(step.name)
    if act is not None and isinstance(target, ProtectionCase):
        act(actor=actor, case=target, seen=target.entries, answers=answers)
        return
    if step.reassess:
        _assess_again(actor, on)
    steps.take(step.name, actor=actor, on=target, seen=steps.version(target), answers=answers)


def _assess_again(actor: Membership, on: Scene) -> None:
    """As is asked before a survivor is told: the risk stands as it was found first."""
    now = in_force(on.case.id, viewer=actor)
    new = facts.assessment(tuple(now.said.factors) if now is not None else ())
    reprisals.assess(new, actor=actor, case=on.case, seen=on.case.entries)


def _who(step: Step, target: Track | Alert | ProtectionCase, on: Scene) -> Membership:
    if isinstance(target, Alert):
        return on.world.worker(target.institution_id, step.by, on.rng)
    places = {"owner": on.case.owner_id, "registrar": on.case.registrar_id}
    user_id = None
    if isinstance(target, Track):
        places |= {
            "holder": target.institution_id,
            "any": target.institution_id,
            "sender": target.sender_id or 0,
        }
        user_id = target.assigned_to_id
    side = next(side for side in places if side in step.sides)
    return on.world.worker(places[side], step.by, on.rng, user_id=user_id)


def _answers(step: Step, move: Move, on: Scene) -> steps.Answers:
    asks = step.asks
    urgency, risk = facts.urgency_of(on)
    return steps.Answers(
        happened_at=move.happened,
        reason=_reason(step, move, on.rng) if "reason" in asks else None,
        note=note(step.name, on.rng, must=asks["note"] == "!") if "note" in asks else "",
        next_on=_next_on(move, on) if "next_on" in asks else None,
        target_id=on.posts(move.argument)[0] if "target" in asks else None,
        urgency=urgency if "urgency" in asks else None,
        risk=risk if "risk" in asks else None,
        outside_safe_times=step.reassess,
    )


def _reason(step: Step, move: Move, rng: Random) -> str:
    given = move.argument.partition(":")[0]
    return given or rng.choice(list(REASON_LISTS[str(step.asks["reason"])]))


def note(step: str, rng: Random, *, must: bool) -> str:
    return rng.choice(words.NOTES[step]) if must or rng.random() < _NOTED else ""


def _next_on(move: Move, on: Scene) -> date:
    """The day of the next sitting in this story; where there is none, so many days from the real today."""
    if move.sitting is not None:
        return move.sitting
    days = move.argument.rpartition(":")[2]
    asked = int(days) if days.lstrip("-").isdecimal() else on.rng.randint(2, _FARTHEST_SITTING)
    day = clock.day_of(on.world.now, mission.current().zone) + timedelta(days=asked)
    return max(day, clock.day_of(move.happened, mission.current().zone))

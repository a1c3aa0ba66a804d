"""Taking a step of the procedure: the one road by which a track, an alert or a case changes its status."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import bindparam

from tracker import clock, history, mission, visibility
from tracker.actions import harm, tracks
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.errors import BadInput, NotFound, OutOfDate, StepRefused, say
from tracker.history import CASE_STAGE, Act
from tracker.models import Acting, Alert, Effect, HistoryEntry, Institution, NoticeKind, ProtectionCase, Track
from tracker.procedure import Step
from tracker.procedure.model import SAME
from tracker.visibility import anyone, visible_alerts, visible_cases, visible_tracks, who
from tracker.vocabulary import DECISIONS, REASON_LISTS, Level, Role, Urgency


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a person says when taking a step; which of these a step asks stands in the procedure."""

    happened_at: datetime | None = None
    reason: str | None = None
    note: str = ""
    next_on: date | None = None
    outcome: str | None = None
    target_id: int | None = None
    urgency: str | None = None
    risk: str | None = None
    outside_safe_times: bool = False


NOTHING_SAID = Answers()


def take(
    name: str,
    *,
    actor: Acting,
    on: Track | Alert | ProtectionCase,
    seen: int,
    answers: Answers = NOTHING_SAID,
) -> HistoryEntry:
    """Takes the step `name` and records it.

    `seen`: the version that the person had before their eyes. Refuses what has moved since (`OutOfDate`), what is
    not open to this person now (`StepRefused`), what they may not know (`NotFound`), bad answers (`BadInput`).
    """
    step = ready(name, actor=actor, on=on, seen=seen)
    if step.act:
        raise StepRefused(say("“%(step)s” has a form of its own; use that one.", step=step.label))
    if step.reassess and isinstance(on, Track):
        harm.require_told_safely(
            on.case, at=answers.happened_at or clock.now(), confirmed=answers.outside_safe_times
        )
    return perform(step, actor=actor, on=on, answers=answers)


def ready(name: str, *, actor: Acting, on: Track | Alert | ProtectionCase, seen: int) -> Step:
    """Locks the case or alert, reads it anew, and gives the step if it is open to the actor now."""
    renewed(on, actor=actor, seen=seen)
    stage, status, awaiting = standing(on)
    return mission.current().procedure.require(name, actor.role, sides(actor, on), stage, status, awaiting)


def renewed(on: Track | Alert | ProtectionCase, *, actor: Acting, seen: int) -> None:
    """Locks the case or alert and reads it anew. Refuses (`NotFound`) what the actor may not know, and (`OutOfDate`)
    what has changed since they saw it.
    """
    history.lock(about(on))
    see(on, actor=actor)
    if seen != version(on):
        raise OutOfDate(
            say(
                "Somebody changed this record after you opened it. What you typed is still here: read what changed, "
                "then send again if it still holds."
            )
        )


def open_steps(*, actor: Acting, on: Track | Alert | ProtectionCase) -> tuple[Step, ...]:
    """The steps that the actor may take on it now, in the procedure's order."""
    stage, status, awaiting = standing(on)
    return mission.current().procedure.steps_open(actor.role, sides(actor, on), stage, status, awaiting)


def sides(actor: Acting, on: Track | Alert | ProtectionCase) -> frozenset[str]:
    """What the actor's institution is to it: holder, sender, owner, registrar."""
    if isinstance(on, Alert):
        return frozenset({"holder"} if on.institution_id == actor.institution_id else ())
    case = on.case if isinstance(on, Track) else on
    ends = {"holder_id": on.institution_id, "sender_id": on.sender_id} if isinstance(on, Track) else {}
    return visibility.sides(actor, owner_id=case.owner_id, registrar_id=case.registrar_id, **ends)


def standing(on: Track | Alert | ProtectionCase) -> tuple[str, str, str | None]:
    """Its stage, status, and who must answer next."""
    if isinstance(on, ProtectionCase):
        return CASE_STAGE, on.status, None
    return on.stage, on.status, on.awaiting


def version(on: Track | Alert | ProtectionCase) -> int:
    """The number that grows with every change; a form carries it as `seen`."""
    return on.entries if isinstance(on, ProtectionCase) else on.version


def about(on: Track | Alert | ProtectionCase) -> ProtectionCase | Alert:
    """The case or alert whose history an act on it belongs to."""
    return on.case if isinstance(on, Track) else on


def perform(
    step: Step,
    *,
    actor: Acting | None,
    on: Track | Alert | ProtectionCase,
    answers: Answers,
    detail: Mapping[str, Any] | None = None,
) -> HistoryEntry:
    """Records a step that was found open, with all that follows from it: tracks that begin, feedback that is due."""
    check(step, answers, on)
    act = _act(step, actor, on, answers, detail or {})
    thing = about(on)
    entry = history.record(act, actor=actor, about=thing, track=on if isinstance(on, Track) else None)
    if isinstance(thing, ProtectionCase):
        _follow_on(step, actor, thing, on, answers.target_id, entry)
    if isinstance(on, Track):
        _tell_sender(on, actor, entry)
    return entry


def _tell_sender(track: Track, actor: Acting | None, entry: HistoryEntry) -> None:
    """Of an answer to what they sent, of a question to them, and of the end."""
    answered = (
        entry.status_before in visibility.PREVIEW_STATUSES
        and entry.status_after not in visibility.PREVIEW_STATUSES
    )
    if track.sender_id and (answered or entry.effect is Effect.ENDS or track.awaiting == "sender"):
        notify(NoticeKind.ANSWER, actor=actor, institution_id=track.sender_id, case=track.case)


def check(step: Step, answers: Answers, on: Track | Alert | ProtectionCase) -> None:
    """Refuses (`BadInput`) answers that the step does not allow, a sentence a field."""
    wrong: dict[str, str] = {}
    if step.asks.get("note") == "!" and not answers.note.strip():
        wrong["note"] = say("Write what happened, in a sentence or two.")
    for asked, (words, sentence) in _words(step).items():
        if getattr(answers, asked) not in list(words):
            wrong[asked] = sentence
    if "next_on" in step.asks:
        _check_next_on(answers, wrong)
    if "target" in step.asks:
        _check_target(step, answers, on, wrong)
    if wrong:
        raise BadInput(**wrong)


def _words(step: Step) -> dict[str, tuple[Iterable[StrEnum], str]]:
    """The word lists that the step asks from, each with what to say when the answer is not in it."""
    lists: dict[str, tuple[Iterable[StrEnum], str]] = {
        "outcome": (DECISIONS, say("Choose the outcome from the list.")),
        "urgency": (Urgency, say("Choose how urgent the case is.")),
        "risk": (Level, say("Choose the level of risk.")),
    }
    asked = {name: row for name, row in lists.items() if name in step.asks}
    if "reason" in step.asks:
        asked["reason"] = (REASON_LISTS[str(step.asks["reason"])], say("Choose a reason from the list."))
    return asked


def _check_next_on(answers: Answers, wrong: dict[str, str]) -> None:
    happened = answers.happened_at or clock.now()
    if answers.next_on is None:
        wrong["next_on"] = say("Enter the day of the next hearing, or adjourn without a date.")
    elif answers.next_on < clock.day_of(happened, mission.current().zone):
        wrong["next_on"] = say("The day of the hearing lies before this step. Enter a later day.")


def _check_target(
    step: Step, answers: Answers, on: Track | Alert | ProtectionCase, wrong: dict[str, str]
) -> None:
    target = db.session.get(Institution, answers.target_id) if answers.target_id else None
    procedure = mission.current().procedure
    stage = procedure.stage_by_referral(target.kind) if target is not None and target.active else None
    if stage is None or stage not in step.asks["target"]:
        wrong["target_id"] = say("Choose the institution that the case goes to.")
    elif isinstance(on, Track) and target is not None and target.id == on.institution_id:
        wrong["target_id"] = say("The case is already at this institution. Choose another one.")


def see(on: Track | Alert | ProtectionCase, *, actor: Acting) -> None:
    """Reads it anew; refuses (`NotFound`) what the actor may not know about, by now."""
    if db.session.scalar(_seen(type(on), actor.role), who(actor) | {"number": on.id}) is None:
        raise NotFound(say("There is no such record that you may see."))


@cache
def _seen(kind: type[Track | Alert | ProtectionCase], role: Role) -> Any:
    """Made once: every act asks it, and to put it together takes ten times as long as to answer it."""
    viewer = anyone(role)
    seen: Any = {Track: visible_tracks, Alert: visible_alerts, ProtectionCase: visible_cases}[kind](viewer)
    return seen.where(kind.id == bindparam("number")).execution_options(populate_existing=True)


def _act(
    step: Step,
    actor: Acting | None,
    on: Track | Alert | ProtectionCase,
    answers: Answers,
    detail: Mapping[str, Any],
) -> Act:
    procedure = mission.current().procedure
    stage, before, _ = standing(on)
    after = step.after(before)
    happened_at = _happened(answers, on, moves=step.to != SAME)
    code, due_at = _clock(step, on, after, happened_at, answers)
    return Act(
        action=step.name,
        stage=stage,
        effect=_effect(step, after),
        status_before=before,
        status_after=after,
        holder_id=on.owner_id if isinstance(on, ProtectionCase) else on.institution_id,
        procedure=procedure.version,
        happened_at=happened_at,
        reason=answers.reason if "reason" in step.asks else None,
        note=answers.note.strip(),
        clock=code,
        due_at=due_at,
        detail={**_said(step, answers), **_marks(step, actor), **detail},
    )


def _effect(step: Step, after: str) -> Effect:
    if step.to == SAME:
        return Effect.NOTES
    ends = mission.current().procedure.is_end(step.stage, after)
    # The case as a whole has no end: closing ends it for now, and reopening begins it again.
    closes = step.stage == CASE_STAGE and after == "closed"
    return Effect.ENDS if ends or closes else Effect.MOVES


def _said(step: Step, answers: Answers) -> dict[str, Any]:
    said: dict[str, Any] = {
        "outcome": answers.outcome,
        "next_on": answers.next_on.isoformat() if answers.next_on else None,
        "urgency": answers.urgency,
        "risk": answers.risk,
    }
    if step.asks.get("target"):
        said["target"] = answers.target_id
    return {name: value for name, value in said.items() if value is not None and name in step.asks}


def _marks(step: Step, actor: Acting | None) -> dict[str, Any]:
    marks: dict[str, Any] = {"awaits": step.awaits, "flags": step.flags}
    if step.assigns and actor is not None:
        marks["assigned_to_id"] = actor.user_id
    return {name: value for name, value in marks.items() if value is not None}


def _happened(answers: Answers, on: Track | Alert | ProtectionCase, *, moves: bool) -> datetime:
    happened_at = answers.happened_at or clock.now()
    since = None if isinstance(on, ProtectionCase) else on.status_since
    if since is None or not moves or happened_at >= since:
        return happened_at
    if happened_at < since.replace(second=0):  # forms show minutes
        raise BadInput(happened_at=say("This is before the step that came before it. Enter a later time."))
    return since


def _clock(
    step: Step, on: Track | Alert | ProtectionCase, after: str, happened_at: datetime, answers: Answers
) -> tuple[str | None, datetime | None]:
    if isinstance(on, ProtectionCase) or step.to == SAME:
        return None, None
    now = mission.current()
    stage = now.procedure.stages[on.stage]
    if after in stage.keeps_clock and on.clock:
        return on.clock, on.limit
    case = on.case if isinstance(on, Track) else None
    return now.procedure.due(
        on.stage,
        after,
        happened_at,
        urgency=answers.urgency or (case.urgency if case else Urgency.NORMAL),
        risk=answers.risk or (case.risk if case else Level.LOW),
        until=clock.end_of(answers.next_on, now.zone) if answers.next_on else None,
    )


def _follow_on(  # noqa: PLR0917 - what follows needs all that went before
    step: Step,
    actor: Acting | None,
    case: ProtectionCase,
    on: Track | Alert | ProtectionCase,
    target_id: int | None,
    entry: HistoryEntry,
) -> None:
    happened_at = entry.happened_at or entry.recorded_at
    for opening in step.opens:
        tracks.open_from_step(
            opening,
            case=case,
            track=on if isinstance(on, Track) else None,
            actor=actor,
            because=step,
            target_id=target_id,
            happened_at=happened_at,
            note=entry.note.text if entry.note is not None else "",
        )
    if step.deciding:
        tracks.open_unless_open(
            "feedback", case.registrar_id, case=case, actor=actor, happened_at=happened_at, because=step.name
        )
    if step.closes_case and not tracks.any_open(case):
        close = mission.current().procedure.step(CASE_STAGE, "close")
        perform(close, actor=actor, on=case, answers=Answers(reason=entry.reason, happened_at=happened_at))

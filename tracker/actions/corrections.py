"""Mending a mistake without touching what was written: a correction is a new entry that names the one it corrects."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import clock, history, mission
from tracker.actions import custody, gate, steps, tracks
from tracker.actions.standing import Told, due, given_before, start_of_clock, steps_that_stand, told
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, StepRefused, say
from tracker.history import Act
from tracker.models import Acting, Alert, Effect, HistoryEntry, ProtectionCase, Track
from tracker.permissions import Permission, may
from tracker.visibility import not_walled
from tracker.vocabulary import REASON_LISTS

Thing = Track | Alert | ProtectionCase


def correct(
    *,
    actor: Acting,
    entry: HistoryEntry,
    on: Thing,
    seen: int,
    note: str,
    happened_at: datetime | None = None,
    reason: str | None = None,
) -> HistoryEntry:
    """Says that an entry should have had another time or reason; both stay readable for ever.

    `note` (why) must be given. Only the institution that made the entry corrects it.
    """
    _may_mend(actor, entry, on, seen, note)
    if happened_at is None and reason is None:
        raise BadInput(happened_at=say("Enter what the time or the reason should have been."))
    _check_reason(entry, reason)
    before = told(entry)
    now = Told(_checked(happened_at, entry, on) or before.happened_at, reason or before.reason)
    stage, status, _ = steps.standing(on)
    sets = _sets(entry, on, before, now)
    act = Act(
        action="correct",
        stage=stage,
        effect=Effect.NOTES,
        status_before=status,
        status_after=status,
        holder_id=entry.holder_id,
        procedure=mission.current().procedure.version,
        happened_at=now.happened_at or entry.recorded_at,
        reason=now.reason,
        note=note.strip(),
        detail={"sets": sets} if sets else {},
        corrects_id=entry.id,
    )
    correction = _record(act, actor, on)
    custody.corrected(entry, actor=actor)
    return correction


def withdraw(*, actor: Acting, entry: HistoryEntry, on: Track, seen: int, note: str) -> HistoryEntry:
    """Takes back the newest step of a track that was recorded by mistake: it stands again as it did before.

    Refuses a step after which other tracks began (those institutions have acted on it), and any of a closed case.
    """
    _may_mend(actor, entry, on, seen, note)
    standing = steps_that_stand(on)
    if len(standing) < 2 or standing[-1].id != entry.id:
        raise StepRefused(say("Only the newest step of this part of the case can be withdrawn."))
    if _acted_on(entry):
        raise StepRefused(
            say("Other institutions have this case because of that step. Correct it with them instead.")
        )
    _check_road_back(entry, on, actor)
    if on.case.status == "closed" or (not on.open and tracks.is_open(on.case, on.stage, on.institution_id)):
        raise StepRefused(say("This part of the case is over. Reopen the case instead."))
    return _record(_back_to(standing[-2], standing[:-1], entry, on, note), actor, on)


def _check_road_back(entry: HistoryEntry, on: Track, actor: Acting) -> None:
    """A track that stands again is shared again: with somebody else only as a new referral could be."""
    if entry.action == "take_back":
        raise StepRefused(say("The case was taken back on purpose. Refer it again, if it may be shared."))
    if entry.effect is Effect.ENDS and on.sender_id and on.institution_id != actor.institution_id:
        gate.require_no_wall(on.institution_id, case=on.case)
        gate.require_consent(on.institution, case=on.case, actor=actor)


def _back_to(
    before: HistoryEntry, standing: list[HistoryEntry], entry: HistoryEntry, on: Track, note: str
) -> Act:
    start = start_of_clock(standing)
    holds = told(before)
    detail = {name: before.detail[name] for name in ("next_on",) if name in before.detail}
    detail["assigned_to_id"] = given_before(entry, standing[0], "assigned_to_id")
    if awaits := given_before(entry, before, "awaits"):
        detail["awaits"] = awaits
    return Act(
        action="withdraw",
        stage=on.stage,
        effect=Effect.MOVES,
        status_before=on.status,
        status_after=before.status_after,
        holder_id=on.institution_id,
        procedure=mission.current().procedure.version,
        happened_at=holds.happened_at or before.recorded_at,
        reason=holds.reason,
        note=note.strip(),
        clock=before.clock,
        due_at=due(start, told(start).happened_at),
        detail=detail,
        corrects_id=entry.id,
    )


def _may_mend(actor: Acting, entry: HistoryEntry, on: Thing, seen: int, note: str) -> None:
    if not may(actor.role, Permission.ENTRY_CORRECT) or entry.institution_id != actor.institution_id:
        raise NotPermitted(say("Only the institution that made an entry corrects it."))
    if not note.strip():
        raise BadInput(note=say("Write why the entry is corrected."))
    if not _is_about(entry, on):
        raise NotFound(say("There is no such entry in this history."))
    history.lock(steps.about(on))
    db.session.refresh(on)
    _require_no_wall(on, actor)
    if seen != steps.version(on):
        raise OutOfDate(
            say(
                "Somebody changed this record after you opened it. What you typed is still here: read what changed, "
                "then send again if it still holds."
            )
        )


def _require_no_wall(on: Thing, actor: Acting) -> None:
    """Mending is open where nothing else is seen any more, as of a referral that was turned down; a wall ends it."""
    case = steps.about(on)
    found = select(ProtectionCase.id).where(not_walled(actor.user_id, ProtectionCase.id))
    if (
        isinstance(case, ProtectionCase)
        and db.session.scalar(found.where(ProtectionCase.id == case.id)) is None
    ):
        raise NotFound(say("There is no such entry in this history."))


def _is_about(entry: HistoryEntry, on: Thing) -> bool:
    if isinstance(on, Track):
        return entry.track_id == on.id
    if isinstance(on, Alert):
        return entry.alert_id == on.id
    return entry.case_id == on.id and entry.track_id is None


def _record(act: Act, actor: Acting, on: Thing) -> HistoryEntry:
    return history.record(
        act, actor=actor, about=steps.about(on), track=on if isinstance(on, Track) else None
    )


def _check_reason(entry: HistoryEntry, reason: str | None) -> None:
    """Refuses (`BadInput`) a reason that the entry's step does not ask for, or that is not in its list."""
    step = mission.current().procedure.steps.get((entry.stage, entry.action))
    asked = step.asks.get("reason") if step is not None else None
    if reason is not None and (asked is None or reason not in list(REASON_LISTS[str(asked)])):
        raise BadInput(reason=say("Choose a reason from the list."))


def _checked(happened_at: datetime | None, entry: HistoryEntry, on: Thing) -> datetime | None:
    """The time; refuses (`BadInput`) one in the future, or outside the steps that came before and after."""
    if happened_at is None:
        return None
    happened_at = happened_at.replace(microsecond=0)
    if happened_at > clock.now():
        raise BadInput(happened_at=say("This time is in the future. Enter when it happened."))
    earlier, later = _around(entry, on)
    if later is not None and happened_at > later:
        raise BadInput(happened_at=say("This is after the step that came after it. Enter an earlier time."))
    if earlier is None or happened_at >= earlier:
        return happened_at
    if happened_at < earlier.replace(second=0):  # forms show minutes
        raise BadInput(happened_at=say("This is before the step that came before it. Enter a later time."))
    return earlier


def _around(entry: HistoryEntry, on: Thing) -> tuple[datetime | None, datetime | None]:
    """When the steps before and after the entry happened; None where there is none, or nobody knows."""
    standing = [] if isinstance(on, ProtectionCase) else steps_that_stand(on)
    if entry not in standing:
        return None, None
    at = standing.index(entry)
    earlier, later = standing[at - 1 : at], standing[at + 1 : at + 2]
    return (
        told(earlier[0]).happened_at if earlier else None,
        told(later[0]).happened_at if later else None,
    )


def _sets(entry: HistoryEntry, on: Thing, before: Told, now: Told) -> dict[str, Any]:
    """What the correction changes in the projection: only the newest step and the beginnings show there."""
    standing = [] if isinstance(on, ProtectionCase) else steps_that_stand(on)
    if entry not in standing:
        return {}
    changes: dict[str, Any] = {}
    if now.happened_at != before.happened_at:
        changes = _moved(entry, standing, now.happened_at)
    if now.reason != before.reason and entry is standing[-1]:
        changes["reason"] = now.reason
    return changes


def _moved(entry: HistoryEntry, standing: list[HistoryEntry], to: datetime | None) -> dict[str, Any]:
    moved: dict[str, datetime | None] = {}
    if entry is standing[0]:
        moved["entered_at"] = to
    if entry is standing[-1]:
        moved["status_since"] = to
        if entry.effect is Effect.ENDS:
            moved["left_at"] = to
    if entry is start_of_clock(standing) and entry.due_at is not None:
        moved["due_at"] = due(entry, to)
    return {name: instant.isoformat() for name, instant in moved.items() if instant is not None}


def _acted_on(entry: HistoryEntry) -> bool:
    """Whether more followed from the step: tracks that began (the next entry), or what its own form recorded."""
    step = mission.current().procedure.steps.get((entry.stage, entry.action))
    following = select(HistoryEntry.id).where(
        HistoryEntry.case_id == entry.case_id,
        HistoryEntry.n == entry.n + 1,
        HistoryEntry.effect == Effect.OPENS,
    )
    return (step is not None and step.act) or db.session.scalar(following) is not None

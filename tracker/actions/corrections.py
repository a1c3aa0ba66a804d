"""Mending a mistake without touching what was written: a correction is a new entry that names the one it corrects."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import clock, history, mission
from tracker.actions import steps
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, OutOfDate, StepRefused, say
from tracker.history import Act
from tracker.models import Alert, Effect, HistoryEntry, Membership, ProtectionCase, Track
from tracker.permissions import Permission, may

Thing = Track | Alert | ProtectionCase


def correct(
    *,
    actor: Membership,
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
    sets = _sets(entry, on, happened_at, reason)
    detail: dict[str, Any] = {"sets": sets} if sets else {}
    if reason is not None:
        detail["reason"] = reason
    stage, status, _ = steps.standing(on)
    act = Act(
        action="correct",
        stage=stage,
        effect=Effect.NOTES,
        status_before=status,
        status_after=status,
        holder_id=entry.holder_id,
        procedure=mission.current().procedure.version,
        happened_at=happened_at or entry.happened_at or entry.recorded_at,
        reason=reason,
        note=note.strip(),
        detail=detail,
        corrects_id=entry.id,
    )
    return _record(act, actor, on)


def withdraw(*, actor: Membership, entry: HistoryEntry, on: Track, seen: int, note: str) -> HistoryEntry:
    """Takes back the newest step of a track that was recorded by mistake: it stands again as it did before.

    Refuses a step after which other tracks began: those institutions have acted on it.
    """
    _may_mend(actor, entry, on, seen, note)
    last = _last_step(on)
    if last is None or last.id != entry.id or last.effect is Effect.OPENS:
        raise StepRefused(say("Only the newest step of this part of the case can be withdrawn."))
    if _began(entry):
        raise StepRefused(
            say("Other institutions have this case because of that step. Correct it with them instead.")
        )
    before = _last_step(on, before=entry)
    if before is None:
        raise StepRefused(say("There is nothing to go back to."))
    act = Act(
        action="withdraw",
        stage=on.stage,
        effect=Effect.MOVES,
        status_before=on.status,
        status_after=before.status_after,
        holder_id=on.institution_id,
        procedure=mission.current().procedure.version,
        happened_at=before.happened_at or before.recorded_at,
        reason=before.reason,
        note=note.strip(),
        clock=before.clock,
        due_at=before.due_at,
        detail={name: before.detail[name] for name in ("next_on",) if name in before.detail},
        corrects_id=entry.id,
    )
    return _record(act, actor, on)


def _may_mend(actor: Membership, entry: HistoryEntry, on: Thing, seen: int, note: str) -> None:
    if not may(actor.role, Permission.ENTRY_CORRECT) or entry.institution_id != actor.institution_id:
        raise NotPermitted(say("Only the institution that made an entry corrects it."))
    if not note.strip():
        raise BadInput(note=say("Write why the entry is corrected."))
    history.lock(steps.about(on))
    db.session.refresh(on)
    if seen != steps.version(on):
        raise OutOfDate(
            say(
                "Somebody changed this record after you opened it. What you typed is still here: read what changed, "
                "then send again if it still holds."
            )
        )


def _record(act: Act, actor: Membership, on: Thing) -> HistoryEntry:
    return history.record(
        act, actor=actor, about=steps.about(on), track=on if isinstance(on, Track) else None
    )


def _sets(entry: HistoryEntry, on: Thing, happened_at: datetime | None, reason: str | None) -> dict[str, Any]:
    """What the correction changes in the projection: only the newest step and the beginning show there."""
    if isinstance(on, ProtectionCase) or entry.effect is Effect.NOTES:
        return {}
    sets: dict[str, Any] = {}
    newest = _last_step(on) if isinstance(on, Track) else None
    is_newest = newest is not None and newest.id == entry.id
    if happened_at is not None and happened_at > clock.now():
        raise BadInput(happened_at=say("This time is in the future. Enter when it happened."))
    if happened_at is not None and entry.effect is Effect.OPENS:
        sets["entered_at"] = happened_at.isoformat()
    if happened_at is not None and is_newest:
        sets["status_since"] = happened_at.isoformat()
        if entry.effect is Effect.ENDS:
            sets["left_at"] = happened_at.isoformat()
        if _runs_in_hours(entry) and entry.due_at is not None and entry.happened_at is not None:
            moved = entry.due_at + (happened_at - entry.happened_at)
            sets["due_at"] = moved.isoformat()
    if reason is not None and is_newest:
        sets["reason"] = reason
    return sets


def _runs_in_hours(entry: HistoryEntry) -> bool:
    limit = mission.current().procedure.clocks.get(entry.clock or "")
    return limit is not None and limit.until is None


def _last_step(track: Track, before: HistoryEntry | None = None) -> HistoryEntry | None:
    entries = select(HistoryEntry).where(
        HistoryEntry.track_id == track.id, HistoryEntry.effect != Effect.NOTES
    )
    if before is not None:
        entries = entries.where(HistoryEntry.id < before.id)
    return db.session.scalars(entries.order_by(HistoryEntry.id.desc()).limit(1)).first()


def _began(entry: HistoryEntry) -> bool:
    """Whether tracks began with this step: their first entries follow it at once, in the same act."""
    following = select(HistoryEntry.id).where(
        HistoryEntry.case_id == entry.case_id,
        HistoryEntry.n == entry.n + 1,
        HistoryEntry.effect == Effect.OPENS,
        HistoryEntry.recorded_at == entry.recorded_at,
    )
    return db.session.scalar(following) is not None

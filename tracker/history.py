"""The one place where an act becomes a history entry, in the caller's transaction, and changes a status.

A track, an alert and the closing of a case are projections: `project` alone writes them, from entries alone, so that
they can be rebuilt from the entries and compared (`tracker rebuild-tracks --check`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.announcing import announce
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.ledger.append import append_entries
from tracker.ledger.facts import Which
from tracker.models import NO_LIMIT, Acting, Alert, Effect, EntryNote, HistoryEntry, ProtectionCase, Track
from tracker.models.history_entry import noted_as
from tracker.vocabulary import ClosureReason, Level, Urgency

CASE_STAGE = "case"
"""The stage of entries about the case as a whole."""

_UNLOGGED = "entries without a leaf"


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody did, before it is written down. `track`: None for the case as a whole."""

    action: str
    stage: str
    effect: Effect
    status_before: str | None
    status_after: str
    holder_id: int
    procedure: str
    happened_at: datetime
    reason: str | None = None
    note: str = ""
    clock: str | None = None
    due_at: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    corrects_id: int | None = None


def lock(case: ProtectionCase | Alert) -> None:
    """Waits until nobody else is writing on this case or alert, and reads it anew (both engines)."""
    model = type(case)
    asked = select(model).where(model.id == case.id).with_for_update(of=model)
    db.session.scalars(
        asked.execution_options(populate_existing=True)
    ).one()  # it is read anew as it is fetched


def record(
    act: Act,
    *,
    actor: Acting | None,
    about: ProtectionCase | Alert,
    track: Track | None = None,
    source_id: int | None = None,
) -> HistoryEntry:
    """Writes the entry, gives it the next number of its case or alert, and projects it. The caller commits, and as
    the last thing before it the entry becomes a leaf of the log.

    `actor` may be None only for what happens by time (`expire`), and for what a machine outside brings: `source_id`
    says which. Refuses (`BadInput`) a time in the future.
    """
    recorded_at = clock.now()
    happened_at = act.happened_at.replace(microsecond=0)
    if happened_at > recorded_at:
        raise BadInput(happened_at=say("This time is in the future. Enter when it happened."))
    about.entries += 1
    entry = HistoryEntry(
        **{name: value for name, value in vars(act).items() if name not in ("note", "detail", "happened_at")},
        happened_at=happened_at,
        detail=dict(act.detail),
        n=about.entries,
        recorded_at=recorded_at,
        actor_id=actor.user_id if actor else None,
        institution_id=actor.institution_id if actor else None,
        role=actor.role if actor else None,
        import_id=source_id,
        case_id=about.id if isinstance(about, ProtectionCase) else None,
        alert_id=about.id if isinstance(about, Alert) else None,
    )
    _project_all(entry, about, track)
    if track is not None:
        db.session.add(track)
        db.session.flush()  # a track that begins gets its number here
        entry.track_id = track.id
    if act.note:
        entry.note = EntryNote(sealed=about.key.content.seal(noted_as(entry.n), text=act.note))
    db.session.add(entry)
    db.session.flush()
    db.session.info.setdefault(_UNLOGGED, []).append(entry)
    return entry


@event.listens_for(db.session, "before_commit")
def _log(session: Session) -> None:
    """Every entry that is about to be committed gets its leaf: the last thing that the transaction writes."""
    if session.in_nested_transaction():
        return
    entries = [entry for entry in session.info.pop(_UNLOGGED, ()) if entry in session]
    if entries:
        session.flush()
        announce(entries)
        append_entries(session.connection(), Which.ENTRIES, [entry.id for entry in entries])


def _project_all(entry: HistoryEntry, about: ProtectionCase | Alert, track: Track | None) -> None:
    project(track if track is not None else about, entry)
    if track is not None and isinstance(about, ProtectionCase):
        project_facts(about, entry)


def project(target: Track | Alert | ProtectionCase, entry: HistoryEntry) -> None:
    """What the entry makes of the thing that it is about."""
    if isinstance(target, ProtectionCase):
        project_case(target, entry)
    elif isinstance(target, Track):
        project_track(target, entry)
    else:
        _project_stay(target, entry)


def project_case(case: ProtectionCase, entry: HistoryEntry) -> None:
    """What an entry about the whole case makes of it. An import gives plain objects with the same attributes."""
    if entry.effect is Effect.ENDS:
        case.closed_at = entry.happened_at or entry.recorded_at
        case.closure_reason = ClosureReason(entry.reason or ClosureReason.OTHER)
    elif entry.effect in (Effect.OPENS, Effect.MOVES):
        case.closed_at = case.closure_reason = None
    project_facts(case, entry)


def project_facts(case: ProtectionCase, entry: HistoryEntry) -> None:
    """What an entry, also one of a track, says about the whole case: how urgent, how much at risk, whose it is."""
    if urgency := entry.detail.get("urgency"):
        case.urgency = Urgency(urgency)
    if risk := entry.detail.get("risk"):
        case.risk = Level(risk)
    if owner_id := entry.detail.get("owner_id"):
        case.owner_id, case.registrar_id = owner_id, entry.detail["registrar_id"]
    if reprisal_risk := entry.detail.get("reprisal_risk"):
        case.reprisal_risk = Level(reprisal_risk)


def _project_stay(stay: Track | Alert, entry: HistoryEntry) -> None:
    if entry.effect is Effect.OPENS:
        stay.stage = entry.stage
        stay.institution_id = entry.holder_id
        stay.entered_at = entry.happened_at
    if entry.effect is not Effect.NOTES:
        ended = entry.effect is Effect.ENDS
        stay.status = entry.status_after
        stay.status_since = entry.happened_at
        stay.open = not ended
        stay.left_at = entry.happened_at if ended else None
        stay.clock = entry.clock
        stay.due_at = entry.due_at or NO_LIMIT
        stay.reason = entry.reason
        stay.outcome = entry.detail.get("outcome")
        stay.next_on = _day(entry.detail.get("next_on"))
    stay.awaiting = entry.detail.get("awaits", stay.awaiting if entry.effect is Effect.NOTES else None)
    for name, value in entry.detail.get("sets", {}).items():
        setattr(stay, name, _instant(value) if name.endswith(("_at", "_since")) else value)
    stay.version = (stay.version or 0) + 1


def project_track(track: Track, entry: HistoryEntry) -> None:
    """What an entry makes of its track. An import gives plain objects with the same attributes."""
    _project_stay(track, entry)
    detail = entry.detail
    if entry.effect is Effect.OPENS:
        track.sender_id = detail.get("sender_id")
        track.parent_id = detail.get("parent_id")
        track.reopened = detail.get("reopened", False)
        track.jurisdiction_concern = False
    track.assigned_to_id = detail.get("assigned_to_id", track.assigned_to_id)
    if detail.get("flags") == "jurisdiction_concern":
        track.jurisdiction_concern = True


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None

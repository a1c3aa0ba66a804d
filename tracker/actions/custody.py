"""What is recorded of one held person after the arrest, also when the police's part of the case is over.

Each act is a history entry of the police track with an event beside it; what `Custody` says is projected from the
events. An extension or a remand beyond the law is recorded like any other, because it happened: the clock
(`tracker.procedure.custody`) flags it and does not move.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import clock, history, mission
from tracker.actions import custody_alarms
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, StepRefused, say
from tracker.history import Act
from tracker.models import (
    Acting,
    Custody,
    CustodyEvent,
    Effect,
    HistoryEntry,
    Institution,
    Membership,
    ProtectionCase,
)
from tracker.permissions import Permission, may
from tracker.queries import custody_events
from tracker.queries.custody import UNKNOWN
from tracker.visibility import sees_custody, stands_in
from tracker.vocabulary import (
    Authority,
    CustodyAct,
    InstitutionKind,
    ProductionResult,
    ReleaseReason,
    ReviewFinding,
)

PLACES_OF_DETENTION = (
    InstitutionKind.POLICE_STATION,
    InstitutionKind.GENDARMERIE,
    InstitutionKind.SPECIAL_PROTECTION_UNIT,
    InstitutionKind.PRISON,
    InstitutionKind.OTHER,
)
"""Where a held person can be moved."""


def extend(
    *,
    actor: Acting,
    custody: Custody,
    seen: int,
    happened_at: datetime,
    hours: int,
    authority: Authority,
    office: str = "",
    paper: str = "",
    note: str = "",
) -> HistoryEntry:
    """Records that an authority extended custody by so many hours. `office`, `paper`: its name, the paper's number.

    Without a paper's number it was not in writing. Only who holds the person records it; it is never refused for
    being unlawful.
    """
    _holder(actor, custody, seen)
    if hours <= 0:
        raise BadInput(hours=say("Enter for how many hours, at least one."))
    said = {"hours": hours, "authority": authority, "written": bool(paper.strip())}
    told = "\n".join(filter(None, (" · ".join(filter(None, (office.strip(), paper.strip()))), note.strip())))
    return _record("extend_custody", CustodyAct.EXTENSION, custody, actor, happened_at, told, said)


def produce(
    *,
    actor: Acting,
    custody: Custody,
    seen: int,
    happened_at: datetime,
    institution_id: int,
    result: ProductionResult,
    until: datetime | None = None,
    note: str = "",
) -> HistoryEntry:
    """Records that the person was brought before a court (`institution_id`), and what it said.

    `until`: to which instant it remanded the person; refused (`BadInput`) before the hearing or without a remand.
    """
    _holder(actor, custody, seen)
    stages = mission.current().procedure.stages
    kinds = stages["court"].kinds | stages["prosecution"].kinds
    _require_institution(institution_id, kinds, say("Choose the court that the person was brought before."))
    if until is not None and result is not ProductionResult.REMANDED:
        raise BadInput(until=say("Leave the day empty: the court did not remand the person."))
    if until is not None and until <= happened_at:
        raise BadInput(until=say("The remand ends before the hearing. Enter a later day."))
    said = {"institution_id": institution_id, "result": result, "until": until}
    return _record("record_production", CustodyAct.PRODUCTION, custody, actor, happened_at, note, said)


def transfer(
    *,
    actor: Acting,
    custody: Custody,
    seen: int,
    happened_at: datetime,
    institution_id: int,
    note: str = "",
) -> HistoryEntry:
    """Records that the person was moved to another institution, which holds them from now on. The clock runs on."""
    _holder(actor, custody, seen)
    sentence = say("Choose where the person was moved.")
    _require_institution(institution_id, frozenset(PLACES_OF_DETENTION), sentence)
    if institution_id == custody.institution_id:
        raise BadInput(institution_id=say("The person is held there already. Choose another institution."))
    said = {"institution_id": institution_id}
    return _record("transfer_custody", CustodyAct.TRANSFER, custody, actor, happened_at, note, said)


def release(
    *,
    actor: Acting,
    custody: Custody,
    seen: int,
    happened_at: datetime,
    reason: ReleaseReason,
    note: str = "",
) -> HistoryEntry:
    """Records the release and why, also where the police have handed the case on."""
    _holder(actor, custody, seen)
    require_after_arrest(custody, happened_at)
    return _record(
        "release_from_custody", CustodyAct.RELEASE, custody, actor, happened_at, note, {}, reason=reason
    )


def review(
    *,
    actor: Acting,
    custody: Custody,
    seen: int,
    happened_at: datetime,
    finding: ReviewFinding,
    note: str = "",
) -> HistoryEntry:
    """Records that somebody outside looked after the person. It moves no limit and silences no alarm."""
    _outside(actor, custody, seen)
    return _record(
        "review_custody", CustodyAct.REVIEW, custody, actor, happened_at, note, {"finding": finding}
    )


def acknowledge(*, actor: Acting, custody: Custody, seen: int, note: str = "") -> HistoryEntry:
    """Takes note, for an institution outside, of what it was told: the alarm no longer stands on its first page.

    Refuses (`StepRefused`) who was told of nothing, and always the institution that holds the person.
    """
    _outside(actor, custody, seen)
    if not custody_alarms.acknowledge(custody, actor=actor):
        raise StepRefused(say("Somebody at your institution took note of this already."))
    return _record("acknowledge_alarm", CustodyAct.ACKNOWLEDGEMENT, custody, actor, clock.now(), note, {})


def begin(custody: Custody, *, actor: Acting) -> None:
    """The arrest, with its entry already written, is the first event of a new custody."""
    assert actor is not None  # noqa: S101
    db.session.add(custody)
    db.session.flush()
    add_event(custody, custody.entry_id, CustodyAct.ARREST, {}, actor=actor)


def add_event(
    custody: Custody, entry_id: int, kind: CustodyAct, said: Mapping[str, Any], *, actor: Acting
) -> None:
    """Puts the event beside its entry, and projects it."""
    assert actor is not None  # noqa: S101
    db.session.add(CustodyEvent(custody_id=custody.id, entry_id=entry_id, kind=kind, **said))
    db.session.flush()
    project_person(custody)


def require_after_arrest(custody: Custody, happened_at: datetime, field: str = "happened_at") -> None:
    """Refuses (`BadInput`) what is said to have happened to the person before the arrest."""
    if happened_at < custody.arrested_at:
        raise BadInput(**{field: say("This lies before the arrest. Enter a later time.")})


def corrected(entry: HistoryEntry, *, actor: Acting) -> None:
    """An entry was corrected: if it is about a held person, the clock moves with it.

    Refuses (`BadInput`) a correction by which somebody would be released before the arrest.
    """
    assert actor is not None  # noqa: S101
    event = db.session.scalar(select(CustodyEvent).where(CustodyEvent.entry_id == entry.id))
    if event is not None:
        project_person(db.session.get_one(Custody, event.custody_id))


def project_person(custody: Custody) -> None:
    """Makes what is kept of every custody of this person anew from the events: one may carry on another's clock."""
    others = db.session.scalars(
        select(Custody).where(Custody.person_id == custody.person_id).order_by(Custody.arrested_at)
    ).all()
    ids = [one.id for one in others]
    events = custody_events.of(ids)
    for one in others:  # the times first: the clocks are made of them
        _project_times(one, events[one.id])
    db.session.flush()
    found = custody_events.standings(ids, events)
    for one in others:
        one.due_at = found[one.id].due_at
        custody_alarms.end_what_is_over(one, found[one.id], events[one.id])
    custody.version += 1
    db.session.flush()


def _project_times(custody: Custody, events: Sequence[custody_events.EventRow]) -> None:
    arrests = [event.at for event in events if event.kind is CustodyAct.ARREST]
    releases = [event for event in events if event.kind is CustodyAct.RELEASE]
    moves = [event for event in events if event.kind is CustodyAct.TRANSFER]
    custody.arrested_at = min(arrests)
    if releases:
        require_after_arrest(custody, releases[-1].at)
        custody.released_at = releases[-1].at
        custody.release_reason = ReleaseReason(releases[-1].reason or ReleaseReason.OTHER)
    if moves:
        custody.institution_id = max(moves, key=lambda event: event.at).institution_id or 0


# --- who may, and what is written ---------------------------------------------------------------------------------


def _holder(actor: Acting, custody: Custody, seen: int) -> None:
    """Who holds the person, or made the arrest: people are moved to where nobody works with this system.

    Where the case is hidden from those, whoever is responsible for it.
    """
    instead = _stands_in(actor, custody)
    if not may(actor.role, Permission.CUSTODY_RECORD) and not instead:
        raise NotPermitted(say("Only those who hold a person record this."))
    _ready(actor, custody, seen)
    if instead:
        return
    if actor.institution_id not in (custody.institution_id, custody.track.institution_id):
        raise StepRefused(say("Only the institution that holds the person records this."))


def _stands_in(actor: Acting, custody: Custody) -> bool:
    known = (
        select(Custody.id)
        .join(ProtectionCase, ProtectionCase.id == Custody.case_id)
        .where(Custody.id == custody.id, stands_in(actor))
    )
    return may(actor.role, Permission.CUSTODY_OVERSEE) and db.session.scalar(known) is not None


def _outside(actor: Acting, custody: Custody, seen: int) -> None:
    if not may(actor.role, Permission.CUSTODY_OVERSEE):
        raise NotPermitted(say("Your role does not look after held people."))
    _ready(actor, custody, seen)
    inside = select(Membership.id).where(
        Membership.user_id == actor.user_id,
        Membership.ended_at.is_(None),
        Membership.institution_id.in_((custody.institution_id, custody.track.institution_id)),
    )
    if db.session.scalar(inside.limit(1)) is not None:  # also by another membership than the one acted as
        raise StepRefused(say("Only somebody outside the institution that holds the person records this."))


def _ready(actor: Acting, custody: Custody, seen: int) -> None:
    history.lock(custody.case)
    known = (
        select(Custody)
        .join(ProtectionCase, ProtectionCase.id == Custody.case_id)
        .where(Custody.id == custody.id, sees_custody(actor))
    )
    if db.session.scalar(known.execution_options(populate_existing=True)) is None:
        raise NotFound(UNKNOWN)
    if seen != custody.version:
        raise OutOfDate(
            say(
                "Somebody changed this record after you opened it. What you typed is still here: read what changed, "
                "then send again if it still holds."
            )
        )
    if custody.released_at is not None:
        raise StepRefused(say("This person's release is recorded already."))


def _require_institution(institution_id: int, kinds: frozenset[str], sentence: str) -> None:
    found = db.session.get(Institution, institution_id)
    if found is None or not found.active or found.kind not in kinds:
        raise BadInput(institution_id=sentence)


def _record(  # noqa: PLR0917 - one act, in full
    action: str,
    kind: CustodyAct,
    custody: Custody,
    actor: Acting,
    happened_at: datetime,
    note: str,
    said: Mapping[str, Any],
    *,
    reason: str | None = None,
) -> HistoryEntry:
    require_after_arrest(custody, happened_at)
    track = custody.track
    db.session.refresh(track)
    act = Act(
        action=action,
        stage=track.stage,
        effect=Effect.NOTES,
        status_before=track.status,
        status_after=track.status,
        holder_id=track.institution_id,
        procedure=mission.current().procedure.version,
        happened_at=happened_at,
        reason=reason,
        note=note.strip(),
        detail={"custody": custody.id, **{name: _plain(value) for name, value in said.items()}},
    )
    entry = history.record(act, actor=actor, about=custody.case, track=track)
    add_event(custody, entry.id, kind, said, actor=actor)
    return entry


def _plain(value: Any) -> Any:
    """As the entry and its leaf keep it."""
    return value.isoformat() if isinstance(value, datetime) else value

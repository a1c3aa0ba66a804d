"""How a track begins: a referral is sent to an institution, or a step of another track makes it due."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import history, mission
from tracker.actions import gate, harm
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.history import Act
from tracker.models import Acting, Effect, Institution, NoticeKind, ProtectionCase, Track
from tracker.procedure import Opening, Step

_REOPENING = ("reopen", "deliver_disputed")


def open_track(
    stage: str,
    institution_id: int,
    *,
    case: ProtectionCase,
    actor: Acting | None,
    happened_at: datetime,
    action: str = "open",
    note: str = "",
    until: datetime | None = None,
    detail: dict[str, Any] | None = None,
) -> Track:
    """Begins a track of `stage` at an institution, with its first status and that status's clock.

    Whatever opens a track comes through here: so here it is refused (`ConflictOfInterest`) for an institution from
    which the case is hidden.
    """
    gate.require_no_wall(institution_id, case=case)
    procedure = mission.current().procedure
    status = procedure.stages[stage].first
    code, due_at = procedure.due(
        stage, status, happened_at, urgency=case.urgency, risk=case.risk, until=until
    )
    track = Track(case_id=case.id, case=case)
    act = Act(
        action=action,
        stage=stage,
        effect=Effect.OPENS,
        status_before=None,
        status_after=status,
        holder_id=institution_id,
        procedure=procedure.version,
        happened_at=happened_at,
        note=note,
        clock=code,
        due_at=due_at,
        detail=detail or {},
    )
    history.record(act, actor=actor, about=case, track=track)
    return track


def send(
    institution: Institution,
    *,
    case: ProtectionCase,
    actor: Acting,
    happened_at: datetime,
    note: str = "",
    parent: Track | None = None,
) -> Track:
    """Refers the case to an institution, which may say no. Refuses one that has an open track of the case.

    Whoever sends it, the survivor must have agreed (`NoConsent`), nobody there be accused (`ConflictOfInterest`), and
    no grave risk of reprisals be left that nothing mitigates (`NotSafe`).
    """
    gate.require_no_wall(institution.id, case=case)
    gate.require_consent(institution, case=case, actor=actor)
    harm.require_safe(actor=actor, case=case)
    stage = mission.current().procedure.stage_by_referral(institution.kind)
    if stage is None or not institution.active:
        raise BadInput(
            target_id=say(
                "No case can be referred to %(institution)s. Choose another institution.",
                institution=institution.name,
            )
        )
    if is_open(case, stage, institution.id):
        raise BadInput(
            target_id=say(
                "The case is already with %(institution)s. Choose another institution.",
                institution=institution.name,
            )
        )
    track = open_track(
        stage,
        institution.id,
        case=case,
        actor=actor,
        happened_at=happened_at,
        action="send",
        note=note,
        detail={"sender_id": actor.institution_id} | ({"parent_id": parent.id} if parent else {}),
    )
    notify(NoticeKind.REFERRAL, actor=actor, institution_id=institution.id, case=case)
    return track


def open_unless_open(
    stage: str,
    institution_id: int,
    *,
    case: ProtectionCase,
    actor: Acting | None,
    happened_at: datetime,
    because: str,
) -> None:
    """Makes a stage due at an institution that does not have it open for this case already."""
    if is_open(case, stage, institution_id):
        return
    again = because in _REOPENING
    open_track(
        stage,
        institution_id,
        case=case,
        actor=actor,
        happened_at=happened_at,
        action="reopen" if again else "open",
        detail={"because": because} | ({"reopened": True} if again else {}),
    )


def open_from_step(
    opening: Opening,
    *,
    case: ProtectionCase,
    track: Track | None,
    actor: Acting | None,
    because: Step,
    target_id: int | None,
    happened_at: datetime,
    note: str = "",
) -> None:
    """Begins the track that the procedure opens with a step; who receives the case reads the step's note."""
    if opening.at == "target":
        institution = db.session.get_one(Institution, target_id)
        assert actor is not None, "a hand-over is somebody's act"  # noqa: S101
        send(institution, case=case, actor=actor, happened_at=happened_at, note=note, parent=track)
        return
    places = {"owner": case.owner_id, "registrar": case.registrar_id}
    if track is not None:
        places["holder"] = track.institution_id
    open_unless_open(
        opening.stage or "",
        places[opening.at],
        case=case,
        actor=actor,
        happened_at=happened_at,
        because=because.name,
    )


def any_open(case: ProtectionCase) -> bool:
    """Whether any track of the case waits for somebody."""
    return (
        db.session.scalar(select(Track.id).where(Track.case_id == case.id, Track.open).limit(1)) is not None
    )


def is_open(case: ProtectionCase, stage: str, institution_id: int) -> bool:
    """Whether the case has an open track of that stage at that institution."""
    held = select(Track.id).where(
        Track.case_id == case.id, Track.stage == stage, Track.institution_id == institution_id, Track.open
    )
    return db.session.scalar(held.limit(1)) is not None

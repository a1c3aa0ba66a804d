"""Breaking the glass: one case, for three hours, with a reason that the case's own people and the auditors read.

It opens the case to be read, to one person in one role; no step of the procedure and no list. A wall is stronger: who
is behind one is answered as if the case did not exist.
"""

from datetime import timedelta

import sqlalchemy as sa

from tracker import clock, history, mission, references
from tracker.actions import outbox
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, StepRefused, say
from tracker.history import CASE_STAGE, Act
from tracker.models import Access, Acting, Effect, Emergency, NoticeKind, ProtectionCase, Track
from tracker.permissions import Permission, may
from tracker.queries.cases import UNKNOWN
from tracker.visibility import Sight, reachable_in_an_emergency, sees_case, sight, visible_tracks
from tracker.vocabulary import AccessKind, EmergencyReason, Role

ACTION = "break_glass"
LASTS = timedelta(hours=3)
MOST_A_DAY = 3
MOST_GUESSES_AN_HOUR = 10
SHORTEST_NOTE = 20


def break_glass(typed: str, *, actor: Acting, reason: EmergencyReason, note: str) -> Emergency:
    """Opens the case with that reference to the actor alone, from now on for three hours.

    Refuses (`NotPermitted`) roles that do not work with cases, (`StepRefused`) the fourth case of a day, whoever
    guessed at references, and whoever may read the case anyway, (`BadInput`) a note that explains nothing, and
    (`NotFound`), in the same words, what does not exist and what a wall hides.
    """
    if not may(actor.role, Permission.CASE_BREAK_GLASS):
        raise NotPermitted(say("Your role does not open cases in an emergency."))
    if len(note.strip()) < SHORTEST_NOTE:
        raise BadInput(note=say("Say what the emergency is, in a sentence."))
    _require_few(actor)
    case = _reached(typed, actor)
    if _reads_it_anyway(case, actor):
        raise StepRefused(say("You may read this case already."))
    history.lock(case)
    entry = history.record(_act(case, reason, note), actor=actor, about=case)
    opened = Emergency(
        case_id=case.id,
        user_id=actor.user_id,
        membership_id=actor.id,
        institution_id=actor.institution_id,
        entry_id=entry.id,
        opened_at=entry.recorded_at,
        ends_at=entry.recorded_at + LASTS,
    )
    db.session.add(opened)
    for institution_id in {case.owner_id, case.registrar_id}:
        outbox.notify(NoticeKind.ACCESS, actor=actor, institution_id=institution_id, case=case)
    outbox.notify(NoticeKind.ACCESS, actor=actor, roles=[Role.AUDITOR])
    db.session.flush()
    return opened


def acknowledge(emergency_id: int, *, actor: Acting) -> Emergency:
    """Says that somebody who answers for the case has seen that it was opened, and by whom.

    Refuses (`NotFound`) everybody else's openings, and (`StepRefused`) a second time.
    """
    opened = db.session.scalar(
        sa.select(Emergency)
        .join(Emergency.case)
        .where(Emergency.id == emergency_id, sees_case(actor), _answers_for(actor))
        .with_for_update(of=Emergency)
    )
    if opened is None or not may(actor.role, Permission.CASE_REFER):
        raise NotFound(UNKNOWN)
    if opened.acknowledged_at is not None:
        raise StepRefused(say("Somebody has acknowledged this before."))
    opened.acknowledged_by_id, opened.acknowledged_at = actor.user_id, clock.now()
    db.session.flush()
    return opened


def _answers_for(actor: Acting) -> sa.ColumnElement[bool]:
    own = actor.institution_id
    return sa.or_(ProtectionCase.owner_id == own, ProtectionCase.registrar_id == own)


def _require_few(actor: Acting) -> None:
    now = clock.now()
    opened = sa.select(sa.func.count()).where(
        Emergency.user_id == actor.user_id, Emergency.opened_at > now - timedelta(days=1)
    )
    guessed = sa.select(sa.func.count()).where(
        Access.user_id == actor.user_id,
        Access.kind == AccessKind.UNKNOWN_REFERENCE,
        Access.read_at > now - timedelta(hours=1),
    )
    if (db.session.scalar(opened) or 0) >= MOST_A_DAY:
        raise StepRefused(
            say("You have opened %(number)s cases in a day. Ask your auditor.", number=MOST_A_DAY)
        )
    if (db.session.scalar(guessed) or 0) >= MOST_GUESSES_AN_HOUR:
        raise StepRefused(say("Too many references led nowhere. Wait an hour."))


def _reached(typed: str, actor: Acting) -> ProtectionCase:
    asked = sa.select(ProtectionCase).where(
        ProtectionCase.reference == references.parse(typed), reachable_in_an_emergency(actor)
    )
    case = db.session.scalar(asked)
    if case is None:
        raise NotFound(UNKNOWN)
    return case


def _reads_it_anyway(case: ProtectionCase, actor: Acting) -> bool:
    known = sa.select(ProtectionCase.id).where(ProtectionCase.id == case.id, sees_case(actor))
    if db.session.scalar(known) is None:
        return False
    own = db.session.scalars(visible_tracks(actor).where(Track.case_id == case.id)).all()
    return sight(actor, own) is Sight.FULL


def _act(case: ProtectionCase, reason: EmergencyReason, note: str) -> Act:
    return Act(
        action=ACTION,
        stage=CASE_STAGE,
        effect=Effect.NOTES,
        status_before=case.status,
        status_after=case.status,
        holder_id=case.owner_id,
        procedure=mission.current().procedure.version,
        happened_at=clock.now(),
        reason=reason.value,
        note=note.strip(),
    )

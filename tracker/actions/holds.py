"""Setting and lifting a legal hold: the section that answers for a case may, and auditors."""

import sqlalchemy as sa

from tracker import clock, history, mission
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused, say
from tracker.history import CASE_STAGE, Act
from tracker.ledger.erased import is_erased
from tracker.models import Acting, Effect, LegalHold, ProtectionCase
from tracker.permissions import Permission, may
from tracker.vocabulary import HoldReason, Role


def hold(case: ProtectionCase, *, actor: Acting, reason: HoldReason, note: str) -> LegalHold:
    """From now on nothing of the case is erased.

    Refuses (`NotPermitted`) everybody but auditors and the section responsible, (`BadInput`) no note, and
    (`StepRefused`) a second hold, and a case that is erased already.
    """
    _require(case, actor, note)
    history.lock(case)
    if standing(case, viewer=actor) is not None:
        raise StepRefused(say("This case is on legal hold already."))
    if is_erased(case):
        raise StepRefused(say("This case was erased before."))
    _record("hold", case, actor, note, reason.value)
    made = LegalHold(case_id=case.id, reason=reason, set_by_id=actor.user_id, set_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made


def lift(case: ProtectionCase, *, actor: Acting, note: str) -> LegalHold:
    """Ends the hold. Refuses as `hold` does, and (`StepRefused`) where there is none."""
    _require(case, actor, note)
    history.lock(case)
    found = standing(case, viewer=actor)
    if found is None:
        raise StepRefused(say("This case is not on legal hold."))
    _record("lift_hold", case, actor, note, None)
    found.lifted_by_id, found.lifted_at = actor.user_id, clock.now()
    db.session.flush()
    return found


def standing(case: ProtectionCase, *, viewer: Acting | None) -> LegalHold | None:  # noqa: ARG001 - found for them
    """The hold that stands on a case which the caller has found for the viewer (None: for nobody, by time)."""
    return db.session.scalar(
        sa.select(LegalHold).where(LegalHold.case_id == case.id, LegalHold.lifted_at.is_(None))
    )


def _require(case: ProtectionCase, actor: Acting, note: str) -> None:
    own = actor.role is Role.AUDITOR or actor.institution_id == case.owner_id
    if not may(actor.role, Permission.CASE_HOLD) or not own:
        raise NotPermitted(say("Only auditors and the section responsible set or lift a legal hold."))
    if not note.strip():
        raise BadInput(note=say("Say why. It stays in the history."))


def _record(action: str, case: ProtectionCase, actor: Acting, note: str, reason: str | None) -> None:
    act = Act(
        action=action,
        stage=CASE_STAGE,
        effect=Effect.NOTES,
        status_before=case.status,
        status_after=case.status,
        holder_id=case.owner_id,
        procedure=mission.current().procedure.version,
        happened_at=clock.now(),
        reason=reason,
        note=note.strip(),
    )
    history.record(act, actor=actor, about=case)

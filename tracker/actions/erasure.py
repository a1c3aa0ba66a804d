"""Erasing a case: what is personal goes, and the key that opens its disclosures; its history stays and verifies.

Names, phones, narratives, notes and the caller's words are removed from the rows. Destroying the key closes for ever
what they were in any copy, and what may be disclosed in every copy of the log (history.md section 3). What is written
about the case afterwards has another key. `scrub` afterwards takes the bytes out of the
database's files; copies and backups made earlier are for their keepers to destroy.
"""

import sqlalchemy as sa

from tracker import clock, history, mission
from tracker.actions import holds
from tracker.db import db
from tracker.errors import NotPermitted, StepRefused, say
from tracker.history import CASE_STAGE, Act
from tracker.ledger.erased import forget, is_erased
from tracker.models import Acting, Alert, Effect, HistoryEntry, ProtectionCase
from tracker.permissions import Permission, may

ACTION = "erase"
BY_TIME = "expire"
"""The one act that is nobody's: here it ends no referral, but the time for which a case is kept."""


def erase(case: ProtectionCase, *, actor: Acting, note: str = "") -> HistoryEntry:
    """Erases what is personal in the case, and in the alert that it came from. The caller commits, then scrubs.

    Only the section responsible for the case may (`NotPermitted`), and only a closed case (`StepRefused`), once.
    `note` is kept like any other: write nothing personal.
    """
    if not may(actor.role, Permission.CASE_ERASE) or actor.institution_id != case.owner_id:
        raise NotPermitted(say("Only the section that is responsible for a case erases it."))
    history.lock(case)
    if case.status != "closed":
        raise StepRefused(say("Close the case first: what is erased cannot be followed any more."))
    if is_erased(case):
        raise StepRefused(say("This case was erased before."))
    if holds.standing(case, viewer=actor) is not None:
        raise StepRefused(say("This case is on legal hold. Nothing of it is erased."))
    return _erase(case, ACTION, actor, note)


def erase_by_time(case: ProtectionCase, *, actor: None = None) -> bool:
    """The same for a case that was kept as long as it may be: nobody's act (`actor` is None). The caller commits.

    False: while we waited somebody opened it again, erased it, or set a legal hold.
    """
    history.lock(case)
    if case.status != "closed" or is_erased(case) or holds.standing(case, viewer=actor) is not None:
        return False
    _erase(case, BY_TIME, actor)
    return True


def _erase(case: ProtectionCase, action: str, actor: Acting | None, note: str = "") -> HistoryEntry:
    alert = db.session.scalar(sa.select(Alert).where(Alert.case_id == case.id))
    _take_away_what_is_personal(case, alert)
    if alert is not None:
        of_alert = _act(action, alert.stage, alert.status, alert.institution_id)
        history.record(of_alert, actor=actor, about=alert)
    return history.record(_act(action, CASE_STAGE, case.status, case.owner_id, note), actor=actor, about=case)


def _act(action: str, stage: str, status: str, holder_id: int, note: str = "") -> Act:
    return Act(
        action=action,
        stage=stage,
        effect=Effect.NOTES,
        status_before=status,
        status_after=status,
        holder_id=holder_id,
        procedure=mission.current().procedure.version,
        happened_at=clock.now(),
        note=note.strip(),
    )


def _take_away_what_is_personal(case: ProtectionCase, alert: Alert | None) -> None:
    db.session.flush()
    forget(db.session.connection(), case_id=case.id)
    if alert is not None:
        forget(db.session.connection(), alert_id=alert.id)
    db.session.expire_all()

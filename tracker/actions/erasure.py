"""Erasing a case: what is personal goes, and the key that opens its disclosures; its history stays and verifies.

Names, phones, narratives, notes and the caller's words are removed from the rows. Destroying the key closes for ever
what they were in any copy, and what may be disclosed in every copy of the log (history.md section 3). What is written
about the case afterwards has another key. `scrub` afterwards takes the bytes out of the
database's files; copies and backups made earlier are for their keepers to destroy.
"""

import sqlalchemy as sa

from tracker import clock, history, mission
from tracker.db import db
from tracker.errors import NotPermitted, StepRefused, say
from tracker.history import CASE_STAGE, Act
from tracker.ledger.erased import forget, is_erased
from tracker.models import Acting, Alert, Effect, HistoryEntry, ProtectionCase
from tracker.permissions import Permission, may

ACTION = "erase"


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
    alert = db.session.scalar(sa.select(Alert).where(Alert.case_id == case.id))
    _take_away_what_is_personal(case, alert)
    if alert is not None:
        history.record(_act(alert.stage, alert.status, alert.institution_id), actor=actor, about=alert)
    return history.record(_act(CASE_STAGE, case.status, case.owner_id, note), actor=actor, about=case)


def _act(stage: str, status: str, holder_id: int, note: str = "") -> Act:
    return Act(
        action=ACTION,
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

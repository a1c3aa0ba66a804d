"""Consent to share a case with an institution, asked and recorded before anything is shared."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from tracker import clock, mission
from tracker.actions import gate, steps
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, say
from tracker.models import Acting, Consent, HistoryEntry, Institution, ProtectionCase, Track
from tracker.permissions import Permission, may
from tracker.vocabulary import ConsentDecision


def record_consent(
    decision: ConsentDecision,
    *,
    actor: Acting,
    case: ProtectionCase,
    seen: int,
    institution_ids: Iterable[int],
    given_on: date | None = None,
    note: str = "",
) -> HistoryEntry:
    """Records what the survivor decided about sharing with each of these institutions.

    Where that no longer allows it, a referral that waits there for an answer is revoked at once. Refuses a day in
    the future, no institution or an unknown one, and a best-interest override without its reason in `note`.
    """
    if not may(actor.role, Permission.CONSENT_RECORD):
        raise NotPermitted(say("Only those who register and refer cases record consent."))
    chosen = list(dict.fromkeys(institution_ids))
    if not chosen:
        raise BadInput(institution_ids=say("Choose at least one institution."))
    if decision in (ConsentDecision.BEST_INTEREST, ConsentDecision.NOT_POSSIBLE) and not note.strip():
        raise BadInput(note=say("Write why, and who authorised it."))
    step = steps.ready("record_consent", actor=actor, on=case, seen=seen)
    detail = {"decision": decision.value, "institutions": chosen}
    entry = steps.perform(step, actor=actor, on=case, answers=steps.Answers(note=note), detail=detail)
    add(entry, decision, case=case, institution_ids=chosen, given_on=given_on)
    if decision not in gate.ALLOWS:
        _revoke(case, chosen, actor=actor, note=note)
    return entry


def add(
    entry: HistoryEntry,
    decision: ConsentDecision,
    *,
    case: ProtectionCase,
    institution_ids: Iterable[int],
    given_on: date | None = None,
) -> None:
    """Writes the decision for each institution beside the entry that records it."""
    today = clock.day_of(clock.now(), mission.current().zone)
    if given_on is not None and given_on > today:
        raise BadInput(given_on=say("This day is in the future. Enter the day on which consent was asked."))
    for institution_id in institution_ids:
        if db.session.get(Institution, institution_id) is None:
            raise BadInput(institution_ids=say("Choose institutions from the list."))
        db.session.add(
            Consent(
                case_id=case.id,
                institution_id=institution_id,
                decision=decision,
                given_on=given_on or today,
                entry_id=entry.id,
            )
        )
    db.session.flush()


def _revoke(case: ProtectionCase, institution_ids: list[int], *, actor: Acting, note: str) -> None:
    """Takes back the referrals that wait for an answer there: whoever sent them, the survivor's word counts."""
    procedure = mission.current().procedure
    waiting = db.session.scalars(
        select(Track).where(Track.case_id == case.id, Track.institution_id.in_(institution_ids), Track.open)
    )
    for track in waiting.all():
        step = procedure.steps.get((track.stage, "revoke"))
        if step is not None and track.status in step.sources:
            answers = steps.Answers(note=note or say("The survivor does not agree to share the case."))
            steps.perform(step, actor=actor, on=track, answers=answers)

"""Consent to share a case with an institution, asked and recorded before anything is shared."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from tracker import clock, mission
from tracker.actions import steps
from tracker.db import db
from tracker.errors import BadInput, NoConsent, NotPermitted, say
from tracker.models import Consent, HistoryEntry, Institution, Membership, ProtectionCase
from tracker.permissions import Permission, may
from tracker.vocabulary import ConsentDecision

_ALLOWS = (ConsentDecision.GIVEN, ConsentDecision.BEST_INTEREST)


def record_consent(
    decision: ConsentDecision,
    *,
    actor: Membership,
    case: ProtectionCase,
    seen: int,
    institution_ids: Iterable[int],
    given_on: date | None = None,
    note: str = "",
) -> HistoryEntry:
    """Records what the survivor decided about sharing with each of these institutions.

    Refuses a day in the future, no institution at all, and a best-interest override without its reason in `note`.
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
        db.session.get_one(Institution, institution_id)
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


def require(institution: Institution, *, case: ProtectionCase) -> None:
    """Refuses (`NoConsent`) to share a case with an institution that the survivor did not agree to."""
    newest = (
        select(Consent.decision)
        .where(Consent.case_id == case.id, Consent.institution_id == institution.id)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    if db.session.scalar(newest) not in _ALLOWS:
        raise NoConsent(
            say(
                "There is no consent to share this case with %(institution)s. "
                "Ask the survivor, record the consent, then refer.",
                institution=institution.name,
            )
        )

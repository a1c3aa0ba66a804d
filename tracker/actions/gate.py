"""The consent gate: nobody who refers cases shares one with an institution that the survivor did not agree to."""

from sqlalchemy import select

from tracker.db import db
from tracker.errors import NoConsent, say
from tracker.models import Consent, Institution, ProtectionCase
from tracker.vocabulary import ConsentDecision

ALLOWS = (ConsentDecision.GIVEN, ConsentDecision.BEST_INTEREST)


def require_consent(institution: Institution, *, case: ProtectionCase) -> None:
    """Refuses (`NoConsent`) to share a case with an institution that the survivor did not agree to."""
    newest = (
        select(Consent.decision)
        .where(Consent.case_id == case.id, Consent.institution_id == institution.id)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    if db.session.scalar(newest) not in ALLOWS:
        raise NoConsent(
            say(
                "There is no consent to share this case with %(institution)s. "
                "Ask the survivor, record the consent, then refer.",
                institution=institution.name,
            )
        )

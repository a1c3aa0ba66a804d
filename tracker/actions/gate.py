"""What stands between a case and an institution: the wall, and the survivor's consent."""

from sqlalchemy import select

from tracker.db import db
from tracker.errors import ConflictOfInterest, NoConsent, say
from tracker.models import Consent, Institution, ProtectionCase, Wall
from tracker.vocabulary import ConsentDecision

ALLOWS = (ConsentDecision.GIVEN, ConsentDecision.BEST_INTEREST)


def require_no_wall(institution_id: int, *, case: ProtectionCase) -> None:
    """Refuses (`ConflictOfInterest`) to bring a case to an institution from which it is hidden."""
    wall = select(Wall.id).where(Wall.case_id == case.id, Wall.institution_id == institution_id)
    if db.session.scalar(wall) is not None:
        raise ConflictOfInterest(
            say(
                "This case cannot go to %(institution)s: somebody there, or above or below it, is accused in it. "
                "Choose another institution.",
                institution=db.session.get_one(Institution, institution_id).name,
            )
        )


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

"""What stands between a case and an institution: the wall, and the survivor's consent.

Every road comes through here, in the transaction that opens the track: the form, a hand-on by police, prosecution or
court, and whatever is imported later. An import of historic records writes no person, no account and no exact place,
so there is nothing in it that anybody could consent to; to refer such a case on, consent is asked as for any other.
"""

from sqlalchemy import select

from tracker.db import db
from tracker.errors import ConflictOfInterest, NoConsent, say
from tracker.models import Acting, Consent, Institution, ProtectionCase, Wall
from tracker.permissions import Permission, may
from tracker.visibility import ALLOWS
from tracker.vocabulary import DataClass


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


def require_consent(institution: Institution, *, case: ProtectionCase, actor: Acting) -> None:
    """Refuses (`NoConsent`) to share a case with an institution to which the survivor agreed for nothing.

    Who records consent is told to ask; who cannot, whom to ask. A duty by law is recorded by those who answer for the
    case, as an override in the person's best interest, with who authorised it.
    """
    if consented(case.id, institution.id):
        return
    if may(actor.role, Permission.CONSENT_RECORD):
        raise NoConsent(
            say(
                "There is no consent to share this case with %(institution)s. "
                "Ask the survivor, record the consent, then refer.",
                institution=institution.name,
            )
        )
    raise NoConsent(
        say(
            "There is no consent to share this case with %(institution)s. "
            "Ask %(owner)s to ask the survivor and to record the answer, then hand the case on.",
            institution=institution.name,
            owner=case.owner.name,
        )
    )


def consented(case_id: int, institution_id: int) -> set[DataClass]:
    """The classes that the institution may have of the case now."""
    rows = db.session.execute(
        select(Consent.data_class, Consent.decision)
        .where(Consent.case_id == case_id, Consent.institution_id == institution_id)
        .order_by(Consent.id)
    )
    newest = {row.data_class: row.decision for row in rows}
    return {one for one, decision in newest.items() if decision in ALLOWS}

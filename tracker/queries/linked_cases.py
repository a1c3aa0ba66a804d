"""The cases that hang together with a case, as far as the viewer may know of them."""

from typing import NamedTuple

from sqlalchemy import case as choose
from sqlalchemy import or_, select

from tracker import visibility
from tracker.db import db
from tracker.models import Acting, CaseLink, ProtectionCase
from tracker.vocabulary import CaseTie, Concern


class Linked(NamedTuple):
    """Another case, and how it hangs together with this one. `later`: it came after."""

    reference: str
    concern: Concern
    tie: CaseTie
    later: bool


def of_case(case_id: int, *, viewer: Acting) -> list[Linked]:
    """The linked cases that the viewer may know of, each with the newest word about it."""
    other = choose((CaseLink.case_id == case_id, CaseLink.other_id), else_=CaseLink.case_id)
    found = db.session.execute(
        select(ProtectionCase.reference, ProtectionCase.concern, CaseLink.tie, CaseLink.other_id == case_id)
        .join(CaseLink, ProtectionCase.id == other)
        .where(or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id), visibility.sees_case(viewer))
        .order_by(CaseLink.id)
    )
    newest = {row[0]: Linked._make(row) for row in found}
    return [row for row in newest.values() if row.tie is not CaseTie.NOT_THE_SAME]

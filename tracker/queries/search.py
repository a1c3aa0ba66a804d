"""Finding cases by who is in them: by fingerprints, so that nothing is opened in order to look."""

from collections.abc import Sequence

from sqlalchemy import and_, exists, select

from tracker.db import db
from tracker.errors import BadInput, NotPermitted, say
from tracker.models import Acting, Person, ProtectionCase, SearchTerm
from tracker.models.search_term import by_name, by_phone
from tracker.permissions import Permission, may
from tracker.queries import noted
from tracker.queries.cases import CaseRow, as_rows
from tracker.queries.noted import Noted
from tracker.visibility import visible_cases
from tracker.vocabulary import AccessKind

MOST = 20
"""So many cases are shown, the newest; whoever shares a name with more needs another word of it."""


def by_person(typed: str, *, viewer: Acting) -> Sequence[CaseRow]:
    """The newest cases with one person of this name, or with this telephone number; one more than `MOST` at most.

    Every word of the name must be that person's. Only cases that the viewer's institution registered or is responsible
    for, and that the viewer may know of: what is not visible is answered like what does not exist.
    Refuses (`NotPermitted`) who neither registers nor refers cases, and (`BadInput`) what holds no word and no number.
    """
    if not may(viewer.role, Permission.CASE_SEARCH):
        raise NotPermitted(say("Your role does not look people up."))
    institution = viewer.institution_id
    wanted = by_phone(typed, institution) or by_name(typed, institution)
    if not wanted:
        raise BadInput(who=say("Enter a whole word of the name, or a telephone number."))
    noted.note(Noted(AccessKind.SEARCH))
    found_by = (
        exists().where(SearchTerm.person_id == Person.id, SearchTerm.fingerprint == one)
        for one in sorted(wanted)
    )
    people = select(Person.case_id).where(and_(*found_by))
    cases = visible_cases(viewer).where(ProtectionCase.id.in_(people))
    asked = as_rows(cases, viewer.role).order_by(ProtectionCase.id.desc()).limit(MOST + 1)
    return [CaseRow._make(row) for row in db.session.connection().execute(asked)]

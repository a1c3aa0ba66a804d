"""Cases that may be about the same person or the same incident: shown to who registers, never merged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from tracker import spelling
from tracker.db import db
from tracker.models import Acting, Area, CaseLink, Person, ProtectionCase, SearchTerm
from tracker.models.search_term import by_phone, by_sound
from tracker.permissions import Permission, may
from tracker.visibility import visible_cases
from tracker.vocabulary import CaseTie, Concern, PartyRole

DAYS_APART = timedelta(days=14)
MOST = 20
"""So many are shown; there are hardly ever more than two or three."""

_TELLING = (PartyRole.SURVIVOR, PartyRole.REPORTER, PartyRole.ALLEGED_PERPETRATOR, PartyRole.ACCUSED)


class Why(StrEnum):
    """What makes a case look like another."""

    NAME = "name"
    PHONE = "phone"
    INCIDENT = "incident"


class Alike(NamedTuple):
    """A case that may be the same: nothing personal."""

    reference: str
    concern: Concern
    area: str | None
    occurred_on: date | None
    why: frozenset[Why]


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is known of the case that is compared. `case_id`: where it is registered already."""

    people: Sequence[tuple[str, str]] = ()
    """Name and telephone of each."""
    concern: Concern | None = None
    area_id: int | None = None
    on: date | None = None
    case_id: int | None = None


def of_new(sought: Sought, *, viewer: Acting) -> list[Alike]:
    """The cases that the viewer may know of and that look like it, the newest first.

    A similar name or the same telephone of survivor, reporter or accused; or the same concern in the same area
    within fourteen days. Only for who registers cases. What somebody said of two cases (`CaseLink`) is not asked again.
    """
    if not may(viewer.role, Permission.CASE_REGISTER):
        return []
    found: dict[int, set[Why]] = {}
    for case_id, why in (*_by_person(sought, viewer), *_by_incident(sought, viewer)):
        found.setdefault(case_id, set()).add(why)
    for known in [sought.case_id, *_answered(sought.case_id)]:
        found.pop(known or 0, None)
    rows = db.session.execute(
        select(
            ProtectionCase.id,
            ProtectionCase.reference,
            ProtectionCase.concern,
            Area.name,
            ProtectionCase.occurred_on,
        )
        .outerjoin(Area, Area.id == ProtectionCase.area_id)
        .where(ProtectionCase.id.in_(sorted(found, reverse=True)[:MOST]))
        .order_by(ProtectionCase.id.desc())
    )
    return [
        Alike(reference, concern, area, on, frozenset(found[case_id]))
        for case_id, reference, concern, area, on in rows
    ]


def of_case(case: ProtectionCase, *, viewer: Acting) -> list[Alike]:
    """The same for a case that is registered already."""
    people = db.session.scalars(
        select(Person).where(Person.case_id == case.id, Person.role.in_(_TELLING)).order_by(Person.id)
    )
    sought = Sought(
        people=[(one.name, one.phone) for one in people],
        concern=case.concern,
        area_id=case.area_id,
        on=case.occurred_on or case.registered_at.date(),
        case_id=case.id,
    )
    return of_new(sought, viewer=viewer)


def _by_person(sought: Sought, viewer: Acting) -> Iterable[tuple[int, Why]]:
    """By fingerprints of the viewer's own institution; names are compared once they are opened."""
    own = viewer.institution_id
    named = {one for name, _phone in sought.people for one in by_sound(name, own)}
    called = {one for _name, phone in sought.people for one in by_phone(phone, own)}
    if not named | called:
        return
    rows = db.session.execute(
        visible_cases(viewer)
        .join(Person, Person.case_id == ProtectionCase.id)
        .join(SearchTerm, SearchTerm.person_id == Person.id)
        .where(SearchTerm.fingerprint.in_(named | called), Person.role.in_(_TELLING))
        .with_only_columns(ProtectionCase.id, Person, SearchTerm.fingerprint)
        .order_by(ProtectionCase.id.desc())
        .limit(MOST * 10)
    )
    for case_id, person, fingerprint in rows:
        if fingerprint in called:
            yield case_id, Why.PHONE
        elif any(spelling.alike(person.name, name) for name, _phone in sought.people):
            yield case_id, Why.NAME


def _by_incident(sought: Sought, viewer: Acting) -> Iterable[tuple[int, Why]]:
    if sought.concern is None or sought.area_id is None or sought.on is None:
        return
    rows = db.session.scalars(
        visible_cases(viewer)
        .where(
            ProtectionCase.concern == sought.concern,
            ProtectionCase.area_id == sought.area_id,
            _within(sought.on),
        )
        .with_only_columns(ProtectionCase.id)
        .order_by(ProtectionCase.id.desc())
        .limit(MOST)
    )
    for case_id in rows:
        yield case_id, Why.INCIDENT


def _within(on: date) -> ColumnElement[bool]:
    """It happened within so many days of that day; or, where nobody knows when, it was registered then."""
    first, last = on - DAYS_APART, on + DAYS_APART
    registered = func.date(ProtectionCase.registered_at)
    return or_(
        ProtectionCase.occurred_on.between(first, last),
        ProtectionCase.occurred_on.is_(None) & registered.between(first, last),
    )


def _answered(case_id: int | None) -> Iterable[int]:
    """The cases of which somebody has said how they hang together with this one."""
    if case_id is None:
        return ()
    pairs = db.session.execute(
        select(CaseLink.case_id, CaseLink.other_id).where(
            or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id), CaseLink.tie != CaseTie.REPRISAL
        )
    )
    return [other if one == case_id else one for one, other in pairs]

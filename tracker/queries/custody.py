"""Who is held: the lists of those who hold people, and of those outside who look after them. Never a name."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Acting, Custody, CustodyAlarm, Institution, Person, ProtectionCase
from tracker.permissions import Permission, may
from tracker.procedure.custody import Standing
from tracker.queries import custody_events
from tracker.queries.custody_events import EventRow
from tracker.visibility import sees_case, sees_custody, stands_in
from tracker.vocabulary import AgeGroup, AlarmKind, CustodyAct, PartyRole

UNKNOWN = say("There is nobody held here of whom you may know.")
_ANY = (Permission.CUSTODY_RECORD, Permission.CUSTODY_OVERSEE)


class Held(NamedTuple):
    """One held person, by the case's reference and what the person is to it.

    `sees_case`: whether the viewer may open the case itself. `alarm`: of what the viewer's institution was told and
    nobody there took note.
    """

    id: int
    version: int
    reference: str
    sees_case: bool
    track_holder_id: int
    institution_id: int
    institution: str
    role: PartyRole
    age: AgeGroup
    released_at: datetime | None
    standing: Standing
    events: Sequence[EventRow]
    alarm: AlarmKind | None
    stands_in: bool
    """Whether the viewer's institution records in the place of one from which the case is hidden."""

    @property
    def child(self) -> bool:
        """Whether the person is a child, as far as somebody recorded the age."""
        return self.age is AgeGroup.CHILD

    @property
    def arrest(self) -> EventRow:
        """The first arrest."""
        return min((one for one in self.events if one.kind is CustodyAct.ARREST), key=lambda one: one.at)

    @property
    def review(self) -> EventRow | None:
        """The newest look after the person by somebody outside."""
        return max(
            (one for one in self.events if one.kind is CustodyAct.REVIEW),
            key=lambda one: one.at,
            default=None,
        )

    @property
    def told_late(self) -> timedelta:
        """How long after the arrest it was recorded."""
        return self.arrest.recorded_at - self.arrest.first_told


def held(*, viewer: Acting) -> Sequence[Held]:
    """Everybody held of whom the viewer may know: children first, then who is longest over the limit.

    For those who hold people: who is held in their own institution. Refuses (`NotPermitted`) other roles.
    """
    _require(viewer)
    conditions: list[ColumnElement[bool]] = [Custody.released_at.is_(None)]
    if may(viewer.role, Permission.CUSTODY_RECORD):
        conditions.append(Custody.institution_id == viewer.institution_id)
    return sorted(_read(viewer, *conditions), key=_most_urgent)


def released(*, viewer: Acting, days: int = 7) -> Sequence[Held]:
    """Who was released in the last days, by the word of those who held them, the newest first."""
    _require(viewer)
    since = clock.now() - timedelta(days=days)
    return sorted(_read(viewer, Custody.released_at >= since), key=_released_at, reverse=True)


def _released_at(one: Held) -> datetime:
    return one.standing.ended_at or one.standing.started_at


def find(custody_id: int, *, viewer: Acting) -> Held:
    """One person who is or was held. Refuses (`NotFound`) whom the viewer may not know of."""
    _require(viewer)
    found = _read(viewer, Custody.id == custody_id)
    if not found:
        raise NotFound(UNKNOWN)
    return found[0]


def alarms(*, viewer: Acting) -> Sequence[Held]:
    """Of whom the viewer's institution was told that a limit is near or has passed, and took no note yet."""
    if not may(viewer.role, Permission.CUSTODY_OVERSEE):
        return []
    told = _standing_alarms(viewer).with_only_columns(CustodyAlarm.custody_id)
    return sorted(_read(viewer, Custody.id.in_(told)), key=_most_urgent)


def _require(viewer: Acting) -> None:
    if not any(may(viewer.role, permission) for permission in _ANY):
        raise NotPermitted(say("Your role does not look after held people."))


def _most_urgent(one: Held) -> tuple[bool, bool, float, int]:
    due = one.standing.due_at
    return not one.child, due is None, due.timestamp() if due is not None else 0, one.id


def _read(viewer: Acting, *conditions: ColumnElement[bool]) -> list[Held]:
    """In a fixed number of statements, however many are held."""
    known, instead = (sa.case((said(viewer), 1), else_=0) for said in (sees_case, stands_in))
    rows = db.session.execute(
        sa.select(
            Custody, ProtectionCase.reference, known, Institution.name, Person.role, Person.age_group, instead
        )
        .join(ProtectionCase, ProtectionCase.id == Custody.case_id)
        .join(Institution, Institution.id == Custody.institution_id)
        .join(Person, Person.id == Custody.person_id)
        .where(sees_custody(viewer), *conditions)
    ).all()
    if not rows:
        return []
    ids = [row[0].id for row in rows]
    events = custody_events.of(ids)
    standings = custody_events.standings(ids, events)
    told = _alarms_of(viewer, ids)
    return [
        Held(
            custody.id,
            custody.version,
            reference,
            bool(seen),
            events[custody.id][0].holder_id,
            custody.institution_id,
            institution,
            role,
            age,
            custody.released_at,
            standings[custody.id],
            events[custody.id],
            told.get(custody.id),
            bool(instead_of),
        )
        for custody, reference, seen, institution, role, age, instead_of in rows
    ]


def _alarms_of(viewer: Acting, ids: Collection[int]) -> dict[int, AlarmKind]:
    """The gravest alarm for the viewer's institution about each of these."""
    if not may(viewer.role, Permission.CUSTODY_OVERSEE):
        return {}
    rows = db.session.execute(
        _standing_alarms(viewer)
        .where(CustodyAlarm.custody_id.in_(ids))
        .with_only_columns(CustodyAlarm.custody_id, CustodyAlarm.kind)
    )
    found: dict[int, AlarmKind] = {}
    for custody_id, kind in rows:
        if found.get(custody_id) is not AlarmKind.PASSED:
            found[custody_id] = kind
    return found


def _standing_alarms(viewer: Acting) -> sa.Select[CustodyAlarm]:
    return sa.select(CustodyAlarm).where(
        CustodyAlarm.institution_id == viewer.institution_id,
        CustodyAlarm.acknowledged_at.is_(None),
        CustodyAlarm.ended_at.is_(None),
    )

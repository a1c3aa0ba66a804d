"""What happened to held people, as it holds after corrections, and what the law makes of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import mission
from tracker.db import db
from tracker.models import Custody, CustodyEvent, HistoryEntry, Institution, Person, UserAccount
from tracker.procedure.custody import Event, Spell, Standing, standing
from tracker.vocabulary import AgeGroup, Authority, CustodyAct, ProductionResult, ReviewFinding


class EventRow(NamedTuple):
    """One act on a held person. `at`: when it happened, as it was last corrected; `first_told`: as it was recorded."""

    custody_id: int
    entry_id: int
    kind: CustodyAct
    hours: int | None
    authority: Authority | None
    written: bool
    institution_id: int | None
    institution: str | None
    result: ProductionResult | None
    until: datetime | None
    finding: ReviewFinding | None
    at: datetime
    first_told: datetime
    reason: str | None
    recorded_at: datetime
    holder_id: int
    by: str | None
    by_institution: str | None

    @property
    def event(self) -> Event:
        """What the law is asked about."""
        return Event(self.kind, self.at, self.hours, self.authority, self.written, self.result, self.until)


def of(ids: Collection[int], *, known_at: datetime | None = None) -> Mapping[int, Sequence[EventRow]]:
    """The events of these custodies in the order in which they were recorded; `known_at`: those known then."""
    entry, correction = HistoryEntry, aliased(HistoryEntry)
    by_institution, place = aliased(Institution), aliased(Institution)
    rows = db.session.execute(
        sa.select(
            *_own_columns(),
            place.name,
            CustodyEvent.result,
            CustodyEvent.until,
            CustodyEvent.finding,
            sa.func.coalesce(correction.happened_at, entry.happened_at, type_=entry.happened_at.type),
            entry.happened_at,
            sa.func.coalesce(correction.reason, entry.reason),
            entry.recorded_at,
            entry.holder_id,
            UserAccount.full_name,
            by_institution.name,
        )
        .join(entry, entry.id == CustodyEvent.entry_id)
        .outerjoin(correction, correction.id == _newest_correction(known_at))
        .outerjoin(UserAccount, UserAccount.id == entry.actor_id)
        .outerjoin(by_institution, by_institution.id == entry.institution_id)
        .outerjoin(place, place.id == CustodyEvent.institution_id)
        .where(CustodyEvent.custody_id.in_(ids), _known(entry, known_at))
        .order_by(CustodyEvent.id)
    )
    found: defaultdict[int, list[EventRow]] = defaultdict(list)
    for row in rows:
        found[row.custody_id].append(EventRow._make(row))
    return found


def _own_columns() -> list[Any]:
    return [
        CustodyEvent.custody_id,
        CustodyEvent.entry_id,
        CustodyEvent.kind,
        CustodyEvent.hours,
        CustodyEvent.authority,
        CustodyEvent.written,
        CustodyEvent.institution_id,
    ]


def _newest_correction(known_at: datetime | None) -> Any:
    newest = aliased(HistoryEntry)
    return (
        sa.select(sa.func.max(newest.id))
        .where(
            newest.corrects_id == CustodyEvent.entry_id,
            newest.action == "correct",
            _known(newest, known_at),
        )
        .scalar_subquery()
    )


def _known(entry: Any, known_at: datetime | None) -> Any:
    return sa.true() if known_at is None else entry.recorded_at <= known_at


def standings(ids: Collection[int], events: Mapping[int, Sequence[EventRow]]) -> Mapping[int, Standing]:
    """What the law makes of each custody, with the other times for which the same person was held."""
    law = mission.current().procedure.custody
    children, spells = _people(ids)
    return {
        one: standing(
            law,
            [row.event for row in events[one]],
            earlier=[spell for other, spell in spells[one] if other != one],
            child=one in children,
        )
        for one in ids
        if any(row.kind is CustodyAct.ARREST for row in events.get(one, ()))
    }


def _people(ids: Collection[int]) -> tuple[frozenset[int], Mapping[int, list[tuple[int, Spell]]]]:
    """Which of these are children, and for each all the times for which that person was held."""
    other = aliased(Custody)
    rows = db.session.execute(
        sa.select(Custody.id, Person.age_group, other.id, other.arrested_at, other.released_at)
        .join(Person, Person.id == Custody.person_id)
        .join(other, other.person_id == Custody.person_id)
        .where(Custody.id.in_(ids))
    )
    children, spells = set(), defaultdict(list)
    for custody_id, age, other_id, arrested_at, released_at in rows:
        if age is AgeGroup.CHILD:
            children.add(custody_id)
        spells[custody_id].append((other_id, Spell(arrested_at, released_at)))
    return frozenset(children), spells

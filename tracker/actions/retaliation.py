"""A reported reprisal: a case of its own, linked to the first, whose risk rises with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from tracker.actions import cases, reprisals, walls
from tracker.actions.cases import NewCase, NewPerson
from tracker.actions.reprisals import NewAssessment
from tracker.db import db
from tracker.models import Acting, CaseLink, HistoryEntry, Person, ProtectionCase
from tracker.procedure.reprisal import rank
from tracker.queries import walls as walled
from tracker.queries.reprisals import in_force
from tracker.vocabulary import (
    CaseTie,
    Channel,
    Concern,
    Level,
    PartyRole,
    PerpetratorKind,
    ReprisalFactor,
    Urgency,
)


@dataclass(frozen=True, kw_only=True)
class NewReprisal:
    """What was done to somebody because they spoke. `institution_ids`: those that it came from, as it is alleged."""

    told: str
    channel: Channel
    occurred_on: date | None = None
    perpetrator_kind: PerpetratorKind | None = None
    institution_ids: Sequence[int] = ()


def report(new: NewReprisal, *, actor: Acting, case: ProtectionCase, seen: int) -> ProtectionCase:
    """Opens a case of its own about the reprisal, linked to the first, and assesses the first anew, higher.

    It is hidden from the institutions that the reprisal comes from, and from those that the first is hidden from.
    The first case's history tells no more than an assessment: who must not know of the reprisal may read that
    history. What is written there to protect the person no longer counts: it did not suffice. Refuses
    (`ConflictOfInterest`) the actor's own institution as the one that the reprisal comes from.
    """
    before = in_force(case.id, viewer=actor)
    told = before.said if before is not None else NewAssessment()
    factors = tuple(dict.fromkeys([*told.factors, ReprisalFactor.PRIOR_THREAT]))
    again = NewAssessment(factors=factors, contact=told.contact)
    again = replace(again, level=_raised(case.reprisal_risk, again.proposed))
    reprisals.assess(again, actor=actor, case=case, seen=seen)
    opened = cases.register(_new_case(new, again, case, actor), actor=actor)
    entry = _registered(opened)
    # Whoever must not find the first case would know it again by the second.
    walls.put_up(
        [wall.institution_id for wall in walled.of_case(case.id, viewer=actor)],
        case=opened,
        actor=actor,
        entry=entry,
    )
    db.session.add(CaseLink(case_id=opened.id, other_id=case.id, tie=CaseTie.REPRISAL, entry_id=entry.id))
    db.session.flush()
    return opened


def _raised(level: Level, proposed: Level) -> Level:
    """One higher than it was; high at least, and no lower than the factors amount to."""
    levels = list(Level)
    higher = levels[min(rank(level) + 1, len(levels) - 1)]
    return max(higher, proposed, Level.HIGH, key=rank)


def _new_case(new: NewReprisal, again: NewAssessment, case: ProtectionCase, actor: Acting) -> NewCase:
    implicated = [ReprisalFactor.RECIPIENT_INSTITUTION_IMPLICATED] if new.institution_ids else []
    factors = tuple(dict.fromkeys([*again.factors, *implicated]))
    raised = replace(again, factors=factors)
    return NewCase(
        concern=Concern.REPRISAL,
        area_id=case.area_id or actor.institution.area_id or 0,
        channel=new.channel,
        urgency=Urgency.EMERGENCY,
        risk=Level.HIGH,
        assessment=replace(raised, level=max(raised.settled, raised.proposed, key=rank)),
        occurred_on=new.occurred_on,
        people=[*_survivors(case), *_alleged(new)],
        narrative=new.told,
    )


def _survivors(case: ProtectionCase) -> list[NewPerson]:
    """Those of the first case: the new one stands by itself, also for who may not see the first."""
    found = db.session.scalars(
        select(Person).where(Person.case_id == case.id, Person.role == PartyRole.SURVIVOR).order_by(Person.id)
    )
    return [
        NewPerson(role=one.role, name=one.name, phone=one.phone, sex=one.sex, age_group=one.age_group)
        for one in found
    ]


def _alleged(new: NewReprisal) -> list[NewPerson]:
    if not new.institution_ids and new.perpetrator_kind is None:
        return []
    return [
        NewPerson(
            role=PartyRole.ALLEGED_PERPETRATOR,
            perpetrator_kind=new.perpetrator_kind,
            institution_id=institution_id,
        )
        for institution_id in new.institution_ids or (None,)
    ]


def _registered(case: ProtectionCase) -> HistoryEntry:
    """The entry with which a case begins."""
    return db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.case_id == case.id, HistoryEntry.n == 1)
    ).one()

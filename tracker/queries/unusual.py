"""Unusual reading of one day, as auditors see it: who, why it is listed, and what was found out."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import case, distinct, func, or_, select

from tracker import clock, mission
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.indicators.reading import Finding, Read, Why, unusual
from tracker.models import Access, Acting, Institution, Membership, ReadingReview, UserAccount
from tracker.permissions import Permission, may
from tracker.vocabulary import AccessKind, Relation, Role

DAYS_BEFORE = 21
OPENS, SHUTS = time(6), time(20)
"""The working day of the mission area; who works at night by custom is compared with that custom."""


class Reviewed(NamedTuple):
    """Who looked into a finding, and what they noted."""

    person: str
    at: datetime
    note: str


class UnusualRow(NamedTuple):
    """One finding about one person; `reviewed`: None while nobody has looked into it."""

    finding: Finding
    person: str
    role: Role
    institution: str
    reviewed: Reviewed | None


def findings(day: date, *, viewer: Acting) -> list[UnusualRow]:
    """What was unusual on a day, compared with the three weeks before it. Refuses (`NotPermitted`) all but auditors.

    One statement a day, for whatever number of reads.
    """
    if not may(viewer.role, Permission.HISTORY_AUDIT):
        raise NotPermitted(say("Only auditors read the access log."))
    before = [read for back in range(1, DAYS_BEFORE + 1) for read in _reads(day - timedelta(days=back))]
    found = unusual(_reads(day), before)
    people, reviews = _people({one.reader for one in found}), _reviews(day)
    return [
        UnusualRow(one, *people[one.reader], reviewed=reviews.get((one.reader, one.why))) for one in found
    ]


def _reads(day: date) -> list[Read]:
    zone = mission.current().zone
    opens, shuts = (datetime.combine(day, at, zone) for at in (OPENS, SHUTS))
    outside = or_(Access.read_at < opens, Access.read_at >= shuts)
    numbers = (
        func.count(distinct(Access.case_id)),
        func.count(distinct(case((outside, Access.case_id)))),
        func.count(distinct(case((Access.relation == Relation.BREAK_GLASS, Access.case_id)))),
        func.count(case((Access.kind == AccessKind.UNKNOWN_REFERENCE, 1))),
    )
    asked = (
        select(Access.membership_id, Membership.role, *numbers)
        .join(Access.membership)
        .where(Access.read_at >= clock.start_of(day, zone), Access.read_at <= clock.end_of(day, zone))
        .group_by(Access.membership_id, Membership.role)
    )
    return [Read._make(row) for row in db.session.execute(asked)]


def _people(ids: set[int]) -> Mapping[int, tuple[str, Role, str]]:
    asked = (
        select(Membership.id, UserAccount.full_name, Membership.role, Institution.name)
        .join(Membership.user)
        .join(Membership.institution)
        .where(Membership.id.in_(ids))
    )
    return {one: (name, role, place) for one, name, role, place in db.session.execute(asked)}


def _reviews(day: date) -> Mapping[tuple[int, Why], Reviewed]:
    asked = (
        select(
            ReadingReview.membership_id,
            ReadingReview.why,
            UserAccount.full_name,
            ReadingReview.reviewed_at,
            ReadingReview.note,
        )
        .join(ReadingReview.reviewed_by)
        .where(ReadingReview.day == day)
    )
    return {
        (one, why): Reviewed(person, at, note) for one, why, person, at, note in db.session.execute(asked)
    }

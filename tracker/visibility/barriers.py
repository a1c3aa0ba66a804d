"""What stands before everything that a person may see: the wall, and what a survivor does not share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from tracker.models import Consent, Membership, Wall
from tracker.vocabulary import ConsentDecision, DataClass

ALLOWS = (ConsentDecision.GIVEN, ConsentDecision.BEST_INTEREST)
"""The decisions with which an institution may have what they are about."""


def walled_off(user_id: Any) -> Select[int]:
    """The cases that are hidden from a person, by whatever they are a member of.

    The same person must not read by a second membership what the first one may not. And to leave the institution
    after the wall was raised opens nothing.
    """
    stays = or_(Membership.ended_at.is_(None), Membership.ended_at > Wall.since)
    of_theirs = Membership.institution_id == Wall.institution_id
    return select(Wall.case_id).join(Membership, of_theirs).where(Membership.user_id == user_id, stays)


def not_walled(user_id: Any, case_id: Any) -> ColumnElement[bool]:
    """The condition on a column with a case's number: the case is not hidden from that person.

    Asked as a list that no row changes: the engines make it once a statement, and it is nearly always empty.
    """
    return cast(ColumnElement[bool], case_id.not_in(walled_off(user_id)))


def hidden_from(institution_id: int, until: datetime) -> Select[int]:
    """The cases that were hidden from an institution by then: no history of it that is shown to others is of one.

    By then, not by now: a list that stood still until a wall went up would show by what it lost which case it was.
    """
    return select(Wall.case_id).where(Wall.institution_id == institution_id, Wall.since < until)


def shared_with(institution_id: Any, case_id: Any, *classes: DataClass) -> ColumnElement[bool]:
    """The condition that the survivor agrees to an institution's having any of these classes, or any at all."""
    return func.coalesce(_agreed(institution_id, case_id, classes), 0) == 1


def not_withdrawn(institution_id: Any, case_id: Any) -> ColumnElement[bool]:
    """The condition that an institution was not told to forget the case; nobody was asked about what was imported."""
    return func.coalesce(_agreed(institution_id, case_id), 1) == 1


def _agreed(institution_id: Any, case_id: Any, classes: Sequence[DataClass] = ()) -> Any:
    """1 where a newest decision allows, 0 where none does, NULL where nobody was asked.

    A number and not EXISTS: PostgreSQL may answer EXISTS for all cases at once, by reading every consent there is.
    """
    one, later = aliased(Consent), aliased(Consent)
    newer = exists().where(
        later.case_id == one.case_id,
        later.institution_id == one.institution_id,
        later.data_class == one.data_class,
        later.id > one.id,
    )
    which = [or_(*(one.data_class == each for each in classes))] if classes else []
    allows = or_(*(one.decision == allowed for allowed in ALLOWS))
    return (
        select(func.max(case((allows, 1), else_=0)))
        .where(one.case_id == case_id, one.institution_id == institution_id, *which, ~newer)
        .scalar_subquery()
    )

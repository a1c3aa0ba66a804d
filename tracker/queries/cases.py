"""One case as a person may see it, and lists of cases."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from tracker import references
from tracker.db import db
from tracker.errors import NotFound, say
from tracker.models import Acting, Area, HistoryEntry, ProtectionCase, Track
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key
from tracker.queries.ranges import Way, district_of, way_of
from tracker.visibility import CASEWORKERS, anyone, visible_cases, visible_entries, visible_tracks, who
from tracker.vocabulary import Concern, Role, Urgency

UNKNOWN = say("There is no case with this reference that you may see.")
"""The same words for what does not exist and what the viewer may not know."""


class CaseRow(NamedTuple):
    """One case in a list: nothing personal."""

    id: int
    reference: str
    concern: Concern
    urgency: Urgency
    area: str | None
    """For police, prosecution and courts the district: the list says no more than a preview."""
    registered_at: datetime
    closed_at: datetime | None
    open_tracks: int
    next_due_at: datetime | None
    area_code: str | None = None


def find(typed: str, *, viewer: Acting) -> ProtectionCase:
    """The case with that reference, if the viewer may know of it.

    Refuses (`Mistyped`) what is no reference, and (`NotFound`) in the same words what does not exist and what the
    viewer may not know.
    """
    reference = references.parse(typed)
    case: ProtectionCase | None = db.session.scalar(
        _case(viewer.role), who(viewer) | {"reference": reference}
    )
    if case is None:
        raise NotFound(UNKNOWN)
    return case


@cache
def _case(role: Role) -> Any:
    of_that_reference = ProtectionCase.reference == bindparam("reference")
    return visible_cases(anyone(role)).where(of_that_reference).options(joinedload(ProtectionCase.area))


def track(typed: str, track_id: int, *, viewer: Acting) -> Track:
    """One part of a case, if the viewer may know of it."""
    asked = who(viewer) | {"number": track_id, "reference": references.parse(typed)}
    found: Track | None = db.session.scalar(_track(viewer.role), asked)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


@cache
def _track(role: Role) -> Any:
    return (
        visible_tracks(anyone(role))
        .where(Track.id == bindparam("number"), ProtectionCase.reference == bindparam("reference"))
        .options(contains_eager(Track.case), joinedload(Track.institution))
    )


def entry(typed: str, n: int, *, viewer: Acting) -> HistoryEntry:
    """The n-th history entry of a case, if the viewer may know of it."""
    found = db.session.scalar(
        visible_entries(viewer).where(
            ProtectionCase.reference == references.parse(typed), HistoryEntry.n == n
        )
    )
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def newest_correction(entry: HistoryEntry, *, viewer: Acting) -> HistoryEntry | None:
    """The newest correction of an entry of a case, if the viewer may know of any."""
    return db.session.scalar(
        visible_entries(viewer)
        .where(
            HistoryEntry.case_id == entry.case_id,
            HistoryEntry.corrects_id == entry.id,
            HistoryEntry.action == "correct",
        )
        .order_by(HistoryEntry.n.desc())
        .limit(1)
    )


def case_list(
    *,
    viewer: Acting,
    closed: bool = False,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[CaseRow]:
    """The cases that the viewer may know of, newest first, open or closed, with what is due next in each."""
    key = id_key(after or before)
    way = way_of(after, before)
    values = {**who(viewer), "key": key, "size": size + 1}
    found = db.session.connection().execute(_list(viewer.role, way, closed), values)
    rows = [CaseRow._make(row) for row in found]
    back = way is Way.BEFORE
    return cut(rows[::-1] if back else rows, size, lambda row: row.id, after=after, before=back)


@cache
def _list(role: Role, way: Way, closed: bool) -> Select[*tuple[Any, ...]]:
    ended = ProtectionCase.closed_at.is_not(None) if closed else ProtectionCase.closed_at.is_(None)
    cases = visible_cases(anyone(role)).where(ended)
    if way is not Way.FIRST:
        key: Any = bindparam("key")
        cases = cases.where(ProtectionCase.id > key if way is Way.BEFORE else ProtectionCase.id < key)
    order = ProtectionCase.id if way is Way.BEFORE else ProtectionCase.id.desc()
    return as_rows(cases, role).order_by(order).limit(bindparam("size"))


def as_rows(cases: Select[ProtectionCase], role: Role) -> Select[*tuple[Any, ...]]:
    """The columns of `CaseRow` of the cases that somebody of this role may know of."""
    district = aliased(Area)
    waits = (Track.case_id == ProtectionCase.id, Track.open)
    around = cases.outerjoin(Area, Area.id == ProtectionCase.area_id)
    return around.outerjoin(district, district.id == Area.parent_id).with_only_columns(
        ProtectionCase.id,
        ProtectionCase.reference,
        ProtectionCase.concern,
        ProtectionCase.urgency,
        Area.name if role in CASEWORKERS else district_of(district),
        ProtectionCase.registered_at,
        ProtectionCase.closed_at,
        select(func.count()).where(*waits).scalar_subquery(),
        select(func.min(Track.due_at)).where(*waits).scalar_subquery(),
        Area.code if role in CASEWORKERS else district_of(district, "code"),
    )

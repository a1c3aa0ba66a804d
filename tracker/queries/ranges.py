"""Long lists of tracks, read by index: a list is a few ranges of one index, merged in order of time limit.

What is longest over its limit comes first, what has no limit last. A page costs the same at an institution with a
million tracks: the engines walk the ranges side by side and stop after one page.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.models import NO_LIMIT, Area, HistoryEntry, Institution, ProtectionCase, Track, UserAccount
from tracker.queries.paging import Page, TimeKey, cut, time_key
from tracker.visibility import PREVIEW_STATUSES, not_walled, shared_with
from tracker.vocabulary import DataClass

Rows = Select[*tuple[Any, ...]]
Range = list[Any]
"""The conditions that pick one range of an index."""

COUNT_LIMIT = 1000
"""Counts stop here ("1,000+"), so that a page costs the same at an institution with a million tracks."""

_DISTRICT = 2
_ADJOURNMENTS = ("adjourn", "adjourn_sine_die")


class TrackRow(NamedTuple):
    """One track as lists show it: nothing personal. Words of a list are codes, compared and labelled as its members."""

    id: int
    due_at: datetime
    reference: str
    concern: str
    """A `Concern`."""
    urgency: str
    """An `Urgency`."""
    area: str | None
    """The district until the referral is accepted."""
    stage: str
    status: str
    awaiting: str | None
    assigned_to: str | None
    next_on: date | None = None
    """Read for dockets only, as `adjournments`."""
    adjournments: int | None = None
    holder: str | None = None
    """The institution; read only for lists of several institutions' tracks."""
    area_code: str | None = None
    """The P-code of `area`; read only for files."""

    @property
    def limit(self) -> datetime | None:
        """When the running clock ends; None where no limit is set."""
        return None if self.due_at == NO_LIMIT else self.due_at


CODED = ("area_code",)
"""The extra of lists that are files."""

_PLAIN = len(TrackRow._fields) - len(TrackRow._field_defaults)


class Way(StrEnum):
    """From where a page goes on: the beginning, after a row, or before a row."""

    FIRST = "first"
    AFTER = "after"
    BEFORE = "before"


def way_of(after: str | None, before: str | None) -> Way:
    """The way that the keys of a URL ask for."""
    return Way.AFTER if after else Way.BEFORE if before else Way.FIRST


def asked(name: str) -> Any:
    """A value that the viewer's own request gives; the statement is the same for everybody."""
    return bindparam(name)


def constant(value: str | int) -> Any:
    """A code of the procedure or a number of ours, written out: it is the same for everybody, and parameters cost."""
    return literal_column(str(literal(value).compile(compile_kwargs={"literal_binds": True})))


def here(stage: str) -> Range:
    """The tracks of a stage at the institution that is asked for (parameter `institution`)."""
    return [Track.institution_id == asked("institution"), Track.stage == constant(stage)]


def with_status(stage: str, *statuses: str) -> list[Range]:
    """One range for each of these statuses of a stage."""
    return [[*here(stage), Track.status == constant(status)] for status in statuses]


def page_statement(ranges: Sequence[Range], way: Way, *, extras: Sequence[str] = ()) -> Rows:
    """One page of the tracks in these ranges, for `read_page`; build it once, its conditions are parameters.

    Cases that are hidden from the viewer (parameter `person`) are left out, of pages and of numbers alike.
    `extras`: the last fields of a `TrackRow`, which few lists show, that are read as well.
    """
    keys = _keys(ranges, way)
    district = aliased(Area)
    more = {
        "next_on": Track.next_on,
        "adjournments": _adjournments(),
        "holder": Institution.name,
        "area_code": _place(district, "code"),
    }
    statement = (
        select(
            Track.id,
            Track.due_at,
            ProtectionCase.reference,
            # As codes: to make members of fifty rows' words costs as much as to read them.
            type_coerce(ProtectionCase.concern, String),
            type_coerce(ProtectionCase.urgency, String),
            _place(district),
            Track.stage,
            Track.status,
            Track.awaiting,
            UserAccount.full_name,
            *(more[name].label(name) for name in extras),
        )
        .select_from(keys)
        .join(Track, Track.id == keys.c.id)
        .join(ProtectionCase, ProtectionCase.id == Track.case_id)
        .outerjoin(Area, Area.id == ProtectionCase.area_id)
        .outerjoin(district, district.id == Area.parent_id)
        .outerjoin(UserAccount, UserAccount.id == Track.assigned_to_id)
        .order_by(keys.c.due_at, keys.c.id)
    )
    holders = statement.join(Institution, Institution.id == Track.institution_id)
    return holders if "holder" in extras else statement


def read_page(
    statement: Rows, values: Mapping[str, Any], *, after: str | None, before: str | None, size: int
) -> Page[TrackRow]:
    """The page that `statement` (made for `way_of(after, before)`) gives."""
    key = time_key(after or before)
    place = {"key_due": key.at, "key_id": key.id} if key else {}
    found = _execute(statement, {**values, **place, "size": size + 1})
    return cut([_track_row(row) for row in found], size, _key_of, after=after, before=before)


def count_statement(parts: Sequence[Sequence[Range]]) -> Rows:
    """One row with, for each part, how many tracks are in its ranges, up to the limit; for `read_counts`."""
    return select(*(_number(ranges) for ranges in parts))


def read_counts(statement: Rows, values: Mapping[str, Any]) -> Sequence[int]:
    """The numbers of a `count_statement`, part by part."""
    (numbers,) = _execute(statement, values)
    return tuple(numbers)


def _execute(statement: Rows, values: Mapping[str, Any]) -> Sequence[Any]:
    """Columns alone, past the ORM, which would ask of each of them whether it is an object."""
    return db.session.connection().execute(statement, values).fetchall()


def _track_row(row: Any) -> TrackRow:
    """The extras have names of their own; most rows have none."""
    if len(row) == _PLAIN:
        return TrackRow(*row)
    return TrackRow(*row[:_PLAIN], **dict(zip(row._fields[_PLAIN:], row[_PLAIN:], strict=True)))


def _key_of(row: TrackRow) -> TimeKey:
    return TimeKey(row.due_at, row.id)


def _keys(ranges: Sequence[Range], way: Way) -> Subquery:
    """The page's keys in order: the index gives each range in order, the engine merges at most a page of each."""
    firsts = [
        _first(select(Track.id, Track.due_at).where(*conditions, *_beyond(way), _found()), way)
        for conditions in ranges
    ]
    return firsts[0] if len(firsts) == 1 else _first(union_all(*(select(first) for first in firsts)), way)


def _found() -> ColumnElement[bool]:
    return not_walled(asked("person"), Track.case_id)


def _first(keys: Any, way: Way) -> Subquery:
    """The first page of keys, counted from where the reader comes."""
    columns = [keys.selected_columns.due_at, keys.selected_columns.id]
    order = [column.desc() for column in columns] if way is Way.BEFORE else columns
    page: Subquery = keys.order_by(*order).limit(asked("size")).subquery()
    return page


def _beyond(way: Way) -> Range:
    due, number = asked("key_due"), asked("key_id")
    # The first condition lets both engines begin in the index; a row comparison alone does not on SQLite.
    if way is Way.AFTER:
        return [Track.due_at >= due, (Track.due_at > due) | (Track.id > number)]
    if way is Way.BEFORE:
        return [Track.due_at <= due, (Track.due_at < due) | (Track.id < number)]
    return []


def _place(district: type[Area], what: str = "name") -> ColumnElement[str | None]:
    """The area's name, or its code: that of the district while the referral is not accepted, or the place not shared.

    Where an area is no smaller than a district nothing else is asked.
    """
    preview = or_(*(Track.status == constant(status) for status in PREVIEW_STATUSES))
    answers_for_it = or_(
        ProtectionCase.owner_id == Track.institution_id, ProtectionCase.registrar_id == Track.institution_id
    )
    shared = or_(answers_for_it, shared_with(Track.institution_id, Track.case_id, DataClass.LOCATION))
    far = or_(preview, not_(shared))
    near = and_(Area.level > constant(_DISTRICT), not_(far))
    return case((near, getattr(Area, what)), else_=district_of(district, what))


def district_of(district: type[Area], what: str = "name") -> ColumnElement[str | None]:
    """Of an area that is no smaller than a district the name (or code), else that of the `district` around it."""
    return case(
        (Area.level <= constant(_DISTRICT), getattr(Area, what)),
        (Area.level == constant(_DISTRICT + 1), getattr(district, what)),
        else_=null(),
    )


def _adjournments() -> ColumnElement[int]:
    """How often the track was adjourned, without what was withdrawn as a mistake."""
    mistake = aliased(HistoryEntry)
    withdrawn = select(mistake.id).where(
        mistake.track_id == Track.id, mistake.action == "withdraw", mistake.corrects_id == HistoryEntry.id
    )
    return (
        select(func.count())
        .where(HistoryEntry.track_id == Track.id, HistoryEntry.action.in_(_ADJOURNMENTS), ~withdrawn.exists())
        .scalar_subquery()
    )


def _number(ranges: Sequence[Range]) -> ColumnElement[int]:
    """How many tracks there are, which stops counting at the limit."""
    found = [_counted(conditions) for conditions in ranges]
    if len(found) > 1:
        found = [_up_to_limit(union_all(*(select(one) for one in found)))]
    return select(func.count()).select_from(found[0]).scalar_subquery()


def _counted(conditions: Range) -> Subquery:
    """In order, though nobody looks at it: else PostgreSQL may read the table from its oldest end instead."""
    one: Any = literal_column("1").label("one")
    found = select(one).select_from(Track).where(*conditions, _found()).order_by(Track.due_at, Track.id)
    return _up_to_limit(found)


def _up_to_limit(found: Any) -> Subquery:
    # The offset is said because SQLAlchemy says it to SQLite in any case, and as a parameter.
    few: Subquery = found.limit(constant(COUNT_LIMIT)).offset(constant(0)).subquery()
    return few

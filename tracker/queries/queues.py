"""What waits at an institution: the most-read page, so its statements are built once and use one index range each.

The order is by time limit: what is longest overdue first, what has no limit last.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, bindparam, func, literal, select, union_all

from tracker import clock, mission
from tracker.db import db
from tracker.models import NO_LIMIT, Area, Membership, ProtectionCase, Track, UserAccount
from tracker.queries.paging import PAGE_SIZE, Page, TimeKey, time_key
from tracker.visibility import PREVIEW_STATUSES
from tracker.vocabulary import Concern, Level, Urgency

Rows = Select[*tuple[Any, ...]]
Range = list[Any]
"""The conditions that pick one range of an index."""

COUNT_LIMIT = 1000
"""Counts stop here ("1,000+"), so that a page costs the same at an institution with a million tracks."""


class Show(StrEnum):
    """Which part of a queue."""

    ALL = "all"
    WAITING = "waiting"
    IN_HAND = "in_hand"
    OVERDUE = "overdue"
    MINE = "mine"


class QueueRow(NamedTuple):
    """One open track as the queue shows it: nothing personal."""

    id: int
    reference: str
    concern: Concern
    urgency: Urgency
    risk: Level
    area: str | None
    stage: str
    status: str
    status_since: datetime | None
    due_at: datetime
    clock: str | None
    awaiting: str | None
    next_on: Any
    assigned_to: str | None

    @property
    def limit(self) -> datetime | None:
        """When the running clock ends; None where no limit is set."""
        return None if self.due_at == NO_LIMIT else self.due_at


def queue(
    *,
    viewer: Membership,
    stages: Sequence[str],
    show: Show = Show.ALL,
    status: str | None = None,
    after: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[QueueRow]:
    """One page of the open tracks of the viewer's institution in these stages; `status`: only those with it."""
    key = time_key(after)
    statement = _queue_statement(
        tuple(stages), show, status, key is not None, mission.current().procedure.version
    )
    values = _values(viewer) | {"size": size + 1}
    if key is not None:
        values |= {"after_due": key.at, "after_id": key.id}
    rows = [QueueRow._make(row) for row in db.session.execute(statement, values)]
    more = len(rows) > size
    last = rows[size - 1] if more else None
    return Page(rows[:size], str(TimeKey(last.due_at, last.id)) if last else None)


def counts(*, viewer: Membership, stages: Sequence[str]) -> dict[Show, int]:
    """How many open tracks each part of the queue has, counted up to `COUNT_LIMIT`."""
    statement = _count_statement(tuple(stages), mission.current().procedure.version)
    return {Show(name): number for name, number in db.session.execute(statement, _values(viewer))}


def status_counts(*, viewer: Membership, stages: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many open tracks have each status of these stages, counted up to `COUNT_LIMIT`."""
    statement = _status_count_statement(tuple(stages), mission.current().procedure.version)
    return {(stage, status): n for stage, status, n in db.session.execute(statement, _values(viewer))}


def _values(viewer: Membership) -> dict[str, Any]:
    return {"institution": viewer.institution_id, "person": viewer.user_id, "now": clock.now()}


@cache
def _queue_statement(
    stages: tuple[str, ...], show: Show, status: str | None, paged: bool, _version: str
) -> Rows:
    parts = [
        _limited(condition, paged)
        for stage in stages
        for condition in (_with_status(stage, status) if status else _ranges(stage, show))
    ]
    picked = union_all(*[select(part.subquery()) for part in parts]).subquery("picked")
    return (
        select(
            Track.id,
            ProtectionCase.reference,
            ProtectionCase.concern,
            ProtectionCase.urgency,
            ProtectionCase.risk,
            Area.name,
            Track.stage,
            Track.status,
            Track.status_since,
            Track.due_at,
            Track.clock,
            Track.awaiting,
            Track.next_on,
            UserAccount.full_name,
        )
        .select_from(picked)
        .join(Track, Track.id == picked.c.id)
        .join(ProtectionCase, ProtectionCase.id == Track.case_id)
        .outerjoin(Area, Area.id == ProtectionCase.area_id)
        .outerjoin(UserAccount, UserAccount.id == Track.assigned_to_id)
        .order_by(picked.c.due_at, picked.c.id)
        .limit(bindparam("size"))
    )


def _limited(conditions: Range, paged: bool) -> Rows:
    keys = select(Track.id, Track.due_at).where(*conditions)
    if paged:
        # The first condition lets both engines begin in the index; a row comparison alone does not on SQLite.
        keys = keys.where(
            Track.due_at >= bindparam("after_due"),
            (Track.due_at > bindparam("after_due")) | (Track.id > bindparam("after_id")),
        )
    return keys.order_by(Track.due_at, Track.id).limit(bindparam("size"))


def _ranges(stage: str, show: Show) -> list[Range]:
    """The index ranges that make up one part of a queue of a stage: a list of conditions each."""
    here = [Track.institution_id == bindparam("institution"), Track.stage == stage]
    match show:
        case Show.ALL:
            return [[*here, Track.open]]
        case Show.OVERDUE:
            return [[*here, Track.open, Track.due_at < bindparam("now")]]
        case Show.MINE:
            return [[*here, Track.open, Track.assigned_to_id == bindparam("person")]]
        case Show.WAITING | Show.IN_HAND:
            statuses = mission.current().procedure.open_statuses(stage)
            waiting = show is Show.WAITING
            return [
                [*here, Track.status == status]
                for status in statuses
                if (status in PREVIEW_STATUSES or status == "due") is waiting
            ]


def _with_status(stage: str, status: str) -> list[Range]:
    return [[Track.institution_id == bindparam("institution"), Track.stage == stage, Track.status == status]]


@cache
def _count_statement(stages: tuple[str, ...], _version: str) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(
        *(
            _number([literal(show.value)], [part for stage in stages for part in _ranges(stage, show)])
            for show in Show
        )
    )


@cache
def _status_count_statement(stages: tuple[str, ...], _version: str) -> CompoundSelect[*tuple[Any, ...]]:
    procedure = mission.current().procedure
    return union_all(
        *(
            _number([literal(stage), literal(status)], _with_status(stage, status))
            for stage in stages
            for status in procedure.open_statuses(stage)
        )
    )


def _number(names: list[Any], ranges: list[Range]) -> Rows:
    """The names, and how many rows are in these index ranges, each counted up to the limit."""
    counts = [
        select(func.count())
        .select_from(select(literal(1)).select_from(Track).where(*part).limit(COUNT_LIMIT).subquery())
        .scalar_subquery()
        for part in ranges
    ]
    total = counts[0]
    for more in counts[1:]:
        total = total + more  # type: ignore[assignment]
    return select(*names, total)

"""What waits at an institution: the most-read page, so its statements are built once and walk one index range each."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from tracker import clock, mission
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.models import Membership, Track
from tracker.permissions import Permission, may
from tracker.queries import ranges
from tracker.queries.paging import PAGE_SIZE, Page
from tracker.queries.ranges import COUNT_LIMIT, Range, Rows, TrackRow, Way
from tracker.visibility import PREVIEW_STATUSES


class Show(StrEnum):
    """Which part of a queue."""

    WAITING = "waiting"
    IN_HAND = "in_hand"
    OVERDUE = "overdue"
    MINE = "mine"
    ALL = "all"


class Counts(NamedTuple):
    """How many open tracks each part of a queue and each status has, up to `COUNT_LIMIT`."""

    parts: Mapping[Show, int]
    statuses: Mapping[tuple[str, str], int]


def queue(
    *,
    viewer: Membership,
    stages: Sequence[str],
    show: Show = Show.ALL,
    status: str | None = None,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[TrackRow]:
    """One page of the open tracks of the viewer's institution in these stages; `status`: only those with it.

    `after`, `before`: a key of another page. Refuses (`NotPermitted`) roles that do not read cases.
    """
    version = mission.current().procedure.version
    statement = _statement(tuple(stages), show, status, ranges.way_of(after, before), version)
    return ranges.read_page(statement, values(viewer), after=after, before=before, size=size)


def counts(*, viewer: Membership, stages: Sequence[str]) -> Counts:
    """How many open tracks there are in each part of the queue, in one statement."""
    version = mission.current().procedure.version
    row = db.session.execute(_count_statement(tuple(stages), version), values(viewer)).one()
    statuses = dict(zip(_statuses(stages), row[2:], strict=True))
    waiting = sum(number for (_, status), number in statuses.items() if status in PREVIEW_STATUSES)
    in_all = sum(statuses.values())
    numbers = {
        Show.WAITING: waiting,
        Show.IN_HAND: in_all - waiting,
        Show.OVERDUE: row[0],
        Show.MINE: row[1],
        Show.ALL: in_all,
    }
    return Counts({show: min(number, COUNT_LIMIT) for show, number in numbers.items()}, statuses)


def values(viewer: Membership) -> dict[str, Any]:
    """What the statements of a viewer's own institution ask for."""
    if not may(viewer.role, Permission.CASE_READ):
        raise NotPermitted(say("Your role does not read cases."))
    return {"institution": viewer.institution_id, "person": viewer.user_id, "now": clock.now()}


@cache
def _statement(stages: tuple[str, ...], show: Show, status: str | None, way: Way, _version: str) -> Rows:
    parts = [
        part
        for stage in stages
        for part in (ranges.with_status(stage, status) if status else _ranges(stage, show))
    ]
    return ranges.page_statement(parts, way)


@cache
def _count_statement(stages: tuple[str, ...], _version: str) -> Rows:
    overdue, mine = ([part for stage in stages for part in _ranges(stage, show)] for show in _COUNTED)
    return ranges.count_statement(
        [overdue, mine, *(ranges.with_status(stage, status) for stage, status in _statuses(stages))]
    )


_COUNTED = (Show.OVERDUE, Show.MINE)
"""The parts that are not a sum of statuses."""


def _statuses(stages: Sequence[str]) -> list[tuple[str, str]]:
    procedure = mission.current().procedure
    return [(stage, status) for stage in stages for status in procedure.open_statuses(stage)]


def _ranges(stage: str, show: Show) -> list[Range]:
    """The index ranges that make up one part of a queue of a stage."""
    match show:
        case Show.ALL:
            return [[*ranges.here(stage), Track.open]]
        case Show.OVERDUE:
            return [[*ranges.here(stage), Track.open, Track.due_at < ranges.asked("now")]]
        case Show.MINE:
            return [[*ranges.here(stage), Track.open, Track.assigned_to_id == ranges.asked("person")]]
        case Show.WAITING | Show.IN_HAND:
            waiting = show is Show.WAITING
            statuses = mission.current().procedure.open_statuses(stage)
            return ranges.with_status(
                stage, *(status for status in statuses if (status in PREVIEW_STATUSES) is waiting)
            )

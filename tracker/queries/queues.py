"""What waits at an institution: the most-read page, so its statements are built once and walk one index range each."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from tracker import clock, mission
from tracker.errors import NotPermitted, say
from tracker.models import Acting, Track
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


def queue(
    *,
    viewer: Acting,
    stages: Sequence[str],
    show: Show = Show.ALL,
    status: str | None = None,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
    coded: bool = False,
) -> Page[TrackRow]:
    """One page of the open tracks of the viewer's institution in these stages; `status`: only those with it.

    `coded`: with the P-codes of areas.
    `after`, `before`: a key of another page. Refuses (`NotPermitted`) roles that do not read cases.
    """
    version = mission.current().procedure.version
    statement = _statement(tuple(stages), show, status, ranges.way_of(after, before), version, coded)
    return ranges.read_page(statement, values(viewer), after=after, before=before, size=size)


def counts(*, viewer: Acting, stages: Sequence[str]) -> dict[Show, int]:
    """How many open tracks each part of the queue has, up to `COUNT_LIMIT`, in one statement."""
    statement = _count_statement(tuple(stages), mission.current().procedure.version)
    numbers = dict(zip(_COUNTED, ranges.read_counts(statement, values(viewer)), strict=True))
    in_all = numbers[Show.WAITING] + numbers[Show.IN_HAND]
    return numbers | {Show.ALL: min(in_all, COUNT_LIMIT)}


def values(viewer: Acting) -> dict[str, Any]:
    """What the statements of a viewer's own institution ask for."""
    if not may(viewer.role, Permission.CASE_READ):
        raise NotPermitted(say("Your role does not read cases."))
    return {"institution": viewer.institution_id, "person": viewer.user_id, "now": clock.now()}


@cache
def _statement(
    stages: tuple[str, ...], show: Show, status: str | None, way: Way, _version: str, coded: bool
) -> Rows:
    parts = [
        part
        for stage in stages
        for part in (ranges.with_status(stage, status) if status else _ranges(stage, show))
    ]
    return ranges.page_statement(parts, way, extras=ranges.CODED if coded else ())


@cache
def _count_statement(stages: tuple[str, ...], _version: str) -> Rows:
    return ranges.count_statement(
        [[part for stage in stages for part in _ranges(stage, show)] for show in _COUNTED]
    )


_COUNTED = (Show.WAITING, Show.IN_HAND, Show.OVERDUE, Show.MINE)
"""The parts that are counted; the whole is the sum of the first two."""


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

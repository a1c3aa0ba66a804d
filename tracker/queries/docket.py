"""A court's docket: what is to be filed, the hearings by day, what waits for a decision, orders to be carried out."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from tracker import clock, mission
from tracker.models import Acting, Track
from tracker.queries import queues, ranges
from tracker.queries.paging import PAGE_SIZE, Page
from tracker.queries.ranges import Range, Rows, TrackRow, Way
from tracker.visibility import PREVIEW_STATUSES

STAGES = ("court", "enforcement")
_WEEK = timedelta(days=7)


class Part(StrEnum):
    """A part of the docket. A hearing's day is past when it ended without a record."""

    TO_FILE = "to_file"
    TO_LIST = "to_list"
    PAST = "past"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    NO_DATE = "no_date"
    DECISION = "decision"
    ORDERS = "orders"
    ALL = "all"


_STATUSES: Mapping[Part, tuple[str, ...]] = {
    Part.TO_FILE: PREVIEW_STATUSES,
    Part.TO_LIST: ("accepted",),
    Part.NO_DATE: ("adjourned_sine_die",),
    Part.DECISION: ("heard", "judgment_reserved"),
}
_WITH_A_DAY = ("listed", "adjourned")


def docket(
    *,
    viewer: Acting,
    part: Part = Part.ALL,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
    coded: bool = False,
) -> Page[TrackRow]:
    """One page of the open tracks of the viewer's court, with how often each was adjourned.

    `coded`: with the P-codes of areas.
    `after`, `before`: a key of another page. Refuses (`NotPermitted`) roles that do not read cases.
    """
    version = mission.current().procedure.version
    statement = _statement(part, ranges.way_of(after, before), version, coded)
    return ranges.read_page(statement, _values(viewer), after=after, before=before, size=size)


def counts(*, viewer: Acting) -> dict[Part, int]:
    """How many open tracks each part of the docket has, up to `COUNT_LIMIT`, in one statement."""
    version = mission.current().procedure.version
    numbers = ranges.read_counts(_count_statement(version), _values(viewer))
    return dict(zip(Part, numbers, strict=True))


def _values(viewer: Acting) -> dict[str, Any]:
    zone = mission.current().zone
    today = clock.day_of(clock.now(), zone)
    return queues.values(viewer) | {
        "day_begins": clock.start_of(today, zone),
        "day_ends": clock.end_of(today, zone),
        "week_ends": clock.end_of(today + _WEEK, zone),
    }


@cache
def _statement(part: Part, way: Way, _version: str, coded: bool) -> Rows:
    extras = ("next_on", "adjournments", *(ranges.CODED if coded else ()))
    return ranges.page_statement(_ranges(part), way, extras=extras)


@cache
def _count_statement(_version: str) -> Rows:
    return ranges.count_statement([_ranges(part) for part in Part])


def _ranges(part: Part) -> list[Range]:
    if part in _STATUSES:
        return ranges.with_status("court", *_STATUSES[part])
    stages = {Part.ALL: STAGES, Part.ORDERS: ("enforcement",)}
    if part in stages:
        return [[*ranges.here(stage), Track.open] for stage in stages[part]]
    return [[*hearings, *_days(part)] for hearings in ranges.with_status("court", *_WITH_A_DAY)]


def _days(part: Part) -> Range:
    """A hearing's time limit is the end of its day (the clock `next_hearing` of the procedure)."""
    day_begins, day_ends, week_ends = (ranges.asked(name) for name in ("day_begins", "day_ends", "week_ends"))
    return {
        Part.PAST: [Track.due_at < day_begins],
        Part.TODAY: [Track.due_at >= day_begins, Track.due_at <= day_ends],
        Part.WEEK: [Track.due_at > day_ends, Track.due_at <= week_ends],
        Part.LATER: [Track.due_at > week_ends],
    }[part]

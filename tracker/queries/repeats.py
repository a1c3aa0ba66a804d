"""Cases that an institution or an area had more than once: a report must not say of them that they are many.

For each table how many cases stand in it twice, three times and so on; `disclosure.fewest` makes of that how few cases
can stand behind a number.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from tracker.db import db
from tracker.indicators.reported import Repeats
from tracker.models import Effect, HistoryEntry, ProtectionCase, Track
from tracker.queries.stays import Frame

_COURT, _ENFORCEMENT = "court", "enforcement"


def of_institution(frame: Frame, institution_id: int) -> Repeats:
    """By table and stage, for the report of an institution."""
    here, recent = Track.institution_id == institution_id, _recent(frame)
    limits = _by_stage(
        HistoryEntry.stage,
        HistoryEntry.case_id,
        HistoryEntry.holder_id == institution_id,
        HistoryEntry.track_id.is_not(None),
        HistoryEntry.effect != Effect.NOTES,
        HistoryEntry.due_at >= frame.since,
        HistoryEntry.due_at < frame.on,
    )
    recorded = _repeats(
        HistoryEntry.case_id,
        HistoryEntry.holder_id == institution_id,
        HistoryEntry.track_id.is_not(None),
        HistoryEntry.recorded_at >= frame.since,
        HistoryEntry.recorded_at < frame.came_until,
    )
    return {
        **{
            ("", stage): found for stage, found in _by_stage(Track.stage, Track.case_id, here, recent).items()
        },
        **{("on_time", stage): found for stage, found in limits.items()},
        ("hearings", ""): limits[_COURT],
        ("orders", ""): limits[_ENFORCEMENT],
        ("received", ""): _repeats(Track.case_id, here, recent),
        ("sent", ""): _repeats(Track.case_id, Track.sender_id == institution_id, recent),
        ("quality", ""): recorded,
    }


def of_area(frame: Frame, area_ids: Collection[int], institution_ids: Collection[int]) -> Repeats:
    """By table, for the report of an area."""
    theirs = sa.select(ProtectionCase.id).where(ProtectionCase.area_id.in_(sorted(area_ids)))
    waiting: Counter[int] = sum(
        _by_stage(Track.stage, Track.case_id, Track.case_id.in_(theirs), _recent(frame)).values(), Counter()
    )
    links = _repeats(Track.case_id, Track.institution_id.in_(sorted(institution_ids)), _recent(frame))
    return {("waiting", ""): waiting, ("waiting_late", ""): waiting, ("links", ""): links}


def _recent(frame: Frame) -> sa.ColumnElement[bool]:
    """Open, or not ended before the period began."""
    return sa.or_(Track.open, Track.left_at.is_(None), Track.left_at >= frame.since)


def _by_stage(stage: Any, case_id: Any, *where: Any) -> defaultdict[str, Counter[int]]:
    counted = sa.select(stage, case_id, sa.func.count()).where(*where).group_by(stage, case_id)
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for one, _case, times in db.session.execute(counted.having(sa.func.count() > 1)):
        found[one][times] += 1
    return found


def _repeats(case_id: Any, *where: Any) -> Counter[int]:
    counted = sa.select(sa.func.count()).where(*where).group_by(case_id).having(sa.func.count() > 1)
    return Counter(db.session.scalars(counted))

"""M6 on time and M13 orders carried out: of those whose limit fell in the period, not of those that were closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from tracker.indicators.measured import Share, share_of
from tracker.indicators.periods import Period
from tracker.indicators.words import Excluded


class Limit(NamedTuple):
    """One time limit that a status began: when it ended, and when what it was for was done (None: not yet)."""

    due_at: datetime
    done_at: datetime | None
    taken_back: bool = False
    """Done by the sender, who took the case back, and not by who should have acted."""


class Verdict(StrEnum):
    """What became of a limit."""

    IN_TIME = "in_time"
    LATE = "late"
    STILL_OPEN = "still_open"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, kw_only=True)
class OnTime(Share):
    """`n`: limits that fell in the period (up to as_of); `part`: done by the limit. Open and late is late."""

    period: Period
    late: int
    """Done after the limit."""
    still_open: int
    """Not done yet though the limit has passed."""


def verdict(limit: Limit, until: datetime) -> Verdict:
    """What had become of a limit before the instant `until`, which lies after it.

    What the sender took back before its limit was nobody's to do.
    """
    if limit.done_at is None or limit.done_at >= until:
        return Verdict.STILL_OPEN
    if limit.done_at > limit.due_at:
        return Verdict.LATE
    return Verdict.TAKEN_BACK if limit.taken_back else Verdict.IN_TIME


def on_time(
    verdicts: Mapping[Verdict, int], period: Period, *, without_limit: int = 0, indicator: str = "M6"
) -> OnTime:
    """M6 (or M13) of the limits that fell in a period. `without_limit`: spells of the period that had none."""
    in_time, late = verdicts.get(Verdict.IN_TIME, 0), verdicts.get(Verdict.LATE, 0)
    still_open = verdicts.get(Verdict.STILL_OPEN, 0)
    excluded = {
        Excluded.NO_LIMIT: without_limit,
        Excluded.TAKEN_BACK: verdicts.get(Verdict.TAKEN_BACK, 0),
    }
    return OnTime(
        **share_of(indicator, in_time, in_time + late + still_open, excluded),
        period=period,
        late=late,
        still_open=still_open,
    )

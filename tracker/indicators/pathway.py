"""M9 attrition and M10 progression: how far cases come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracker.indicators.measured import Interval, Measured, Share
from tracker.indicators.periods import Period


class Reached(NamedTuple):
    """How many cases of the cohort ever came so far by as_of. Stages need not nest."""

    milestone: str
    cases: int
    of_referred: float | None
    of_previous: float | None
    interval: Interval | None


@dataclass(frozen=True, kw_only=True)
class Attrition(Measured):
    """M9. `n`: cases referred in the period."""

    period: Period
    steps: Sequence[Reached]
    losses: Mapping[str, Mapping[str, int]]
    """By stage and word: how many cases ended there and are nowhere now."""
    moving: int
    """Cases that are open somewhere at as_of."""
    follow_up_days: tuple[int, int] | None
    """The shortest and the longest time since the referral."""


@dataclass(frozen=True, kw_only=True)
class Progression(Share):
    """M10. `n`: spells of the cohort with at least `within` days of follow-up; `part`: reached the next stage."""

    period: Period
    stage: str
    within: int

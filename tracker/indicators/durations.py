"""M4 time in a stage (Kaplan-Meier) and M5 how cases end (Aalen-Johansen)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracker.indicators.measured import Measured
from tracker.indicators.words import End

MARKS = (30, 90, 180, 365)
"""The days at which a curve is read."""


class Point(NamedTuple):
    """One step of the curve: from `day` on, `open` of those who came are still there (0 to 1)."""

    day: int
    at_risk: int
    ends: int
    open: float
    lower: float
    upper: float


class Quantile(NamedTuple):
    """The day by which that share had ended, with its 95 % interval; None: not reached, a result and no error."""

    day: int | None
    lower: int | None
    upper: int | None


@dataclass(frozen=True, kw_only=True)
class Duration(Measured):
    """M4. `n`: spells that entered in the period. The curve starts at (0, 1) unless a point is at day 0."""

    counts: tuple[End, ...]
    """Which ends are events; the others, and being open still, are censored."""
    ends: int
    censored: int
    curve: Sequence[Point]
    quartiles: Mapping[int, Quantile]
    """25, 50 and 75."""
    open_at: Mapping[int, Point | None]
    """At each of `MARKS`: the share still open with its interval; None beyond the last day that anybody is seen."""
    enough: bool
    """n >= 10 and at least 5 ends: else staff see it greyed. (The public gate is n >= 20.)"""


class Ended(NamedTuple):
    """How many of those who came had ended in each way by a day (0 to 1), and how many were still open."""

    day: int
    by_end: Mapping[End, float]
    open: float


@dataclass(frozen=True, kw_only=True)
class WaysOut(Measured):
    """M5. Cumulative incidence: every way out is a competing end, so that the shares and the open ones make 1."""

    curve: Sequence[Ended]
    at: Mapping[int, Ended | None]
    enough: bool

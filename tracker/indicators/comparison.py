"""Fair comparison: funnel plots, never a ranking (Spiegelhalter 2005), and Wilson intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracker.indicators.words import Outside


class Unit(NamedTuple):
    """One institution to compare: `part` of `n`."""

    code: str
    part: int
    n: int


class FunnelPoint(NamedTuple):
    """One institution in the funnel, in the order that it was given (never of performance)."""

    code: str
    part: int
    n: int
    share: float
    z: float
    target: float
    """The share of all the others together: a large unit does not set its own target."""
    outside: Outside | None
    """Beyond what chance explains, by the limits in force (widened ones where `adjusted`)."""


class Limits(NamedTuple):
    """The limits for one size, clipped to 0..1 for drawing."""

    n: int
    alarm_below: float
    alert_below: float
    alert_above: float
    alarm_above: float


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """All of a comparison. `left_out`: units too small (n < 10)."""

    target: float | None
    points: Sequence[FunnelPoint]
    limits: Sequence[Limits]
    """Up to 60 sizes from the smallest to the largest, those in force."""
    dispersion: float | None
    """phi: 1 where chance alone is at work."""
    between: float
    """tau: the standard deviation between institutions that chance does not explain; 0 unless `adjusted`."""
    adjusted: bool
    """Over-dispersed: limits are widened, because case mix differs."""
    left_out: int

"""Fair comparison: funnel plots, never a ranking (Spiegelhalter 2005)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, sqrt
from typing import NamedTuple

from tracker.indicators.measured import Z95
from tracker.indicators.words import Outside

SMALLEST_UNIT = 10
ALERT, ALARM = (0.025, 0.975), (0.001, 0.999)
"""The tails of the two pairs of limits: 95 % and 99.8 %."""

_Z_ALERT, _Z_ALARM = Z95, 3.090232306167813
_WINSOR = 0.1
_DRAWN = 60


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
    """How far from the share of all, in standard deviations of chance."""
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


def binomial_limit(n: int, target: float, tail: float) -> float:
    """The exact binomial limit with interpolation (Spiegelhalter 2005, appendix A.1.1, no. 4).

    r is the smallest number with P(R <= r) >= tail; limit = (r - (P(R <= r) - tail) / P(R = r)) / n. Below a small
    target it can be negative: clip it for drawing.
    """
    if target in (0.0, 1.0):
        return target
    r = max(0, int(n * target - 12 * sqrt(n * target * (1 - target))) - 1)
    chance = _chance(r, n, target)
    below = chance + _before(r, n, target)
    while below < tail and r < n:
        r += 1
        chance *= (n - r + 1) / r * target / (1 - target)
        below += chance
    return (r - (below - tail) / chance) / n


def _chance(r: int, n: int, p: float) -> float:
    return exp(lgamma(n + 1) - lgamma(r + 1) - lgamma(n - r + 1) + r * log(p) + (n - r) * log(1 - p))


def _before(r: int, n: int, p: float) -> float:
    """P(R < r), where r lies twelve deviations below the middle: a few terms, or nothing."""
    total, chance = 0.0, _chance(r, n, p)
    while r > 0 and chance > 0.0:
        chance *= r / (n - r + 1) * (1 - p) / p
        r -= 1
        total += chance
    return total


def funnel(units: Sequence[Unit]) -> Funnel:
    """Compares institutions by exact limits around their common share, widened where they are over-dispersed.

    z = (share - target) / sqrt(target (1 - target) / n), winsorised at 10 %; phi = mean of z squared; over-dispersed
    where I phi lies beyond the 95 % point of chi squared with I degrees of freedom; then tau squared =
    max(0, (I phi - (I - 1)) / (sum w - sum w squared / sum w)) with w = n / (target (1 - target)), and the limits are
    target +- z sqrt(target (1 - target) / n + tau squared).
    """
    large = [unit for unit in units if unit.n >= SMALLEST_UNIT]
    part, n = sum(unit.part for unit in large), sum(unit.n for unit in large)
    if not large:
        return Funnel(
            target=None,
            points=(),
            limits=(),
            dispersion=None,
            between=0.0,
            adjusted=False,
            left_out=len(units),
        )
    target = part / n
    scores = [_z(unit, target) for unit in large]
    dispersion = sum(z * z for z in _winsorised(scores)) / len(scores)
    adjusted = len(scores) > 1 and len(scores) * dispersion > chi_square_95(len(scores))
    between = sqrt(_between(large, target, dispersion)) if adjusted else 0.0
    points = [
        FunnelPoint(
            unit.code,
            unit.part,
            unit.n,
            unit.part / unit.n,
            z,
            (part - unit.part) / (n - unit.n) if n > unit.n else target,
            _outside(unit.part / unit.n, limits(unit.n, target, between)),
        )
        for unit, z in zip(large, scores, strict=True)
    ]
    drawn = [_clipped(limits(size, target, between)) for size in _sizes(large)]
    return Funnel(
        target=target,
        points=points,
        limits=drawn,
        dispersion=dispersion,
        between=between,
        adjusted=between > 0,
        left_out=len(units) - len(large),
    )


@lru_cache(10_000)
def limits(n: int, target: float, between: float) -> Limits:
    """The limits for one size as they are; `between` 0: by chance alone, exact."""
    if not between:
        return Limits(
            n, *(binomial_limit(n, target, tail) for tail in (ALARM[0], ALERT[0], ALERT[1], ALARM[1]))
        )
    spread = sqrt(target * (1 - target) / n + between * between)
    return Limits(n, *(target + z * spread for z in (-_Z_ALARM, -_Z_ALERT, _Z_ALERT, _Z_ALARM)))


def _z(unit: Unit, target: float) -> float:
    spread = sqrt(target * (1 - target) / unit.n)
    return (unit.part / unit.n - target) / spread if spread else 0.0


def _winsorised(scores: Sequence[float]) -> list[float]:
    """The outer tenth on each side pulled in to its edge, so that a few outliers do not make all others look alike."""
    ordered = sorted(scores)
    cut = int(_WINSOR * len(ordered))
    low, high = ordered[cut], ordered[-1 - cut]
    return [min(max(z, low), high) for z in scores]


def _between(units: Sequence[Unit], target: float, dispersion: float) -> float:
    spread = target * (1 - target)
    weights = [unit.n / spread for unit in units]
    total = sum(weights)
    rest = total - sum(weight * weight for weight in weights) / total
    return max(0.0, (len(units) * dispersion - (len(units) - 1)) / rest)


def _outside(share: float, of: Limits) -> Outside | None:
    if share < of.alarm_below or share > of.alarm_above:
        return Outside.ALARM
    return Outside.ALERT if share < of.alert_below or share > of.alert_above else None


def _clipped(of: Limits) -> Limits:
    return Limits(of.n, *(min(1.0, max(0.0, limit)) for limit in of[1:]))


def _sizes(units: Sequence[Unit]) -> list[int]:
    smallest, largest = min(unit.n for unit in units), max(unit.n for unit in units)
    ratio = largest / smallest
    return sorted({round(smallest * ratio ** (step / (_DRAWN - 1))) for step in range(_DRAWN)})


def chi_square_95(freedom: int) -> float:
    """The 95 % point of chi squared (Wilson and Hilferty 1931): within 0.6 % from 3 degrees of freedom on."""
    part = 2 / (9 * freedom)
    return freedom * (1 - part + 1.6448536269514722 * sqrt(part)) ** 3

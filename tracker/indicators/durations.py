"""M4 time in a stage (Kaplan-Meier) and M5 how cases end (Aalen-Johansen)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.indicators import survival
from tracker.indicators.measured import Measured, frame
from tracker.indicators.periods import Period
from tracker.indicators.spells import Spell, as_of
from tracker.indicators.survival import Point, Quantile
from tracker.indicators.words import End, Excluded

MARKS = (30, 90, 180, 365)
"""The days at which a curve is read."""

LEAST_SPELLS, LEAST_ENDS = 10, 5

WAYS_OUT = (End.DECIDED, End.WITHDRAWN, End.ADMINISTRATIVE, End.MOVED_OUT)
"""What ends a stay. To be suspended does not: time suspended is time in the stage."""


class Cohort(NamedTuple):
    """Those who came in a period, as a histogram: (days seen, how that ended) -> how many. None: still open."""

    histogram: Mapping[tuple[int, End | None], int]
    excluded: Mapping[Excluded, int]


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


def cohort(spells: Iterable[Spell], period: Period, day: date) -> Cohort:
    """The spells that entered in the period, as they stood at the end of `day`.

    Whose entry nobody knows is in no cohort, and counted if it did not end before the period; whose end has no usable
    day is left out, and counted.
    """
    histogram: Counter[tuple[int, End | None]] = Counter()
    excluded: Counter[Excluded] = Counter()
    for spell in filter(None, (as_of(spell, day) for spell in spells)):
        if spell.entered is None:
            excluded[Excluded.ENTRY_UNDATED] += spell.left is None or spell.left >= period.first
        elif spell.entered in period:
            if spell.end is not None and spell.left is None:
                excluded[Excluded.END_UNDATED] += 1
            elif spell.left is not None and spell.left < spell.entered:
                excluded[Excluded.END_BEFORE_ENTRY] += 1
            else:
                histogram[((spell.left or day) - spell.entered).days, spell.end] += 1
    return Cohort(histogram, excluded)


def duration(of: Cohort, counts: Collection[End] = WAYS_OUT) -> Duration:
    """M4 of a cohort. `counts`: all ways out for time in the stage; decisions alone for time to decision."""
    curve = survival.kaplan_meier(of.histogram, counts)
    n = sum(of.histogram.values())
    ends = sum(point.ends for point in curve)
    last_seen = max((days for days, _ in of.histogram), default=-1)
    return Duration(
        **frame("M4", n, of.excluded),
        counts=tuple(counts),
        ends=ends,
        censored=n - ends,
        curve=curve,
        quartiles={percent: survival.quantile(curve, percent / 100) for percent in (25, 50, 75)},
        open_at={day: survival.at(curve, day, last_seen) for day in MARKS},
        enough=_enough(n, ends),
    )


def ways_out(of: Cohort) -> WaysOut:
    """M5 of a cohort."""
    curve = [
        Ended(day, {end: by_word[end] for end in WAYS_OUT}, still)
        for day, by_word, still in survival.aalen_johansen(of.histogram, WAYS_OUT)
    ]
    n = sum(of.histogram.values())
    last_seen = max((days for days, _ in of.histogram), default=-1)
    ends = sum(number for (_, end), number in of.histogram.items() if end is not None)
    return WaysOut(
        **frame("M5", n, of.excluded),
        curve=curve,
        at={day: _at(curve, day) if day <= last_seen else None for day in MARKS},
        enough=_enough(n, ends),
    )


def _at(curve: Sequence[Ended], day: int) -> Ended:
    before = [ended for ended in curve if ended.day <= day]
    return before[-1] if before else Ended(0, dict.fromkeys(WAYS_OUT, 0.0), 1.0)


def _enough(n: int, ends: int) -> bool:
    return n >= LEAST_SPELLS and ends >= LEAST_ENDS

"""Kaplan-Meier and Aalen-Johansen from a histogram: how many were seen for so many days, and how that ended.

A million spells are some thousand rows of a histogram, so plain Python is quick enough and no statistics package is
needed. Events of a day come before those censored on it, as in R and lifelines.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from math import exp, inf, log, sqrt
from typing import NamedTuple, TypeVar

from tracker.indicators.measured import Z95

Word = TypeVar("Word", bound=Hashable)
Histogram = Mapping[tuple[int, Word], int]
"""(days, how it ended) -> how many."""


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


class _Day(NamedTuple):
    day: int
    at_risk: int
    by_word: Mapping[Hashable, int]


def _days(histogram: Mapping[tuple[int, Word], int]) -> Iterator[_Day]:
    """The days in order, with who was at risk on each."""
    by_day: dict[int, dict[Hashable, int]] = {}
    for (day, word), number in histogram.items():
        words = by_day.setdefault(day, {})
        words[word] = words.get(word, 0) + number
    at_risk = sum(histogram.values())
    for day in sorted(by_day):
        yield _Day(day, at_risk, by_day[day])
        at_risk -= sum(by_day[day].values())


def kaplan_meier(histogram: Mapping[tuple[int, Word], int], events: Collection[Word]) -> list[Point]:
    """The product-limit estimate, a point for each day with an event; all words but `events` are censored.

    S(t) = product of (1 - d/r); Greenwood's G(t) = sum of d / (r (r - d)); the 95 % interval is the log-log one,
    exp(-exp(ln(-ln S) +- z sqrt(G) / ln S)), [1, 1] where S is 1 and [0, 0] where it is 0.
    """
    wanted = frozenset[Hashable](events)
    still, spread, curve = 1.0, 0.0, []
    for day, at_risk, by_word in _days(histogram):
        ends = sum(number for word, number in by_word.items() if word in wanted)
        if not ends:
            continue
        still *= 1 - ends / at_risk
        spread += ends / (at_risk * (at_risk - ends)) if at_risk > ends else inf
        curve.append(Point(day, at_risk, ends, still, *_band(still, spread)))
    return curve


def _band(still: float, spread: float) -> tuple[float, float]:
    if still <= 0:
        return 0.0, 0.0
    if still >= 1:
        return 1.0, 1.0
    middle, reach = log(-log(still)), Z95 * sqrt(spread) / log(still)
    return exp(-exp(middle - reach)), exp(-exp(middle + reach))


def quantile(curve: Sequence[Point], share: float) -> Quantile:
    """The smallest day with S <= 1 - share, and by the same rule on the two bands."""
    left = 1 - share + 1e-12  # a curve that stands exactly there has reached it

    def first(of: Sequence[float]) -> int | None:
        return next((point.day for point, height in zip(curve, of, strict=True) if height <= left), None)

    return Quantile(
        first([point.open for point in curve]),
        first([point.lower for point in curve]),
        first([point.upper for point in curve]),
    )


def at(curve: Sequence[Point], day: int, last_seen: int) -> Point | None:
    """The curve on a day; None where nobody was seen for so long."""
    if day > last_seen:
        return None
    before = [point for point in curve if point.day <= day]
    return before[-1] if before else Point(0, 0, 0, 1.0, 1.0, 1.0)


class Incidence(NamedTuple):
    """By a day: how many of those who came had ended by each word (0 to 1), and how many were still open."""

    day: int
    by_word: Mapping[Hashable, float]
    open: float


def aalen_johansen(histogram: Mapping[tuple[int, Word], int], ends: Sequence[Word]) -> list[Incidence]:
    """Cumulative incidence of competing ends: CIF_k(t) = sum of S(t-) d_k / r, so that all of them and S make 1."""
    still, curve = 1.0, []
    so_far: dict[Hashable, float] = dict.fromkeys(ends, 0.0)
    for day, at_risk, by_word in _days(histogram):
        ended = 0
        for word in ends:
            number = by_word.get(word, 0)
            so_far[word] += still * number / at_risk
            ended += number
        if ended:
            still *= 1 - ended / at_risk
            curve.append(Incidence(day, dict(so_far), still))
    return curve

"""M7 the age of open cases."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.indicators.measured import Measured, frame
from tracker.indicators.spells import Spell, as_of
from tracker.indicators.words import Blank, Excluded

BANDS = ((0, 90), (91, 180), (181, 365), (366, 730), (731, None))


class AgeBand(NamedTuple):
    """How many open cases are so many days old; `last` None: and older."""

    first: int
    last: int | None
    cases: int


class OpenCases(NamedTuple):
    """The stock of a day as a histogram: active age in days -> how many."""

    on: date
    histogram: Mapping[int, int]
    undated: int
    suspended: int


class Limited(NamedTuple):
    """How many of the open cases have a limit, and how many are over it."""

    with_limit: int
    over: int


@dataclass(frozen=True, kw_only=True)
class Ages(Measured):
    """M7. `n`: open, of known age. Active age; time suspended is not in it, and suspended stays are apart."""

    on: date
    median: int | None
    p90: int | None
    bands: Sequence[AgeBand]
    over_limit: int
    with_limit: int
    """Open cases that have a limit; the rest are excluded from the backlog (`Excluded.NO_LIMIT`)."""
    backlog_percent: float | None
    """100 * over their limit / open with a limit."""
    aging_index_percent: float | None
    """100 * over their limit / (open with a limit + resolved in the last 12 months)."""
    suspended: int
    blank: Blank | None


def open_cases(spells: Iterable[Spell], day: date) -> OpenCases:
    """The stock at the end of a day."""
    histogram: Counter[int] = Counter()
    undated = suspended = 0
    for spell in filter(None, (as_of(spell, day) for spell in spells)):
        if spell.end is not None:
            continue
        if spell.pauses and spell.pauses[-1].until is None:
            suspended += 1
        elif spell.entered is None:
            undated += 1
        else:
            histogram[(day - spell.entered).days - _paused(spell)] += 1
    return OpenCases(day, histogram, undated, suspended)


def _paused(spell: Spell) -> int:
    return sum((pause.until - pause.since).days for pause in spell.pauses if pause.until is not None)


def ages(of: OpenCases, limits: Limited, resolved_in_a_year: int) -> Ages:
    """M7 of a stock. `limits`: of its open cases (not the suspended ones)."""
    n = sum(of.histogram.values())
    excluded = {
        Excluded.ENTRY_UNDATED: of.undated,
        Excluded.NO_LIMIT: max(0, n + of.undated - limits.with_limit),
        Excluded.SUSPENDED: of.suspended,
    }
    return Ages(
        **frame("M7", n, excluded),
        on=of.on,
        median=percentile(of.histogram, 0.5),
        p90=percentile(of.histogram, 0.9),
        bands=[AgeBand(first, last, _between(of.histogram, first, last)) for first, last in BANDS],
        over_limit=limits.over,
        with_limit=limits.with_limit,
        backlog_percent=backlog(limits.over, limits.with_limit),
        aging_index_percent=aging_index(limits.over, limits.with_limit, resolved_in_a_year),
        suspended=of.suspended,
        blank=None if n else Blank.NONE_OPEN,
    )


def backlog(over: int, pending: int) -> float | None:
    """Of a hundred open cases, how many are over their limit."""
    return 100 * over / pending if pending else None


def aging_index(over: int, pending: int, resolved_in_a_year: int) -> float | None:
    """The same beside all that was open or resolved in twelve months: to resolve a case does not make it worse."""
    handled = pending + resolved_in_a_year
    return 100 * over / handled if handled else None


def percentile(histogram: Mapping[int, int], share: float) -> int | None:
    """The smallest number that so large a share does not exceed; None where there is nothing."""
    wanted, seen = share * sum(histogram.values()), 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= wanted:
            return value
    return None


def _between(histogram: Mapping[int, int], first: int, last: int | None) -> int:
    return sum(number for age, number in histogram.items() if age >= first and (last is None or age <= last))

"""M9 attrition and M10 progression: how far cases come."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracker.indicators import survival
from tracker.indicators.measured import Interval, Measured, Share, frame, share_of, wilson
from tracker.indicators.periods import Period
from tracker.indicators.survival import Quantile
from tracker.indicators.words import Excluded

WITHIN = 90
"""Days in which a spell should come to the next stage."""


class Way(NamedTuple):
    """How far one case had come by as_of."""

    reached: Mapping[str, int | None]
    """Its milestones, in any order, each with the days from the referral; None: nobody knows when."""
    moving: bool
    """Open somewhere."""
    lost: tuple[str, str] | None
    """Stage and word of its last end, where it is open nowhere and was never decided."""
    days: int
    """Since it was referred."""


class Reached(NamedTuple):
    """How many cases of the cohort ever came so far by as_of. Stages need not nest."""

    milestone: str
    cases: int
    of_referred: float | None
    of_previous: float | None
    """Beside the number of the milestone before; above 1 where stages do not nest."""
    interval: Interval | None
    """Of the share of those referred."""
    days: Quantile = Quantile(None, None, None)
    """By when half of those referred had come so far; who never did is one of them. None: not half."""


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


def attrition(ways: Iterable[Way], milestones: Sequence[str], period: Period) -> Attrition:
    """M9 of the cases referred in a period."""
    cases = list(ways)
    reached = Counter(milestone for way in cases for milestone in way.reached)
    before = [len(cases), *(reached[milestone] for milestone in milestones)]
    lost: dict[str, Counter[str]] = {}
    for way in cases:
        if way.lost is not None:
            lost.setdefault(way.lost[0], Counter())[way.lost[1]] += 1
    days = [way.days for way in cases]
    return Attrition(
        **frame("M9", len(cases)),
        period=period,
        steps=[
            _reached(name, cases, reached[name], last) for name, last in zip(milestones, before, strict=False)
        ],
        losses=lost,
        moving=sum(way.moving for way in cases),
        follow_up_days=(min(days), max(days)) if days else None,
    )


def _reached(milestone: str, of: Sequence[Way], cases: int, previous: int) -> Reached:
    return Reached(
        milestone,
        cases,
        cases / len(of) if of else None,
        cases / previous if previous else None,
        wilson(cases, len(of)),
        _half(milestone, of),
    )


def _half(milestone: str, of: Sequence[Way]) -> Quantile:
    """Kaplan-Meier where nobody is lost from sight before as_of: to end otherwise is never to come so far."""
    seen: Counter[tuple[int, bool]] = Counter()
    for way in of:
        days = way.reached.get(milestone)
        if days is not None:
            seen[max(0, days), True] += 1
        elif milestone not in way.reached:
            seen[way.days, False] += 1
    return survival.quantile(survival.kaplan_meier(seen, {True}), 0.5)


def progression(
    onward: Mapping[tuple[int, bool], int],
    period: Period,
    stage: str,
    *,
    within: int = WITHIN,
    excluded: Mapping[Excluded, int] | None = None,
) -> Progression:
    """M10 from a histogram: (days seen, went to the next stage) -> how many, of spells followed for `within` days.

    `excluded`: those of the period that were not followed for so long (`FOLLOW_UP_TOO_SHORT`), and undated ones.
    """
    part = sum(number for (days, went), number in onward.items() if went and days <= within)
    return Progression(
        **share_of("M10", part, sum(onward.values()), excluded), period=period, stage=stage, within=within
    )

"""M8 the silo gap: sent, acknowledged, first acted on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tracker.indicators import survival
from tracker.indicators.measured import Interval, Measured, frame, wilson
from tracker.indicators.periods import Period
from tracker.indicators.survival import Quantile
from tracker.indicators.words import Excluded

ANSWER_DAYS = 7


class Wait(NamedTuple):
    """How one hand-over went: days until it was acknowledged and until the first act, or for as long as it is seen."""

    acknowledged: int
    is_acknowledged: bool
    acted: int
    is_acted: bool


@dataclass(frozen=True, kw_only=True)
class HandOvers(Measured):
    """M8, of one link. `n`: hand-overs sent in the period. It belongs to no single institution."""

    period: Period
    sender: str | None
    """The sending institution's code, or its kind where kinds are compared; None: from nobody in the system."""
    receiver: str
    stage: str
    """The receiver's stage."""
    acknowledged: int
    acted_on: int
    to_acknowledged: Quantile
    """Median days (Kaplan-Meier: who still waits counts)."""
    to_first_act: Quantile
    """To the first answer: accepted, or not."""
    judged: int
    """Sent more than seven days before as_of, or acknowledged."""
    unanswered: int
    """Of those: not acknowledged within seven days."""
    unanswered_share: float | None
    interval: Interval | None


def hand_overs(
    waits: Mapping[Wait, int],
    period: Period,
    *,
    sender: str | None,
    receiver: str,
    stage: str,
    excluded: Mapping[Excluded, int] | None = None,
) -> HandOvers:
    """M8 of one link, from how its hand-overs went; one taken back before it was acknowledged is censored there."""
    judged = sum(number for wait, number in waits.items() if _is_judged(wait))
    unanswered = sum(number for wait, number in waits.items() if _is_judged(wait) and not _in_time(wait))
    return HandOvers(
        **frame("M8", sum(waits.values()), excluded),
        period=period,
        sender=sender,
        receiver=receiver,
        stage=stage,
        acknowledged=sum(number for wait, number in waits.items() if wait.is_acknowledged),
        acted_on=sum(number for wait, number in waits.items() if wait.is_acted),
        to_acknowledged=_median((w.acknowledged, w.is_acknowledged, number) for w, number in waits.items()),
        to_first_act=_median((w.acted, w.is_acted, number) for w, number in waits.items()),
        judged=judged,
        unanswered=unanswered,
        unanswered_share=unanswered / judged if judged else None,
        interval=wilson(unanswered, judged),
    )


def _median(days: Iterable[tuple[int, bool, int]]) -> Quantile:
    histogram: Counter[tuple[int, bool]] = Counter()
    for day, happened, number in days:
        histogram[day, happened] += number
    return survival.quantile(survival.kaplan_meier(histogram, {True}), 0.5)


def _is_judged(wait: Wait) -> bool:
    return wait.is_acknowledged or wait.acknowledged > ANSWER_DAYS


def _in_time(wait: Wait) -> bool:
    return wait.is_acknowledged and wait.acknowledged <= ANSWER_DAYS

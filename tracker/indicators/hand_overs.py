"""M8 the silo gap: sent, acknowledged, first acted on."""

from dataclasses import dataclass

from tracker.indicators.durations import Quantile
from tracker.indicators.measured import Interval, Measured
from tracker.indicators.periods import Period


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
    judged: int
    """Sent at least seven days before as_of."""
    unanswered: int
    """Of those: not acknowledged within seven days."""
    unanswered_share: float | None
    interval: Interval | None

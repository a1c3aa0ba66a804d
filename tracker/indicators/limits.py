"""M6 on time and M13 orders carried out: of those whose limit fell in the period, not of those that were closed."""

from dataclasses import dataclass

from tracker.indicators.measured import Share
from tracker.indicators.periods import Period


@dataclass(frozen=True, kw_only=True)
class OnTime(Share):
    """`n`: limits that fell in the period (up to as_of); `part`: done by the limit. Open and late is late."""

    period: Period
    late: int
    """Done after the limit."""
    still_open: int
    """Not done yet though the limit has passed."""

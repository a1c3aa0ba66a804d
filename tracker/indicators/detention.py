"""M11 detention, as far as arrests and releases are recorded."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.indicators.durations import Point, Quantile
from tracker.indicators.measured import Interval, Measured


@dataclass(frozen=True, kw_only=True)
class Detention(Measured):
    """M11. `n`: arrests in the period; the people held are those held on as_of, whenever arrested."""

    held: int
    held_past_limit: int
    hours_to_judge: Quantile
    """Kaplan-Meier from the arrest to being brought before a court; other releases are censored."""
    curve: tuple[Point, ...]
    """By the hour."""
    judged: int
    """Arrested at least 48 hours before as_of."""
    within_48_hours: int
    within_48_share: float | None
    interval: Interval | None
    releases: Mapping[str, int]
    """By the word of the release."""

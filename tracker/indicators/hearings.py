"""M12 hearings held."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.indicators.measured import Share


@dataclass(frozen=True, kw_only=True)
class Hearings(Share):
    """M12. `n`: settings whose day fell in the period; `part`: held on that day."""

    adjourned: Mapping[str, int]
    """By the reason of the adjournment."""
    settings_per_decision: float | None
    """Median number of settings of the cases decided in the period."""
    decided: int
    not_recorded: str
    """What of the definition nobody writes down yet."""

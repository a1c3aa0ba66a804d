"""M16 data quality: a figure is as good as this, so it stands on top of every page."""

from dataclasses import dataclass

from tracker.indicators.measured import Measured, Share


@dataclass(frozen=True, kw_only=True)
class Quality(Measured):
    """M16. `n`: entries recorded about the institution's own stays."""

    usable_ends: Share
    """Ends with a usable date, of all ends."""
    usable_entries: Share
    required: Share
    """Cases with all required fields (concern, area, day of the incident), of the institution's cases."""
    lag_median_days: int | None
    """recorded_at - happened_on; imported entries are apart."""
    late: Share
    """Entries recorded more than seven days after they happened."""
    corrections: int
    """Corrections and withdrawals recorded in the period."""
    imported: int
    flagged: int
    """Imported entries with something wrong with them."""

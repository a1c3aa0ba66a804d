"""M16 data quality: a figure is as good as this, so it stands on top of every page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tracker.indicators.ages import percentile
from tracker.indicators.measured import Measured, Share, frame, share_of

LATE_DAYS = 7


class Usable(NamedTuple):
    """How many of so many are as they should be."""

    good: int
    all: int


@dataclass(frozen=True, kw_only=True)
class Quality(Measured):
    """M16. `n`: entries recorded in the period about the institution's own stays."""

    usable_ends: Share
    """Ends with a usable date, of all ends."""
    usable_entries: Share
    """Stays with a known day of entry, of all stays."""
    required: Share
    """Cases with all required fields (area, day of the incident), of those that came in the period."""
    lag_median_days: int | None
    """recorded_at - happened_on; imported entries are apart."""
    late: Share
    """Entries recorded more than seven days after they happened."""
    corrections: int
    """Corrections and withdrawals recorded in the period."""
    imported: int
    flagged: int
    """Imported entries with something wrong with them."""


def quality(
    *,
    ends: Usable,
    entries: Usable,
    required: Usable,
    lags: Mapping[int, int],
    corrections: int,
    imported: int,
    flagged: int,
) -> Quality:
    """M16. `lags`: days from when something happened to its recording -> how many entries."""
    seen = sum(lags.values())
    late = sum(number for days, number in lags.items() if days > LATE_DAYS)
    return Quality(
        **frame("M16", seen + imported),
        usable_ends=_share(ends),
        usable_entries=_share(entries),
        required=_share(required),
        lag_median_days=percentile(lags, 0.5),
        late=_share(Usable(late, seen)),
        corrections=corrections,
        imported=imported,
        flagged=flagged,
    )


def _share(of: Usable) -> Share:
    return Share(**share_of("M16", of.good, of.all))

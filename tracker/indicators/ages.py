"""M7 the age of open cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.indicators.measured import Measured
from tracker.indicators.words import Blank

BANDS = ((0, 90), (91, 180), (181, 365), (366, 730), (731, None))


class AgeBand(NamedTuple):
    """How many open cases are so many days old; `last` None: and older."""

    first: int
    last: int | None
    cases: int


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

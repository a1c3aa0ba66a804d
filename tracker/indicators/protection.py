"""M14 protection first and M15 the community told."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.indicators.measured import Share


@dataclass(frozen=True, kw_only=True)
class Protected(Share):
    """M14. `n`: high-risk cases registered in the period; `part`: with a protective measure within 72 hours."""

    within_hours: int
    not_recorded: str
    """What of the definition nobody writes down yet."""


@dataclass(frozen=True, kw_only=True)
class Told(Share):
    """M15. `n`: feedback due in the period; `part`: delivered within the limit."""

    answers: Mapping[str, int]
    """By the word of the end: accepted, disputed, unsafe, unreachable."""
    visits_due: int
    """Judicial follow-ups that began at least `visit_days` before as_of."""
    visited: int
    visit_days: int
    visited_share: float | None
    not_recorded: str

"""M14 protection first and M15 the community told."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.errors import say
from tracker.indicators.limits import OnTime
from tracker.indicators.measured import Share, share_of

PROTECTED_HOURS = 72
VISIT_DAYS = 90

NO_RE_CHECKS = say("Whether safety was checked again after each step is not recorded yet.")
NO_QUESTIONS = say("What communities answered beyond accepting or disputing is not recorded yet.")


@dataclass(frozen=True, kw_only=True)
class Protected(Share):
    """M14. `n`: high-risk cases that came in the period; `part`: with a protective measure within 72 hours."""

    within_hours: int
    not_recorded: str
    """What of the definition nobody writes down yet."""


@dataclass(frozen=True, kw_only=True)
class Told(Share):
    """M15. `n`: feedback due in the period; `part`: given, or found unsafe to give, within the limit."""

    answers: Mapping[str, int]
    """By the word of the end: accepted, disputed, unsafe, unreachable; of the feedback that ended in the period."""
    visits_due: int
    """Judicial follow-ups that began in the period, at least `visit_days` before as_of."""
    visited: int
    visit_days: int
    visited_share: float | None
    not_recorded: str


def protected(part: int, n: int) -> Protected:
    """M14: `part` of `n` high-risk cases had a protective measure in time."""
    return Protected(**share_of("M14", part, n), within_hours=PROTECTED_HOURS, not_recorded=NO_RE_CHECKS)


def told(limits: OnTime, answers: Mapping[str, int], visited: int, visits_due: int) -> Told:
    """M15 from the limits of the stage "feedback", its ends, and the visits of judicial follow-up."""
    return Told(
        **share_of("M15", limits.part, limits.n, limits.excluded),
        answers=answers,
        visits_due=visits_due,
        visited=visited,
        visit_days=VISIT_DAYS,
        visited_share=visited / visits_due if visits_due else None,
        not_recorded=NO_QUESTIONS,
    )

"""Which reading is unusual: four plain rules over counts, each of which says why. A finding is a question.

Volume: far more cases in a day than this person and this role read in the weeks before. "Far more" is three scaled
median absolute deviations above the median (Leys et al. 2013, J. Exp. Soc. Psychol. 49:764-766): one spy among ten
colleagues moves a mean, not a median. A deviation counts as one case at least, so that the very regular are not
listed for two cases more, and below `LEAST` nothing is far.
Hours: cases read outside the working day by who did so on few of their own days; a night shift is not unusual.
Emergency: every opening of a case that was not theirs. Guessing: references that led nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from statistics import median
from typing import NamedTuple

LEAST = 10
LEAST_AT_NIGHT = 3
LEAST_GUESSES = 5
FEWEST_DAYS = 5
SELDOM = 0.2
_DEVIATIONS = 3.0
_TO_SIGMA = 1.4826


class Why(StrEnum):
    """Why somebody's reading on a day is listed."""

    VOLUME = "volume"
    HOURS = "hours"
    EMERGENCY = "emergency"
    GUESSING = "guessing"


class Read(NamedTuple):
    """What one person read in one role on one day, in numbers of different cases."""

    reader: int
    role: str
    cases: int
    outside_hours: int = 0
    emergencies: int = 0
    guesses: int = 0


class Finding(NamedTuple):
    """One reason to ask: how many, and how many are usual (`None`: nothing to compare with)."""

    reader: int
    why: Why
    number: int
    usual: float | None = None


def unusual(day: Sequence[Read], before: Iterable[Read]) -> list[Finding]:
    """The findings of one day, by the days `before` it (one `Read` a reader and day on which they read anything)."""
    own: dict[int, list[Read]] = {}
    for one in before:
        own.setdefault(one.reader, []).append(one)
    of_role = _by_role(own)
    found: list[Finding] = []
    for read in sorted(day):
        past = own.get(read.reader, [])
        found += _volume(read, [one.cases for one in past], of_role.get(read.role, []))
        found += _hours(read, past)
        if read.emergencies:
            found.append(Finding(read.reader, Why.EMERGENCY, read.emergencies))
        if read.guesses >= LEAST_GUESSES:
            found.append(Finding(read.reader, Why.GUESSING, read.guesses))
    return found


def far_above(usual: Sequence[int]) -> float:
    """From where on a number is far above those that are usual; `LEAST` at least."""
    if not usual:
        return LEAST
    middle = median(usual)
    deviation = max(1.0, _TO_SIGMA * median(abs(one - middle) for one in usual))
    return max(float(LEAST), middle + _DEVIATIONS * deviation)


def _by_role(own: Mapping[int, Sequence[Read]]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for past in own.values():
        for one in past:
            numbers.setdefault(one.role, []).append(one.cases)
    return numbers


def _volume(read: Read, own: Sequence[int], of_role: Sequence[int]) -> list[Finding]:
    """Above both what the person and what the role is used to; a newcomer is compared with the role alone."""
    known = len(own) >= FEWEST_DAYS
    bound = max(far_above(of_role), far_above(own) if known else 0)
    if read.cases <= bound:
        return []
    compared = own if known else of_role
    return [Finding(read.reader, Why.VOLUME, read.cases, median(compared) if compared else None)]


def _hours(read: Read, past: Sequence[Read]) -> list[Finding]:
    if read.outside_hours < LEAST_AT_NIGHT:
        return []
    late = sum(one.outside_hours > 0 for one in past)
    if len(past) >= FEWEST_DAYS and late / len(past) >= SELDOM:
        return []
    return [Finding(read.reader, Why.HOURS, read.outside_hours)]

"""The gates: what may be said of a count, and which histories may be shown. No true number passes but by these."""

from collections.abc import Mapping

from tracker.indicators.survival import Quantile

SMALLEST = 5
"""A number of cases below this is not said; it is the number of cases that hide each other."""

STEP = 5
"""Numbers that are said are multiples of this."""

LEAST_FOR_SHARE = 20
"""Per cent, durations and breakdowns by end are said of so many cases or more."""


def disclosed(number: int, cases: int | None = None, *, step: int = STEP) -> int | None:
    """What may be said of a count of `number` spells that belong to `cases` different cases (None: to as many).

    Nothing (None, shown as "<5") for fewer than five cases, none among them: a zero is said in the same words, so
    that no table ever tells that all cases ended one way. Otherwise the nearest multiple of `step`, never none. Each
    number is rounded on its own, so sums may differ: a hidden number cannot be had by subtraction.
    """
    hiding = number if cases is None else cases
    return None if hiding < SMALLEST else max((number + step // 2) // step, 1) * step


def fewest(number: int, repeats: Mapping[int, int]) -> int:
    """The least number of different cases behind `number` stays, where `repeats[k]` cases had k of them each.

    Who counts stays would say "5" of one case that came back four times.
    """
    cases = 0
    for stays, many in sorted(repeats.items(), reverse=True):
        taken = min(many, -(-number // stays))
        cases, number = cases + taken, max(0, number - taken * stays)
    return cases + number


def listable(cases: int) -> bool:
    """Whether the histories of a listing group of `cases` different cases may be read: the rule of no singling out.

    A listing group is all tracks of one institution, in one stage, with the same last word (the end, or the status
    in which they wait). Who knows that somebody's case is among them must not be able to tell which history is
    theirs, nor to learn its end from being alone: five different cases at least. Five tracks of one case that came
    back again and again are one case. A history then shows statuses and ISO weeks of recording, nothing else: no
    reference, and on no page the case's own code either, because one code at the police and at the court would join
    two histories into one that nobody else shares. The file of a history has that code, in leaves that cannot be
    changed: so a case has the file of one stay alone (`tracker.queries.monitoring`).
    """
    return cases >= SMALLEST


def listed(said: int) -> int:
    """How many histories are shown of a group of which `said` is said: as many as there are in any case.

    Else counting them would give the true number, and what is hidden beside it by subtraction.
    """
    return max(SMALLEST, said - STEP // 2)


def share(part: int | None, whole: int | None) -> int | None:
    """Whole per cent, from numbers already rounded; None unless the whole is at least twenty."""
    if part is None or whole is None or whole < LEAST_FOR_SHARE:
        return None
    return min(100, round(100 * part / whole))


def may_break_down(n: int) -> bool:
    """Whether a public table may say how `n` cases of one institution ended, or how long they took.

    Below twenty only the total is said. To withhold the table only where all of a few cases ended one way would
    itself say so.
    """
    return n >= LEAST_FOR_SHARE


def duration(quantile: Quantile, n: int) -> Quantile:
    """A quartile as the public reads it: of twenty or more, whole days, without its interval's ends."""
    return Quantile(quantile.day if may_break_down(n) else None, None, None)

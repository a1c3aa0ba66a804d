"""Another edition of a report: which of its numbers have moved enough to be said anew.

Two editions are two looks at the same quarter. Who knows that one case was added between them would read from every
number that changed where it stood: four became five, so it was four. So a number keeps what was said of it until it
has moved by five cases or more; those hide each other. From where it moved is reckoned from the true numbers of the
earlier editions, which the histories give again for ever.
"""

from collections.abc import Iterable, Mapping, Sequence

from tracker.indicators.disclosure import SMALLEST, fewest
from tracker.indicators.reported import Counts

Place = tuple[str, str, str]
"""Table, stage, row."""

OF_ENTRIES = ("quality",)
"""Tables that count entries, of which one case has many: no number of them tells how many cases moved it. They stand as
the first edition said them."""

Numbers = Mapping[Place, int]


def numbers(counts: Iterable[Counts]) -> dict[Place, int]:
    """The true numbers."""
    return {
        (one.code, one.stage, row.code): row.number
        for one in counts
        for row in one.rows
        if row.number is not None
    }


def stood_for(editions: Iterable[Sequence[Counts]]) -> dict[Place, int]:
    """What the numbers of the last of these editions (oldest first) stand for: each as it was when last said anew."""
    known: dict[Place, int] = {}
    for counts in editions:
        now = numbers(counts)
        anew = moved(counts, known) | (now.keys() - known.keys())
        known |= {place: now[place] for place in anew}
    return known


def moved(counts: Iterable[Counts], before: Numbers) -> set[Place]:
    """The numbers that have moved by five cases or more from what is said of them."""
    return {
        place
        for one in counts
        if one.code not in OF_ENTRIES
        for place, number in numbers([one]).items()
        if place in before and fewest(abs(number - before[place]), one.repeats) >= SMALLEST
    }

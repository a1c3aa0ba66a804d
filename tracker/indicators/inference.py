"""What a reader can infer from a report: which hidden numbers the sums give away.

Numbers that are rounded each on its own still must add up: what was open, plus what came, less what ended, is open at
the end, and stands at the start of the next quarter's report. Bounds are carried along these sums until nothing moves.
Most of the sums make a tree, where this gives exactly what linear programming would; tests attack with a solver.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from tracker.indicators.disclosure import SMALLEST
from tracker.indicators.durations import MARKS
from tracker.indicators.words import RESOLVED, Beginning, End

Place = tuple[str, str, str, str]
"""Period, stage, table, row."""

_BANDS = ("band_0", "band_91", "band_181", "band_366", "band_731")
_ENDS = (*RESOLVED, End.MOVED_OUT)


class Told(NamedTuple):
    """The numbers of one report: by stage, table and row; None is hidden."""

    period: str
    before: str
    step: int
    numbers: Mapping[tuple[str, str, str], int | None]
    kept: frozenset[tuple[str, str, str]] = frozenset()
    """Those that stand as an earlier edition said them: each may have moved since by less than five."""
    many: Mapping[tuple[str, str, str], int] = MappingProxyType({})
    """Of those that are hidden and yet are five or more (stays of fewer cases), how many they are."""


class Sum(NamedTuple):
    """`left` adds up to the same as `right`; with `at_most`, to no more."""

    left: Sequence[Place]
    right: Sequence[Place]
    at_most: bool = False


Bounds = dict[Place, tuple[int, int]]
_MOST_ROUNDS = 50


def recovered(reports: Iterable[Told]) -> list[Place]:
    """The hidden numbers of which only one value remains possible."""
    told = list(reports)
    before = {place: bound for one in told for place, bound in _bounds(one).items()}
    after = narrowed(before, [one for report in told for one in sums(report) if _known(one, before)])
    hidden = {(one.period, *place) for one in told for place, number in one.numbers.items() if number is None}
    return [place for place, (low, high) in after.items() if place in hidden and low >= high]


def narrowed(bounds: Bounds, known: Sequence[Sum]) -> Bounds:
    """The bounds, as narrow as the sums make them."""
    found = dict(bounds)
    for _round in range(_MOST_ROUNDS):
        before = dict(found)
        for one in known:
            _carry(one, found)
        if found == before:
            break
    return found


def sums(report: Told) -> list[Sum]:
    """Everything that must add up in a report, and with the report before it."""
    stages = {stage for stage, table, _row in report.numbers if table == "caseload"}
    whole = [*_parts(report, "", "links"), *_parts(report, "", "received"), *_parts(report, "", "sent")]
    return [one for stage in stages for one in _of_stage(report, stage)] + whole


def _of_stage(report: Told, stage: str) -> list[Sum]:
    def at(table: str, *rows: str) -> list[Place]:
        return [(report.period, stage, table, row) for row in rows]

    def books(*rows: str) -> list[Place]:
        return at("caseload", *rows)

    return [
        Sum(books(*Beginning), books("came_in")),
        Sum(books(*RESOLVED), books("resolved")),
        Sum(
            books("open_at_start", "came_in"),
            books("resolved", End.MOVED_OUT, End.SUSPENDED, "open_at_end"),
        ),
        Sum([(report.before, stage, "caseload", "open_at_end")], books("open_at_start")),
        Sum(books("came_in"), at("time", "n")),
        Sum(at("time", "n"), at("ends", "n")),
        Sum(at("ages", *_BANDS), at("ages", "n")),
        Sum(at("ages", "n"), books("open_at_end")),
        Sum(at("ages", "over_limit"), at("ages", "with_limit"), at_most=True),
        Sum(at("on_time", "part", "late", "still_open"), at("on_time", "n")),
        Sum(at("progression", "part"), at("progression", "n"), at_most=True),
        *_followed(at("time", *(f"open_at_{mark}" for mark in MARKS))),
        *(
            Sum(
                at("ends", *(f"{end}_at_{mark}" for end in _ENDS)) + at("time", f"open_at_{mark}"),
                at("time", "n"),
            )
            for mark in MARKS
        ),
    ]


def _followed(places: Sequence[Place]) -> list[Sum]:
    """Who is open later was open before."""
    return [Sum([later], [earlier], at_most=True) for earlier, later in pairwise(places)]


def _parts(report: Told, stage: str, table: str) -> list[Sum]:
    def at(row: str) -> list[Place]:
        return [(report.period, stage, table, row)]

    return [
        Sum(at("acknowledged"), at("n"), at_most=True),
        Sum(at("unanswered"), at("judged"), at_most=True),
    ]


def _bounds(report: Told) -> Bounds:
    bounds = {}
    for place, number in report.numbers.items():
        low, high = _bound(number, report.step)
        high = max(high, report.many.get(place, 0)) if number is None else high
        more = SMALLEST - 1 if place in report.kept else 0
        bounds[report.period, *place] = max(0, low - more), high + more
    return bounds


def _bound(number: int | None, step: int) -> tuple[int, int]:
    """Between what a number lies that was rounded to a multiple of `step`, a half upwards."""
    if number is None:
        return 0, SMALLEST - 1
    return SMALLEST if number == step else number - step // 2, number + (step - 1) // 2


def _known(one: Sum, bounds: Bounds) -> bool:
    return all(place in bounds for place in (*one.left, *one.right))


def _carry(one: Sum, bounds: Bounds) -> None:
    """Narrows the bounds of each number by those of the others."""
    signed = [(place, 1) for place in one.left] + [(place, -1) for place in one.right]
    for place, sign in signed:
        others = [(other, way) for other, way in signed if other != place]
        # sign * x = -(sum of the others): at most where they are least, at least where they are most.
        least = sum(bounds[other][0] if way > 0 else -bounds[other][1] for other, way in others)
        most = sum(bounds[other][1] if way > 0 else -bounds[other][0] for other, way in others)
        low, high = bounds[place]
        if sign > 0:
            bounds[place] = (low if one.at_most else max(low, -most), min(high, -least))
        else:
            bounds[place] = (max(low, least), high if one.at_most else min(high, most))

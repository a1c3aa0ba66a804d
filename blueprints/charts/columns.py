"""Columns: what came in and what was decided in each period, and a line of what stayed open."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from blueprints.charts import letters, scales
from blueprints.charts.legend import legend
from blueprints.charts.marks import WIDTH, Chart, Dot, Mark, Path, Rect, Text
from blueprints.charts.scales import Scale

_HEIGHT = 190
_WIDEST = 26


class Period(NamedTuple):
    """One period: two lines under it, what came and went, what was open at its end. `None`: not said."""

    upper: str
    lower: str
    came: int | None
    went: int | None
    open: int | None
    under: str = ""
    """A figure under the period, its clearance rate."""


def columns(
    title: str, description: str, periods: Sequence[Period], *, names: tuple[str, str, str], under: str = ""
) -> Chart:
    """The periods side by side; `names`: of what came, what went, what was open; `under`: of the figures below."""
    key, top = legend([(names[0], "fill3"), (names[1], "fill1"), (names[2], "line2")])
    values = [v for one in periods for v in (one.came, one.went, one.open) if v is not None]
    steps = scales.ticks(max(values, default=1))
    floor = top + _HEIGHT
    start = max(letters.width(f"{value:,}") for value in steps) + 8
    x = Scale(0, len(periods), start, WIDTH - 4)
    y = Scale(0, steps[-1], floor, top + 10)
    marks: list[Mark] = [*key, *_axis(steps, start, y)]
    for number, one in enumerate(periods):
        marks += _period(one, x(number), x(number + 1), y)
    marks += _open_line(periods, x, y)
    height = floor + 2 * letters.LINE + 6.0
    if under:
        height += letters.LINE
        marks += [Text(x(n + 0.5), height, one.under, "strong", "middle") for n, one in enumerate(periods)]
        height += letters.LINE + 2
        marks.append(Text(start, height, f"↑ {under}", "soft"))
        height += 6
    return Chart(title, description, height, marks)


def _axis(steps: Sequence[int], start: float, y: Scale) -> list[Mark]:
    marks: list[Mark] = []
    for value in steps:
        marks.append(Path([(start, y(value)), (WIDTH - 4, y(value))], "grid"))
        marks.append(Text(start - 5, y(value) + 4, f"{value:,}", "soft", "end"))
    return marks


def _period(one: Period, start: float, end: float, y: Scale) -> list[Mark]:
    middle, wide = (start + end) / 2, min(_WIDEST, (end - start) * 0.38)
    marks: list[Mark] = []
    for value, at, kind in ((one.came, middle - wide - 1, "fill3"), (one.went, middle + 1, "fill1")):
        if value is not None:
            marks.append(Rect(at, y(value), wide, y.start - y(value), kind))
    marks.append(Text(middle, y.start + letters.LINE, one.upper, "soft", "middle"))
    marks.append(Text(middle, y.start + 2 * letters.LINE, one.lower, "soft", "middle"))
    return marks


def _open_line(periods: Sequence[Period], x: Scale, y: Scale) -> list[Mark]:
    """A line where neighbours are known, a dot at each: no line is drawn over a number that is not said."""
    places = [None if one.open is None else (x(n + 0.5), y(one.open)) for n, one in enumerate(periods)]
    marks: list[Mark] = [Path([a, b], "line2 plain") for a, b in pairwise(places) if a and b]
    return [*marks, *(Dot(*at, 3.5, "dot2") for at in places if at)]

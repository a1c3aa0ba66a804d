"""The funnel plot: a share for each institution by its number of cases, and what chance alone explains.

Spiegelhalter 2005 (doi 10.1002/sim.1970). It compares without ranking: inside the funnel nobody differs.
"""

from collections.abc import Sequence
from typing import NamedTuple

from blueprints.charts import letters, scales
from blueprints.charts.legend import legend
from blueprints.charts.marks import WIDTH, Box, Chart, Dot, Mark, Path, Text
from blueprints.charts.scales import Scale

_HIGH, _START, _END = 220, 42, WIDTH - 16
_RADIUS = 4


class Point(NamedTuple):
    """One institution. `outside`: beyond what chance explains; `own`: the one that the page is about."""

    name: str
    n: int
    share: float
    outside: bool = False
    own: bool = False


class Limits(NamedTuple):
    """The limits at one number of cases: of 95 % and of 99.8 %, shares between 0 and 1."""

    n: int
    inner: tuple[float, float]
    outer: tuple[float, float]


def funnel(
    title: str,
    description: str,
    points: Sequence[Point],
    limits: Sequence[Limits],
    target: float,
    *,
    axis: str,
    target_name: str,
) -> Chart:
    """The points over their number of cases (logarithmic), the limits around `target`, names where they have room.

    The own institution is named first, then those outside the funnel, the largest first; a name that would lie on
    another one or on a point is left to the table.
    """
    sizes = [one.n for one in points] + [one.n for one in limits]
    x = Scale(min(sizes, default=10), max(sizes, default=100), _START, _END, log=True)
    key, top = legend([(target_name, "line1")])
    y = _shares(points, limits, top + 8)
    marks: list[Mark] = [*key, *_areas(limits, x, y), *_axes(x, y, axis)]
    marks.append(Path([(_START, y(target)), (_END, y(target))], "line1 plain"))
    dots = [Dot(x(one.n), y(one.share), _RADIUS, _kind(one)) for one in points]
    marks += [*dots, *_names(points, dots, y)]
    return Chart(title, description, y.start + 42, marks)


def _shares(points: Sequence[Point], limits: Sequence[Limits], top: float) -> Scale:
    shares = [one.share for one in points] + [edge for one in limits for edge in one.inner]
    low = max(0, int(min(shares, default=0) * 10) / 10)
    high = min(1, -int(-max(shares, default=1) * 10) / 10 + 0.1)
    return Scale(low, high, top + _HIGH, top)


def _areas(limits: Sequence[Limits], x: Scale, y: Scale) -> list[Mark]:
    if not limits:
        return []
    made: list[Mark] = []
    for kind, edges in (
        ("outer", [(one.n, *one.outer) for one in limits]),
        ("inner", [(one.n, *one.inner) for one in limits]),
    ):
        upper = [(x(n), y(high)) for n, _low, high in edges]
        lower = [(x(n), y(low)) for n, low, _high in reversed(edges)]
        made.append(Path([*upper, *lower], kind, closed=True))
    return made


def _axes(x: Scale, y: Scale, axis: str) -> list[Mark]:
    marks: list[Mark] = []
    step = 10 if y.high - y.low <= 0.6 else 20
    for percent in range(round(y.low * 100), round(y.high * 100) + 1, step):
        at = y(percent / 100)
        marks.append(Path([(_START, at), (_END, at)], "grid"))
        marks.append(Text(_START - 5, at + 4, f"{percent}%", "soft", "end"))
    sizes = scales.log_ticks(x.low, x.high)
    marks += [Text(x(n), y.start + 20, f"{n:,}", "soft", "middle") for n in sizes]
    return [*marks, Text((_START + _END) / 2, y.start + 36, axis, "soft", "middle")]


def _kind(one: Point) -> str:
    return "own" if one.own else "outside" if one.outside else "inside"


def _names(points: Sequence[Point], dots: Sequence[Dot], y: Scale) -> list[Mark]:
    sheet = Box(_START, y.end - 8, WIDTH, y.start)
    taken = [_around(dot) for dot in dots]
    named: list[Mark] = []
    pairs = [(one, dot) for one, dot in zip(points, dots, strict=True) if one.own or one.outside]
    for one, dot in sorted(pairs, key=lambda pair: (not pair[0].own, -pair[0].n)):
        kind = "strong word2" if one.own else "word2"
        found = next(
            (text for text in _places(one.name, dot, kind) if _has_room(text, dot, taken, sheet)), None
        )
        if found:
            taken.append(found.box)
            named.append(found)
    return named


def _places(name: str, dot: Dot, kind: str) -> list[Text]:
    said = letters.short(name, WIDTH / 2)
    away = _RADIUS + 4
    return [
        Text(dot.x + away, dot.y + 4, said, kind),
        Text(dot.x - away, dot.y + 4, said, kind, "end"),
        Text(dot.x, dot.y - away - 2, said, kind, "middle"),
        Text(dot.x, dot.y + away + 11, said, kind, "middle"),
    ]


def _has_room(text: Text, dot: Dot, taken: Sequence[Box], sheet: Box) -> bool:
    box = text.box
    if not box.within(sheet):
        return False
    return not any(box.meets(other) for other in taken if other != _around(dot))


def _around(dot: Dot) -> Box:
    return Box(dot.x - dot.r, dot.y - dot.r, dot.x + dot.r, dot.y + dot.r)

"""Step curves: which share of the cases is still open so many days after they came."""

from collections.abc import Sequence
from typing import NamedTuple

from blueprints.charts import letters, scales
from blueprints.charts.marks import WIDTH, Chart, Mark, Path, Text
from blueprints.charts.marks import Dot as _Dot
from blueprints.charts.scales import Scale

MOST_STEPS = 220
"""More cannot be told apart on the sheet; a band has half as many."""

_TOP, _HEIGHT = 12, 240
_FLOOR = _HEIGHT - 42
_START = 42
_LABELS = 150

Steps = Sequence[tuple[int, float]]
"""(day, share from that day on), in order of days; before the first the share is 1."""


class Curve(NamedTuple):
    """One curve, by the name that stands at its end. `band`: the lower and the upper edge of its interval."""

    name: str
    steps: Steps
    last: int
    """The last day that anything is known of."""
    band: tuple[Steps, Steps] | None = None
    middle: int | None = None
    """The day by which half have ended."""


def curves(title: str, description: str, shown: Sequence[Curve], *, axis: str) -> Chart:
    """The curves over days, each with its name at its end and a dot at its middle; `axis` names the days."""
    last = max([one.last for one in shown] or [1]) or 1
    names = [letters.lines(one.name, _LABELS / letters.BOLD, most=3) for one in shown]
    room = max((letters.width(line, bold=True) for its in names for line in its), default=0) + 10
    x = Scale(0, last, _START, WIDTH - room)
    y = Scale(0, 1, _FLOOR, _TOP)
    marks: list[Mark] = _axes(x, y, last, axis)
    for number, one in enumerate(shown, start=1):
        if one.band:
            marks.append(Path(_area(one, x, y), f"band{number}", closed=True))
    for number, one in enumerate(shown, start=1):
        marks.append(Path(_line(one.steps, one.last, x, y, MOST_STEPS), f"line{number}"))
        if one.middle is not None:
            marks.append(_Dot(x(one.middle), y(0.5), 4, f"dot{number}"))
    marks += _names(shown, names, x, y)
    return Chart(title, description, _HEIGHT, marks)


def _axes(x: Scale, y: Scale, last: int, axis: str) -> list[Mark]:
    marks: list[Mark] = []
    for percent in (0, 25, 50, 75, 100):
        at = y(percent / 100)
        marks.append(Path([(x.start, at), (x.end, at)], "half" if percent == 50 else "grid"))
        marks.append(Text(x.start - 5, at + 4, f"{percent}%", "soft", "end"))
    for day in scales.day_ticks(last):
        marks.append(Path([(x(day), _FLOOR), (x(day), _FLOOR + 4)], "grid"))
        marks.append(Text(x(day), _FLOOR + 20, str(day), "soft", "middle"))
    marks.append(Text((x.start + x.end) / 2, _FLOOR + 36, axis, "soft", "middle"))
    return marks


def _names(shown: Sequence[Curve], names: Sequence[Sequence[str]], x: Scale, y: Scale) -> list[Mark]:
    """Each name at the end of its curve, on as many lines as it takes."""
    ends = [y(one.steps[-1][1] if one.steps else 1.0) + 4 for one in shown]
    most = max(map(len, names), default=1)
    places = scales.apart(
        ends, letters.LINE * most, _TOP + letters.ASCENT, _FLOOR - letters.LINE * (most - 1)
    )
    return [
        Text(x.end + 6, at + letters.LINE * line, words, f"strong word{number}")
        for number, (its, at) in enumerate(zip(names, places, strict=True), start=1)
        for line, words in enumerate(its)
    ]


def thinned(steps: Steps, most: int, last: int) -> Steps:
    """At most `most` of the steps: the days are cut into as many equal parts, and each part keeps its last step."""
    if len(steps) <= most:
        return steps
    kept = {day * most // (last + 1): (day, share) for day, share in steps}
    return list(kept.values())


def _line(steps: Steps, last: int, x: Scale, y: Scale, most: int) -> list[tuple[float, float]]:
    points, height = [(x(0), y(1))], y(1)
    for day, share in thinned(steps, most, last):
        points += [(x(day), height), (x(day), y(share))]
        height = y(share)
    return [*points, (x(last), height)]


def _area(one: Curve, x: Scale, y: Scale) -> list[tuple[float, float]]:
    low, high = one.band or ((), ())
    most = MOST_STEPS // 2
    return [*_line(high, one.last, x, y, most), *reversed(_line(low, one.last, x, y, most))]

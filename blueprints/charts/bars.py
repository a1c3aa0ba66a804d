"""Bars that lie: one number a row, two to compare in a row, or the parts of a whole. The words stand above the bar."""

from collections.abc import Sequence
from typing import NamedTuple

from blueprints.charts import letters
from blueprints.charts.legend import legend
from blueprints.charts.marks import WIDTH, Chart, Mark, Rect, Text

_THICK = 13
_GAP = 10


class Bar(NamedTuple):
    """One row: its label, its number (`None`: not said), and the number in words."""

    label: str
    value: float | None
    words: str
    kind: str = "fill1"


class Pair(NamedTuple):
    """A row of two bars to compare, each with its own words; the names stand in the key."""

    label: str
    first: tuple[float | None, str]
    second: tuple[float | None, str]


class Stack(NamedTuple):
    """A row that is a whole: the share of each part (`None`: not said), in the order of the key."""

    label: str
    shares: Sequence[float | None]
    words: str = ""


def bars(title: str, description: str, rows: Sequence[Bar], *, whole: float | None = None) -> Chart:
    """A bar a row, as long as its number is of `whole` (default: of the largest)."""
    longest = whole or max((row.value or 0 for row in rows), default=0) or 1
    marks: list[Mark] = []
    y = 0.0
    for row in rows:
        y = _heading(marks, y, row.label, row.words)
        marks.append(Rect(0, y, WIDTH, _THICK, "rail"))
        if row.value:
            marks.append(Rect(0, y, max(WIDTH * row.value / longest, 1), _THICK, row.kind))
        y += _THICK + _GAP
    return Chart(title, description, y, marks)


def pairs(title: str, description: str, rows: Sequence[Pair], *, names: tuple[str, str]) -> Chart:
    """Two bars a row under the same heading; both on one scale."""
    marks, y = legend([(names[0], "fill1"), (names[1], "fill3")])
    values = [value or 0 for row in rows for value, _words in (row.first, row.second)]
    reach = max((letters.width(words) for row in rows for _v, words in (row.first, row.second)), default=0)
    room, longest = WIDTH - reach - 8, max(values, default=0) or 1
    for row in rows:
        y = _heading(marks, y, row.label, "")
        for (value, words), kind in ((row.first, "fill1"), (row.second, "fill3")):
            long = room * (value or 0) / longest
            if long:
                marks.append(Rect(0, y, max(long, 1), _THICK, kind))
            marks.append(Text(long + 5 if long else 0, y + 11, words))
            y += _THICK + 3
        y += _GAP - 3
    return Chart(title, description, y, marks)


def stacks(title: str, description: str, rows: Sequence[Stack], *, names: Sequence[str]) -> Chart:
    """The parts of each row's whole, side by side, with their share in them where it has room."""
    marks, y = legend([(name, f"part{number}") for number, name in enumerate(names, start=1)])
    for row in rows:
        y = _heading(marks, y, row.label, row.words)
        marks.append(Rect(0, y, WIDTH, _THICK + 6, "rail"))
        _parts(marks, y, row.shares)
        y += _THICK + 6 + _GAP
    return Chart(title, description, y, marks)


def _parts(marks: list[Mark], y: float, shares: Sequence[float | None]) -> None:
    x = 0.0
    for number, share in enumerate(shares, start=1):
        wide = WIDTH * (share or 0)
        if not wide:
            continue
        marks.append(Rect(x, y, max(wide - 1, 0.5), _THICK + 6, f"part{number}"))
        words = f"{round(100 * (share or 0))}%"
        if letters.width(words, bold=True) + 6 < wide:
            marks.append(Text(x + wide / 2, y + 14, words, f"strong on{number}", "middle"))
        x += wide


def _heading(marks: list[Mark], y: float, label: str, words: str) -> float:
    """The label at the start and the number at the end of the line above a bar; gives where the bar begins."""
    room = WIDTH - (letters.width(words, bold=True) + 12 if words else 0)
    said = letters.lines(label, room)
    for number, line in enumerate(said):
        marks.append(Text(0, y + letters.LINE * (number + 1) - 3, line))
    if words:
        marks.append(Text(WIDTH, y + letters.LINE * len(said) - 3, words, "strong", "end"))
    return y + letters.LINE * len(said) + 1

"""The key of a chart that cannot carry its names on the marks themselves."""

from collections.abc import Sequence

from blueprints.charts import letters
from blueprints.charts.marks import WIDTH, Mark, Path, Rect, Text

_SAMPLE = 16


def legend(entries: Sequence[tuple[str, str]]) -> tuple[list[Mark], float]:
    """The key for (name, kind of its marks), on as many lines as it needs, and the place below it."""
    marks: list[Mark] = []
    x, y = 0.0, letters.LINE - 3.0
    for name, kind in entries:
        said = letters.short(name, WIDTH - _SAMPLE - 6)
        reach = _SAMPLE + letters.width(said) + 14
        if x and x + reach - 14 > WIDTH:
            x, y = 0.0, y + letters.LINE + 2
        marks += [*_sample(x, y, kind), Text(x + _SAMPLE, y, said)]
        x += reach
    return marks, y + 6


def _sample(x: float, y: float, kind: str) -> list[Mark]:
    if kind.startswith("line"):
        return [Path([(x, y - 4), (x + 12, y - 4)], f"{kind} plain")]
    return [Rect(x, y - 10, 11, 11, kind)]

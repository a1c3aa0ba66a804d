"""Charts made on the server: numbers and words go in, marks on a sheet come out; `components/chart.html` draws them.

Pure: no request, no database, no language of its own. Every word comes translated from the caller. A chart is laid
out from left to right; `Chart.toward("rtl")` is the same sheet in a mirror, as Arabic reads it.
"""

from blueprints.charts.bars import Bar, Pair, Stack, bars, pairs, stacks
from blueprints.charts.columns import Period, columns
from blueprints.charts.curve import Curve, curves
from blueprints.charts.funnel import Limits, Point, funnel
from blueprints.charts.marks import Chart

__all__ = [
    "Bar",
    "Chart",
    "Curve",
    "Limits",
    "Pair",
    "Period",
    "Point",
    "Stack",
    "bars",
    "columns",
    "curves",
    "funnel",
    "pairs",
    "stacks",
]

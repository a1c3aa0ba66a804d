"""The gate of a report: tables of true numbers go in, what may be said comes out, once, before anything is made of it.

HTML, charts, CSV, JSON and print are all made from what comes out, so none of them can say more. Every number is
rounded on its own; rates and percentages are reckoned from the rounded numbers. What readers can infer from all of it
together is reckoned too (`inference`): where a hidden number would not stay hidden, all are rounded more coarsely.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from tracker.indicators import inference
from tracker.indicators.disclosure import LEAST_FOR_SHARE, STEP, disclosed
from tracker.indicators.disclosure import share as percent
from tracker.indicators.figures import Basis
from tracker.indicators.periods import Period
from tracker.indicators.reported import Counted, Counts

FORMAT = "protection-tracker/report@v1"

CASES, PERCENT, DAYS = "cases", "percent", "days"
NOTHING = ""
"""A cell in which there is nothing to say."""

STEPS = (STEP, 10, 20, 50)
"""To what numbers are rounded: the first that hides what it must."""

Cell = int | str | None
"""None: fewer than five, or too few to say it of. `NOTHING`: the row has no such cell."""


class Line(NamedTuple):
    """One row: its code, and a cell for each column of its table."""

    code: str
    cells: tuple[Cell, ...]


class Table(NamedTuple):
    """One table of a report. `stage` is "" where it is about the whole; `indicator`: M1 to M18."""

    code: str
    stage: str
    indicator: str
    columns: tuple[str, ...]
    lines: Sequence[Line]

    def plain(self) -> dict[str, Any]:
        """As it stands in the report."""
        return {
            "table": self.code,
            "stage": self.stage,
            "indicator": self.indicator,
            "columns": list(self.columns),
            "rows": [[line.code, *line.cells] for line in self.lines],
        }


class Said(NamedTuple):
    """What a report says for one period: its tables, and to what their numbers are rounded."""

    period: Period
    step: int
    tables: Sequence[Table]


def read(content: Mapping[str, Any]) -> Said:
    """What a report's content says."""
    tables = [
        Table(
            plain["table"],
            plain["stage"],
            plain["indicator"],
            tuple(plain["columns"]),
            [Line(code, tuple(cells)) for code, *cells in plain["rows"]],
        )
        for plain in content["tables"]
    ]
    return Said(Period.of(content["period"]), content["gate"]["step"], tables)


def gate(counts: Sequence[Counts], period: Period, beside: Iterable[Said] = ()) -> Said:
    """What may be said of these counts. `beside`: what is said already of the periods before and after."""
    known = [told(one) for one in beside]
    tried = (at_step(counts, period, step) for step in STEPS)
    safe = (said for said in tried if not inference.recovered([*known, told(said)]))
    return next(safe, None) or at_step(counts, period, STEPS[-1])


def at_step(counts: Sequence[Counts], period: Period, step: int) -> Said:
    """The counts, each rounded to a multiple of `step`."""
    tables = [_table(one, step) for one in counts]
    rates = [_rates(table, period) for table in tables if table.code == "caseload"]
    return Said(period, step, [*tables, *rates])


def told(said: Said) -> inference.Told:
    """The numbers of a report, as a reader who wants to know more takes them."""
    numbers = {
        (table.stage, table.code, line.code): line.cells[0]
        for table in said.tables
        if table.columns[0] == CASES
        for line in table.lines
        if not isinstance(line.cells[0], str)
    }
    return inference.Told(str(said.period), str(said.period.earlier(1)), said.step, numbers)


def basis(one: Basis) -> dict[str, Any]:
    """What the report was computed from, as it stands in the report."""
    return {
        "as_of": one.as_of.isoformat(),
        "known_at": one.known_at.isoformat(),
        "log_position": one.log_position,
        "checkpoint": one.checkpoint,
        "definitions": dict(one.definitions),
    }


def changed(before: Iterable[Table], after: Iterable[Table]) -> list[list[Any]]:
    """Every cell that differs: [table, stage, row, column, what it was, what it is now]."""
    was, now = cells(before), cells(after)
    return [
        [*place, was.get(place), now.get(place)]
        for place in dict.fromkeys([*now, *was])
        if was.get(place) != now.get(place)
    ]


def cells(tables: Iterable[Table]) -> dict[tuple[str, str, str, str], Cell]:
    """Every cell by table, stage, row and column."""
    return {
        (table.code, table.stage, line.code, column): cell
        for table in tables
        for line in table.lines
        for column, cell in zip(table.columns, line.cells, strict=True)
    }


def _table(counts: Counts, step: int) -> Table:
    columns = [CASES]
    columns += [PERCENT] if any(row.of for row in counts.rows) else []
    columns += [DAYS] if any(row.number is None for row in counts.rows) else []
    numbers = {row.code: disclosed(row.number, step=step) for row in counts.rows if row.number is not None}
    lines = [Line(row.code, tuple(_cell(row, column, numbers) for column in columns)) for row in counts.rows]
    return Table(counts.code, counts.stage, counts.indicator, tuple(columns), lines)


def _cell(row: Counted, column: str, numbers: Mapping[str, int | None]) -> Cell:
    if column == CASES:
        return NOTHING if row.number is None else numbers[row.code]
    if column == PERCENT:
        return percent(numbers[row.code], numbers[row.of]) if row.of else NOTHING
    return row.days if row.number is None else NOTHING


def _rates(caseload: Table, period: Period) -> Table:
    """M2 and M3, from the numbers that are said."""
    said = {line.code: line.cells[0] for line in caseload.lines}
    came, resolved, left = said["came_in"], said["resolved"], said["open_at_end"]
    return Table(
        "rates",
        caseload.stage,
        "M2",
        (PERCENT, DAYS),
        [
            Line("clearance", (_ratio(100, resolved, came), NOTHING)),
            Line("disposition", (NOTHING, _ratio(period.days_of_forecast, left, resolved))),
        ],
    )


def _ratio(times: int, part: Cell, whole: Cell) -> Cell:
    """Of numbers that are said already; None unless the whole is at least twenty."""
    if not isinstance(part, int) or not isinstance(whole, int) or whole < LEAST_FOR_SHARE:
        return None
    return round(times * part / whole)

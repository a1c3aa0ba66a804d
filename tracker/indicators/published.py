"""The gate of a report: tables of true numbers go in, what may be said comes out, once, before anything is made of it.

HTML, charts, CSV, JSON and print are all made from what comes out, so none of them can say more. Every number is
rounded on its own; rates and percentages are reckoned from the rounded numbers. What readers can infer from all of it
together is reckoned too (`inference`): where a hidden number would not stay hidden, all are rounded more coarsely.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from tracker.indicators import editions, inference
from tracker.indicators.disclosure import LEAST_FOR_SHARE, SMALLEST, STEP, disclosed, fewest
from tracker.indicators.disclosure import share as percent
from tracker.indicators.editions import Numbers, Place
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
    many: Mapping[Place, int] = MappingProxyType({})
    """What is hidden although it is five or more: stays of fewer cases. It stands in no report."""
    kept: frozenset[Place] = frozenset()
    """The numbers that stand as an earlier edition said them: they may have moved since, by less than five cases."""


class Before(NamedTuple):
    """What the edition before said, and the true numbers for which that stands (`editions.stood_for`)."""

    said: Said
    numbers: Numbers


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
    said = Said(Period.of(content["period"]), content["gate"]["step"], tables)
    if not content["corrects"]:
        return said
    changed = {(table, stage, row) for table, stage, row, *_rest in content["corrects"]["changed"]}
    return said._replace(kept=frozenset(_places(tables) - changed))


def gate(
    counts: Sequence[Counts], period: Period, beside: Iterable[Said] = (), before: Before | None = None
) -> Said:
    """What may be said of these counts. `beside`: what is said already of the periods before and after.

    `before`: of the edition before this one, where there is one; what it said stands wherever too little moved.
    """
    known = [told(one) for one in beside]
    steps = [step for step in STEPS if before is None or step >= before.said.step]
    tried = (at_step(counts, period, step, before) for step in steps)
    safe = (said for said in tried if not inference.recovered([*known, told(said)]))
    return next(safe, None) or at_step(counts, period, STEPS[-1], before)


def at_step(counts: Sequence[Counts], period: Period, step: int, before: Before | None = None) -> Said:
    """The counts, each rounded to a multiple of `step`, or as the edition before said it."""
    if before is None:
        tables, kept = [_table(one, step, {}) for one in counts], frozenset[Place]()
    else:
        moved = editions.moved(counts, before.numbers)
        tables = [_again(one, step, before.said, moved) for one in counts]
        kept = frozenset(_places(tables) - moved)
    rates = [_rates(table, period) for table in tables if table.code == "caseload"]
    many = {
        (one.code, one.stage, row.code): row.number
        for one in counts
        for row in one.rows
        if row.number is not None and row.number >= SMALLEST > fewest(row.number, one.repeats)
    }
    return Said(period, step, [*tables, *rates], many, kept)


def _again(counts: Counts, step: int, before: Said, moved: set[Place]) -> Table:
    """A table of another edition: as it was, but for the numbers that moved.

    Days, and rows that come or go, are said anew in a table in which some number is, and in no other.
    """
    was = next((one for one in before.tables if (one.code, one.stage) == (counts.code, counts.stage)), None)
    if was is None:
        return _table(counts, step, {})
    if not any((counts.code, counts.stage, row.code) in moved for row in counts.rows):
        return was
    held = {
        line.code: line.cells[0]
        for line in was.lines
        if (counts.code, counts.stage, line.code) not in moved and line.cells[0] != NOTHING
    }
    return _table(counts, step, held)


def _places(tables: Iterable[Table]) -> set[Place]:
    """Where there are numbers."""
    return {
        (table.code, table.stage, line.code)
        for table in tables
        if table.columns[0] == CASES
        for line in table.lines
        if line.cells[0] != NOTHING
    }


def told(said: Said) -> inference.Told:
    """The numbers of a report, as a reader who wants to know more takes them."""
    numbers = {
        (table.stage, table.code, line.code): line.cells[0]
        for table in said.tables
        if table.columns[0] == CASES
        for line in table.lines
        if not isinstance(line.cells[0], str)
    }
    kept = frozenset((stage, table, row) for table, stage, row in said.kept)
    many = {(stage, table, row): number for (table, stage, row), number in said.many.items()}
    return inference.Told(str(said.period), str(said.period.earlier(1)), said.step, numbers, kept, many)


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


def _table(counts: Counts, step: int, held: Mapping[str, Cell]) -> Table:
    """`held`: what is said of a row whatever is counted."""
    columns = [CASES]
    columns += [PERCENT] if any(row.of for row in counts.rows) else []
    columns += [DAYS] if any(row.number is None for row in counts.rows) else []
    numbers: dict[str, Cell] = {
        row.code: disclosed(row.number, fewest(row.number, counts.repeats), step=step)
        for row in counts.rows
        if row.number is not None
    }
    numbers |= {code: cell for code, cell in held.items() if code in numbers}
    lines = [Line(row.code, tuple(_cell(row, column, numbers) for column in columns)) for row in counts.rows]
    return Table(counts.code, counts.stage, counts.indicator, tuple(columns), lines)


def _cell(row: Counted, column: str, numbers: Mapping[str, Cell]) -> Cell:
    if column == CASES:
        return NOTHING if row.number is None else numbers[row.code]
    if column == PERCENT:
        return percent(_number(numbers[row.code]), _number(numbers[row.of])) if row.of else NOTHING
    return row.days if row.number is None else NOTHING


def _number(cell: Cell) -> int | None:
    return cell if isinstance(cell, int) else None


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

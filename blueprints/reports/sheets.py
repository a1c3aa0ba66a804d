"""A report as sheets: each table with its chart, made from what the report says and from nothing else."""

from collections.abc import Callable, Sequence

from blueprints import charts, words
from blueprints.charts import Chart
from blueprints.i18n import _
from blueprints.reports import labels
from blueprints.sheets import Row, Sheet, Value, days, facing, percent, said
from tracker.indicators.periods import Period
from tracker.indicators.published import CASES, DAYS, PERCENT, Cell, Table

_ENDS = ("decided", "withdrawn", "administrative", "moved_out")


def sheets(tables: Sequence[Table], earlier: Sequence[tuple[str, Sequence[Table]]]) -> list[Sheet]:
    """All sheets of a report. `earlier`: (period, tables) of this report and those before it, oldest first."""
    return [_sheet(table, earlier) for table in tables]


def _sheet(table: Table, earlier: Sequence[tuple[str, Sequence[Table]]]) -> Sheet:
    chart = _caseload(table, earlier) if table.code == "caseload" else _DRAWN.get(table.code, _nothing)(table)
    return Sheet(
        code=table.code.replace("_", "-"),
        indicators=("M1", "M2", "M3") if table.code == "rates" else (table.indicator,),
        heading=labels.heading(table.code),
        columns=[labels.column(column) for column in table.columns],
        rows=[
            Row(
                line.code,
                labels.row(table.code, line.code),
                [_value(column, cell) for column, cell in zip(table.columns, line.cells, strict=True)],
            )
            for line in table.lines
        ],
        chart=facing(chart) if chart else None,
        stage=table.stage,
    )


def _value(column: str, cell: Cell) -> Value:
    if isinstance(cell, str):
        return Value(None, cell)
    if column == PERCENT:
        return percent(cell)
    return days(cell) if column == DAYS else said(cell)


def where(table: str, stage: str) -> str:
    """A table with its stage: "Police: Caseload"."""
    name = labels.heading(table)
    return _("%(stage)s: %(table)s", stage=words.stage(stage), table=name) if stage else name


def shown(column: str, cell: Cell) -> str:
    """One cell of a table in words."""
    return _value(column, cell).words


# --- charts -------------------------------------------------------------------------------------------------------


def _nothing(_table: Table) -> Chart | None:
    return None


def _numbers(table: Table, column: str) -> dict[str, int | None]:
    """The numbers of one column, by row; of a table that does not have it, none."""
    if column not in table.columns:
        return {}
    at = table.columns.index(column)
    return {line.code: cell for line in table.lines if not isinstance(cell := line.cells[at], str)}


def _caseload(table: Table, earlier: Sequence[tuple[str, Sequence[Table]]]) -> Chart:
    """What came, what was resolved and what stayed open, over the periods that have been published."""
    periods = []
    for text, tables in earlier:
        same = next((one for one in tables if (one.code, one.stage) == (table.code, table.stage)), None)
        cells = _numbers(same, CASES) if same else {}
        upper, lower = words.period(Period.of(text))
        periods.append(
            charts.Period(upper, lower, cells.get("came_in"), cells.get("resolved"), cells.get("open_at_end"))
        )
    return charts.columns(
        _("What came in, what was resolved, what stayed open"),
        _("As published. Numbers that stand for fewer than five are not drawn."),
        periods,
        names=(_("came in"), _("resolved"), _("open at the end")),
    )


def _bars(column: str, keep: Callable[[str], bool]) -> Callable[[Table], Chart | None]:
    """Draws the rows whose code is kept, by one of their columns."""

    def draw(table: Table) -> Chart | None:
        cells = {code: cell for code, cell in _numbers(table, column).items() if keep(code)}
        if not any(cells.values()):
            return None
        shown = percent if column == PERCENT else said
        bars = [
            charts.Bar(labels.row(table.code, code), cell, shown(cell).words) for code, cell in cells.items()
        ]
        told = _("As published. Numbers that stand for fewer than five are not drawn.")
        whole = 100 if column == PERCENT else None
        return charts.bars(labels.heading(table.code), told, bars, whole=whole)

    return draw


def _ends(table: Table) -> Chart | None:
    cells = _numbers(table, PERCENT)
    marks = sorted({int(code.rsplit("_", 1)[1]) for code in cells if "_at_" in code})
    rows = [
        charts.Stack(
            _("After %(days)s days", days=mark),
            [_share(cells.get(f"{end}_at_{mark}")) for end in _ENDS],
        )
        for mark in marks
        if any(cells.get(f"{end}_at_{mark}") for end in _ENDS)
    ]
    if not rows:
        return None
    names = [labels.row("ends", end) for end in _ENDS]
    return charts.stacks(
        labels.heading("ends"), _("What is not coloured is still open, or not said."), rows, names=names
    )


def _share(cell: int | None) -> float | None:
    return None if cell is None else cell / 100


_DRAWN: dict[str, Callable[[Table], Chart | None]] = {
    "time": _bars(PERCENT, lambda code: code.startswith("open_at_")),
    "ends": _ends,
    "ages": _bars(CASES, lambda code: code.startswith("band_")),
    "on_time": _bars(PERCENT, lambda code: code != "n"),
    "progression": _bars(PERCENT, lambda code: code != "n"),
    "quality": _bars(PERCENT, lambda code: not code.endswith("_of") and code not in ("lag", "corrections")),
    "attrition": _bars(CASES, lambda code: code != "moving"),
    "waiting": _bars(CASES, lambda _code: True),
    "waiting_late": _bars(CASES, lambda _code: True),
    "losses": _bars(CASES, lambda _code: True),
}

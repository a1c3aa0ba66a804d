"""A table as an xlsx sheet: text is text, days are days, the headings stay in view, Arabic from right to left."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from blueprints.tabular import Cell, Heading
from blueprints.tabular.cells import as_text, clean, local

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31
_FIRST_YEAR = 1900
"""A spreadsheet knows no day before."""
_GREATEST = 10**15
"""A spreadsheet keeps fifteen digits of a number."""
_NARROWEST = 12


def write(
    title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]], file: IO[bytes], *, rtl: bool
) -> None:
    """Writes the table, a row at a time."""
    import xlsxwriter

    book = xlsxwriter.Workbook(file, _OPTIONS)
    sheet = book.add_worksheet(_title(title))
    if rtl:
        sheet.right_to_left()
    sheet.freeze_panes(2, 0)
    bold, tags = book.add_format({"bold": True}), book.add_format({"italic": True})
    for column, (label, _tag) in enumerate(headings):
        sheet.set_column(column, column, max(_NARROWEST, len(label) + 2))
        sheet.write_string(0, column, clean(label), bold)
    for column, heading in enumerate(headings):
        sheet.write_string(1, column, heading.tag, tags)
    put = _writer(book, sheet)
    for number, row in enumerate(rows, start=2):
        for column, cell in enumerate(row):
            put(number, column, cell)
    book.close()


def _title(title: str) -> str:
    return _NO_TITLE.sub(" ", clean(title)).strip("' ")[:_LONGEST_TITLE].strip("' ") or "1"


def _writer(book: Any, sheet: Any) -> Callable[[int, int, Cell], None]:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def put(row: int, column: int, cell: Cell) -> None:
        match cell:
            case None:
                return
            case str():
                sheet.write_string(row, column, clean(cell))
            case date() if cell.year <= _FIRST_YEAR:
                sheet.write_string(row, column, as_text(cell))
            case datetime():
                sheet.write_datetime(row, column, local(cell).replace(tzinfo=None), moment)
            case date():
                sheet.write_datetime(row, column, cell, day)
            case _ if abs(cell) < _GREATEST:
                sheet.write_number(row, column, cell)
            case _:
                sheet.write_string(row, column, as_text(cell))

    return put

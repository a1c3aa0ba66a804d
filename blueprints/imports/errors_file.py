"""The rows with errors as a file of the same format: to be mended there, and brought again."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from flask import current_app
from werkzeug.wrappers import Response

from blueprints.i18n import language
from blueprints.imports import pages
from blueprints.tabular.cells import guarded
from tracker.actions import sheets
from tracker.intake.cells import Cell, text_of
from tracker.intake.sheet_fields import REMARK, heading_of, known_headings
from tracker.models import Acting, SheetImport
from tracker.queries import sheets as queries
from tracker.spelling import letters

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WITHOUT_FORMULAS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Text stays text, whatever it begins with (ASVS 5.0, 1.2.10)."""

_FORMATS = ((datetime, "yyyy-mm-dd hh:mm"), (date, "yyyy-mm-dd"), (time, "hh:mm"))
Line = Sequence[Cell]


class Content(NamedTuple):
    """A file: what is in it, its media type and the ending of its name."""

    data: bytes
    kind: str
    ending: str


def answer(sheet: SheetImport, viewer: Acting) -> Response:
    """The file, to be saved."""
    made = content(sheet, viewer)
    return saved(f"{sheet.kind.value}-errors.{made.ending}", made.kind, made.data)


def content(sheet: SheetImport, viewer: Acting) -> Content:
    """The rows with errors: as text where the list was text, else as a workbook."""
    lines = _lines(sheet, viewer)
    if sheet.layout["form"] == "csv":
        return Content(_in_csv(sheet, lines), f"text/csv; charset={_charset(sheet)}", "csv")
    return Content(in_xlsx(lines), XLSX, "xlsx")


def saved(name: str, kind: str, data: bytes) -> Response:
    """An answer that a browser saves under a name of ours."""
    made: Response = current_app.response_class(data, content_type=kind)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


def _lines(sheet: SheetImport, viewer: Acting) -> list[list[Cell]]:
    """Headings first. A column of ours from an earlier round is left out: what to do stands in the new one."""
    heading = sheets.heading_of(sheet, actor=viewer)
    rows = queries.wrong_rows(sheet, viewer=viewer)
    told = [(sheets.opened(row, actor=viewer), pages.remark(sheet, row)) for row in rows]
    width = max([len(heading), *(len(cells) for cells, _ in told)])
    ours = {place for place, cell in enumerate(heading) if _is_ours(sheet, cell)}
    lines = [(heading, heading_of(sheet.kind, REMARK, language())), *told]
    return [[*_without(cells, ours, width), last] for cells, last in lines]


def _is_ours(sheet: SheetImport, heading: Cell) -> bool:
    return known_headings(sheet.kind).get(letters(text_of(heading))) == REMARK


def _without(cells: Line, left_out: set[int], width: int) -> list[Cell]:
    padded = [*cells, *[None] * (width - len(cells))]
    return [cell for place, cell in enumerate(padded) if place not in left_out]


def _in_csv(sheet: SheetImport, lines: Sequence[Line]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sheet.layout["delimiter"])
    writer.writerows([[guarded("" if cell is None else str(cell)) for cell in line] for line in lines])
    return out.getvalue().encode(_encoding(sheet), "replace")


def _encoding(sheet: SheetImport) -> str:
    """As the file came; a remark in Arabic has no place in a Western one, so that one goes back in Unicode."""
    came = str(sheet.layout["encoding"])
    return "utf-8-sig" if came in ("utf-8", "windows-1252", "windows-1256") else came


def _charset(sheet: SheetImport) -> str:
    return "utf-8" if _encoding(sheet) == "utf-8-sig" else "utf-16"


def in_xlsx(lines: Sequence[Line]) -> bytes:
    """The lines as a workbook; days as days, numbers as numbers, and text as nothing but text."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **WITHOUT_FORMULAS}) as book:
        formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS}
        page = book.add_worksheet()
        page.freeze_panes(1, 0)
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                _write(page, number, column, cell, formats)
    return out.getvalue()


def _write(page: Any, line: int, column: int, cell: Cell, formats: Any) -> None:
    if isinstance(cell, bool):
        page.write_boolean(line, column, cell)
    elif isinstance(cell, str):
        page.write_string(line, column, cell)
    elif isinstance(cell, int | float):
        page.write_number(line, column, cell)
    elif cell is not None:
        page.write_datetime(line, column, cell, formats[type(cell)])

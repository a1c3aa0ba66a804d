"""Reads a table that was exported, with other people's software: the rows of a CSV file or an xlsx sheet."""

import csv
import io
from typing import Any

from blueprints.tabular.cells import bare
from tests.web.careful_client import CarefulClient

Rows = list[list[Any]]


def of_csv(content: bytes) -> Rows:
    """The rows of a CSV file, each cell as the text that it was."""
    text = content.decode("utf-8-sig")
    return [[bare(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]


def of_xlsx(content: bytes) -> Rows:
    """The rows of the one sheet of a workbook, as calamine reads them."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    (name,) = book.sheet_names
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def sheet_of(content: bytes) -> Any:
    """The one sheet of a workbook, as openpyxl reads it."""
    import openpyxl

    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return sheet


def taken(client: CarefulClient, path: str) -> Rows:
    """The rows of the file at that address."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return of_csv(answer.data) if answer.mimetype == "text/csv" else of_xlsx(answer.data)

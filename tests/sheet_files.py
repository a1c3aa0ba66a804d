"""Spreadsheets of the tests, made as people make them, and read back by another reader than ours."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl

CASE_HEADINGS = (
    "No",
    "Concern",
    "Area",
    "Date of incident",
    "Survivor name",
    "Phone",
    "Age",
    "Urgency",
    "Risk",
    "Risk of reprisals",
    "Consent",
    "Shared with",
    "Refer to",
    "Clerk's own column",
)


def case_row(number: int, **other: Any) -> list[Any]:
    """One row under `CASE_HEADINGS` with nothing wrong in it; `other`: by heading, in small letters without blanks."""
    row: dict[str, Any] = {
        "no": f"WR-{number:05}",
        "concern": "Physical assault",
        "area": "Old Ferry payam",
        "dateofincident": date(2026, 3, 1),
        "survivorname": f"Abuk number {number}",
        "phone": 211900000000 + number,
        "age": 17,
        "urgency": "urgent",
        "risk": "Medium",
        "riskofreprisals": "low",
        "consent": "declined",
        "sharedwith": None,
        "referto": None,
        "clerk'sowncolumn": "=1+1",
    }
    assert other.keys() <= row.keys()
    return list((row | other).values())


def xlsx(*rows: Sequence[Any], before: Sequence[Sequence[Any]] = ()) -> bytes:
    """A workbook with these rows, `before` standing above them; text that begins with = is text."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line, row in enumerate([*before, *rows], start=1):
        for column, cell in enumerate(row, start=1):
            placed = sheet.cell(line, column, cell)
            if isinstance(cell, str):
                placed.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def in_csv(*rows: Sequence[Any], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """The same as text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([[_written(cell) for cell in row] for row in rows])
    return out.getvalue().encode(encoding)


def _written(cell: Any) -> str:
    return "" if cell is None else cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)


def cells(data: bytes) -> list[list[Any]]:
    """The cells of the first sheet of a workbook, read by openpyxl; what is a formula says so."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [[("FORMULA", one.value) if one.data_type == "f" else one.value for one in row] for row in sheet]

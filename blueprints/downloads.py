"""Figures as files: one long table in CSV, headings first, HXL tags in the second row (hxlstandard.org).

A cell that a spreadsheet would take for a formula becomes text (ASVS 5.0, 1.2.10).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response, current_app
from werkzeug.http import dump_options_header

from blueprints.sheets import Sheet

COLUMNS = (
    ("subject", "#org+code"),
    ("period", "#date+period"),
    ("stage", "#meta+stage"),
    ("indicator", "#indicator+code"),
    ("sheet", "#meta+sheet"),
    ("row", "#meta+row"),
    ("label", "#indicator+name"),
    ("measure", "#indicator+measure"),
    ("value", "#indicator+value+num"),
    ("said", "#indicator+value+text"),
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_ISOLATES = {ord(mark): None for mark in "\u2060\u2066\u2067\u2068\u2069"}


def guarded(cell: str) -> str:
    """The cell as text: a leading apostrophe where a spreadsheet would compute it."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def rows(sheets: Iterable[Sheet], *, subject: str, period: str) -> list[list[str]]:
    """The lines of the file, headings and tags first: one line for each number of each sheet."""
    lines = [[name for name, _tag in COLUMNS], [tag for _name, tag in COLUMNS]]
    for sheet in sheets:
        about = [subject, period, sheet.stage, " ".join(sheet.indicators), sheet.code]
        for row in sheet.rows:
            for measure, value in zip(sheet.columns, row.values, strict=True):
                amount = "" if value.number is None else f"{value.number:.10g}"
                said = value.words.translate(_ISOLATES)
                lines.append([*about, row.code, row.label, measure, amount, said])
    return [lines[0], lines[1], *([guarded(cell) for cell in line] for line in lines[2:])]


def written(lines: Sequence[Sequence[str]]) -> str:
    """The lines as CSV text."""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def csv_file(name: str, lines: Sequence[Sequence[str]]) -> Response:
    """The answer that a browser saves under that name (letters, digits, dots and hyphens)."""
    return _file(f"{name}.csv", "text/csv; charset=utf-8", "\ufeff" + written(lines))


def json_file(name: str, content: bytes) -> Response:
    """The same for JSON that has been written already."""
    return _file(f"{name}.json", "application/json", content)


def named(title: str) -> str:
    """The header that has a browser save an answer under a title that somebody else chose (RFC 6266, RFC 8187)."""
    plain = title.encode("ascii", "ignore").decode().strip() or "file"
    if plain == title:
        return dump_options_header("attachment", {"filename": plain})
    encoded = f"UTF-8''{quote(title, safe='')}"
    return dump_options_header("attachment", {"filename": plain, "filename*": encoded})


def _file(name: str, kind: str, content: str | bytes) -> Response:
    answer: Response = current_app.response_class(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

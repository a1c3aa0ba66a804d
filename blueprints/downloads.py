"""Files that browsers save: figures as a table of one line for each number, a report as it was published."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from flask import Response, current_app
from werkzeug.http import dump_options_header

from blueprints.sheets import Sheet
from blueprints.tabular import Cell, Heading, Table

HEADINGS = (
    Heading("subject", "#org+code"),
    Heading("period", "#date+period"),
    Heading("stage", "#meta+stage"),
    Heading("indicator", "#indicator+code"),
    Heading("sheet", "#meta+sheet"),
    Heading("row", "#meta+row"),
    Heading("label", "#indicator+name"),
    Heading("measure", "#indicator+measure"),
    Heading("value", "#indicator+value+num"),
    Heading("said", "#indicator+value+text"),
)
_ISOLATES = {ord(mark): None for mark in "\u2060\u2066\u2067\u2068\u2069"}


def figures(name: str, sheets: Iterable[Sheet], *, subject: str, period: str) -> Table:
    """The numbers of these sheets, a line each, to be saved under that name."""
    return Table(name, subject, HEADINGS, _lines(sheets, subject, period))


def _lines(sheets: Iterable[Sheet], subject: str, period: str) -> Iterator[Sequence[Cell]]:
    for sheet in sheets:
        about = (subject, period, sheet.stage, " ".join(sheet.indicators), sheet.code)
        for row in sheet.rows:
            for measure, value in zip(sheet.columns, row.values, strict=True):
                said = value.words.translate(_ISOLATES)
                yield *about, row.code, row.label, measure, value.number, said


def json_file(name: str, content: bytes) -> Response:
    """The answer that a browser saves under that name (letters, digits, dots and hyphens)."""
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

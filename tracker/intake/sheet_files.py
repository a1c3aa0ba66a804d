"""Reads the files that people keep lists in: xlsx, ods, and csv in the encodings and with the delimiters of the field.

What a file is says its content, never its name. A workbook is looked at before it is unpacked, and unpacked elsewhere.
"""

import codecs
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from tracker.errors import BadInput, say
from tracker.intake import workbook
from tracker.intake.cells import LONGEST, Cell, unpacked

LARGEST = 10_000_000
MOST_ROWS, MOST_COLUMNS = workbook.MOST_ROWS, workbook.MOST_COLUMNS
LARGEST_UNPACKED, MOST_ENTRIES = 50_000_000, 1000

ENCODINGS = ("utf-8", "utf-16", "windows-1252", "windows-1256")
"""What a person may say that a file was saved as."""

DELIMITERS = (",", ";", "\t", "|")
_GUARDED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet would compute: csv files of ours have one apostrophe more before it, which is taken away here."""

_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 20
_GRACE = 30


class Layout(NamedTuple):
    """How a file is written. `delimiter`, `encoding`: of csv."""

    form: str
    delimiter: str = ""
    encoding: str = ""


class Sheet(NamedTuple):
    """One list: `rows[0]` is line 1."""

    rows: Sequence[Sequence[Cell]]


class Sheets(NamedTuple):
    """All lists of a file that are not hidden."""

    layout: Layout
    sheets: Sequence[Sheet]


def read(data: bytes, encoding: str = "") -> Sheets:
    """The lists in a file. `encoding`: what the person says it was saved as, where it does not say so itself.

    Refuses (`BadInput`) what is empty, too large, of another kind, damaged or locked, and, in the field `encoding`,
    text of which nobody can tell how it is written.
    """
    if not 0 < len(data) <= LARGEST:
        raise _refused(say("The file is empty or too large. At most 10 MB are taken."))
    if data.startswith(_OLD):
        raise _refused(
            say("This file is locked or in an old format. Save it as .xlsx without a password, or as .csv.")
        )
    found = _of_workbook(data) if data.startswith(_ZIP) else _of_text(data, encoding)
    if not any(cell is not None for sheet in found.sheets for row in sheet.rows for cell in row):
        raise _refused(say("There are no rows in this file."))
    return found


# --- workbooks --------------------------------------------------------------------------------------------------------


def _of_workbook(data: bytes) -> Sheets:
    form = _form(data)
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [
                sys.executable,
                "-I",
                "-X",
                "utf8",
                "-m",
                workbook.__name__,
            ],  # its own program, and nobody's words
            input=data,
            capture_output=True,
            timeout=workbook.SECONDS + _GRACE,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise _too_many() from late
    if done.returncode == workbook.TOO_LARGE:
        raise _too_many()
    if done.returncode:
        raise _refused(say("This file cannot be read. Save it again as .xlsx or .csv, and bring that."))
    sheets = [Sheet([unpacked(row) for row in sheet["rows"]]) for sheet in json.loads(done.stdout)]
    _require_cells(sheets)
    return Sheets(Layout(form), sheets)


def _form(data: bytes) -> str:
    """What the workbook is. Refuses a bomb, what is locked, and what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            names = {entry.filename for entry in entries}
            marked = (
                packed.read("mimetype")[:100] if "mimetype" in names and len(entries) < MOST_ENTRIES else b""
            )
    except (zipfile.BadZipFile, ValueError, OverflowError, RuntimeError, NotImplementedError) as broken:
        raise _refused(say("This file is damaged. Save it again, and bring that.")) from broken
    unpacked_size = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked_size > LARGEST_UNPACKED
        or any(e.flag_bits & 1 for e in entries)
    ):
        raise _refused(say("This file is locked, or too large inside. Save the list alone, and bring that."))
    if "xl/workbook.xml" in names:
        return "xlsx"
    if marked.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    raise _refused(say("This is no spreadsheet. Bring an .xlsx, .ods or .csv file."))


# --- text -------------------------------------------------------------------------------------------------------------


def _of_text(data: bytes, encoding: str) -> Sheets:
    encoding = _encoding(data, encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise BadInput(encoding=say("The file was not saved in this way. Choose another one.")) from wrong
    if "\0" in text:
        raise _refused(say("This is no spreadsheet. Bring an .xlsx, .ods or .csv file."))
    delimiter = max(DELIMITERS, key=lambda one: _fit(text, one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [[_cell(one) for one in row] for row in islice(reader, MOST_ROWS + 1)]
    except csv.Error as wrong:
        raise _refused(say("The file cannot be read from line %(line)s on.", line=reader.line_num)) from wrong
    if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise _too_many()
    _require_cells([Sheet(rows)])
    return Sheets(Layout("csv", delimiter, encoding), [Sheet(rows)])


def _encoding(data: bytes, said: str) -> str:
    """How the text is written: as it says itself, else UTF-8 if it is that, else as the person says."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if wide := _wide(data):
        return wide
    if said in ENCODINGS and said != "utf-8":
        return said
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise BadInput(
            encoding=say("This text can be read in several ways. Choose how the file was saved.")
        ) from wrong
    return "utf-8"


def _wide(data: bytes) -> str:
    """UTF-16 that does not say so: every second byte of what Europeans type is nothing."""
    head = data[:1000]
    for name, half in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if half and half.count(0) * 3 > len(half) * 2:
            return name
    return ""


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How well a delimiter cuts the first lines: how many of them into equally many fields, and how many those are."""
    lines = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(row) for row in islice(lines, _LOOKED_AT) if len(row) > 1)
    except csv.Error:
        return 0, 0
    return max(((often, width) for width, often in widths.items()), default=(0, 0))


def _cell(text: str) -> Cell:
    return (text[1:] if _GUARDED.match(text) else text) or None


def _require_cells(sheets: Sequence[Sheet]) -> None:
    for sheet in sheets:
        for line, row in enumerate(sheet.rows, start=1):
            if any(isinstance(cell, str) and (len(cell) > LONGEST or "\0" in cell) for cell in row):
                raise _refused(
                    say(
                        "Line %(line)s holds a cell that is too long, or no text. Mend it, and bring the file.",
                        line=line,
                    )
                )


def _too_many() -> BadInput:
    return _refused(
        say(
            "This list is too large: at most %(rows)s rows and %(columns)s columns. Cut it in parts.",
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        )
    )


def _refused(sentence: Any) -> BadInput:
    return BadInput(file=sentence)

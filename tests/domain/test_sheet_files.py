"""Files that people keep lists in, and those that somebody makes to do harm."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import hypothesis
import openpyxl
import pytest
import xlsxwriter
from hypothesis import strategies as st

from blueprints.imports import errors_file
from blueprints.tabular.cells import guarded
from tests.sheet_files import in_csv, xlsx
from tracker.errors import BadInput
from tracker.intake import cells, sheet_files
from tracker.intake.sheet_columns import best_sheet
from tracker.intake.sheet_fields import FIELDS, LANGUAGES, heading_of, known_headings
from tracker.spelling import letters
from tracker.vocabulary import SheetKind

AFTERNOON = datetime.combine(date(2026, 3, 1), time(14, 30))
MIDNIGHT = datetime.combine(date(2026, 3, 2), time())
"""A cell has no zone."""

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text
)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.builds(datetime.combine, st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.just(time(13, 5))),
    TEXT,
    st.sampled_from(["=1+1", "+211900000000", "-5", "@SUM(A1)", "'=x", "0012", "2026-01-01", "http://x"]),
)


def rows(data: bytes, encoding: str = "") -> list[list[Any]]:
    """The rows of the first list."""
    return [list(row) for row in sheet_files.read(data, encoding).sheets[0].rows]


def refused(data: bytes) -> str:
    with pytest.raises(BadInput) as wrong:
        sheet_files.read(data)
    return next(iter(wrong.value.sentences))


# --- what people bring ----------------------------------------------------------------------------------------------


def test_a_workbook_is_read_as_people_see_it():
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Station", "Day", "At", "Number", "Sum", "Flag"])
    page.append(["Bend", date(2026, 3, 1), AFTERNOON, 17.0, "=1+1", True])
    page.append([None, date(2026, 3, 2), MIDNIGHT, 1.5, "", False])
    page.merge_cells("A2:A3")
    book.create_sheet("Secret").append(["hidden"])
    book["Secret"].sheet_state = "hidden"
    book.create_sheet("Other").append(["shown"])
    out = io.BytesIO()
    book.save(out)
    read = sheet_files.read(out.getvalue())
    assert [list(sheet.rows) for sheet in read.sheets][1] == [["shown"]]
    assert len(read.sheets) == 2, "hidden sheets are not read"
    first = [list(row) for row in read.sheets[0].rows]
    assert first[1][:4] == ["Bend", date(2026, 3, 1), AFTERNOON, 17]
    assert first[2][:4] == ["Bend", date(2026, 3, 2), date(2026, 3, 2), 1.5], (
        "a merged cell holds for each line"
    )
    assert first[1][5] is True


def test_a_formula_is_its_value():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_formula("A1", "=6*7", value=42)
    assert rows(out.getvalue()) == [[42]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_says_itself_how_it_is_written(encoding: str, delimiter: str):
    table = [["Nom", "Lieu"], ["Françoise", "Bria, marché"], ["ليلى; x", 'a "b"\nc']]
    assert rows(in_csv(*table, delimiter=delimiter, encoding=encoding)) == table


def test_text_that_does_not_say_so_is_asked_for_and_then_read():
    data = in_csv(["Nom", "Lieu"], ["Françoise", "Bria"], encoding="windows-1252")
    assert refused(data) == "encoding"
    assert rows(data, "windows-1252") == [["Nom", "Lieu"], ["Françoise", "Bria"]]
    arabic = in_csv(["الاسم", "x"], ["ليلى", "y"], encoding="windows-1256")
    assert rows(arabic, "windows-1256")[1] == ["ليلى", "y"]
    assert rows(in_csv(["é"], ["a"]), "windows-1252") == [["é"], ["a"]], "what it says itself counts more"


# --- what somebody makes to do harm ---------------------------------------------------------------------------------


def packed(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name.replace("_", "/"), data)
    return out.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert refused(packed(**{"xl/workbook.xml": b" " * 51_000_000})) == "file"
    many = packed(**{f"x{number}": b"" for number in range(1001)}, **{"xl/workbook.xml": b""})
    assert refused(many) == "file"


def test_a_cell_at_the_far_corner_harms_nobody():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Number")
        page.write(1_048_575, 16_383, "x")
    assert len(out.getvalue()) < 10_000
    assert refused(out.getvalue()) == "file"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 nothing",
        b"\xd0\xcf\x11\xe0 old",
        packed(word_document=b"x"),
        packed(**{"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook>&a;</workbook>"}),
        b"a,b\n\0,c\n",
        b'"never closed\n',
        b"x," * 201 + b"\n",
        b"x\n" * 50_001,
        b"x" * 10_001,
        b"\n\n",
        b"x" * (sheet_files.LARGEST + 1),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(data: bytes):
    assert refused(data) == "file"


# --- whatever stands in a cell --------------------------------------------------------------------------------------


@hypothesis.given(st.lists(CELLS, max_size=8))
def test_a_row_is_kept_as_it_was(row: list[Any]):
    kept = [cells.tidied(cell) for cell in row]
    assert cells.unpacked(cells.packed(kept)) == kept


@hypothesis.given(st.lists(TEXT, min_size=2, max_size=4))
@hypothesis.example(["=1+1", "'=1"])
@hypothesis.example(["'+x", "\uff1dx"])
def test_text_comes_back_from_a_csv_of_ours_as_it_was_and_is_never_computed(row: list[str]):
    written = [guarded(cell) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in written)
    assert rows(in_csv(["Heading"] * len(row), written))[1] == row


def test_whatever_stands_in_a_row_goes_back_in_a_workbook_as_it_was():
    examples: list[list[Any]] = []

    @hypothesis.given(st.lists(CELLS, min_size=3, max_size=3))
    @hypothesis.settings(max_examples=150)
    def gather(row: list[Any]) -> None:
        examples.append([cells.tidied(cell) for cell in row])

    gather()
    data = errors_file.in_xlsx([["A", "B", "C"], *examples])
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert not any(cell.data_type == "f" for row in book.active for cell in row)
    found = [list(row) + [None] * (3 - len(row)) for row in rows(data)][1:]
    assert found == examples[: len(found)]
    assert not any(cell for row in examples[len(found) :] for cell in row)


# --- headings -------------------------------------------------------------------------------------------------------


def test_every_field_has_its_heading_in_four_languages_and_no_two_share_one():
    for kind in SheetKind:
        for language in LANGUAGES:
            headings = [letters(heading_of(kind, field.name, language)) for field in FIELDS[kind]]
            assert all(headings)
            assert len(set(headings)) == len(headings), (kind, language)
            known = known_headings(kind)
            assert [known[heading] for heading in headings] == [field.name for field in FIELDS[kind]]


def test_the_line_of_headings_and_the_list_among_several_are_found():
    data = xlsx(
        ["Reference", "Nom", "Date d'arrestation"], ["x", "y", "z"], before=[["Liste"], [], ["Bend", 3]]
    )
    sheet, line = best_sheet(sheet_files.read(data).sheets, SheetKind.CUSTODY)
    assert (line, sheet.rows[line - 1][0]) == (4, "Reference")

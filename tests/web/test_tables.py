"""Tables as files: any text comes back as it was and is no formula, days are days, tags are HXL, memory is bounded."""

import errno
import gzip
import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from tempfile import TemporaryFile

import hxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from blueprints import compression
from blueprints.tabular import FORMS, Heading, Table, cells, csv_form, sending, xlsx_form
from tests import tables
from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker.queries import noted

_FIRST = Heading("Text", "#description")
_FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''=1", "=1", "\0=1")
_TEXTS = (
    st.text(max_size=40)
    | st.sampled_from(_FORMULAS)
    | st.sampled_from("=+-@'\t\r").flatmap(lambda start: st.text(max_size=10).map(lambda rest: start + rest))
)


def in_utc(_instant: datetime) -> datetime:
    """Where no mission is started, by the clocks of nowhere."""
    return _instant.astimezone(UTC).replace(second=0, microsecond=0)


def written(form: str, rows: list[list[object]], *, rtl: bool = False) -> bytes:
    """The file of these rows."""
    writer = {"csv": csv_form, "xlsx": xlsx_form}[form]
    with TemporaryFile() as file:
        writer.write("A: list?", [_FIRST, _FIRST], rows, file, rtl=rtl)  # type: ignore[arg-type]
        file.seek(0)
        return file.read()


@settings(max_examples=10)
@given(st.lists(_TEXTS, min_size=10, max_size=80))
def test_any_text_is_the_same_text_in_a_workbook_and_no_formula(texts: list[str]):
    content = written("xlsx", [["x", text] for text in texts])
    kept = [cells.clean(text) for text in texts]
    assert [row[1] for row in tables.of_xlsx(content)[2:]] == kept
    column = [row[1] for row in tables.sheet_of(content).iter_rows(min_row=3)]
    assert {cell.data_type for cell in column if cell.value is not None} <= {"s"}
    assert [unescape(cell.value or "") for cell in column] == kept


@settings(max_examples=50)
@given(st.lists(_TEXTS, min_size=1, max_size=20))
def test_any_text_comes_back_from_csv_and_none_begins_like_a_formula(texts: list[str]):
    content = written("csv", [["x", text] for text in texts])
    assert [row[1] for row in tables.of_csv(content)[2:]] == [cells.clean(text) for text in texts]
    for text in texts:
        assert not cells.guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_numbers_days_and_instants_are_what_they_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cells, "local", in_utc)
    monkeypatch.setattr(xlsx_form, "local", in_utc)
    at = datetime(2026, 11, 12, 14, 30, tzinfo=UTC)
    rows: list[list[object]] = [[-5, date(2026, 11, 12)], [2.5, at], [10**18, date(1899, 1, 1)], [None, ""]]
    sheet = tables.sheet_of(written("xlsx", rows))
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert found[0] == [-5, datetime(2026, 11, 12)]  # noqa: DTZ001 - a spreadsheet knows no time zone
    assert found[1] == [2.5, at.replace(tzinfo=None)]
    assert found[2] == [str(10**18), "1899-01-01"]
    assert tables.of_csv(written("csv", rows))[2:4] == [
        ["-5", "2026-11-12"],
        ["2.5", "2026-11-12T14:30+00:00"],
    ]


def test_headings_stay_in_view_and_arabic_is_read_from_the_right():
    sheet = tables.sheet_of(written("xlsx", [["x", "y"]], rtl=True))
    assert sheet.sheet_view.rightToLeft
    assert sheet.freeze_panes == "A3"
    assert sheet.title == "A  list"


def test_a_text_that_no_cell_holds_is_cut_and_not_left_out():
    long = "a" * 40_000
    assert tables.of_xlsx(written("xlsx", [["x", long]]))[2][1] == "a" * cells.LONGEST


@pytest.mark.only_on("sqlite")
def test_a_long_list_leaves_in_pieces_ends_at_its_bound_and_says_so(world: World):
    asked = []

    def rows() -> Iterator[list[str]]:
        for number in range(5_000):
            asked.append(number)
            yield [str(number), "x" * 600]

    with world.app.test_request_context():
        noted.begin()
        table = Table("long", "Long", [_FIRST, _FIRST], rows())
        answer = sending.file_of(table, "csv", about="long", most=1_000)
        (note,) = noted.take()
        pieces = list(answer.iter_encoded())
        answer.close()
    assert max(map(len, pieces)) < 100_000 < sum(map(len, pieces))
    assert (note.about, note.number, len(asked)) == ("long csv", 1_000, 1_001)
    content = b"".join(pieces)
    lines = tables.of_csv(content)
    assert len(lines) == 2 + 1_000 + 1
    assert lines[-1] == ["The list goes on. This file ends after 1,000 rows."]


@pytest.mark.only_on("sqlite")
def test_a_file_in_pieces_is_compressed_as_it_goes_and_its_digest_is_of_what_it_says(world: World):
    with world.app.test_request_context(headers={"Accept-Encoding": "gzip"}):
        noted.begin()
        table = Table("long", "Long", [_FIRST], (["x" * 900] for _ in range(1_000)))
        answer = sending.file_of(table, "csv", about="long")
        digest: str = answer.digest  # type: ignore[attr-defined]
        packed = b"".join(compression._compress(answer).iter_encoded())
        answer.close()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in answer.headers
    assert len(packed) < 20_000
    assert hashlib.sha256(gzip.decompress(packed)).hexdigest() == digest


@pytest.mark.only_on("sqlite")
def test_libhxl_reads_the_tags_and_finds_columns_by_them(world: World):
    track = world.a_track("police:accepted")
    client: CarefulClient = world.sign_in(world.police_officer)
    for form in FORMS:
        source = hxl.data(tables.taken(client, f"/exports/lists/police-queue/{form}"))
        (row,) = list(source)
        assert row.get("#meta+ref") == track.case.reference
        assert row.get("#status+code") == "accepted"
        assert row.get("#loc+code") == "XA010101"
        assert (row.get("#adm1+code"), row.get("#adm1+name")) == ("XA01", "River State")
        assert "#event+type+code" in source.display_tags


@pytest.mark.only_on("sqlite")
def test_a_full_disk_is_said_and_nothing_leaves(world: World, monkeypatch: pytest.MonkeyPatch):
    def full(*_asked: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(csv_form, "write", full)
    answer = world.sign_in(world.police_officer).get("/exports/lists/police-queue/csv")
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer.headers


@pytest.mark.only_on("sqlite")
def test_the_file_is_closed_when_its_last_piece_has_left(world: World):
    with world.app.test_request_context():
        noted.begin()
        table = Table("long", "Long", [_FIRST], (["x" * 900] for _ in range(1_000)))
        answer = sending.file_of(table, "csv", about="long")
        closed: list[bool] = []
        answer.call_on_close(lambda: closed.append(True))
        left = answer.get_app_iter({"REQUEST_METHOD": "GET"})
        assert sum(map(len, left)) > 900_000
        left.close()  # type: ignore[attr-defined]
    assert closed == [True]

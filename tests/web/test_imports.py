"""Lists from spreadsheets on the pages: brought, mapped, looked through, mended, and nobody else's business."""

import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.sheet_files import CASE_HEADINGS, case_row, cells, in_csv, xlsx
from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker.db import db
from tracker.models import Access, ProtectionCase, SheetImport, SheetRow
from tracker.vocabulary import AccessKind, SheetKind, SheetState

pytestmark = pytest.mark.only_on("sqlite")


def bring(client: CarefulClient, data: bytes, kind: str = "cases", **other: Any) -> TestResponse:
    """Sends the form with a file."""
    hidden = {
        one.get("name"): one.get("value")
        for one in client.page("/imports/new").all("input")
        if one.get("type") == "hidden" and one.form is not None and one.form.get("enctype")
    }
    form = (
        hidden
        | {"kind": kind, "encoding": "", "file": FileStorage(io.BytesIO(data), "Abuk's list.xlsx")}
        | other
    )
    boundary, body = encode_multipart(form)
    return client.post("/imports/new", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def newest() -> SheetImport:
    db.session.expire_all()
    return db.session.scalars(sa.select(SheetImport).order_by(SheetImport.id.desc()).limit(1)).one()


def looked_through(client: CarefulClient, data: bytes, kind: str = "cases") -> str:
    """Brings a list and confirms the columns that were guessed; gives its address."""
    answer = bring(client, data, kind)
    assert answer.status_code == 303, answer.text
    answer = client.send(answer.headers["Location"])
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_list_goes_its_way_without_a_script_and_each_good_row_once(world: World):
    focal = world.sign_in(world.focal_point)
    good, bad = [case_row(number) for number in range(3)], case_row(3, urgency="=SUM(A1)", risk=None)
    address = looked_through(focal, xlsx(CASE_HEADINGS, *good, bad))
    page = focal.page(address).words("main")
    for said in ("Nothing is taken in yet", "New3", "With errors1", "WR-00003", "not in the list of words"):
        assert said in page, said
    assert db.session.query(ProtectionCase).count() == 0
    assert focal.send(address, button="Take in the new rows").status_code == 303
    assert focal.get(address).headers["Refresh"]
    world.work_lists()
    page = focal.page(address).words("main")
    assert "Taken in3" in page
    assert "Refresh" not in focal.get(address).headers
    assert db.session.query(ProtectionCase).count() == 3
    assert "Abuk number 1" not in page


def test_what_is_wrong_goes_back_as_it_came_and_is_no_formula(world: World):
    focal = world.sign_in(world.focal_point)
    bad = [case_row(1, urgency="=SUM(A1)"), case_row(2, risk="@x", survivorname="-Abuk")]
    address = looked_through(focal, xlsx(CASE_HEADINGS, case_row(0), *bad, before=[["List of March"], []]))
    answer = focal.get(f"{address}/errors")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cases-errors.xlsx"'
    lines = cells(answer.data)
    assert lines[0] == [*CASE_HEADINGS, "What to do"]
    assert [[str(one)[:10] for one in line[:-1] if one] for line in lines[1:]] == [
        [str(one)[:10] for one in row if one is not None] for row in bad
    ], "all their columns as they were"
    assert lines[1][-1].startswith("Urgency: “=SUM(A1)” is not in the list of words.")
    assert db.session.query(Access).one().kind is AccessKind.EXPORT
    mended = [[*line[:7], "urgent", "low", *line[9:]] for line in lines[1:]]
    again = looked_through(focal, xlsx(lines[0], *mended))
    assert (newest().new, newest().wrong) == (2, 0)
    once_more = looked_through(focal, xlsx(lines[0], *lines[1:]))
    assert cells(focal.get(f"{once_more}/errors").data) == lines, "the column of ours is not there twice"
    assert again != once_more


def test_a_text_file_goes_back_as_text_that_no_spreadsheet_computes(world: World):
    focal = world.sign_in(world.focal_point)
    row = case_row(1, urgency="+1", survivorname="=cmd|' /C calc'!A0", phone="+211 900 000 001")
    address = looked_through(focal, in_csv(CASE_HEADINGS, row, delimiter=";", encoding="utf-16"))
    answer = focal.get(f"{address}/errors")
    text = answer.data.decode("utf-16")
    assert "'=cmd|" in text
    assert "'+211 900" in text
    assert ";'+1;" in text
    looked_through(focal, text.replace("'+1", "urgent").encode("utf-16"))
    assert (newest().new, newest().wrong) == (1, 0), "an apostrophe of ours is taken away again"


def test_a_text_of_which_nobody_can_tell_how_it_is_written_is_asked_for(world: World):
    focal = world.sign_in(world.focal_point)
    data = in_csv(CASE_HEADINGS, case_row(1, survivorname="Françoise"), encoding="windows-1252")
    answer = bring(focal, data)
    assert answer.status_code == 422
    assert "Choose how the file was saved" in answer.text
    assert bring(focal, data, encoding="windows-1252").status_code == 303


def test_a_list_and_its_errors_are_nowhere_for_anybody_else(world: World):
    focal = world.sign_in(world.focal_point)
    address = looked_through(focal, xlsx(CASE_HEADINGS, case_row(1), case_row(2, risk=None)))
    for name in ("other_focal_point", "judicial_officer", "police_officer", "administrator"):
        other = world.sign_in(world.people[name])
        for page in (address, f"{address}/errors", f"{address}/columns"):
            assert other.get(page).status_code == 404, (name, page)
    for name in ("cso_monitor", "auditor", "court_clerk", "prosecutor"):
        assert world.sign_in(world.people[name]).get(address).status_code == 403, name
    assert world.visitor().get(address).status_code == 302


def test_nobody_is_offered_a_kind_of_list_that_is_not_theirs(world: World):
    for name, kinds in {
        "focal_point": {"cases"},
        "police_officer": {"custody"},
        "administrator": {"people", "institutions", "areas"},
    }.items():
        client = world.sign_in(world.people[name])
        page = client.page("/imports/new")
        assert {one.get("value") for one in page.all("input") if one.get("name") == "kind"} == kinds
        for kind in SheetKind:
            status = client.get(f"/imports/templates/{kind}").status_code
            assert status == (200 if kind in kinds else 404), (name, kind)
    assert bring(world.sign_in(world.police_officer), in_csv(["a"], ["b"]), "people").status_code == 422


def test_a_template_is_understood_and_offers_its_words(world: World):
    for name, kinds in {
        "focal_point": ["cases"],
        "administrator": ["people", "institutions", "areas"],
    }.items():
        client = world.sign_in(world.people[name])
        for kind in kinds:
            data = client.get(f"/imports/templates/{kind}").data
            book = openpyxl.load_workbook(io.BytesIO(data))
            listed, offered = book.worksheets
            assert [one.value for one in listed[1]] == [one.value for one in offered[1]]
            assert bool(listed.data_validations.dataValidation) == (kind != "areas")
            assert bring(client, data, kind).status_code == 303
            sheet = newest()
            assert list(sheet.columns.values()) == list(range(len(sheet.columns))), kind
            assert client.send(f"/imports/{sheet.code}/columns").status_code == 303
            client.send(f"/imports/{sheet.code}", button="Cancel this list")


def test_the_line_of_the_headings_can_be_another_one(world: World):
    focal = world.sign_in(world.focal_point)
    headings = [f"Q{number}" for number in range(len(CASE_HEADINGS))]
    address = bring(focal, in_csv(["Abuk", "x"], headings, case_row(1))).headers["Location"]
    assert "A: Abuk" in focal.get(address).text
    page = focal.get(f"{address}?line=2").text
    assert "A: Q0" in page
    places = {"concern": 1, "area": 2, "urgency": 7, "risk": 8, "reprisal_risk": "=low", "consent": 10}
    answer = focal.send(f"{address}?line=2", **{name: str(place) for name, place in places.items()})
    assert answer.status_code == 303
    assert (newest().total, newest().new, newest().heading) == (1, 1, 2)


def test_an_administrator_proves_lately_that_it_is_them_before_anything_is_taken_in(world: World):
    with world.travel(hours=-0.4):
        client = world.sign_in(world.administrator)
    address = looked_through(
        client, in_csv(("P-code", "Name", "Parent"), ("XA77", "New State", "XA")), "areas"
    )
    assert client.send(address, button="Take in the new rows").status_code == 403
    assert newest().state is SheetState.CHECKED


def test_a_list_is_cancelled_and_its_rows_are_forgotten_when_its_owner_says_so(world: World):
    focal = world.sign_in(world.focal_point)
    address = looked_through(focal, xlsx(CASE_HEADINGS, case_row(1), case_row(2, risk=None)))
    assert focal.send(address, button="Cancel this list").status_code == 303
    assert newest().state is SheetState.CANCELLED
    assert db.session.query(SheetRow).count() == 0
    assert "Cancelled" in focal.page("/imports/").words("main")


def test_a_list_on_which_the_program_fails_is_stopped_and_keeps_nobody_from_anything(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    focal = world.sign_in(world.focal_point)
    address = looked_through(focal, xlsx(CASE_HEADINGS, case_row(1)))
    focal.send(address, button="Take in the new rows")

    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("Abuk number 1")

    monkeypatch.setattr("tracker.actions.cases.register", fail)
    world.work_lists()
    assert newest().state is SheetState.STOPPED
    assert db.session.query(SheetRow).count() == 0
    assert "ZeroDivisionError" in caplog.text
    assert "Abuk" not in caplog.text

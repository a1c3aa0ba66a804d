"""A list from a spreadsheet, brought in a browser that runs no script: from the file to the worker's hands."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.sheet_files import CASE_HEADINGS, case_row, cells, xlsx


def test_a_list_is_brought_mapped_looked_through_mended_and_confirmed_without_a_script(
    sit_down: Callable[..., BrowserContext], tmp_path: Path
):
    page = sit_down("focal", javascript=False).new_page()
    file = tmp_path / "list.xlsx"
    file.write_bytes(xlsx(CASE_HEADINGS, case_row(1, area="Duk"), case_row(2, area="Duk", urgency="soon")))
    page.goto("/cases/")
    page.get_by_role("link", name="Lists from spreadsheets").click()
    page.get_by_role("link", name="Bring a list").click()
    page.get_by_label("Cases").check()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Urgency")).to_have_value("7")
    page.get_by_role("button", name="Look through the rows").click()
    expect(page.locator("main")).to_contain_text("Nothing is taken in yet")
    expect(page.get_by_role("row").filter(has_text="WR-00002")).to_contain_text("Urgency: “soon” is not")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the rows with errors").click()
    assert [row[0] for row in cells(saved.value.path().read_bytes())] == ["No", "WR-00002"]
    page.get_by_role("button", name="Take in the new rows").click()
    expect(page.get_by_role("status")).to_contain_text("are being taken in")
    page.get_by_role("link", name="Read it again now").click()
    page.get_by_role("button", name="Cancel this list").click()
    expect(page.locator("main")).to_contain_text("Cancelled")

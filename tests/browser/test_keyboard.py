"""The keyboard reaches everything in the order in which it is read, and the main job needs nothing else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.office import Office
from tests.browser.places import CASE_FILE, QUEUE, REGISTER, Place
from tests.browser.window import View, Window

MOST = 150
A_LINE = 24
"""What lies within so many pixels of each other is read as one line."""

_WHERE = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  return one.closest("main") ? [box.top + box.height / 2 + scrollY, box.left + box.width / 2] : [0, 0];
}"""
NOWHERE = (0, 0)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_tabulator_follows_the_reading_on_the_register_form(window: Window, language: str):
    window.visit(REGISTER, View(language))
    stops = _walk(window.page)
    assert len(stops) > 30
    onward = 1 if language == "en" else -1
    in_reading_order = sorted(stops, key=lambda stop: (round(stop[0] / A_LINE), onward * stop[1]))
    assert stops == in_reading_order


@pytest.mark.parametrize("place", [QUEUE, CASE_FILE, REGISTER], ids=str)
def test_the_first_stop_leads_past_the_navigation(window: Window, place: Place):
    window.visit(place)
    window.page.keyboard.press("Tab")
    skip = window.page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    window.page.keyboard.press("Enter")
    expect(window.page.locator("main")).to_be_focused()
    window.page.keyboard.press("Tab")
    assert window.page.locator("main :focus").count() == 1


def test_a_referral_is_accepted_by_keys_alone(
    sit_down: Callable[..., BrowserContext], office: Office, window: Window
):
    page = sit_down("police").new_page()
    page.goto("/")
    _press(page, page.get_by_role("link", name="Police queue").first)
    _press(page, page.get_by_role("link", name=office.finds["sent3"]))
    _press(page, page.get_by_role("link", name=re.compile("^Accept")))
    _tab_to(page, page.locator("textarea"))
    page.keyboard.type("By keys alone.")
    _press(page, page.get_by_role("button", name="Accept", exact=True))
    expect(page.get_by_role("status")).to_contain_text("accepted the referral")
    expect(page.locator(".history li").first).to_contain_text("By keys alone.")


def _press(page: Page, one: Locator) -> None:
    """Goes there by the tabulator, presses Enter, and waits for the page that follows."""
    _tab_to(page, one)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _tab_to(page: Page, one: Locator) -> None:
    wanted = one.element_handle()
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{MOST} tabulators do not reach {one}")


def _walk(page: Page) -> list[tuple[float, float]]:
    """The middles of what the tabulator comes to in the main part of the page."""
    stops: list[tuple[float, float]] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        across, along = page.evaluate(_WHERE)
        if (across, along) != NOWHERE:
            stops.append((across, along))
        elif stops:
            return stops
    raise AssertionError(f"The page has more than {MOST} stops")

"""Pages fit (the window notes those that do not), and Arabic pages are the mirror of the others."""

import pytest
from playwright.sync_api import Locator

from tests.browser.places import MAIN, PLACES, QUEUE, Place
from tests.browser.window import View, Window


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_page_fits_the_narrowest_phone(window: Window, place: Place):
    window.visit(place, View("fr", 320))  # in the language of the longest words


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("place", MAIN, ids=str)
def test_an_arabic_page_fits_too(window: Window, place: Place, width: int):
    window.visit(place, View("ar", width))
    assert window.page.locator("html").get_attribute("dir") == "rtl"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (".top .brand", ".top nav"),
        (".identity p", ".identity button"),
        (".filters li:first-child", ".filters li:nth-child(2)"),
        (".queue thead th:first-child", ".queue thead th:nth-child(2)"),
        (".queue tbody tr:first-child th", ".queue tbody tr:first-child td:last-child"),
        (".search input", ".search button"),
    ],
)
def test_what_stands_first_is_left_in_english_and_right_in_arabic(window: Window, before: str, after: str):
    for language, sign in (("en", 1), ("ar", -1)):
        window.visit(QUEUE, View(language))
        first, second = (_middle(window.page.locator(one).first) for one in (before, after))
        assert (second - first) * sign > 0


def test_the_edge_of_what_is_late_stands_where_the_reading_begins(window: Window):
    for language, side in (("en", "Left"), ("ar", "Right")):
        window.visit(QUEUE, View(language))
        late = window.page.locator(".queue tr.late th").first
        assert late.evaluate(f"cell => getComputedStyle(cell).border{side}Width") != "0px"


def _middle(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2

"""What a page costs on the wire, headers included, as the browser counts it: the first time and again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.office import Office
from tests.browser.places import FIGURES, QUEUE, REGISTER, Place

FIRST = 15_000
AGAIN = 4_000
FORM_AGAIN = 5_500
"""A case is registered on one page: 30 questions and the names of all institutions are 2 kB of words alone."""

FILE = Place("case file of twenty entries", "judicial", "/cases/{twenty}")

Seat = Callable[..., BrowserContext]


@pytest.mark.parametrize("place", [QUEUE, FILE, FIGURES], ids=str)
def test_a_main_page_is_small_the_first_time_and_smaller_again(sit_down: Seat, office: Office, place: Place):
    page = sit_down(place.who).new_page()
    first, again = _weigh(page, office.path(place.path))
    assert first < FIRST
    assert again < AGAIN


def test_the_longest_form_is_small_too(sit_down: Seat, office: Office):
    page = sit_down(REGISTER.who).new_page()
    first, again = _weigh(page, office.path(REGISTER.path))
    assert first < FIRST
    assert again < FORM_AGAIN


def test_what_is_weighed_is_what_people_work_with(sit_down: Seat, office: Office):
    page = sit_down(QUEUE.who).new_page()
    page.goto(office.path(QUEUE.path))
    assert page.locator(".queue tbody tr").count() >= 25
    page = sit_down(FILE.who).new_page()
    page.goto(office.path(FILE.path))
    assert page.locator(".history > li").count() >= 20


def _weigh(page: Page, path: str) -> tuple[int, int]:
    """The bytes of the first view and of the second."""
    weights: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    views = []
    for _ in range(2):
        weights.clear()
        page.goto(path, wait_until="networkidle")
        views.append(round(sum(weights)))
    return views[0], views[1]

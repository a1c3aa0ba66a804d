"""What a page costs on the wire, headers included, as the browser counts it: the first time and again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.office import Office
from tests.browser.places import FIGURES, PATHWAY, QUEUE, REGISTER, REPORT, Place

FIRST = 15 * 1024
AGAIN = 4 * 1024
IN_ANY_LANGUAGE = 4_600
"""French takes more letters than English, and Arabic letters take two bytes each."""
A_FORM, A_FORM_IN_ARABIC = 6_200, 6_900
"""A case is registered on one page: 30 questions, the risk of reprisals, consent by class, and the names of all
institutions twice (to share with, and whose people may be accused): 2 kB of words alone, in Arabic letters 3 kB."""
A_FILE, A_FILE_IN_ANY_LANGUAGE = 4_400, 4_930
"""A case file says what protects the person, what hangs together with it, and who has read it, besides its history."""
FILE = Place("case file of twenty entries", "judicial", "/cases/{twenty}")

Seat = Callable[..., BrowserContext]


@pytest.mark.parametrize(("place", "most"), [(QUEUE, AGAIN), (FILE, A_FILE)], ids=str)
def test_a_main_page_is_small_the_first_time_and_smaller_again(
    sit_down: Seat, office: Office, place: Place, most: int
):
    first, again = _weigh(sit_down(place.who), office.path(place.path))
    assert first < FIRST
    assert again < most


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize(
    ("place", "most"), [(QUEUE, IN_ANY_LANGUAGE), (FILE, A_FILE_IN_ANY_LANGUAGE)], ids=str
)
def test_other_languages_cost_little_more(
    sit_down: Seat, office: Office, place: Place, most: int, language: str
):
    first, again = _weigh(sit_down(place.who, language=language), office.path(place.path))
    assert first < FIRST
    assert again < most


@pytest.mark.parametrize(("language", "most"), [("en", A_FORM), ("ar", A_FORM_IN_ARABIC)])
def test_the_longest_form_is_small_too(sit_down: Seat, office: Office, language: str, most: int):
    first, again = _weigh(sit_down(REGISTER.who, language=language), office.path(REGISTER.path))
    assert first < FIRST
    assert again < most


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("place", [FIGURES, REPORT, PATHWAY], ids=str)
def test_a_part_of_the_figures_is_as_small_as_any_page(
    sit_down: Seat, office: Office, place: Place, language: str
):
    first, again = _weigh(sit_down(place.who, language=language), office.path(place.path))
    assert first < FIRST
    assert again < (AGAIN if language == "en" else IN_ANY_LANGUAGE)


def test_what_is_weighed_is_what_people_work_with(sit_down: Seat, office: Office):
    page = sit_down(QUEUE.who).new_page()
    page.goto(office.path(QUEUE.path))
    assert page.locator(".queue tbody tr").count() >= 25
    page = sit_down(FILE.who).new_page()
    page.goto(office.path(FILE.path))
    assert page.locator(".history > li").count() >= 20


def _weigh(context: BrowserContext, path: str) -> tuple[int, int]:
    """The bytes of the first view, and of a later one: the lightest of three, for every answer is padded by chance."""
    page = context.new_page()
    weights: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    views: list[float] = []
    for _ in range(4):
        weights.clear()
        page.goto(path, wait_until="load" if views else "networkidle")
        session.send("Runtime.evaluate", {"expression": "0"})  # its answer comes after what was told before
        assert any(weights)
        views.append(sum(weights))
    return round(views[0]), round(min(views[1:]))

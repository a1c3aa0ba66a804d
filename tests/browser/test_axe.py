"""No page has an issue that axe finds: WCAG 2.2 AA and good practice, in both directions, sizes and colour schemes."""

from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.places import MAIN, OTHERS, Place
from tests.browser.window import View, Window

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
    # The markup of what is wrong is enough to find it; making selectors for everything takes a third of the time.
    "selectors": False,
}
_AXE = Axe().axe_script
_RUN = "rules => axe.run(rules).then(found => found.violations)"
SHAPES = list(product((1280, 390), ("light", "dark")))
TWO_VIEWS = [View("en", 1280, "light"), View("ar", 390, "dark")]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("place", MAIN, ids=str)
def test_axe_finds_nothing_on_the_main_pages_at_any_width_in_any_colours(
    window: Window, place: Place, language: str
):
    window.visit(place, View(language))
    window.page.evaluate(_AXE)
    for width, scheme in SHAPES:
        view = View(language, width, scheme)
        window.turn(view)
        assert _issues(window) == [], view


# The views one after the other, not the places: to change the window takes the browser as long as to draw a page.
@pytest.mark.parametrize("place", OTHERS, ids=str)
@pytest.mark.parametrize("view", TWO_VIEWS, ids=str)
def test_axe_finds_nothing_elsewhere(window: Window, place: Place, view: View):
    window.visit(place, view)
    window.page.evaluate(_AXE)
    assert _issues(window) == []


def test_axe_would_find_what_is_wrong(window: Window):
    window.visit(MAIN[0])
    window.page.locator("h1").evaluate("heading => { heading.style.color = '#ccc' }")
    window.page.locator("html").evaluate("page => page.removeAttribute('lang')")
    window.page.evaluate(_AXE)
    assert {issue.split(":")[0] for issue in _issues(window)} == {"color-contrast", "html-has-lang"}


def _issues(window: Window) -> list[str]:
    found: list[dict[str, Any]] = window.page.evaluate(_RUN, RULES)
    return [
        f"{issue['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for issue in found
        for node in issue["nodes"]
    ]

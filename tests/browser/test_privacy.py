"""What a browser could keep of a case: nothing personal in titles and addresses, nothing that was typed."""

import pytest

from tests.browser.places import Place
from tests.browser.window import Window
from tracker.demonstration import CANARIES

_FILES = [
    Place("the station's file", "police", "/cases/{file}"),
    Place("the section's file", "judicial", "/cases/{visited}"),
    Place("the network's alert", "focal", "/alerts/{call}"),
]


@pytest.mark.parametrize("place", _FILES, ids=str)
def test_no_page_of_a_case_has_anything_personal_in_its_title_or_address(window: Window, place: Place):
    window.visit(place)
    assert _personal(window.page.locator("main").inner_text()), "this file names nobody: nothing is proved"
    reference = window.page.url.rpartition("/")[2]
    pages = {link for link in _links(window) if reference in link}
    assert len(pages) > 2
    for page in sorted(pages):
        window.page.goto(page)
        assert not _personal(window.page.title() + window.page.url + "".join(_links(window)))


def _links(window: Window) -> list[str]:
    """Where the main part of the page leads to; "tel:" is no address of ours."""
    links = window.page.locator("main a[href^='/']")
    return list(links.evaluate_all("links => links.map(link => link.getAttribute('href'))"))


def _personal(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]

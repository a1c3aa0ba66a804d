"""Pages on paper, and in colours that the person chose."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.places import CASE_FILE, MAIN, QUEUE, Place
from tests.browser.window import Window


@pytest.mark.parametrize("place", MAIN, ids=str)
def test_a_printed_page_says_that_it_is_confidential_and_who_printed_it(window: Window, place: Place):
    window.visit(place)
    who = window.page.locator(".identity bdi").first.text_content() or ""
    expect(window.page.locator(".sheet")).to_be_hidden()
    window.page.emulate_media(media="print")
    try:
        expect(window.page.locator(".sheet")).to_have_text(
            re.compile(rf"^Confidential\. Printed by {who}, .+, \d+ \w{{3}} \d{{4}}, \d\d:\d\d\.$")
        )
        for left_out in (".top", ".identity", ".foot"):
            expect(window.page.locator(left_out)).to_be_hidden()
    finally:
        window.page.emulate_media(media="screen")


def test_a_case_file_prints_on_white_paper_also_from_a_dark_screen(window: Window):
    window.visit(CASE_FILE)
    window.page.emulate_media(media="print", color_scheme="dark")
    try:
        assert window.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert window.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    finally:
        window.page.emulate_media(media="screen")


def test_tags_and_buttons_have_edges_where_colours_are_the_person_s(window: Window):
    window.visit(QUEUE)
    window.page.emulate_media(forced_colors="active")
    try:
        for one in (".tag", ".button", ".filters a"):
            assert _edge(window, one)["block"]
        assert _edge(window, ".queue tr.late th")["inline"]
        assert not _edge(window, ".queue tbody tr:not(.late) th")["inline"]
    finally:
        window.page.emulate_media(forced_colors="none")


def _edge(window: Window, one: str) -> dict[str, bool]:
    """Whether what is found there has edges that can be seen: above it, and where the reading begins."""
    return dict(window.page.locator(one).first.evaluate(_EDGES))


_EDGES = """one => {
  const style = getComputedStyle(one), ground = getComputedStyle(document.body).backgroundColor;
  const seen = side => style[`border${side}Style`] === "solid" && style[`border${side}Width`] !== "0px"
    && style[`border${side}Color`] !== ground;
  return {block: seen("BlockStart"), inline: seen("InlineStart")};
}"""

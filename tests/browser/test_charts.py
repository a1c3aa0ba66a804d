"""Charts as the browser draws them, with its own letters: no words on words, none beyond the sheet."""

from typing import Any

import pytest

from tests.browser.places import PATHWAY, PLACES, Place
from tests.browser.window import View, Window

COMPARE = next(place for place in PLACES if place.name == "compare institutions")
WHOLE = [
    *(place for place in PLACES if place.name.endswith(", whole")),
    Place("the way of cases, whole", PATHWAY.who, PATHWAY.path + "?part=all"),
]
_WORDS = """
() => [...document.querySelectorAll("svg.chart")].map(svg => {
  const sheet = svg.getBoundingClientRect()
  return [...svg.querySelectorAll("text")].map(text => {
    const box = text.getBoundingClientRect()
    const inset = box.height * 0.2
    return {words: text.textContent, left: box.left - sheet.left, right: box.right - sheet.left,
            top: box.top + inset, bottom: box.bottom - inset, room: sheet.width}
  })
})
"""


@pytest.mark.parametrize("view", [View("en", 1280, "light"), View("ar", 390, "dark")], ids=str)
@pytest.mark.parametrize("place", [*WHOLE, COMPARE], ids=str)
def test_words_of_a_chart_lie_apart_and_on_the_sheet(window: Window, place: Any, view: View):
    window.visit(place, view)
    sheets: list[list[dict[str, Any]]] = window.page.evaluate(_WORDS)
    for words in sheets:
        for number, one in enumerate(words):
            assert one["left"] >= -2, one
            assert one["right"] <= one["room"] + 2, one
            for other in words[number + 1 :]:
                across = min(one["right"], other["right"]) - max(one["left"], other["left"])
                down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
                assert min(across, down) <= 1, (one, other)
    assert sheets or place is COMPARE, "the demonstration has too few cases to compare by, and says so"

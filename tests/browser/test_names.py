"""Every control says its name, its hint and its error. (axe alone passes forms whose errors are tied to nothing.)"""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.places import PLACES, Place
from tests.browser.window import Window

FORMS = [
    place
    for place in PLACES
    if place.send or place.name in {"accept", "arrest", "decide", "call back", "consent"}
]
_CONTROLS = "input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea"


@pytest.mark.parametrize("place", FORMS, ids=str)
def test_each_field_says_its_label_hint_and_error(window: Window, place: Place):
    window.visit(place)
    for folded in window.page.locator("main details:not([open]):has(.field) > summary").all():
        folded.click()
    fields = window.page.locator("main .field:not(:has(.field))").all()
    assert fields
    for field in fields:
        said = [_line(remark) for remark in field.locator(".hint, .error, .echo").all()]
        described, name = _described(field)
        expect(described).to_have_accessible_name(name)
        expect(described).to_have_accessible_description(" ".join(said))
        for control in field.locator(f".error ~ :is({_CONTROLS})").all():
            expect(control).to_have_attribute("aria-invalid", "true")


def _described(field: Locator) -> tuple[Locator, str]:
    """What the hint and the error describe, and the name that it should have."""
    if field.evaluate("one => one.tagName") == "FIELDSET":
        return field, _line(field.locator("legend").first)
    if field.locator(".choice").count():
        return field.locator("input").first, _line(field.locator("label").first)
    return field.locator(_CONTROLS).first, _line(field.locator("label").first)


def _line(one: Locator) -> str:
    return " ".join((one.text_content() or "").split())

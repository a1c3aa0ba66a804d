"""The window that watches the pages would see what is wrong with one."""

import pytest

from tests.browser.conftest import PATIENCE
from tests.browser.places import QUEUE
from tests.browser.window import View, Window

A_MOMENT = 20

WRONGS = {
    "console": "console.log('a remark')",
    "error": "setTimeout(() => { throw new Error('a failure') })",
    "elsewhere": "fetch('http://127.0.0.1:9/').catch(() => null)",
}


@pytest.mark.parametrize("wrong", WRONGS.values(), ids=WRONGS)
def test_the_window_notes_what_a_page_does(window: Window, wrong: str):
    window.visit(QUEUE)
    window.page.evaluate(wrong)
    waited = 0
    while not window.faults and waited < PATIENCE:
        window.page.wait_for_timeout(A_MOMENT)
        waited += A_MOMENT
    assert window.faults
    window.faults.clear()


@pytest.mark.parametrize(
    "wrong", ["<p style='width: 99rem'>wide</p>", "<form><textarea aria-label='told'></textarea></form>"]
)
def test_the_window_notes_what_a_page_is(window: Window, wrong: str):
    window.page.route("**/police/queue*", lambda route: route.fulfill(body=wrong, content_type="text/html"))
    window.visit(QUEUE, View(width=320))
    window.page.unroute_all()
    assert window.faults
    window.faults.clear()

"""One window of the browser, in which one person after the other reads; it notes what no page may do."""

from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

from tests.browser.office import Office
from tests.browser.places import Place

Key = list[dict[str, str]]
"""The cookies of somebody who is signed in."""


class View(NamedTuple):
    """How a page is looked at."""

    language: str = "en"
    width: int = 1280
    scheme: str = "light"

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.scheme}"


_WIDER = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth"
_KEPT = "form:has(textarea):not([autocomplete=off]), textarea[autocomplete]"


class Window:
    """A page to visit places with. `faults` are what no page may do, wherever and however it is looked at.

    That is: to write to the console, to fail, to ask another host for something, to be wider than the window, and to
    let the browser keep a narrative that is being typed.
    """

    def __init__(self, context: BrowserContext, office: Office, keys: dict[str, Key]) -> None:
        self.faults: list[str] = []
        self._office, self._keys, self._context = office, keys, context
        self._asked_for = ""
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def visit(self, place: Place, view: View = View()) -> Response:  # noqa: B008 - a tuple never changes
        """Opens a place as the person whom it is for; refuses another status than the one it should have."""
        self._sit_down(place.who, view.language)
        self._shape(view)
        answer = self.page.goto(self._office.path(place.path))
        if place.send:
            with self.page.expect_navigation() as gone:
                self.page.locator("main form .actions button").first.click()
            answer = gone.value
        assert answer is not None
        assert answer.status == place.status, f"{answer.url}: {answer.status}"
        self._look()
        return answer

    def turn(self, view: View) -> None:
        """Looks at the page that is open in another width and scheme; its language stays."""
        self._shape(view)
        self._look()

    def _shape(self, view: View) -> None:
        self.page.set_viewport_size({"width": view.width, "height": 900})
        self.page.emulate_media(color_scheme="dark" if view.scheme == "dark" else "light")

    def _look(self) -> None:
        wider = self.page.evaluate(_WIDER)
        if wider > 0:
            self.faults.append(f"{self.page.url} is {wider} pixels wider than the window")
        if self.page.locator(_KEPT).count():
            self.faults.append(f"{self.page.url} lets the browser keep a narrative")

    def _sit_down(self, who: str, language: str) -> None:
        self._context.clear_cookies()
        cookies = [{"name": "language", "value": language, "url": self._office.url}]
        self._context.add_cookies([*cookies, *self._keys[who]])  # type: ignore[list-item]

    def _heard(self, message: ConsoleMessage) -> None:
        """The browser remarks on every page that answers 4xx or 5xx; `visit` looks at that itself."""
        of_the_page = message.location["url"] == self._asked_for
        if not (of_the_page and "the server responded with a status of" in message.text):
            self.faults.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        """`data:` stands for what the browser draws its own controls with."""
        if request.is_navigation_request():
            self._asked_for = request.url
        if not request.url.startswith("data:") and _host(request.url) != _host(self._office.url):
            self.faults.append(f"asked elsewhere: {request.url}")


def _host(url: str) -> str:
    return urlsplit(url).netloc

"""A browser before the demonstration; the browser itself is pytest-playwright's, as `tests/conftest.py` starts it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Playwright, expect

from tests import databases, suites
from tests.browser import office as offices
from tests.browser.office import Office
from tests.browser.places import HALF_WAY
from tests.browser.window import Key, Window
from tracker import demonstration

PATIENCE = 15_000
"""So many milliseconds something may take until it is as a test wants it; on a busy machine pages are slow."""

expect.set_options(timeout=PATIENCE)

_SHOWN_CODE = re.compile(r"the code now is (\d{6})")
_TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demonstration, served."""
    suites.require(suites.why_no_browser())
    with offices.opened(databases.this_room(), tmp_path_factory.mktemp("office")) as opened:
        yield opened


class Keys(dict[str, Key]):
    """The cookies of each person, fetched at the door when they are first asked for; of nobody, none."""

    def __init__(self, playwright: Playwright, office: Office) -> None:
        super().__init__({"": []})
        self._playwright, self._office = playwright, office

    def __missing__(self, who: str) -> Key:
        door = self._playwright.request.new_context(base_url=self._office.url)
        username = who.removesuffix(HALF_WAY)
        typed = {"username": username, "password": demonstration.PASSWORD}
        page = _send(door, "/sign-in", door.get("/sign-in").text(), **typed)
        if (shown := _SHOWN_CODE.search(page)) and not who.endswith(HALF_WAY):
            _send(door, "/sign-in/factor", page, code=shown[1])
        self[who] = [
            {"name": str(one["name"]), "value": str(one["value"]), "url": self._office.url}
            for one in door.storage_state()["cookies"]
        ]
        door.dispose()
        return self[who]


def _send(door: APIRequestContext, path: str, page: str, **typed: str) -> str:
    """The page that follows when the form of `page` is sent."""
    token = _TOKEN.search(page)
    assert token is not None
    answer = door.post(path, form={"next": "", "csrf_token": token[1], **typed})
    assert answer.ok, answer.status
    return answer.text()


@pytest.fixture(scope="session")
def keys(playwright: Playwright, office: Office) -> Keys:
    """What signs each person in, by username."""
    return Keys(playwright, office)


@pytest.fixture(scope="session")
def _windows(browser: Browser, office: Office, keys: Keys) -> Iterator[dict[bool, Window]]:
    contexts = {
        runs: browser.new_context(base_url=office.url, java_script_enabled=runs) for runs in (True, False)
    }
    for context in contexts.values():
        context.set_default_timeout(PATIENCE)
    yield {runs: Window(context, office, keys) for runs, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.fixture
def window(_windows: dict[bool, Window]) -> Iterator[Window]:
    """The one window that tests read in; whatever a page does that none may do fails the test."""
    yield from _watched(_windows[True])


@pytest.fixture
def window_without_scripts(_windows: dict[bool, Window]) -> Iterator[Window]:
    """Another one, in which no script of a page runs."""
    yield from _watched(_windows[False])


def _watched(window: Window) -> Iterator[Window]:
    window.faults.clear()
    yield window
    assert not window.faults


@pytest.fixture
def sit_down(browser: Browser, office: Office, keys: Keys) -> Iterator[Callable[..., BrowserContext]]:
    """Gives a browser of one's own, signed in as somebody, with nothing in its cache."""
    made: list[BrowserContext] = []

    def give(who: str = "", *, javascript: bool = True, language: str = "en") -> BrowserContext:
        context = browser.new_context(base_url=office.url, java_script_enabled=javascript, locale=language)
        context.set_default_timeout(PATIENCE)
        context.add_cookies(keys[who])  # type: ignore[arg-type]
        made.append(context)
        return context

    yield give
    for context in made:
        context.close()

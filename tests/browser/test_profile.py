"""What is left in the browser's own files when somebody has worked: on a shared telephone, or a laptop that is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.conftest import Keys
from tests.browser.office import Office
from tests.browser.places import CASE_FILE, REGISTER
from tracker.demonstration import CANARIES

TYPED = "Whatwastyped"
Sit = Callable[[str], Any]


@pytest.fixture
def sit_at_a_profile(
    playwright: Playwright,
    browser_type_launch_args: dict[str, Any],
    office: Office,
    keys: Keys,
    tmp_path: Path,
) -> Sit:
    """Gives a page of a browser that keeps its files in `tmp_path`, as a person's own browser does."""

    @contextmanager
    def sit(who: str) -> Iterator[Page]:
        started = playwright.chromium.launch_persistent_context(
            tmp_path, base_url=office.url, **browser_type_launch_args
        )
        started.add_cookies(keys[who])  # type: ignore[arg-type]
        yield started.new_page()
        started.close()

    return sit


def test_nothing_typed_into_a_narrative_stays_in_the_browser(sit_at_a_profile: Sit, tmp_path: Path):
    with sit_at_a_profile(REGISTER.who) as page:
        page.goto(REGISTER.path)
        for field in page.locator("main :is(input[type=text], textarea)").all():
            field.fill(TYPED)
        page.goto("/account")
    assert not _kept(tmp_path, TYPED)


def test_a_form_that_forgot_to_say_so_would_be_found(sit_at_a_profile: Sit, tmp_path: Path):
    with sit_at_a_profile(REGISTER.who) as page:
        page.route("**/cases/new", _forgetting)
        page.goto(REGISTER.path)
        page.get_by_label("own words").fill(TYPED)
        page.goto("/account")
    assert _kept(tmp_path, TYPED)


def test_nobody_of_a_case_that_was_read_stays_in_the_browser(
    sit_at_a_profile: Sit, office: Office, tmp_path: Path
):
    with sit_at_a_profile(CASE_FILE.who) as page:
        page.goto(office.path(CASE_FILE.path))
        named = [canary for canary in CANARIES if canary in page.locator("main").inner_text()]
        page.goto("/account")
    assert named
    assert not [canary for canary in named if _kept(tmp_path, canary)]
    assert _kept(tmp_path, office.path(CASE_FILE.path))


def _forgetting(route: Any) -> None:
    route.fulfill(response=(answer := route.fetch()), body=answer.text().replace(' autocomplete="off"', ""))


def _kept(folder: Path, text: str) -> list[str]:
    """The files that hold `text`, in either of the forms in which the browser writes text down."""
    forms = (text.encode(), text.encode("utf-16-le"))
    files = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    return [str(file) for file, content in files.items() if any(form in content for form in forms)]

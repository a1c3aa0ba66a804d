"""The main job by forms alone, in a browser that runs no script: from the door to an accepted referral."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.office import Office
from tests.browser.places import PLACES, Place
from tests.browser.window import Window
from tracker import demonstration

NOTE = "Nobody was told, and we go on Monday."

Seat = Callable[..., BrowserContext]

REFUSED = [place for place in PLACES if place.send]


@pytest.fixture
def page(sit_down: Seat) -> Page:
    """A page in a browser without scripts, before the door."""
    page = sit_down(javascript=False).new_page()
    page.goto("/")
    return page


def test_a_referral_is_accepted_from_the_queue(page: Page, office: Office):
    _sign_in(page)
    page.get_by_role("link", name="Police queue").click()
    page.get_by_role("link", name=office.finds["sent1"]).click()
    expect(page.locator("main")).to_contain_text("not yet accepted")
    page.get_by_role("link", name=re.compile("^Accept")).click()
    page.get_by_label("Note").fill(NOTE)
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("accepted the referral")
    expect(page.locator(".history li").first).to_contain_text(NOTE)
    page.get_by_role("link", name="Back to the list").click()
    row = page.get_by_role("row").filter(has_text=office.finds["sent1"])
    expect(row).to_contain_text("Accepted")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title(re.compile("^Sign in"))


def test_what_is_missing_is_said_and_what_was_typed_is_kept(page: Page, office: Office):
    _sign_in(page)
    page.goto(office.path("/cases/{sent2}/tracks/{sent2_track}/not_accept"))
    page.locator("textarea").fill(NOTE)
    page.get_by_label("Date").fill("")
    with page.expect_response("**/not_accept") as answered:
        page.get_by_role("button", name="Do not accept").click()
    assert answered.value.status == 422
    expect(page).to_have_title(re.compile("^Error: Do not accept"))
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("textarea")).to_have_value(NOTE)
    page.get_by_role("alert").get_by_role("link", name="date").click()
    expect(page.get_by_label("Date")).to_be_focused()
    expect(page.locator(".echo")).to_have_count(0)
    page.get_by_role("alert").get_by_role("link", name="Choose why").click()
    expect(page.get_by_label("Why is it not accepted?")).to_be_focused()


@pytest.mark.parametrize("place", REFUSED, ids=str)
def test_a_refused_form_says_so_first_and_leads_to_each_field(window_without_scripts: Window, place: Place):
    window_without_scripts.visit(place)
    page = window_without_scripts.page
    assert page.title().startswith("Error: ")
    expect(page.get_by_role("alert")).to_be_focused()
    links = page.get_by_role("alert").get_by_role("link")
    for number in range(links.count()):
        target = str(links.nth(number).get_attribute("href"))
        links.nth(number).click()
        expect(page.locator(target)).to_be_focused()
        assert page.locator(target).evaluate("one => one.matches('input, select, textarea')")


def _sign_in(page: Page) -> None:
    page.get_by_label("Username").fill("police")
    page.get_by_label("Password").fill(demonstration.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".identity")).to_contain_text("Police officer")

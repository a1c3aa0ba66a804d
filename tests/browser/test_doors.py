"""Passkeys in a real browser with a device of its own, and leaving quickly by the keyboard."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.browser.office import Office
from tracker import demonstration

Seat = Callable[..., BrowserContext]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    """A page at the door, at a name: a passkey belongs to one."""
    context = browser.new_context(base_url=office.url.replace("127.0.0.1", "localhost"))
    yield context.new_page()
    context.close()


def _device(page: Page) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


def test_a_passkey_is_made_opens_the_whole_door_and_confirms_who_it_is(page: Page):
    session, device = _device(page)
    page.goto("/sign-in")
    page.get_by_label("Username").fill("philip.duot")
    page.get_by_label("Password").fill(demonstration.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account/factors/passkeys/new")
    page.get_by_label("Name").fill("Philip's telephone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    expect(page.locator("main ol li")).to_have_count(10)

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".identity")).to_contain_text("Philip Duot")
    page.goto("/account/confirm?next=/account/factors")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factors")
    expect(page.locator("main")).to_contain_text("Philip's telephone")

    page.get_by_role("button", name="Sign out").click()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.get_by_role(
        "button", name="Sign in with a passkey"
    ).click()  # the device was taken, its lock is not opened
    expect(page.get_by_role("alert")).to_contain_text("did not answer")
    page.get_by_label("Username").fill("philip.duot")
    page.get_by_label("Password").fill(demonstration.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("^Show that it is you"))
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".identity")).to_contain_text("Philip Duot")


def test_escape_twice_leaves_and_the_way_back_shows_nothing(sit_down: Seat):
    page = sit_down("tabitha.nyok").new_page()
    page.goto("/police/queue")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page).to_have_title("Calendar")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Police queue")


def test_leaving_needs_no_script_and_is_the_second_stop_of_the_keyboard(sit_down: Seat):
    page = sit_down("gabriel.ater", javascript=False).new_page()
    page.goto("/courts/docket")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".leave")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Calendar")
    page.goto("/courts/docket")
    expect(page).to_have_title(re.compile("^Sign in"))

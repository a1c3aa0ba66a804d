"""Leaving quickly: one tap on every page, without scripts and without a second try, and nothing stays behind."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.careful_client import CarefulClient, careful

pytestmark = pytest.mark.only_on("sqlite")

SignedIn = Callable[..., CarefulClient]


def test_it_ends_the_session_and_shows_a_page_that_tells_nothing(signed_in: SignedIn):
    client = signed_in()
    answer = client.post("/leave")
    assert (answer.status_code, answer.location) == (303, "/left")
    assert client.get("/account").location.startswith("/sign-in")
    text = client.get("/left").text
    assert "Tracker" not in text.replace("tracker.css", "")
    assert "sign" not in text.lower()


def test_every_page_has_it_first_of_all_and_works_without_a_script(app: Flask, signed_in: SignedIn):
    for client, path in ((signed_in(), "/account"), (careful(app), "/sign-in"), (careful(app), "/log/")):
        page = client.page(path)
        button = page.all("button")[0]
        assert (button.get("class"), button.get("form"), button.get("formaction")) == (
            "leave",
            "shell",
            "/leave",
        )
        shell = next(one for one in page.all("form") if one.get("id") == "shell")
        assert shell.get("method") == "post"


def test_a_page_whose_token_is_old_leaves_all_the_same(signed_in: SignedIn):
    client = signed_in()
    assert client.post("/leave", data={"csrf_token": "old"}).location == "/left"
    assert client.get("/account").location.startswith("/sign-in")


def test_another_site_cannot_send_a_person_away(signed_in: SignedIn):
    client = signed_in()
    answer = client.post("/leave", headers={"Sec-Fetch-Site": "cross-site"})
    assert "Clear-Site-Data" not in answer.headers
    assert client.get("/account").status_code == 200


def test_over_https_the_browser_forgets_everything(make_app: Callable[..., Flask]):
    client = careful(make_app(secure_cookies=True))
    answer = client.post("/leave", base_url="https://localhost", headers={"Referer": "https://localhost/"})
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_an_installation_says_where_it_leads(make_app: Callable[..., Flask]):
    app = make_app(leave_to="https://weather.example/juba")
    text = app.test_client().get("/left").text
    assert '<meta http-equiv="refresh" content="0; url=https://weather.example/juba">' in text

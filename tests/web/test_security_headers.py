"""What every answer tells the browser, and how the cookies are kept."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask, request
from werkzeug.test import Client, TestResponse

from blueprints import security
from blueprints.guards import TOKEN
from tests.web.careful_client import CarefulClient, careful
from tracker.db import db
from tracker.models import UserSession

pytestmark = pytest.mark.only_on("sqlite")

SignedIn = Callable[..., CarefulClient]
OPEN = ("/static/", "/log/witnessed")
"""What everybody's browser and proxy may keep."""

ON_EVERY_ANSWER = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _addresses(app: Flask) -> list[tuple[str, str]]:
    """Method and address for every rule, with made-up values, and for addresses that do not exist."""
    found = [("GET", "/nothing-here"), ("PUT", "/account")]
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(int|string\(length=(\d+)\))?[^>]*>", _value, rule.rule)
        found += [(method, address) for method in ("GET", "POST") if method in (rule.methods or ())]
    return found


def _value(part: re.Match[str]) -> str:
    return "1" if part[1] == "int" else "x" * int(part[2] or 4)


def _wrong(answer: TestResponse) -> list[str]:
    return [name for name, value in ON_EVERY_ANSWER.items() if answer.headers.get(name) != value]


def test_every_answer_of_every_address_carries_the_headers(app: Flask, signed_in: SignedIn):
    app.testing = False  # faults are answered, as in earnest
    for client in (signed_in(), Client(app)):
        for method, address in _addresses(app):
            answer = client.open(address, method=method)
            assert not _wrong(answer), f"{method} {address}"
            assert answer.headers["Cache-Control"] == "private, no-store" or address.startswith(OPEN)


def test_a_page_is_html_in_utf_8(signed_in: SignedIn):
    assert signed_in().get("/account").content_type == "text/html; charset=utf-8"


def test_over_https_the_browser_is_told_to_stay_there(make_app: Callable[..., Flask]):
    secure, plain = make_app(secure_cookies=True), make_app()
    assert "max-age" in careful(secure).get("/sign-in").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in careful(plain).get("/sign-in").headers


def test_the_cookie_is_bound_to_this_host(make_app: Callable[..., Flask]):
    cookie = (
        make_app(secure_cookies=True)
        .test_client()
        .get("/sign-in", base_url="https://localhost")
        .headers["Set-Cookie"]
    )
    assert cookie.startswith("__Host-tracker=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_on_plain_loopback_the_cookie_has_a_plain_name(app: Flask):
    assert careful(app).get("/sign-in").headers["Set-Cookie"].startswith("tracker=")


def test_every_post_without_a_token_fails(app: Flask, signed_in: SignedIn):
    client = signed_in()
    for method, address in _addresses(app):
        if method == "POST" and address != "/leave":  # see test_leaving
            no_session_opens_it = address.startswith(("/api/", "/gateways/", "/openrosa/"))
            assert client.post(address).status_code in ({401} if no_session_opens_it else {400, 403, 404}), (
                address
            )


def test_a_post_of_another_session_s_token_fails(signed_in: SignedIn, app: Flask):
    stranger = careful(app)
    token = next(
        one.get("value") for one in stranger.page("/sign-in").all("input") if one.get("name") == "csrf_token"
    )
    answer = signed_in().post("/language/fr", data={"csrf_token": token})
    assert answer.status_code == 400
    assert "load the page again" in answer.text


def test_over_https_a_post_from_another_site_fails(make_app: Callable[..., Flask]):
    client = careful(make_app(secure_cookies=True))
    page = client.get("/sign-in", base_url="https://localhost")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    for referrer, status in (
        (None, 400),
        ("https://elsewhere.org/", 400),
        ("https://localhost/sign-in", 303),
    ):
        answer = client.post(
            "/language/fr",
            data={"csrf_token": token},
            base_url="https://localhost",
            headers={"Referer": referrer} if referrer else {},
        )
        assert answer.status_code == status, referrer


def test_forwarded_headers_are_ignored_unless_a_proxy_is_trusted(make_app: Callable[..., Flask]):
    forwarded = {
        "X-Forwarded-Host": "elsewhere.org",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.7",
    }
    seen: dict[int, tuple[str, str, str | None]] = {}
    for hops in (0, 1):
        app = make_app(trusted_proxies=hops)
        app.before_request_funcs.setdefault(None, []).insert(0, _noting(seen, hops))
        careful(app).get("/sign-in", headers=forwarded)
    assert seen == {0: ("localhost", "http", "127.0.0.1"), 1: ("elsewhere.org", "https", "192.0.2.7")}


def _noting(seen: dict[int, tuple[str, str, str | None]], hops: int) -> Callable[[], None]:
    def note() -> None:
        seen[hops] = (request.host, request.scheme, request.remote_addr)

    return note


def test_a_request_that_is_too_large_is_refused(signed_in: SignedIn):
    answer = signed_in().post("/gallery/form", data={"story": "x" * 1_100_000})
    assert answer.status_code == 413


def test_the_same_page_is_never_packed_to_the_same_length(signed_in: SignedIn):
    client = signed_in()
    lengths = {
        len(client.get("/gallery/queue", headers={"Accept-Encoding": "gzip"}).data) for _time in range(8)
    }
    assert len(lengths) > 1


def test_the_policy_is_the_strict_one():
    assert ON_EVERY_ANSWER["Content-Security-Policy"] == security.CONTENT_SECURITY_POLICY
    assert "unsafe" not in security.CONTENT_SECURITY_POLICY


def test_the_cookie_holds_the_token_and_the_database_does_not(app: Flask, signed_in: SignedIn):
    client = signed_in()
    with client.session_transaction() as cookie:
        token = cookie[TOKEN]
    assert len(token) >= 43
    with app.app_context():
        assert token not in db.session.scalars(sa.select(UserSession.token_hash)).all()


def test_a_page_that_may_echo_what_was_sent_varies_most(signed_in: SignedIn):
    client = signed_in()

    def spread(path: str) -> int:
        packed = {"Accept-Encoding": "gzip"}
        sizes = [len(client.get(path, headers=packed).data) for _time in range(40)]
        return max(sizes) - min(sizes)

    assert spread("/gallery/queue?show=mine") > 50
    assert 0 < spread("/gallery/queue") < 50

"""The frame of every page, and the doors."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from blueprints import guards, marks
from blueprints.addresses import own_path
from tests.web.careful_client import CarefulClient, careful
from tracker.db import db
from tracker.models import UserAccount
from tracker.vocabulary import Role

pytestmark = pytest.mark.only_on("sqlite")

SignedIn = Callable[..., CarefulClient]


def test_a_page_says_who_is_here_in_which_role_and_where(signed_in: SignedIn):
    page = signed_in().page("/account")
    assert "S. Traoré · Police officer · Malakal police station" in page.words("header")


def test_a_view_that_says_nothing_is_closed_to_everybody(app: Flask, signed_in: SignedIn):
    assert signed_in(Role.ADMINISTRATOR).get("/gallery/closed").status_code == 403
    assert careful(app).get("/gallery/closed").status_code == 302


def test_every_view_says_who_may_enter(app: Flask):
    said = {name: guards.mark_of(view) for name, view in app.view_functions.items()}
    del said["gallery.closed"]
    open_to_others = marks.Public | marks.Accredited | marks.ByGateway
    assert not [name for name, mark in said.items() if not mark and not isinstance(mark, open_to_others)]


def test_somebody_unknown_is_sent_to_the_door_and_then_on(app: Flask):
    answer = careful(app).get("/gallery/queue?show=mine")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/gallery/queue?show%3Dmine"


def test_somebody_unknown_who_posts_is_told_to_sign_in(app: Flask):
    answer = careful(app).post("/gallery/form")
    assert answer.status_code == 401
    assert "You have been signed out" in answer.text


def test_a_role_without_the_permission_is_refused(signed_in: SignedIn):
    answer = signed_in(Role.AUDITOR).get("/gallery/queue")
    assert answer.status_code == 403
    assert "Your role" in answer.text


def test_any_of_several_permissions_opens_a_view(signed_in: SignedIn):
    assert signed_in(Role.POLICE_OFFICER).get("/gallery/queue").status_code == 200
    assert signed_in(Role.CSO_MONITOR).get("/gallery/queue").status_code == 200


def test_a_page_asks_the_database_one_question_about_who_is_here(app: Flask, signed_in: SignedIn):
    client = signed_in()
    asked: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    client.get("/gallery/queue")
    assert len([sql for sql in asked if sql.startswith("SELECT")]) == 1
    assert not [sql for sql in asked if sql.startswith(("UPDATE", "INSERT"))]


def test_a_session_in_use_is_noted_once_a_minute(app: Flask, signed_in: SignedIn):
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as traveller:
        client = signed_in()
        asked: list[str] = []
        with app.app_context():
            sa.event.listen(db.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
        for seconds in (30, 40, 10):
            traveller.shift(timedelta(seconds=seconds))
            client.get("/gallery/queue")
    assert [sql.split()[1] for sql in asked if sql.startswith("UPDATE")] == ["user_session"]


def test_a_missing_page_is_shown_in_the_frame(signed_in: SignedIn):
    answer = signed_in().get("/nothing-here")
    assert answer.status_code == 404
    assert "S. Traoré" in answer.text


def test_a_wrong_method_says_which_are_right(signed_in: SignedIn):
    answer = signed_in().get("/gallery/act")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_fault_is_answered_without_asking_who_is_here(make_app: Callable[..., Flask], signed_in: SignedIn):
    app = make_app()
    asked: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    answer = careful(app).get("/gallery/fault")
    assert answer.status_code == 500
    assert "Something failed on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert not asked


def test_a_database_that_is_gone_is_answered_with_when_to_try_again(make_app: Callable[..., Flask]):
    app = make_app(database_url="sqlite:////nonexistent/tracker.db")
    client = careful(app)
    with client.session_transaction() as cookie:
        cookie[guards.TOKEN] = "a token"
    answer = client.get("/account")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").text == "ok\n"


def test_a_ready_installation_says_so(app: Flask):
    assert careful(app).get("/readyz").text == "ready\n"


def test_every_component_is_in_order(signed_in: SignedIn):
    client = signed_in()
    assert len(client.page("/gallery/queue").all("tr")) == 51
    assert client.page("/gallery/case").words("h1") == "7K3M-9CX2-RTW4 · Arbitrary arrest"


def test_fifty_rows_fit_into_four_kilobytes(signed_in: SignedIn):
    answer = signed_in().get("/gallery/queue", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < 4_096


def test_the_first_view_fits_into_fifteen_kilobytes(signed_in: SignedIn):
    client = signed_in()
    page = client.page("/gallery/queue")
    addresses = ["/gallery/queue", *(link.get("href") for link in page.all("link"))]
    answers = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in addresses]
    assert sum(len(answer.data) for answer in answers) < 15_000


def test_a_static_file_is_kept_for_ever_and_an_older_one_is_not_found(app: Flask):
    client = careful(app)
    address = re.search(r'href="(/static/[^"]+\.css)"', client.get("/sign-in").text)
    assert address
    assert "immutable" in client.get(address[1]).headers["Cache-Control"]
    assert client.get("/static/0123456789abcdef/tracker.css").status_code == 404
    assert client.get("/static/0123456789abcdef/../guards.py").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.org", "//elsewhere.org", "/\\elsewhere.org", "\\\\elsewhere.org", "/\t/elsewhere.org",
        "javascript:alert(1)", "data:text/html,x", "http:elsewhere.org", "///elsewhere.org", "/\n/elsewhere.org",
        " //elsewhere.org", "elsewhere.org", "", None, "/" + "a" * 2_000, "https:/elsewhere.org", "/\x00", "/\x7f",
        "/ /elsewhere.org", "//[",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(address: str | None):
    assert own_path(address, "/here") == "/here"


def test_a_path_of_this_site_is_kept():
    assert own_path("/cases/7K3M-9CX2-RTW4?show=mine#history") == "/cases/7K3M-9CX2-RTW4?show=mine#history"


def test_the_browser_is_asked_for_its_language(app: Flask):
    answer = careful(app).get("/sign-in", headers={"Accept-Language": "ar, en;q=0.5"})
    assert '<html lang="ar" dir="rtl">' in answer.text


def test_a_chosen_language_stays_with_the_browser(app: Flask):
    client = careful(app)
    answer = client.send("/sign-in", at="/language/en", next="/sign-in")
    assert answer.location == "/sign-in"
    client.post("/language/fr", data={"csrf_token": _token(client), "next": "//elsewhere.org"})
    assert '<html lang="fr"' in client.get("/sign-in", headers={"Accept-Language": "ar"}).text


def test_a_chosen_language_stays_with_the_person(app: Flask, signed_in: SignedIn):
    client = signed_in(Role.CSO_MONITOR)
    client.post("/language/es", data={"csrf_token": _token(client)})
    with app.app_context():
        assert db.session.scalar(sa.select(UserAccount.locale)) == "es"


def test_an_unknown_language_is_not_found(app: Flask):
    client = careful(app)
    assert client.post("/language/xx", data={"csrf_token": _token(client)}).status_code == 404


def test_the_frame_offers_only_what_the_role_may_open(signed_in: SignedIn):
    assert "Police queue" in signed_in(Role.POLICE_OFFICER).page("/account").words("nav")
    assert "Police queue" not in signed_in(Role.AUDITOR).get("/account").text


def _token(client: CarefulClient) -> str:
    return next(one.get("value") for one in client.page("/account" if _known(client) else "/sign-in").all("input")
                if one.get("name") == "csrf_token")  # fmt: skip


def _known(client: CarefulClient) -> bool:
    with client.session_transaction() as cookie:
        return guards.TOKEN in cookie

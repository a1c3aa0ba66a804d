"""Signing in and out, sessions, the own password, and several memberships. On both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from blueprints import guards
from tests.web.careful_client import CarefulClient, careful
from tests.web.conftest import PASSWORD
from tracker import clock, passwords
from tracker.db import db
from tracker.models import Institution, Membership, UserAccount, UserSession
from tracker.vocabulary import Role

Person = Callable[..., int]
SignedIn = Callable[..., CarefulClient]
NOT_RIGHT = "The username or the password is not right"


def _try(app: Flask, username: str = "police_officer", password: str = PASSWORD, **more: str) -> TestResponse:
    return careful(app).send("/sign-in", username=username, password=password, **more)


def _enter(app: Flask, username: str = "police_officer", password: str = PASSWORD) -> CarefulClient:
    client = careful(app)
    client.send("/sign-in", username=username, password=password)
    return client


def _token(client: CarefulClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie[guards.TOKEN])


def _is_in(client: CarefulClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_person_signs_in_and_goes_where_they_were_going(app: Flask, person: Person):
    person()
    client = careful(app)
    answer = client.send("/sign-in?next=/gallery/queue", username="police_officer", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/gallery/queue")
    assert _is_in(client)


def test_upper_case_and_blanks_around_the_name_do_not_matter(app: Flask, person: Person):
    person()
    assert _is_in(_enter(app, " Police_Officer "))


def test_the_door_leads_nowhere_else(app: Flask, person: Person):
    person()
    assert _try(app, next="https://elsewhere.org/").location == "/"


@pytest.mark.parametrize(("username", "password"), [("police_officer", "wrong"), ("nobody", PASSWORD)])
def test_every_failure_has_the_same_words(app: Flask, person: Person, username: str, password: str):
    person()
    answer = _try(app, username, password)
    assert answer.status_code == 422
    assert NOT_RIGHT in answer.text


def test_a_deactivated_person_is_told_the_same_and_is_out_at_once(app: Flask, person: Person):
    person()
    client = _enter(app)
    with app.app_context():
        db.session.execute(sa.update(UserAccount).values(active=False))
        db.session.commit()
    assert not _is_in(client)
    assert NOT_RIGHT in _try(app).text


def test_a_name_that_nobody_has_costs_the_same_work(
    app: Flask, person: Person, monkeypatch: pytest.MonkeyPatch
):
    person()
    verified: list[str] = []
    hasher = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", _Counting(hasher, verified))
    _enter(app, "police_officer", "wrong")
    _enter(app, "nobody", "wrong")
    assert len(verified) == 2


class _Counting:
    def __init__(self, hasher: object, verified: list[str]) -> None:
        self._hasher, self._verified = hasher, verified

    def __getattr__(self, name: str) -> object:
        if name == "verify":
            self._verified.append(name)
        return getattr(self._hasher, name)


def test_an_old_hash_is_made_again_at_sign_in(app: Flask, person: Person):
    person()
    old = PasswordHasher(time_cost=1, memory_cost=1_024, parallelism=1).hash(PASSWORD)
    with app.app_context():
        db.session.execute(sa.update(UserAccount).values(password_hash=old))
        db.session.commit()
    assert _is_in(_enter(app))
    with app.app_context():
        assert not passwords.is_old(db.session.scalars(sa.select(UserAccount.password_hash)).one())


def test_a_planted_cookie_does_not_survive_the_door(app: Flask, person: Person):
    person()
    client = careful(app)
    with client.session_transaction() as cookie:
        cookie[guards.TOKEN] = "planted"
        cookie["left"] = "over"
    client.send("/sign-in", username="police_officer", password=PASSWORD)
    assert _token(client) != "planted"
    with client.session_transaction() as cookie:
        assert "left" not in cookie


def test_a_stolen_cookie_is_dead_after_signing_out(app: Flask, person: Person):
    person()
    client = _enter(app)
    stolen = _token(client)
    assert _sign_out(client) == 303
    thief = careful(app)
    with thief.session_transaction() as cookie:
        cookie[guards.TOKEN] = stolen
    assert not _is_in(thief)


def _sign_out(client: CarefulClient) -> int:
    token = next(
        one.get("value") for one in client.page("/account").all("input") if one.get("name") == "csrf_token"
    )
    return client.post("/sign-out", data={"csrf_token": token}).status_code


def test_signing_out_empties_what_the_browser_kept(make_app: Callable[..., Flask], person: Person):
    person()
    app = make_app(secure_cookies=True)
    client = careful(app)
    at = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/"}}
    token = client.get("/sign-in", **at).text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token, "username": "police_officer", "password": PASSWORD, "next": ""},
        **at,
    )
    assert answer.status_code == 303
    token = client.get("/account", **at).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert "cache" in client.post("/sign-out", data={"csrf_token": token}, **at).headers["Clear-Site-Data"]


@pytest.mark.parametrize(
    ("pauses", "still_in"),
    [([29], True), ([31], False), ([29, 29, 29], True), ([25] * 28, True), ([25] * 29, False)],
)
def test_a_session_ends_after_half_an_hour_idle_and_twelve_hours(
    app: Flask, person: Person, pauses: list[int], still_in: bool
):
    person()
    with time_machine.travel("2026-11-23 06:00:00Z", tick=False) as traveller:
        client = _enter(app)
        for pause in pauses[:-1]:
            traveller.shift(timedelta(minutes=pause))
            assert _is_in(client)
        traveller.shift(timedelta(minutes=pauses[-1]))
        assert _is_in(client) is still_in


def test_an_ended_membership_and_a_closed_institution_are_out_at_once(
    app: Flask, signed_in: SignedIn, person: Person
):
    first, second = signed_in(Role.POLICE_OFFICER), signed_in(Role.AUDITOR)
    with app.app_context():
        db.session.execute(
            sa.update(Membership).where(Membership.role == "police_officer").values(ended_at=clock.now())
        )
        db.session.execute(
            sa.update(Institution).where(Institution.code == "place-of-auditor").values(active=False)
        )
        db.session.commit()
    assert not _is_in(first)
    assert not _is_in(second)


def test_a_person_with_several_memberships_chooses_and_can_change(app: Flask, person: Person):
    station = person(Role.POLICE_OFFICER, username="deng", place="Yei police station")
    section = person(Role.JUDICIAL_OFFICER, username="deng", place="Judicial affairs, Yei")
    assert _try(app, "deng", next="/gallery/queue").location == "/account/memberships?next=/gallery/queue"
    client = _enter(app, "deng")
    assert client.get("/gallery/queue").location == "/account/memberships?next=/gallery/queue"

    before = _token(client)
    path = "/account/memberships?next=/gallery/queue"
    answer = client.send(path, at=f"/account/memberships/{station}")
    assert answer.location == "/gallery/queue"
    assert client.get("/gallery/queue").status_code == 200
    assert _token(client) != before

    client.send(path, at=f"/account/memberships/{section}")
    assert client.get("/gallery/queue").status_code == 403


def test_nobody_acts_as_somebody_else(app: Flask, person: Person, signed_in: SignedIn):
    other = person(Role.ADMINISTRATOR)
    client = signed_in(Role.CSO_MONITOR)
    token = next(
        one.get("value") for one in client.page("/account").all("input") if one.get("name") == "csrf_token"
    )
    assert client.post(f"/account/memberships/{other}", data={"csrf_token": token}).status_code == 404
    assert "CSO monitor" in client.page("/account").words("header")


def test_a_person_without_a_membership_is_told_so(app: Flask, person: Person):
    person()
    with app.app_context():
        db.session.execute(sa.update(Membership).values(ended_at=clock.now()))
        db.session.commit()
    client = _enter(app)
    assert "belongs to no institution" in client.page("/account/memberships").words("main")


def test_a_person_ends_their_own_sessions_and_nobody_else_s(app: Flask, person: Person, signed_in: SignedIn):
    person()
    phone, desk, stranger = _enter(app), _enter(app), signed_in(Role.AUDITOR)
    with app.app_context():
        first, _second, third = db.session.scalars(sa.select(UserSession.id).order_by(UserSession.id))
    assert desk.send("/account", at=f"/account/sessions/{first}/end").status_code == 303
    assert not _is_in(phone)
    token = next(
        one.get("value") for one in desk.page("/account").all("input") if one.get("name") == "csrf_token"
    )
    assert desk.post(f"/account/sessions/{third}/end", data={"csrf_token": token}).status_code == 404
    assert _is_in(stranger)


def test_a_new_password_ends_every_other_session(app: Flask, person: Person):
    person()
    phone, desk = _enter(app), _enter(app)
    new = "four words go together"
    answer = desk.send("/account/password", present=PASSWORD, new=new, again=new)
    assert answer.status_code == 303
    assert _is_in(desk)
    assert not _is_in(phone)
    assert _is_in(_enter(app, password=new))
    assert not _is_in(_enter(app))


@pytest.mark.parametrize(
    ("present", "new", "again", "sentence"),
    [
        ("wrong", "four words go together", "four words go together", "not your present password"),
        (PASSWORD, "short", "short", "at least 12 characters"),
        (PASSWORD, "four words go together", "four words go apart", "The two do not agree"),
        (PASSWORD, PASSWORD, PASSWORD, "This is your present password"),
        (PASSWORD, "my police_officer word", "my police_officer word", "harder to guess"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "harder to guess"),
    ],
)
def test_a_password_that_will_not_do_is_refused(
    signed_in: SignedIn, present: str, new: str, again: str, sentence: str
):
    answer = signed_in().send("/account/password", present=present, new=new, again=again)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{new}"' not in answer.text


def test_a_given_password_opens_nothing_but_its_change(app: Flask, person: Person):
    person()
    with app.app_context():
        db.session.execute(sa.update(UserAccount).values(password_given_at=clock.now()))
        db.session.commit()
    client = _enter(app)
    assert client.get("/gallery/queue").location == "/account/password?next=/gallery/queue"
    assert client.get("/account").status_code == 302
    assert "was given to you" in client.page("/account/password").words("main")

    new = "four words go together"
    answer = client.send("/account/password?next=/gallery/queue", present=PASSWORD, new=new, again=new)
    assert answer.location == "/gallery/queue"
    assert client.get("/gallery/queue").status_code == 200


def test_a_page_that_is_read_cannot_write(app: Flask):
    with app.test_request_context("/account"):
        app.preprocess_request()
        with pytest.raises(DBAPIError):
            db.session.execute(sa.update(UserAccount).values(active=False))
        db.session.rollback()


def test_a_monitor_s_request_cannot_write_even_where_a_view_would(app: Flask, signed_in: SignedIn):
    client = signed_in(Role.CSO_MONITOR)
    token = next(
        one.get("value") for one in client.page("/account").all("input") if one.get("name") == "csrf_token"
    )
    assert client.post("/gallery/meddle", data={"csrf_token": token}).text == "refused"
    assert _is_in(client)

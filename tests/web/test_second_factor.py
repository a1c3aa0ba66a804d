"""The second step of the door: who needs it, that nothing opens before it, and how it is set up."""

import re
from collections.abc import Callable, Iterator

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from blueprints import guards
from blueprints.marks import ACCREDITED, PUBLIC, Scoped, mark_of
from tests.web.careful_client import CarefulClient, careful
from tests.web.conftest import PASSWORD
from tracker import clock
from tracker.actions import factors
from tracker.db import db
from tracker.models import UserAccount, UserSession
from tracker.vocabulary import Role

pytestmark = pytest.mark.only_on("sqlite")

Person = Callable[..., int]
SEED = pyotp.random_base32()


@pytest.fixture(autouse=True)
def _one_moment() -> Iterator[None]:
    """No half minute ends within a test."""
    with time_machine.travel("2026-11-23 12:00:15Z", tick=False):
        yield


def _code() -> str:
    return pyotp.TOTP(SEED).at(clock.now())


def _enter(app: Flask, username: str, password: str = PASSWORD) -> tuple[CarefulClient, TestResponse]:
    client = careful(app)
    return client, client.send("/sign-in?next=/account", username=username, password=password)


def _equip(app: Flask, username: str) -> list[str]:
    """An app of this seed, none of whose codes was used yet."""
    with app.app_context():
        user = db.session.scalars(sa.select(UserAccount).where(UserAccount.username == username)).one()
        codes = factors.set_up_app(actor=user, seed=SEED, code=_code())
        db.session.execute(sa.text("UPDATE totp_factor SET last_step = 0"))
        db.session.commit()
    return codes


def _token(client: CarefulClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie[guards.TOKEN])


def _read(app: Flask, client: CarefulClient) -> dict[str, str]:
    """Where each page that takes no argument leads."""
    rules = [
        rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    closed = [rule for rule in rules if _asks_for_somebody(app, rule.endpoint)]
    return {rule.endpoint: (client.get(rule.rule).location or "").split("?")[0] for rule in closed}


def _asks_for_somebody(app: Flask, endpoint: str) -> bool:
    mark = mark_of(app.view_functions[endpoint])
    by_token_alone = isinstance(mark, Scoped) and not mark.pages
    return mark not in {None, PUBLIC, ACCREDITED} and not by_token_alone


@pytest.mark.parametrize("role", [Role.CSO_MONITOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_oversees_sets_up_a_second_factor_before_anything_else_opens(
    app: Flask, person: Person, role: Role
):
    person(role)
    client, _ = _enter(app, role.value)
    here = {
        "account.factors",
        "account.add_app",
        "account.add_passkey",
        "account.confirm",
        "account.memberships",
    }
    led = _read(app, client)
    assert led["account.factors"] == ""
    assert {where for name, where in led.items() if name not in here} == {"/account/factors"}


def test_an_installation_can_require_it_of_everybody(make_app: Callable[..., Flask], person: Person):
    person(Role.POLICE_OFFICER)
    client, _ = _enter(make_app(second_factor_for_all=True), "police_officer")
    assert client.get("/police/queue").location.startswith("/account/factors")
    client, _ = _enter(make_app(), "police_officer")
    assert client.get("/police/queue").status_code == 200


def test_an_app_is_set_up_on_one_page_and_opens_the_rest(app: Flask, person: Person):
    person(Role.AUDITOR)
    client, _ = _enter(app, "auditor")
    other, _ = _enter(app, "auditor")
    before = _token(client)
    page = client.page("/account/factors/app")
    seed = re.sub(r"\s", "", next(one.text for one in page.all("bdi") if len(one.text) > 30))
    held = {one.get("name"): one.get("value") for one in page.all("input") if one.form is page.all("form")[0]}
    assert seed not in held.values()

    wrong = client.post("/account/factors/app", data=held | {"code": "000000"})
    assert (wrong.status_code, seed in re.sub(r"\s", "", wrong.text)) == (422, True)
    answer = client.post("/account/factors/app", data=held | {"code": pyotp.TOTP(seed).now()})
    assert answer.status_code == 200
    assert len(re.findall(r"<li>([A-Z2-7]{4}-){5}[A-Z2-7]{4}</li>", answer.text)) == 10
    assert _token(client) != before
    assert client.get("/audit/").status_code == 200
    assert other.get("/account/factors").location.startswith("/sign-in")  # every other session ended


def test_nobody_puts_in_a_seed_of_theirs(app: Flask, person: Person):
    person(Role.AUDITOR)
    client, _ = _enter(app, "auditor")
    answer = client.send("/account/factors/app", seed=SEED, code=_code())
    assert answer.status_code == 422


def test_nothing_opens_between_the_two_steps(app: Flask, person: Person):
    person(Role.POLICE_OFFICER)
    _equip(app, "police_officer")
    client, answer = _enter(app, "police_officer")
    assert answer.location == "/sign-in/factor?next=/account"
    led = _read(app, client)
    assert led.pop("account.factor") == ""
    assert set(led.values()) == {"/sign-in/factor"}
    assert "Police officer" not in client.page("/sign-in/factor").words("header")
    page = client.page("/sign-in/factor")
    token = next(one.get("value") for one in page.all("input") if one.get("name") == "csrf_token")
    sent = [
        rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and not rule.arguments
    ]
    own = {"account.factor", "account.sign_out"}
    for rule in (one for one in sent if _asks_for_somebody(app, one.endpoint) and one.endpoint not in own):
        answer = client.post(rule.rule, data={"csrf_token": token})
        assert (answer.location or "").startswith("/sign-in/factor"), rule.rule


def test_a_code_opens_with_a_new_token_and_only_once(app: Flask, person: Person):
    person(Role.POLICE_OFFICER)
    _equip(app, "police_officer")
    client, _ = _enter(app, "police_officer")
    before, code = _token(client), _code()
    wrong = client.send("/sign-in/factor", code="000000")
    assert (wrong.status_code, client.get("/account").status_code) == (422, 302)
    assert client.send("/sign-in/factor?next=/account", code=code).location == "/account"
    assert client.get("/account").status_code == 200
    thief = careful(app)
    with thief.session_transaction() as cookie:
        cookie[guards.TOKEN] = before
    assert thief.get("/account").location.startswith("/sign-in")

    again, _ = _enter(app, "police_officer")
    assert again.send("/sign-in/factor", code=code).status_code == 422


def test_a_recovery_code_opens_once(app: Flask, person: Person):
    person(Role.POLICE_OFFICER)
    first, *_ = _equip(app, "police_officer")
    client, _ = _enter(app, "police_officer")
    assert client.send("/sign-in/factor", code=first).status_code == 303
    assert "9 are left" in client.page("/account/factors").words("main")
    again, _ = _enter(app, "police_officer")
    assert again.send("/sign-in/factor", code=first).status_code == 422


def test_the_last_recovery_code_leads_to_a_new_factor_and_nowhere_else(app: Flask, person: Person):
    person(Role.POLICE_OFFICER)
    _equip(app, "police_officer")
    with app.app_context():
        user = db.session.scalars(sa.select(UserAccount)).one()
        since = user.factor_since
        factors.forget_all(user)
        user.factor_since = since
        (code,) = factors.give_codes(1, user)
        db.session.commit()
    client, _ = _enter(app, "police_officer")
    client.send("/sign-in/factor", code=code)
    assert client.get("/police/queue").location.startswith("/account/factors")
    again, _ = _enter(app, "police_officer")
    assert again.get("/account/factors").location.startswith("/sign-in/factor")


def test_codes_are_shown_in_the_demonstration_and_nowhere_else(app: Flask, person: Person):
    from tracker.demonstration import factors as shown

    person(Role.AUDITOR)
    with app.app_context():
        user = db.session.scalars(sa.select(UserAccount)).one()
        shown.equip(user)
        db.session.execute(sa.text("UPDATE totp_factor SET last_step = 0"))
        db.session.commit()
        code = shown.present_code(user)
    client, _ = _enter(app, "auditor")
    text = client.get("/sign-in/factor").text
    assert "Demonstration" not in text
    assert code not in text


def test_a_code_of_an_app_of_one_s_own_is_never_shown(app: Flask, person: Person):
    from tracker.demonstration import factors as shown

    person(Role.AUDITOR)
    _equip(app, "auditor")
    with app.app_context():
        assert shown.present_code(db.session.scalars(sa.select(UserAccount)).one()) == ""


def test_a_session_that_began_before_the_factor_has_to_show_it(app: Flask, person: Person):
    person(Role.POLICE_OFFICER)
    client, _ = _enter(app, "police_officer")
    assert client.get("/account").status_code == 200
    _equip(app, "police_officer")
    assert client.get("/account").location.startswith("/sign-in/factor")
    with app.app_context():
        assert db.session.scalars(sa.select(UserSession.factor_at)).all() == [None]

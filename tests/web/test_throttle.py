"""Too many tries: counted across processes, told alike for every account, and no way to lock the victim out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints import throttle
from blueprints.throttle import LONGEST_WAIT, SIGN_IN, SIGN_IN_FROM, Limit, counted
from tests.web.careful_client import CarefulClient, careful
from tests.web.conftest import PASSWORD
from tests.world import World
from tracker.db import db
from tracker.models import Throttle

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Person = Callable[..., int]
WRONG = "wrong"


@pytest.fixture(autouse=True)
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as going:
        yield going


def _try(client: CarefulClient, password: str = WRONG, username: str = "police_officer", **more: object):
    return client.send("/sign-in", username=username, password=password, **more)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("username", ["police_officer", "nobody.there"])
def test_the_sixth_wrong_try_in_a_minute_waits_whoever_it_is(
    app: Flask, person: Person, traveller: time_machine.Traveller, username: str
):
    person()
    assert [_try(careful(app), username=username).status_code for _ in range(5)] == [422] * 5
    answer = _try(careful(app), username=username)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Try again in 1 minute." in answer.text
    traveller.shift(timedelta(seconds=59))
    assert _try(careful(app), PASSWORD, username=username).status_code == 429
    traveller.shift(timedelta(seconds=1))
    assert _try(careful(app), username=username).status_code == 422


@pytest.mark.only_on("sqlite")
def test_the_wait_doubles_each_time_and_never_passes_a_quarter_of_an_hour():
    waits, count, now = [], None, NOON
    for _time in range(7):
        for _ in range(SIGN_IN.most):
            count, may_go_on = counted(count, SIGN_IN, now)
            assert may_go_on
        count, may_go_on = counted(count, SIGN_IN, now)
        assert not may_go_on
        assert count.until is not None
        waits.append(count.until - now)
        now = count.until
    minutes = [one / timedelta(minutes=1) for one in waits]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]
    count, _may = counted(count, SIGN_IN, now + throttle.CALM)
    assert count.strikes == 0


@pytest.mark.only_on("sqlite")
@settings(max_examples=40)
@given(st.lists(st.integers(0, 40), max_size=60), st.booleans())
def test_in_no_minute_more_are_let_through_than_twice_the_limit(pauses: list[int], back_off: bool):
    limit = Limit("any", 5, timedelta(minutes=1), back_off)
    count, now, let_in = None, NOON, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        count, may_go_on = counted(count, limit, now)
        assert count.until is None or count.until <= now + LONGEST_WAIT
        let_in += [now] if may_go_on else []
    for start in let_in:
        assert len([one for one in let_in if start <= one < start + limit.per]) <= 2 * limit.most


@pytest.mark.only_on("sqlite")
def test_wrong_tries_from_one_address_wait_whatever_the_names(
    app: Flask, person: Person, monkeypatch: pytest.MonkeyPatch
):
    person()
    assert SIGN_IN_FROM.most == 20
    few = SIGN_IN_FROM._replace(most=4)  # each costs a hash
    monkeypatch.setattr(throttle, "SIGN_IN_FROM", few)
    client = careful(app)
    answers = [_try(client, username=f"name.{n}").status_code for n in range(few.most)]
    assert set(answers) == {422}
    assert _try(client, PASSWORD).status_code == 429


@pytest.mark.only_on("sqlite")
def test_nobody_locks_a_person_out_of_a_device_that_they_know(app: Flask, person: Person):
    person()
    known = careful(app)
    assert _try(known, PASSWORD).status_code == 303
    known.delete_cookie("tracker")
    attacker = careful(app)
    assert [_try(attacker).status_code for _ in range(6)] == [422] * 5 + [429]
    assert _try(careful(app), PASSWORD).status_code == 429  # an unknown device waits
    assert _try(known, PASSWORD).status_code == 303  # the victim's own does not


@pytest.mark.only_on("sqlite")
def test_the_cookie_of_a_device_says_nothing_and_opens_no_other_account(app: Flask, person: Person):
    person()
    person(username="deng", place="Yei police station")
    known = careful(app)
    _try(known, PASSWORD)
    cookie = known.get_cookie("device")
    assert cookie is not None
    assert "police" not in cookie.value
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    known.delete_cookie("tracker")
    for _ in range(5):
        _try(careful(app), username="deng")
    assert _try(known, PASSWORD, username="deng").status_code == 429


@pytest.mark.only_on("sqlite")
def test_a_right_try_does_not_count(app: Flask, person: Person):
    person()
    assert {_try(careful(app), PASSWORD).status_code for _ in range(7)} == {303}


@pytest.mark.only_on("sqlite")
def test_what_is_kept_names_neither_account_nor_address(app: Flask, person: Person):
    person()
    _try(careful(app))
    with app.app_context():
        keys = db.session.scalars(sa.select(Throttle.key)).all()
    assert len(keys) == 2
    assert all(len(key) == 64 and "police" not in key and "127" not in key for key in keys)


@pytest.mark.only_on("sqlite")
def test_what_is_a_day_old_is_forgotten(app: Flask, person: Person, traveller: time_machine.Traveller):
    person()
    _try(careful(app), username="somebody")
    traveller.shift(timedelta(days=1, minutes=1))
    _try(careful(app), username="else")
    with app.app_context():
        assert set(db.session.scalars(sa.select(Throttle.since))) == {NOON + timedelta(days=1, minutes=1)}


@pytest.mark.only_on("sqlite")
def test_look_ups_of_one_person_are_counted(world: World):
    client = world.sign_in(world.police_officer)
    answers = [client.get("/cases/find?reference=x").status_code for _ in range(throttle.LOOK_UP.most + 1)]
    assert (set(answers[:-1]), answers[-1]) == ({422}, 429)
    assert world.sign_in(world.second_police_officer).get("/cases/find?reference=x").status_code == 422


@pytest.mark.only_on("sqlite")
def test_wrong_tokens_wait_and_a_right_one_does_not(world: World, monkeypatch: pytest.MonkeyPatch):
    client = world.visitor()
    wrong = {"Authorization": "Bearer wrong"}
    answers = [client.get("/log/tile/entries/000", headers=wrong).status_code for _ in range(21)]
    assert answers == [401] * 20 + [429]


def test_many_at_once_are_not_more_than_one_after_the_other(world: World):
    """Twelve threads, each with its own connection, as processes have."""
    app, limit = world.app, Limit("at once", 5, timedelta(minutes=1))
    db.session.commit()

    def one(_n: int) -> bool:
        with app.test_request_context():
            return throttle.waits([(limit, "somebody")]) is None

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(one, range(12))) == limit.most

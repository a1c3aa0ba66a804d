"""Second factors: a code opens once and in its time, paper opens once, and two people help who lost all. On both
databases."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import IntegrityError

from tests.world import World
from tracker import passwords
from tracker.actions import factor_resets, factors, people
from tracker.actions.factors import Opened
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused
from tracker.models import (
    AdministrationEntry,
    FactorReset,
    Membership,
    RecoveryCode,
    TotpFactor,
    UserAccount,
    UserSession,
)
from tracker.vocabulary import Role

SEED = pyotp.random_base32()
NOON = datetime(2026, 11, 23, 12, 0, 15, tzinfo=UTC)


def code(at: datetime = NOON) -> str:
    return pyotp.TOTP(SEED).at(at)


def equipped(user: UserAccount) -> list[str]:
    """Sets up the app a minute before noon; gives the recovery codes."""
    before = NOON - timedelta(minutes=1)
    with time_machine.travel(before, tick=False):
        return factors.set_up_app(actor=user, seed=SEED, code=code(before))


def second_administrator(world: World) -> Membership:
    added = people.add(
        actor=world.administrator,
        username="second",
        full_name="Second",
        institution_id=world.administration.id,
        role=Role.ADMINISTRATOR,
    )
    return added.memberships[0]


@pytest.mark.parametrize(
    ("typed_after", "opens"),
    [(0, True), (14, True), (15, True), (24, True), (25, False), (60, False), (-16, False), (-60, False)],
)
def test_a_code_opens_in_its_half_minute_and_ten_seconds_after(world: World, typed_after: int, opens: bool):
    user = world.auditor.user
    equipped(user)
    with time_machine.travel(NOON + timedelta(seconds=typed_after), tick=False):
        assert (factors.open_with_code(code(), actor=user) is Opened.APP) is opens


def test_a_code_opens_once_and_none_before_it_opens_after_it(world: World):
    user = world.auditor.user
    equipped(user)
    earlier = NOON - timedelta(seconds=30)
    with time_machine.travel(NOON, tick=False):
        assert factors.open_with_code(code(), actor=user)
        assert factors.open_with_code(code(), actor=user) is None
    with time_machine.travel(earlier, tick=False):  # somebody set the clock back
        assert factors.open_with_code(code(earlier), actor=user) is None


def test_a_wrong_code_sets_up_nothing(world: World):
    with time_machine.travel(NOON, tick=False), pytest.raises(BadInput):
        factors.set_up_app(actor=world.auditor.user, seed=SEED, code="000000")
    assert world.auditor.user.factor_since is None


def test_the_database_holds_neither_seed_nor_recovery_code(world: World):
    codes = equipped(world.auditor.user)
    assert SEED.encode() not in db.session.scalars(sa.select(TotpFactor.seed)).one()
    kept = set(db.session.scalars(sa.select(RecoveryCode.code_hash)))
    assert len(kept) == len(set(codes)) == 10
    letters = [one.replace("-", "") for one in codes]
    assert all(len(one) == 24 for one in letters)  # 24 letters of 5 bits: 120
    assert kept.isdisjoint(letters)


def test_a_recovery_code_opens_once_however_it_is_typed(world: World):
    user = world.auditor.user
    first, *_ = equipped(user)
    assert factors.open_with_code(first.lower().replace("-", " "), actor=user) is Opened.RECOVERY
    assert factors.open_with_code(first, actor=user) is None
    assert factors.codes_left(actor=user) == 9
    assert factors.open_with_code(first, actor=world.administrator.user) is None


def test_new_recovery_codes_replace_the_old_ones(world: World):
    user = world.auditor.user
    old, *_ = equipped(user)
    new, *_ = factors.renew_recovery_codes(actor=user)
    assert factors.open_with_code(old, actor=user) is None
    assert factors.open_with_code(new, actor=user)


def test_a_first_factor_makes_every_session_show_it(world: World):
    world.sign_in(world.auditor)
    equipped(world.auditor.user)
    assert db.session.scalars(sa.select(UserSession.confirmed_at)).all() == [None]


def test_the_last_factor_stays_with_whoever_must_have_one(world: World):
    user = world.auditor.user
    equipped(user)
    with pytest.raises(StepRefused):
        factors.remove_app(actor=user, must_keep_one=True)
    db.session.rollback()
    equipped(user)
    factors.remove_app(actor=user, must_keep_one=False)
    assert (user.factor_since, factors.codes_left(actor=user)) == (None, 0)


def test_a_new_start_takes_two_administrators_and_leads_to_a_new_factor(world: World):
    person, second = world.auditor.user, second_administrator(world)
    old, *_ = equipped(person)
    world.sign_in(world.auditor)
    factor_resets.ask(person, actor=world.administrator)
    with pytest.raises(StepRefused):
        factor_resets.grant(person, actor=world.administrator)
    given = factor_resets.grant(person, actor=second)
    assert db.session.scalars(sa.select(UserSession.ended_at)).one() is not None
    assert person.factor_since is not None  # the password alone opens nothing, now as before
    assert factors.open_with_code(old, actor=person) is None
    with time_machine.travel(NOON, tick=False):
        assert factors.open_with_code(code(), actor=person) is None
    assert factors.open_with_code(given, actor=person) is Opened.LAST
    assert factors.open_with_code(given, actor=person) is None
    with pytest.raises(StepRefused):
        factor_resets.grant(person, actor=second)


def test_an_operator_gives_a_new_start_where_one_administrator_is_all_there_is(world: World):
    person = world.administrator.user
    with pytest.raises(StepRefused):
        factor_resets.give_by_command(person)
    equipped(person)
    code = factor_resets.give_by_command(person)
    db.session.commit()
    entry = db.session.scalars(sa.select(AdministrationEntry)).one()
    assert (entry.actor_id, entry.person_id) == (None, person.id)
    assert factors.open_with_code(code, actor=person) is Opened.LAST


def test_nobody_gives_themselves_a_new_start(world: World):
    second = second_administrator(world)
    equipped(second.user)
    with pytest.raises(StepRefused):
        factor_resets.ask(second.user, actor=second)
    factor_resets.ask(second.user, actor=world.administrator)
    with pytest.raises(StepRefused):
        factor_resets.grant(second.user, actor=second)
    with pytest.raises(NotPermitted):
        factor_resets.ask(second.user, actor=world.auditor)


def test_what_was_asked_is_good_for_three_days(world: World):
    person, second = world.auditor.user, second_administrator(world)
    equipped(person)
    factor_resets.ask(person, actor=world.administrator)
    with world.travel(days=3, hours=1), pytest.raises(StepRefused):
        factor_resets.grant(person, actor=second)


def test_the_database_refuses_one_person_in_two_parts(world: World):
    for person, asked, granted in ((1, 2, 2), (1, 1, None), (1, 2, 1)):
        row = {"person_id": person, "asked_by_id": asked, "asked_at": NOON}
        late = {"granted_by_id": granted, "granted_at": NOON} if granted else {}
        with pytest.raises(IntegrityError):
            db.session.execute(sa.insert(FactorReset).values(**row, **late))
        db.session.rollback()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("password", "common"),
    [
        ("password1234", True),
        ("P4$$w0rd!!2026", True),
        ("dragondragon", True),
        ("123456789012", True),
        ("correct horse battery staple", False),
        ("open-sky-harvest", False),
    ],
)
def test_what_many_people_use_is_refused_offline(world: World, password: str, common: bool):
    assert passwords.is_common(password) is common
    if common:
        with pytest.raises(BadInput, match="Many people"):
            passwords.check_new(password, "somebody")


@pytest.mark.only_on("sqlite")
def test_long_passwords_are_allowed_and_administrators_need_longer_ones(world: World):
    passwords.check_new("fifty words " * 10 + "and more, of which nobody thinks", "somebody")
    passwords.check_new("twelve of em", "somebody")
    with pytest.raises(BadInput, match="15"):
        passwords.check_new("twelve of em", "somebody", administrator=True)
    assert len(passwords._common()) >= 3_000

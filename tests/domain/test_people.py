"""People, institutions, areas and limits: who may change them, what is refused, and that every act is kept."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.country import PASSWORD
from tests.world import World
from tracker import mission, passwords
from tracker.actions import administration, clocks, institutions, people
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, Refusal, StepRefused
from tracker.models import AdministrationEntry, ClockConfirmation, Membership, UserAccount, UserSession
from tracker.queries import limits
from tracker.vocabulary import AdministrativeAct, InstitutionKind, Role

OF_OTHERS = {
    AdministrativeAct.FIRST_ADMINISTRATOR_ADDED,
    AdministrativeAct.VERIFIER_PROPOSED,
    AdministrativeAct.VERIFIER_CONFIRMED,
    AdministrativeAct.VERIFIER_REVOKED,
    AdministrativeAct.FACTOR_RESET_ASKED,
    AdministrativeAct.FACTOR_RESET_GRANTED,
    AdministrativeAct.FACTOR_RESET_BY_OPERATOR,
    AdministrativeAct.TOKEN_ISSUED,
    AdministrativeAct.TOKEN_REVOKED,
    AdministrativeAct.AREAS_TAKEN_IN,
    *(one for one in AdministrativeAct if one.startswith(("receiver_", "gateway_", "sheet_"))),
}
"""What an operator's command does, what auditors do, what people do for themselves (test_tokens), lists of areas,
what takes two administrators (test_factors), and the doors for other systems, each in the tests of its own pages."""


def newcomer(world: World, **other: object) -> UserAccount:
    facts = {"username": "a.deng", "full_name": "Ayen Deng", "institution_id": world.station.id}
    return people.add(**{"actor": world.administrator, "role": Role.POLICE_OFFICER, **facts, **other})


def second_administrator(world: World) -> Membership:
    account = newcomer(
        world, username="second", role=Role.ADMINISTRATOR, institution_id=world.administration.id
    )
    return account.memberships[0]


def acts() -> list[AdministrationEntry]:
    return list(db.session.scalars(sa.select(AdministrationEntry).order_by(AdministrationEntry.id)))


# --- accounts -------------------------------------------------------------------------------------------------------


def test_a_new_account_has_one_membership_and_no_password(world: World):
    account = newcomer(world)
    assert [(one.role, one.institution_id) for one in account.memberships] == [
        (Role.POLICE_OFFICER, world.station.id)
    ]
    for guess in ("", passwords.NONE, "the password of nobody"):
        assert not passwords.matches(guess, account.password_hash)
    assert account.password_given_at is None


@pytest.mark.parametrize("username", ["ab", "-deng", "a deng", "añen", "a" * 81, "", "../x"])
def test_a_username_is_plain_letters_digits_dots_and_hyphens(world: World, username: str):
    with pytest.raises(BadInput) as refused:
        newcomer(world, username=username)
    assert refused.value.sentences.keys() == {"username"}


def test_usernames_are_lower_case_and_unique(world: World):
    assert newcomer(world, username=" A.Deng ").username == "a.deng"
    with pytest.raises(BadInput, match="already"):
        newcomer(world, username="A.DENG")


def test_a_name_that_somebody_took_at_the_same_moment_is_refused_in_words(world: World):
    twin = UserAccount(
        username="auditor", full_name="Twin", password_hash="x", created_at=world.auditor.user.created_at
    )
    with pytest.raises(BadInput, match="taken"):
        administration.insert(twin, taken=BadInput(username="taken"))
    assert newcomer(world).id  # and the transaction goes on


def test_a_name_is_asked_and_an_institution_must_be_one(world: World):
    with pytest.raises(BadInput) as refused:
        newcomer(world, full_name="  ")
    assert refused.value.sentences.keys() == {"full_name"}
    with pytest.raises(BadInput) as refused:
        newcomer(world, institution_id=999_999)
    assert refused.value.sentences.keys() == {"institution_id"}


@pytest.mark.parametrize(
    ("role", "place", "fits"),
    [
        (Role.POLICE_OFFICER, "gendarmerie", True),
        (Role.POLICE_OFFICER, "county_court", False),
        (Role.COURT_CLERK, "customary_court", True),
        (Role.COURT_CLERK, "prison", True),
        (Role.PROSECUTOR, "station", False),
        (Role.FOCAL_POINT, "cso", True),
        (Role.JUDICIAL_OFFICER, "section", True),
        (Role.JUDICIAL_OFFICER, "cso", False),
        (Role.CSO_MONITOR, "cso", True),
        (Role.CSO_MONITOR, "station", False),
        (Role.AUDITOR, "county_court", False),
        (Role.AUDITOR, "audit_body", True),
        (Role.ADMINISTRATOR, "prosecution", False),
        (Role.ADMINISTRATOR, "administration", True),
    ],
)
def test_a_role_has_its_place(world: World, role: Role, place: str, fits: bool):
    assert people.suits(role, world.institutions[place].kind) is fits
    if not fits:
        with pytest.raises(BadInput) as refused:
            newcomer(world, role=role, institution_id=world.institutions[place].id)
        assert refused.value.sentences.keys() == {"role"}


def test_a_deactivated_account_keeps_its_row_and_loses_its_sessions(world: World):
    person = world.police_officer.user
    world.sign_in(world.police_officer)
    people.deactivate(person, actor=world.administrator)
    assert not person.active
    assert db.session.scalar(sa.select(sa.func.count()).where(UserSession.ended_at.is_(None))) == 0
    people.reactivate(person, actor=world.administrator)
    assert person.active


def test_who_lost_the_password_is_signed_out_and_the_old_one_opens_nothing(world: World):
    person = world.police_officer.user
    world.sign_in(world.police_officer)
    people.take_password(person, actor=world.administrator)
    assert not passwords.matches(PASSWORD, person.password_hash)
    assert db.session.scalar(sa.select(UserSession.ended_at)) is not None


def test_administrators_neither_deactivate_nor_reset_themselves(world: World):
    own = world.administrator.user
    for act in (people.deactivate, people.take_password):
        with pytest.raises(StepRefused):
            act(own, actor=world.administrator)
    with pytest.raises(StepRefused):
        people.end_membership(world.administrator, actor=world.administrator)


def test_what_was_done_already_is_refused(world: World):
    person = world.auditor.user
    with pytest.raises(StepRefused):
        people.reactivate(person, actor=world.administrator)
    people.deactivate(person, actor=world.administrator)
    with pytest.raises(StepRefused):
        people.deactivate(person, actor=world.administrator)


@pytest.mark.parametrize(
    "remove",
    [
        lambda one, actor: people.deactivate(one.user, actor=actor),
        lambda one, actor: people.end_membership(one, actor=actor),
        lambda one, actor: institutions.deactivate(one.institution, actor=actor),
    ],
    ids=["account", "membership", "institution"],
)
def test_the_last_administrator_cannot_be_removed(
    world: World, remove: Callable[[Membership, Membership], None]
):
    # Somebody who was an administrator a moment ago acts: their page was open while another one removed them.
    other = second_administrator(world)
    people.end_membership(other, actor=world.administrator)
    with pytest.raises(StepRefused, match="administer"):
        remove(world.administrator, other)
    assert world.administrator.user.active


def test_one_of_two_administrators_can_be_removed(world: World):
    other = second_administrator(world)
    people.deactivate(world.administrator.user, actor=other)
    assert not world.administrator.user.active


def test_the_first_administrator_is_nobodys_act_and_there_is_one_only(world: World):
    facts = {"username": "first", "full_name": "First", "institution": world.administration}
    with pytest.raises(StepRefused):
        people.add_first_administrator(**facts)
    world.administrator.user.active = False
    account = people.add_first_administrator(**facts).account
    assert account.memberships[0].role is Role.ADMINISTRATOR
    assert [(one.action, one.actor_id) for one in acts()] == [
        (AdministrativeAct.FIRST_ADMINISTRATOR_ADDED, None)
    ]


# --- memberships ----------------------------------------------------------------------------------------------------


def test_a_person_may_be_something_at_several_institutions_and_twice_nowhere(world: World):
    person, actor = world.police_officer.user, world.administrator
    people.add_membership(
        person, actor=actor, institution_id=world.other_station.id, role=Role.POLICE_OFFICER
    )
    with pytest.raises(BadInput):
        people.add_membership(
            person, actor=actor, institution_id=world.other_station.id, role=Role.POLICE_OFFICER
        )
    assert len(person.memberships) == 2


def test_an_ended_membership_goes_on_when_it_is_added_again(world: World):
    actor, one = world.administrator, world.police_officer
    world.sign_in(one)
    people.end_membership(one, actor=actor)
    assert one.ended_at is not None
    assert db.session.scalar(sa.select(UserSession.ended_at)) is not None
    with pytest.raises(StepRefused):
        people.end_membership(one, actor=actor)
    again = people.add_membership(
        one.user, actor=actor, institution_id=one.institution_id, role=Role.POLICE_OFFICER
    )
    assert (again.id, again.ended_at) == (one.id, None)


# --- institutions and areas -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [("Tribunal de Bangassou", "tribunal-de-bangassou"), ("  Écoute & Droit ", "ecoute-droit")],
)
def test_an_institutions_code_is_made_from_its_name(world: World, name: str, code: str):
    added = institutions.add(actor=world.administrator, name=name, kind=InstitutionKind.OTHER)
    assert (added.code, added.active) == (code, True)


def test_a_name_in_another_script_needs_a_code_and_a_code_is_unique(world: World):
    for facts in ({"name": "محكمة جوبا"}, {"name": "Again", "code": world.station.code}):
        with pytest.raises(BadInput) as refused:
            institutions.add(actor=world.administrator, kind=InstitutionKind.OTHER, **facts)
        assert refused.value.sentences.keys() == {"code"}


def test_a_new_name_keeps_the_code_and_the_old_name_in_the_record(world: World):
    code = world.station.code
    institutions.rename(world.station, actor=world.administrator, name="Bend police post")
    assert (world.station.name, world.station.code) == ("Bend police post", code)
    assert acts()[-1].detail == {"before": "Bend police station", "after": "Bend police post"}
    with pytest.raises(BadInput):
        institutions.rename(world.station, actor=world.administrator, name="Bend  police post")


def test_an_institution_with_open_work_stays_in_use(world: World):
    world.a_track("police:accepted")
    world.an_alert()
    for place in (world.station, world.network, world.section):
        with pytest.raises(StepRefused, match="still open"):
            institutions.deactivate(place, actor=world.administrator)


def test_an_institution_is_taken_out_of_use_and_put_back(world: World):
    institutions.deactivate(world.mobile_court, actor=world.administrator)
    assert not world.mobile_court.active
    with pytest.raises(StepRefused):
        institutions.deactivate(world.mobile_court, actor=world.administrator)
    institutions.reactivate(world.mobile_court, actor=world.administrator)
    assert world.mobile_court.active
    with pytest.raises(StepRefused):
        institutions.reactivate(world.mobile_court, actor=world.administrator)


def test_an_area_lies_one_level_inside_the_one_around_it(world: World):
    added = institutions.add_area(
        actor=world.administrator, code="xa010102", name="New Ferry", parent_id=world.county.id
    )
    assert (added.code, added.level, added.parent_id) == ("XA010102", 3, world.county.id)
    for code in ("XA010102", "1", "X A", ""):
        with pytest.raises(BadInput) as refused:
            institutions.add_area(actor=world.administrator, code=code, name="Again", parent_id=None)
        assert refused.value.sentences.keys() == {"code"}


# --- limits ---------------------------------------------------------------------------------------------------------


def test_a_limit_is_confirmed_by_name_and_once(world: World):
    hours = mission.current().procedure.clocks["custody"].hours or 0
    clocks.confirm("custody", actor=world.administrator, hours=hours)
    found = {one.clock.code: one for one in limits.limits(viewer=world.auditor)}
    assert (found["custody"].confirmed, found["custody"].confirmed_by) == (True, "Omar Saleh")
    with pytest.raises(StepRefused):
        clocks.confirm("custody", actor=world.administrator, hours=hours)


def test_a_limit_that_is_not_what_was_read_or_is_none_is_refused(world: World):
    with pytest.raises(OutOfDate):
        clocks.confirm("custody", actor=world.administrator, hours=1)
    with pytest.raises(NotFound):
        clocks.confirm("lunch", actor=world.administrator, hours=1)


def test_a_limit_that_changed_after_it_was_confirmed_waits_again(world: World):
    hours = mission.current().procedure.clocks["custody"].hours or 0
    clocks.confirm("custody", actor=world.administrator, hours=hours)
    db.session.execute(sa.update(ClockConfirmation).values(hours=hours + 24))
    assert not next(
        one for one in limits.limits(viewer=world.auditor) if one.clock.code == "custody"
    ).confirmed
    clocks.confirm("custody", actor=world.administrator, hours=hours)
    assert [one.action for one in acts()] == [AdministrativeAct.LIMIT_CONFIRMED] * 2


# --- who may, and that it is kept -----------------------------------------------------------------------------------


def every_act(world: World, actor: Membership) -> list[Callable[[], object]]:
    person, place = world.police_officer.user, world.mobile_court
    return [
        lambda: newcomer(world, actor=actor),
        lambda: people.deactivate(person, actor=actor),
        lambda: people.reactivate(person, actor=actor),
        lambda: people.take_password(person, actor=actor),
        lambda: people.add_membership(
            person, actor=actor, institution_id=world.gendarmerie.id, role=Role.POLICE_OFFICER
        ),
        lambda: people.end_membership(world.second_police_officer, actor=actor),
        lambda: institutions.add(actor=actor, name="New", kind=InstitutionKind.OTHER),
        lambda: institutions.rename(place, actor=actor, name="Another name"),
        lambda: institutions.deactivate(place, actor=actor),
        lambda: institutions.reactivate(place, actor=actor),
        lambda: institutions.add_area(actor=actor, code="XA09", name="New", parent_id=None),
        lambda: clocks.confirm("custody", actor=actor, hours=48),
        lambda: people.end_sessions(person, actor=actor),
    ]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_administers(world: World, role: Role):
    actor = next(one for one in world.people.values() if one.role is role)
    for act in every_act(world, actor):
        with pytest.raises(NotPermitted):
            act()
    assert acts() == []


def test_every_act_is_kept_with_who_what_and_about_whom(world: World):
    for act in every_act(world, world.administrator):
        act()
    kept = acts()
    assert [one.action for one in kept] == [one for one in AdministrativeAct if one not in OF_OTHERS]
    assert {one.actor_id for one in kept} == {world.administrator.user_id}
    assert all(one.person_id or one.institution_id or one.subject for one in kept)


def test_a_refused_act_leaves_no_record(world: World):
    with pytest.raises(Refusal):
        newcomer(world, username="!")
    assert acts() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE administration_entry SET subject = 'x'",
        "DELETE FROM administration_entry",
    ],
)
def test_the_record_is_append_only(world: World, statement: str):
    newcomer(world)
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert len(acts()) == 1


@pytest.mark.only_on("sqlite")
def test_replacing_a_record_is_no_way_round(world: World):
    newcomer(world)
    db.session.commit()
    copy = "INSERT OR REPLACE INTO administration_entry SELECT * FROM administration_entry"
    for pragma in ("ON", "OFF"):
        db.session.execute(sa.text(f"PRAGMA recursive_triggers={pragma}"))
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(sa.text(copy))


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("before", ["", "SET session_replication_role = replica;"])
def test_truncating_and_replication_are_no_ways_round(world: World, before: str):
    newcomer(world)
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(sa.text(f"{before} TRUNCATE administration_entry"))
    db.session.rollback()


def test_somebody_must_have_done_it(world: World):
    entry = AdministrationEntry(
        recorded_at=world.administrator.user.created_at, action=AdministrativeAct.AREA_ADDED, subject="XA"
    )
    db.session.add(entry)
    with pytest.raises(DBAPIError):
        db.session.flush()
    db.session.rollback()


def test_accounts_are_never_deleted(world: World):
    before = db.session.scalar(sa.select(sa.func.count(UserAccount.id)))
    people.deactivate(world.auditor.user, actor=world.administrator)
    assert db.session.scalar(sa.select(sa.func.count(UserAccount.id))) == before

"""Accounts and memberships: who may sign in, and as what where. Nobody is ever deleted: histories name them."""

import re
import secrets
from typing import NamedTuple

from sqlalchemy import select

from tracker import clock, mission, passwords, references
from tracker.actions import addresses, administration
from tracker.db import db
from tracker.errors import BadInput, StepRefused, say
from tracker.models import Acting, ApiToken, Institution, Membership, UserAccount, UserSession
from tracker.permissions import Permission
from tracker.vocabulary import AdministrativeAct, InstitutionKind, Role

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,78}[a-z0-9]")
_LONGEST_NAME = 120
_GROUPS, _LETTERS = 4, 4

_WORKPLACES = {
    Role.FOCAL_POINT: ("alert",),
    Role.POLICE_OFFICER: ("police",),
    Role.PROSECUTOR: ("prosecution",),
    Role.COURT_CLERK: ("court", "enforcement"),
}
"""The stages of which an institution must hold one, so that a person of this role has anything to do there."""


class Newcomer(NamedTuple):
    """The first account and its password, which is shown once and kept nowhere."""

    account: UserAccount
    password: str


def add(
    *, actor: Acting, username: str, full_name: str, institution_id: int, role: Role, email: str = ""
) -> UserAccount:
    """A new account with one membership and no password: `links.invite` lets the person choose one.

    Refuses (`BadInput`) a username that is taken or not in lower-case letters, digits, dots and hyphens, a missing
    name, what is no address, and a role that has no place at that institution.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    addresses.check(email)
    person = _begin(
        actor, AdministrativeAct.ACCOUNT_ADDED, username, full_name, _institution(institution_id), role
    )
    addresses.put(person, email)
    return person


def add_first_administrator(
    *, actor: None = None, username: str, full_name: str, institution: Institution
) -> Newcomer:
    """The account with which an installation begins. Nobody's act: `actor` is None.

    Refuses (`StepRefused`) once an administrator has an active account.
    """
    known = (
        select(Membership.id)
        .join(Membership.user)
        .where(Membership.role == Role.ADMINISTRATOR, Membership.ended_at.is_(None), UserAccount.active)
    )
    if db.session.scalar(known.limit(1)) is not None:
        raise StepRefused(say("There is an administrator already, who adds all further people."))
    act = AdministrativeAct.FIRST_ADMINISTRATOR_ADDED
    person = _begin(actor, act, username, full_name, institution, Role.ADMINISTRATOR)
    return Newcomer(person, _give_password(person))


def deactivate(person: UserAccount, *, actor: Acting) -> None:
    """Closes an account: its sessions end, nobody can sign in with it, and histories go on naming it.

    Refuses (`StepRefused`) the actor's own account and that of the last administrator.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    if person.id == actor.user_id:
        raise StepRefused(say("You cannot deactivate your own account. Ask another administrator."))
    administration.require_another_administrator(UserAccount.id == person.id)
    if not person.active:
        raise StepRefused(say("This account is deactivated already."))
    person.active = False
    administration.sign_out(person, actor=actor)
    administration.record(AdministrativeAct.ACCOUNT_DEACTIVATED, actor=actor, person=person)


def reactivate(person: UserAccount, *, actor: Acting) -> None:
    """Opens a deactivated account again, with the memberships that it had."""
    administration.require(actor, Permission.PEOPLE_MANAGE)
    if person.active:
        raise StepRefused(say("This account is active already."))
    person.active = True
    administration.record(AdministrativeAct.ACCOUNT_REACTIVATED, actor=actor, person=person)


def end_sessions(person: UserAccount, *, actor: Acting) -> None:
    """Signs the person out everywhere: a telephone was lost, or somebody else was seen with it."""
    administration.require(actor, Permission.PEOPLE_MANAGE)
    administration.sign_out(person, actor=actor)
    administration.record(AdministrativeAct.SESSIONS_ENDED, actor=actor, person=person)


def take_password(person: UserAccount, *, actor: Acting) -> None:
    """The password of somebody who lost it opens nothing any more, and every session of the account ends.

    Refuses (`StepRefused`) the actor's own: who knows the present password changes it, and who does not is not them.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    if person.id == actor.user_id:
        raise StepRefused(say("Change your own password on your account page."))
    person.password_hash, person.password_given_at = passwords.NONE, None
    administration.sign_out(person, actor=actor)
    administration.record(AdministrativeAct.PASSWORD_RESET, actor=actor, person=person)


def add_membership(person: UserAccount, *, actor: Acting, institution_id: int, role: Role) -> Membership:
    """Lets a person act in a role at an institution; one that had ended goes on.

    Refuses (`BadInput`) what the person is already, and a role that has no place at that institution.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    institution = _institution(institution_id)
    _require_fit(role, institution)
    known = db.session.scalar(
        select(Membership).where(
            Membership.user_id == person.id,
            Membership.institution_id == institution.id,
            Membership.role == role,
        )
    )
    if known is not None and known.ended_at is None:
        raise BadInput(role=say("This person has that role at this institution already."))
    membership = known or Membership(user_id=person.id, institution_id=institution.id, role=role)
    membership.ended_at = None
    db.session.add(membership)
    db.session.flush()
    administration.record(
        AdministrativeAct.MEMBERSHIP_ADDED,
        actor=actor,
        person=person,
        institution=institution,
        role=role.value,
    )
    return membership


def end_membership(membership: Membership, *, actor: Acting) -> None:
    """Ends what a person is at one institution; sessions that act as it end.

    Refuses (`StepRefused`) the membership as which the actor acts, and the last administrator's.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    if membership.id == actor.id:
        raise StepRefused(say("You cannot end the membership that you are working with."))
    administration.require_another_administrator(Membership.id == membership.id)
    if membership.ended_at is not None:
        raise StepRefused(say("This membership has ended already."))
    membership.ended_at = clock.now()
    administration.end_sessions(UserSession.membership_id == membership.id)
    administration.end_tokens(ApiToken.membership_id == membership.id, actor=actor)
    administration.record(
        AdministrativeAct.MEMBERSHIP_ENDED,
        actor=actor,
        person=membership.user,
        institution=membership.institution,
        role=membership.role.value,
    )


def suits(role: Role, kind: InstitutionKind) -> bool:
    """Whether a person of this role has a place at an institution of this kind.

    Those who handle cases work where the procedure puts their stage; those who watch and those who run the
    installation belong to no police, prosecution or court.
    """
    procedure = mission.current().procedure
    held = procedure.stages_of(kind)
    if role in _WORKPLACES:
        return any(stage in held for stage in _WORKPLACES[role])
    if role is Role.JUDICIAL_OFFICER:
        return kind is InstitutionKind.JUDICIAL_AFFAIRS
    return not any(procedure.stages[stage].by_referral for stage in held)


def _begin(  # noqa: PLR0917 - what an account begins with
    actor: Acting | None,
    act: AdministrativeAct,
    username: str,
    full_name: str,
    institution: Institution,
    role: Role,
) -> UserAccount:
    person = UserAccount(
        username=_username(username),
        full_name=_full_name(full_name),
        password_hash=passwords.NONE,
        created_at=clock.now(),
    )
    _require_fit(role, institution)
    membership = Membership(user=person, institution=institution, role=role)
    administration.insert(person, membership, taken=_taken())
    administration.record(
        act, actor=actor, person=person, institution=institution, username=person.username, role=role.value
    )
    return person


def _username(typed: str) -> str:
    username = typed.strip().lower()
    if not _USERNAME.fullmatch(username):
        raise BadInput(
            username=say(
                "Use 3 to 80 letters from a to z, digits, dots and hyphens, such as %(example)s.",
                example="a.deng",
            )
        )
    taken = select(UserAccount.id).where(UserAccount.username == username)
    if db.session.scalar(taken) is not None:
        raise _taken()
    return username


def _taken() -> BadInput:
    return BadInput(username=say("Somebody has this username already. Choose another one."))


def _full_name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput(full_name=say("Enter the person's name, at most 120 characters."))
    return name


def _institution(institution_id: int) -> Institution:
    institution = db.session.get(Institution, institution_id)
    if institution is None or not institution.active:
        raise BadInput(institution_id=say("Choose an institution from the list."))
    return institution


def _require_fit(role: Role, institution: Institution) -> None:
    if not suits(role, institution.kind):
        raise BadInput(
            role=say("This role has no place at that institution. Choose another role or institution.")
        )


def _give_password(person: UserAccount) -> str:
    """About 72 bits in groups that can be read over a telephone."""
    password = "-".join(
        "".join(secrets.choice(references.ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS)
    )
    person.password_hash = passwords.hash_of(password)
    person.password_given_at = clock.now()
    return password

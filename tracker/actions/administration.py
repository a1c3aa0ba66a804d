"""Recording what administrators do, and never leaving the installation without one."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from tracker import clock
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused, say
from tracker.models import (
    Acting,
    AdministrationEntry,
    ApiToken,
    Institution,
    Membership,
    UserAccount,
    UserSession,
)
from tracker.permissions import Permission, may
from tracker.vocabulary import AdministrativeAct, Role


def require(actor: Acting, permission: Permission) -> None:
    """Refuses (`NotPermitted`) everybody whose role does not have the permission."""
    if not may(actor.role, permission):
        raise NotPermitted(say("Only administrators change people, institutions, areas and limits."))


def record(
    action: AdministrativeAct,
    *,
    actor: Acting | None,
    person: UserAccount | None = None,
    institution: Institution | None = None,
    subject: str = "",
    **detail: Any,
) -> AdministrationEntry:
    """Writes down an act in the caller's transaction, which thereby keeps both or neither."""
    entry = AdministrationEntry(
        recorded_at=clock.now(),
        actor_id=actor.user_id if actor else None,
        actor_institution_id=actor.institution_id if actor else None,
        action=action,
        person_id=person.id if person else None,
        institution_id=institution.id if institution else None,
        subject=subject,
        detail=detail,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def insert(*rows: object, taken: BadInput) -> None:
    """Writes new rows; refuses with `taken` when somebody else took their name or code at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
    except IntegrityError:
        raise taken from None


def end_sessions(which: ColumnElement[bool]) -> None:
    """Ends the sessions that `which`, a condition on `UserSession`, names: they open nothing any more."""
    going_on = update(UserSession).where(which, UserSession.ended_at.is_(None))
    db.session.execute(going_on.values(ended_at=clock.now()))


def sign_out(person: UserAccount, *, actor: Acting | None) -> None:
    """Ends all that opens something for the person: sessions, and tokens of the API."""
    end_sessions(UserSession.user_id == person.id)
    own = select(Membership.id).where(Membership.user_id == person.id)
    end_tokens(ApiToken.membership_id.in_(own), actor=actor)


def end_tokens(which: ColumnElement[bool], *, actor: Acting | None) -> None:
    """Revokes the tokens that `which`, a condition on `ApiToken`, names: they do not come back with a membership."""
    living = update(ApiToken).where(which, ApiToken.revoked_at.is_(None))
    db.session.execute(living.values(revoked_at=clock.now(), revoked_by_id=actor.user_id if actor else None))


def require_another_administrator(other_than: ColumnElement[bool]) -> None:
    """Refuses (`StepRefused`) when nobody could administer once those `other_than` names are gone.

    `other_than`: a condition on `Membership`, `UserAccount` and `Institution`. The rows are locked, so that two
    administrators who remove each other at once are answered one after the other.
    """
    administrators = db.session.execute(
        select(Membership.id, other_than)
        .join(Membership.user)
        .join(Membership.institution)
        .where(
            Membership.role == Role.ADMINISTRATOR,
            Membership.ended_at.is_(None),
            UserAccount.active,
            Institution.active,
        )
        .order_by(Membership.id)
        .with_for_update()
    ).all()
    if administrators and all(leaves for _id, leaves in administrators):
        raise StepRefused(
            say("Nobody could administer this installation then. Give somebody else that role first.")
        )

"""Issuing and revoking the addresses at which a calendar fetches a court's hearings.

An address has 256 random bits; only its SHA-256 is kept. It shows what the person who issued it may see, and nothing
once they no longer work at the court.
"""

import secrets

import sqlalchemy as sa

from tracker import clock
from tracker.actions import administration
from tracker.actions.tokens import hash_of
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, say
from tracker.models import Acting, CalendarAddress, Membership
from tracker.permissions import Permission, may
from tracker.vocabulary import AdministrativeAct

MOST = 20
_LONGEST_NAME = 80
_SUBJECT = "calendar"


def issue(*, actor: Acting, name: str) -> str:
    """A new address for the hearings of the actor's court; gives what stands in it, this once.

    Refuses (`NotPermitted`) who does not keep a docket, and (`BadInput`) a missing name and more than twenty addresses
    of one court.
    """
    _require(actor)
    called = " ".join(name.split())
    if not 0 < len(called) <= _LONGEST_NAME:
        raise BadInput(name=say("Say whose calendar it is for, in at most 80 characters."))
    if _living(actor) >= MOST:
        raise BadInput(name=say("Twenty addresses are enough. Revoke one first."))
    token = secrets.token_urlsafe(32)
    made = CalendarAddress(
        token_hash=hash_of(token),
        membership_id=actor.id,
        name=called,
        salt=secrets.token_hex(32),
        issued_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _record(AdministrativeAct.TOKEN_ISSUED, made, actor)
    return token


def revoke(address_id: int, *, actor: Acting) -> None:
    """Ends an address of the actor's court, whoever issued it. Refuses (`NotFound`) any other."""
    _require(actor)
    found = db.session.scalar(
        sa.select(CalendarAddress)
        .join(CalendarAddress.membership)
        .where(
            CalendarAddress.id == address_id,
            CalendarAddress.revoked_at.is_(None),
            Membership.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise NotFound(say("Your court has no such address."))
    found.revoked_at, found.revoked_by_id = clock.now(), actor.user_id
    _record(AdministrativeAct.TOKEN_REVOKED, found, actor)


def _require(actor: Acting) -> None:
    if not may(actor.role, Permission.COURT_DOCKET):
        raise NotPermitted(say("Only the clerks of a court give out its calendar."))


def _living(actor: Acting) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(CalendarAddress)
            .join(CalendarAddress.membership)
            .where(CalendarAddress.revoked_at.is_(None), Membership.institution_id == actor.institution_id)
        )
        or 0
    )


def _record(act: AdministrativeAct, address: CalendarAddress, actor: Acting) -> None:
    owner = db.session.get_one(Membership, address.membership_id)
    administration.record(
        act,
        actor=actor,
        person=owner.user,
        institution=owner.institution,
        subject=f"{_SUBJECT} {address.id}",
        scopes=_SUBJECT,
    )

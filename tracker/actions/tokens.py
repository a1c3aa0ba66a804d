"""Issuing and revoking tokens, by which other systems act for a person through the API.

A token has 256 random bits; only its SHA-256 is kept. It is for one role at one institution, opens no more than its
scopes and never more than that role, and ends on its day, or with the account, the membership or the password.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.actions import administration
from tracker.actions.deliveries import new_mail
from tracker.db import db
from tracker.errors import BadInput, NotFound, say
from tracker.models import Acting, ApiToken, MailKind, Membership, UserAccount
from tracker.permissions import Permission, Scope, scopes_for
from tracker.vocabulary import AdministrativeAct

PREFIX = "trk_"
"""Tokens begin with it, so that one that was lost in a file or a mail can be searched for."""

LONGEST_DAYS = 366
MOST = 10
_LONGEST_NAME = 80


def issue(*, actor: Acting, name: str, scopes: Collection[Scope], days: int) -> str:
    """A token of the actor's own, in the role and at the institution that they act in. Gives it, this once.

    Refuses (`BadInput`) a missing name, no scope or one in which there is nothing for the role, more than a year, and
    more than ten tokens that open something.
    """
    called = " ".join(name.split())
    wrong: dict[str, str] = {}
    if not 0 < len(called) <= _LONGEST_NAME:
        wrong["name"] = say("Give this token a name, at most 80 characters.")
    if not scopes or not set(scopes) <= set(scopes_for(actor.role)):
        wrong["scopes"] = say("Choose what the token opens, from the list.")
    if not 0 < days <= LONGEST_DAYS:
        wrong["days"] = say("Choose how long the token lasts, at most a year.")
    if _living(actor) >= MOST:
        wrong["name"] = say("Ten tokens are enough. Revoke one first.")
    if wrong:
        raise BadInput(**wrong)
    token, now = PREFIX + secrets.token_urlsafe(32), clock.now()
    owner = db.session.get_one(UserAccount, actor.user_id)
    made = ApiToken(
        token_hash=hash_of(token),
        membership_id=actor.id,
        name=called,
        scopes=" ".join(scope for scope in Scope if scope in scopes),
        password_mark=mark_of(owner.password_hash),
        issued_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(made)
    db.session.flush()
    _record(AdministrativeAct.TOKEN_ISSUED, made, owner, actor)
    db.session.add(new_mail(owner.id, MailKind.ACCOUNT))
    return token


def revoke(token_id: int, *, actor: Acting) -> None:
    """Ends one of the actor's own tokens, whatever they act as. Refuses (`NotFound`) anybody else's."""
    token = _found(token_id)
    if token is None or token.membership.user_id != actor.user_id:
        raise NotFound(say("You have no such token."))
    _end(token, actor)


def revoke_of_another(token_id: int, *, person: UserAccount, actor: Acting) -> None:
    """An administrator ends somebody's token; they are told. Refuses (`NotFound`) one that the person does not have."""
    administration.require(actor, Permission.PEOPLE_MANAGE)
    token = _found(token_id)
    if token is None or token.membership.user_id != person.id:
        raise NotFound(say("This person has no such token."))
    _end(token, actor)
    db.session.add(new_mail(person.id, MailKind.ACCOUNT))


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so that a quick hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def mark_of(password_hash: str) -> str:
    """By which a token knows that the password is still the one that it was issued under."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


def _living(actor: Acting) -> int:
    own = sa.select(Membership.id).where(Membership.user_id == actor.user_id)
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(
                ApiToken.membership_id.in_(own),
                ApiToken.revoked_at.is_(None),
                ApiToken.expires_at > clock.now(),
            )
        )
        or 0
    )


def _found(token_id: int) -> ApiToken | None:
    return db.session.scalar(
        sa.select(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
    )


def _end(token: ApiToken, actor: Acting) -> None:
    token.revoked_at, token.revoked_by_id = clock.now(), actor.user_id
    _record(AdministrativeAct.TOKEN_REVOKED, token, token.membership.user, actor)


def _record(act: AdministrativeAct, token: ApiToken, owner: UserAccount, actor: Acting) -> None:
    administration.record(
        act,
        actor=actor,
        person=owner,
        institution=token.membership.institution,
        subject=str(token.id),
        scopes=token.scopes,
        expires_at=token.expires_at.isoformat(),
    )

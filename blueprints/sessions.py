"""Signed-in sessions: the cookie holds a random token, the database a row keyed by its SHA-256.

A session ends 30 minutes after its last request, 12 hours after it began, when the person signs out or ends it from
another device, when the account is deactivated or its password changes, and when the membership it acts for ends.
What it still has to pass before it opens anything says `blueprints.gates`.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import contains_eager

from tracker import clock
from tracker.db import db
from tracker.models.institution import Institution
from tracker.models.user import Membership, UserAccount, UserSession
from tracker.vocabulary import Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


class Member(NamedTuple):
    """What a person acts as, as far as every page needs it: the `Acting` of one request, read anew for each."""

    id: int
    user_id: int
    institution_id: int
    role: Role
    person: str
    place: str
    """The institution's name."""

    @property
    def institution(self) -> Institution:
        """The record of the institution, for the few pages that need it."""
        return db.session.get_one(Institution, self.institution_id)


class Living(NamedTuple):
    """A session that opens something; `member`: None while it is still to be chosen as what."""

    id: int
    user_id: int
    seen_at: datetime
    locale: str | None
    password_given_at: datetime | None
    has_factor: bool
    """Whether the person has a second factor."""
    factor_at: datetime | None
    """When it opened this session; None: it did not."""
    confirmed_at: datetime | None
    """When the person last proved that it is them."""
    member: Member | None


# Made once, and columns alone: every page asks it.
_LIVING = (
    sa.select(
        UserSession.id,
        UserSession.user_id,
        UserSession.seen_at,
        UserAccount.locale,
        UserAccount.password_given_at,
        UserAccount.factor_since.is_not(None),
        UserSession.factor_at,
        UserSession.confirmed_at,
        Membership.id,
        Membership.user_id,
        Membership.institution_id,
        Membership.role,
        UserAccount.full_name,
        Institution.name,
    )
    .join(UserSession.user)
    .outerjoin(UserSession.membership)
    .outerjoin(Membership.institution)
    .where(
        UserSession.token_hash == sa.bindparam("token_hash"),
        UserSession.ended_at.is_(None),
        UserSession.seen_at > sa.bindparam("idle_since"),
        UserSession.created_at > sa.bindparam("begun"),
        UserAccount.active,
        sa.or_(
            UserSession.membership_id.is_(None),
            sa.and_(Membership.ended_at.is_(None), Institution.active),
        ),
    )
)
_OWN = len(Living._fields) - 1
"""So many of these columns are the session's; the others are the member's."""


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(user: UserAccount, membership: Membership | None, *, by_factor: bool = False) -> str:
    """A new session of `user`, acting as `membership` (`None`: still to be chosen). Gives the token for the cookie.

    `by_factor`: more than a password opened it. Else one of somebody who has a second factor opens nothing yet.
    """
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        UserSession(
            token_hash=hash_of(token),
            user_id=user.id,
            membership_id=membership.id if membership else None,
            created_at=now,
            seen_at=now,
            factor_at=now if by_factor else None,
            confirmed_at=now if by_factor or user.factor_since is None else None,
            device=_device(),
        )
    )
    db.session.flush()
    return token


def find(token: str) -> Living | None:
    """The living session of `token` and what it acts as, in one statement; else `None`."""
    now = clock.now()
    facts = {"token_hash": hash_of(token), "idle_since": now - IDLE, "begun": now - LONGEST}
    found = db.session.connection().execute(_LIVING, facts).first()
    if found is None:
        return None
    own, member = found[:_OWN], found[_OWN:]
    return Living._make((*own, Member._make(member) if member[0] is not None else None))


def of(token: str) -> UserSession | None:
    """The session of a token, living or over; None where there never was one."""
    return db.session.scalar(sa.select(UserSession).where(UserSession.token_hash == hash_of(token)))


def record(session_id: int) -> UserSession:
    """The record of a session that was found, to change it or to show it."""
    return db.session.get_one(UserSession, session_id)


def touch(connection: sa.Connection, session_id: int, now: datetime) -> None:
    """Note that the session is in use."""
    connection.execute(sa.update(UserSession).where(UserSession.id == session_id).values(seen_at=now))


def act_as(session: UserSession, membership: Membership) -> None:
    """Go on as `membership`, which the caller has found among the person's own."""
    session.membership_id = membership.id


def confirm(session: UserSession, *, by_factor: bool) -> str:
    """The person has proved again that it is them (`by_factor`: by more than a password). Gives a new token."""
    session.confirmed_at = clock.now()
    if by_factor:
        session.factor_at = session.confirmed_at
    return renew(session)


def renew(session: UserSession) -> str:
    """A new token for a session that goes on; the old one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    session.token_hash = hash_of(token)
    return token


def end(*sessions: UserSession) -> None:
    """End these sessions; their tokens open nothing any more."""
    for one in sessions:
        one.ended_at = clock.now()


def living(user: UserAccount) -> list[UserSession]:
    """The sessions of `user` that still open something, the most lately used first."""
    now = clock.now()
    return list(
        db.session.scalars(
            sa.select(UserSession)
            .where(
                UserSession.user_id == user.id,
                UserSession.ended_at.is_(None),
                UserSession.seen_at > now - IDLE,
                UserSession.created_at > now - LONGEST,
            )
            .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        )
    )


def memberships(user: UserAccount) -> list[Membership]:
    """What `user` may act as today, with the institutions, in the order in which they were given."""
    return list(
        db.session.scalars(
            sa.select(Membership)
            .join(Membership.institution)
            .options(contains_eager(Membership.institution))
            .where(Membership.user_id == user.id, Membership.ended_at.is_(None), Institution.active)
            .order_by(Membership.id)
        )
    )


def _device() -> str:
    """Browser and system in two words, for the person's own list: "Chrome, Android"; never the whole header."""
    agent = request.user_agent.string
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)

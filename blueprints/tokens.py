"""Another system at the API's door: a person's token in place of their session.

Where a token is asked for, the cookie of a session is not even looked at, so that no other site's page can use it; and
a token opens no page. Whatever is wrong with a token, the answer is the same one.
"""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from blueprints import throttle
from blueprints.sessions import SEEN_EVERY, Member
from tracker import clock
from tracker.actions.tokens import hash_of, mark_of
from tracker.db import db
from tracker.models import ApiToken, Institution, Membership, UserAccount
from tracker.permissions import Scope

REALM = "api"
_MEMBER = len(Member._fields)


class _Living(NamedTuple):
    member: Member
    id: int
    token_hash: str
    scopes: str
    used_at: datetime | None
    password_mark: str
    password_hash: str
    locale: str | None


class NotInScope(Forbidden):
    """The token was not issued for this."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def get_headers(self, *asked: Any, **more: Any) -> list[tuple[str, str]]:
        """Says which scope is missing (RFC 6750, section 3.1)."""
        challenge = _challenge("insufficient_scope", self.scope).to_header()
        return [*super().get_headers(*asked, **more), ("WWW-Authenticate", challenge)]


class Bearer:
    """Flask-Login's user of a request that bore a token: as what it acts, and what the token opens of that."""

    is_active = True
    is_authenticated = True
    is_anonymous = False

    def __init__(self, living: _Living) -> None:
        self.token_mark = living.token_hash
        self.membership = living.member
        self.user_id = living.member.user_id
        self.used_at = living.used_at
        self.scopes = frozenset(scope for scope in Scope if scope in living.scopes.split())

    def get_id(self) -> None:
        """Nothing: it is never put in a cookie."""


# Made once, and columns alone: every request of the API asks it.
_LIVING = (
    sa.select(
        Membership.id,
        Membership.user_id,
        Membership.institution_id,
        Membership.role,
        UserAccount.full_name,
        Institution.name,
        ApiToken.id,
        ApiToken.token_hash,
        ApiToken.scopes,
        ApiToken.used_at,
        ApiToken.password_mark,
        UserAccount.password_hash,
        UserAccount.locale,
    )
    .join(ApiToken.membership)
    .join(Membership.user)
    .join(Membership.institution)
    .where(
        ApiToken.token_hash == sa.bindparam("token_hash"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > sa.bindparam("now"),
        Membership.ended_at.is_(None),
        UserAccount.active,
        Institution.active,
    )
)


def bearer(*, basic: bool = False) -> Bearer:
    """Whoever's living token came with this request; `basic`: also as the password of HTTP Basic (RFC 7617).

    Refuses with 401, in the same words, a token that never was, is over, was revoked, or whose owner's account,
    membership or password is another by now; with 429 after twenty a minute. A right one is never held back by wrong
    ones from its address.
    """
    given = request.headers.get("Authorization", "")
    token = _token(given, basic=basic)
    living = _find(token) if token else None
    if living is None:
        if given:
            throttle.spend(throttle.TOKEN, throttle.address())
        if basic:
            raise Unauthorized(
                www_authenticate=WWWAuthenticate("basic", {"realm": "Forms for phones", "charset": "UTF-8"})
            )
        raise Unauthorized(www_authenticate=_challenge("invalid_token" if given else None))
    if living.used_at is None or clock.now() - living.used_at >= SEEN_EVERY:
        g.token_to_touch = living.id
    if living.locale and not request.headers.get("Accept-Language"):
        g.own_language = living.locale
    return Bearer(living)


def require(found: Bearer, scope: Scope | None) -> None:
    """Refuses (403) a token that was not issued for this."""
    if scope is not None and scope not in found.scopes:
        raise NotInScope(scope)


def touch(connection: sa.Connection, token_id: int, now: datetime) -> None:
    """Note that the token is in use."""
    connection.execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def _token(given: str, *, basic: bool) -> str:
    """The token in a header; "" where it holds none that is taken here."""
    kind, _, token = given.partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    found = request.authorization if basic else None
    return (found.password or "").strip() if found is not None and found.type == "basic" else ""


def _find(token: str) -> _Living | None:
    asked = {"token_hash": hash_of(token), "now": clock.now()}
    row = db.session.connection().execute(_LIVING, asked).first()
    if row is None:
        return None
    found = _Living._make((Member._make(row[:_MEMBER]), *row[_MEMBER:]))
    return found if found.password_mark == mark_of(found.password_hash) else None


def _challenge(error: str | None, scope: Scope | None = None) -> WWWAuthenticate:
    """RFC 6750, section 3."""
    said = {"realm": REALM, "error": error, "scope": scope.value if scope else None}
    return WWWAuthenticate("bearer", {name: value for name, value in said.items() if value})

"""Tokens of the API as their owner and administrators see them: never the token itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from tracker import clock
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.models import Acting, ApiToken, Institution, Membership, UserAccount
from tracker.permissions import Permission, may
from tracker.vocabulary import Role


class TokenRow(NamedTuple):
    """One token that opens something."""

    id: int
    name: str
    role: Role
    institution: str
    scopes: Sequence[str]
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None


def own(*, viewer: Acting) -> list[TokenRow]:
    """The viewer's own tokens, whatever they act as, the newest first."""
    return _of(viewer.user_id)


def of_person(person_id: int, *, viewer: Acting) -> list[TokenRow]:
    """Somebody's tokens. Refuses (`NotPermitted`) who does not manage people."""
    if not may(viewer.role, Permission.PEOPLE_MANAGE):
        raise NotPermitted(say("Only administrators see the tokens of others."))
    return _of(person_id)


def _of(user_id: int) -> list[TokenRow]:
    rows = db.session.execute(
        sa.select(
            ApiToken.id,
            ApiToken.name,
            Membership.role,
            Institution.name,
            ApiToken.scopes,
            ApiToken.issued_at,
            ApiToken.expires_at,
            ApiToken.used_at,
        )
        .join(ApiToken.membership)
        .join(Membership.user)
        .join(Membership.institution)
        .where(
            Membership.user_id == user_id,
            Membership.ended_at.is_(None),
            Institution.active,
            UserAccount.active,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
        )
        .order_by(ApiToken.id.desc())
    )
    return [TokenRow(*row[:4], row.scopes.split(), *row[5:]) for row in rows]

"""What a calendar program fetches. The address is the key: whoever does not have it gets the same 404 as for no page.

The session of a browser is not looked at. What leaves is written down before it does, as read by the clerk who gave the
address out; a calendar that has the newest already gets 304, and nothing leaves.
"""

import hashlib
import secrets
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue

from blueprints import throttle
from blueprints.calendars import bp, writing
from blueprints.guards import public
from blueprints.sessions import Member
from blueprints.transactions import own_transaction
from tracker import clock
from tracker.actions.tokens import hash_of
from tracker.db import db
from tracker.models import Access, CalendarAddress, Institution, Membership, UserAccount
from tracker.permissions import Permission, may
from tracker.queries import hearings
from tracker.vocabulary import AccessKind, Relation

_MEMBER = len(Member._fields)


class _Living(NamedTuple):
    member: Member
    id: int
    salt: str
    digest: str | None
    changed_at: datetime | None
    locale: str | None


_LIVING = (
    sa.select(
        Membership.id,
        Membership.user_id,
        Membership.institution_id,
        Membership.role,
        UserAccount.full_name,
        Institution.name,
        CalendarAddress.id,
        CalendarAddress.salt,
        CalendarAddress.digest,
        CalendarAddress.changed_at,
        UserAccount.locale,
    )
    .join(CalendarAddress.membership)
    .join(Membership.user)
    .join(Membership.institution)
    .where(
        CalendarAddress.token_hash == sa.bindparam("token_hash"),
        CalendarAddress.revoked_at.is_(None),
        Membership.ended_at.is_(None),
        UserAccount.active,
        Institution.active,
    )
)


@bp.get("/<string:token>/hearings")
@public
def feed(token: str) -> ResponseReturnValue:
    """The hearings of a court, for whoever has the address."""
    living = _find(token)
    throttle.spend(throttle.CALENDAR, f"calendar {living.id}")
    g.own_language = living.locale
    found = hearings.of_court(viewer=living.member)
    body = writing.calendar(found, living.salt)
    return _answer(living, body, len(found))


def _find(token: str) -> _Living:
    """The address. Refuses every other with 404, and after twenty a minute from one place with 429."""
    row = db.session.execute(_LIVING, {"token_hash": hash_of(token)}).first()
    living = _Living._make((Member._make(row[:_MEMBER]), *row[_MEMBER:])) if row is not None else None
    if living is None or not may(living.member.role, Permission.COURT_DOCKET):
        throttle.spend(throttle.TOKEN, throttle.address())
        abort(404)
    return living


def _answer(living: _Living, body: bytes, number: int) -> Response:
    digest = hashlib.sha256(body).hexdigest()
    changed_at = living.changed_at if living.digest == digest and living.changed_at else clock.now()
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="hearings.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(digest, weak=True)  # the same calendar, packed or not
    answer.last_modified = changed_at
    answer.make_conditional(request)
    _write_down(living, digest, changed_at, number, given=answer.status_code == 200)
    return answer


def _write_down(living: _Living, digest: str, changed_at: datetime, number: int, *, given: bool) -> None:
    """Notes that a calendar asked, and what it was given, in a transaction of its own: where that fails, nothing is."""
    now, member = clock.now(), living.member
    with own_transaction() as connection:
        connection.execute(
            sa.update(CalendarAddress)
            .where(CalendarAddress.id == living.id)
            .values(used_at=now, digest=digest, changed_at=changed_at)
        )
        if given:
            connection.execute(
                sa.insert(Access).values(
                    read_at=now,
                    user_id=member.user_id,
                    membership_id=member.id,
                    institution_id=member.institution_id,
                    kind=AccessKind.EXPORT,
                    relation=Relation.NONE,
                    page=request.endpoint,
                    digest=digest,
                    answer=secrets.token_hex(16),
                    about=f"calendar {living.id}",
                    number=number,
                )
            )

"""What becomes of mails, for those who run the installation: to whom and why not, never where to or about what."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Acting, Mail, MailFailure, MailKind, SendingState, UserAccount
from tracker.permissions import Permission, may

_MOST_SHOWN = 200
_OPEN = (SendingState.WAITING, SendingState.SENDING)


class DeliveryRow(NamedTuple):
    """One mail that has not arrived."""

    id: int
    person_id: int
    person: str
    kind: MailKind
    state: SendingState
    failure: MailFailure | None
    created_at: datetime


def undelivered(*, viewer: Acting) -> Sequence[DeliveryRow]:
    """Mails that wait, are tried again or were given up, the oldest first; at most two hundred."""
    _require(viewer)
    rows = (
        select(
            Mail.id,
            UserAccount.id,
            UserAccount.full_name,
            Mail.kind,
            Mail.state,
            Mail.failure,
            Mail.created_at,
        )
        .join(Mail.user)
        .where(Mail.state.in_((*_OPEN, SendingState.GIVEN_UP)))
        .order_by(Mail.created_at, Mail.id)
        .limit(_MOST_SHOWN)
    )
    return [DeliveryRow(*row) for row in db.session.execute(rows)]


def counted(*, viewer: Acting) -> Mapping[SendingState, int]:
    """How many mails stand where; of those that are over, of the last thirty days."""
    _require(viewer)
    return dict(db.session.execute(select(Mail.state, func.count()).group_by(Mail.state)).all())


def mail(mail_id: int, *, viewer: Acting) -> Mail:
    """One mail. Refuses (`NotFound`) an unknown one."""
    _require(viewer)
    found = db.session.get(Mail, mail_id)
    if found is None:
        raise NotFound(say("There is no such mail."))
    return found


def waits_since() -> datetime | None:
    """Since when the oldest mail waits that should have gone long ago; for the page that machines watch."""
    asked = select(func.min(Mail.created_at)).where(
        Mail.state.in_(_OPEN), or_(Mail.lease_until.is_(None), Mail.lease_until < clock.now())
    )
    return db.session.scalar(asked)


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.PEOPLE_MANAGE):
        raise NotPermitted(say("Only administrators read the list of people."))

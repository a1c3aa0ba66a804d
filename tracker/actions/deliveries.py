"""From notices to delivered mails: at most one a person and hour, held by one worker at a time, never lost.

At least once: a worker that dies after the server took a mail and before it said so here leaves it to the next one,
which sends it again under the same Message-ID. No worker can do better (the two-generals problem); a receiver that
knows the Message-ID shows one.
"""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, exists, or_, select, update

from tracker import clock, keyring
from tracker.actions import addresses, outgoing
from tracker.actions.outgoing import KEPT, MOST_TRIES, OPEN
from tracker.db import db
from tracker.errors import CannotUnseal
from tracker.models import Mail, MailFailure, MailKind, Notice, NoticeKind, SendingState, UserAccount
from tracker.queries import told

CEILING = timedelta(hours=1)
"""At most one mail of news a person in this time, whatever happens meanwhile."""

_BEFORE_CONFIRMED = (MailKind.CONFIRM_ADDRESS, MailKind.INVITATION)


class Parcel(NamedTuple):
    """A mail in a worker's hands. `token`: of the link that it carries, or ""."""

    id: int
    attempts: int
    key: str
    kind: MailKind
    address: str
    locale: str | None
    token: str


def gather(*, limit: int = 500) -> int:
    """Makes a mail for each person of whom notices wait; gives how many. One worker at a time (`timetable.take`)."""
    now = clock.now()
    lately = or_(Mail.state.in_(OPEN), Mail.created_at > now - CEILING)
    one_is_enough = exists().where(Mail.user_id == Notice.user_id, Mail.kind == MailKind.NEWS, lately)
    people = db.session.scalars(
        select(Notice.user_id).where(Notice.mail_id.is_(None), ~one_is_enough).distinct().limit(limit)
    ).all()
    db.session.add_all(new_mail(user_id, MailKind.NEWS) for user_id in people)
    db.session.flush()
    return len(people)


def new_mail(user_id: int, kind: MailKind, *, sealed: str = "") -> Mail:
    """A mail to be sent as soon as a worker can; the caller adds it to the session.

    `sealed`: the token of its link; of what is told of an account, the address that was, if it goes there.
    """
    key, now = secrets.token_urlsafe(24), clock.now()
    return Mail(
        key=key,
        user_id=user_id,
        kind=kind,
        sealed=keyring.seal(sealed.encode(), context=_context(key)) if sealed else None,
        created_at=now,
        due_at=now,
    )


def claim() -> Parcel | None:
    """Takes the mail that has waited longest for `LEASE`; None when none is due.

    A mail that nobody should get any more is dropped on the way. The caller commits before it sends.
    """
    while (mail := outgoing.take(Mail)) is not None:
        if (parcel := _packed(mail)) is not None:
            return parcel
    return None


def delivered(parcel: Parcel) -> bool:
    """The server took it. False when the lease was over and another worker has it by now: then nothing is changed."""
    return _settle(parcel, state=SendingState.DELIVERED, finished_at=clock.now(), sealed=None, failure=None)


def failed(parcel: Parcel, why: MailFailure, *, for_good: bool = False) -> bool:
    """The try came to nothing: another one follows, each later than the last, unless it failed `for_good`."""
    if for_good or parcel.attempts >= MOST_TRIES:
        return _settle(parcel, state=SendingState.GIVEN_UP, finished_at=clock.now(), failure=why)
    due_at = outgoing.next_try(parcel.attempts)
    return _settle(parcel, state=SendingState.SENDING, due_at=due_at, failure=why)


def clear() -> int:
    """Removes mails that were over long ago; gives how many."""
    old = select(Mail.id).where(Mail.finished_at < clock.now() - KEPT)
    db.session.execute(delete(Notice).where(Notice.mail_id.in_(old)))
    gone = db.session.execute(delete(Mail).where(Mail.finished_at < clock.now() - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _packed(mail: Mail) -> Parcel | None:
    """What is to be sent; None when the mail was dropped, because nobody should or can get it."""
    user = mail.user
    if mail.kind is MailKind.NEWS:
        loose = update(Notice).where(Notice.user_id == mail.user_id, Notice.mail_id.is_(None))
        db.session.execute(loose.values(mail_id=mail.id))
    if not _wanted(mail, user):
        _drop(mail)
        return None
    try:
        sealed = keyring.unseal(mail.sealed, context=_context(mail.key)).decode() if mail.sealed else ""
        to_former = mail.kind is MailKind.ACCOUNT and sealed
        address, token = (sealed, "") if to_former else (addresses.read(user), sealed)
    except CannotUnseal:  # one that cannot be read must not keep the others waiting
        _settle(mail, state=SendingState.GIVEN_UP, finished_at=clock.now(), failure=MailFailure.NO_ADDRESS)
        return None
    return Parcel(mail.id, mail.attempts, mail.key, mail.kind, address, user.locale, token)


def _wanted(mail: Mail, user: UserAccount) -> bool:
    if mail.kind is MailKind.ACCOUNT and mail.sealed:
        return user.active
    if not user.active or user.email is None:
        return False
    if user.email_confirmed_at is None and mail.kind not in _BEFORE_CONFIRMED:
        return False
    if mail.kind is not MailKind.NEWS:
        return True
    notices = db.session.scalars(select(Notice).where(Notice.mail_id == mail.id).order_by(Notice.id.desc()))
    return any(_may_still_know(notice) for notice in notices)


def _may_still_know(notice: Notice) -> bool:
    if notice.kind is NoticeKind.ACCOUNT:
        return True
    for member in told.living(notice.user_id, notice.institution_id):
        if notice.kind is NoticeKind.OVERDUE:
            known = told.is_behind(viewer=member)
        else:
            known = notice.case_id is None or told.knows_of(notice.case_id, viewer=member)
        if known:
            return True
    return False


def _drop(mail: Mail) -> None:
    db.session.execute(delete(Notice).where(Notice.mail_id == mail.id))
    mail.state, mail.finished_at = SendingState.DROPPED, clock.now()
    mail.lease_until = mail.sealed = None
    db.session.flush()


def _settle(
    held: Parcel | Mail, *, state: SendingState, **values: datetime | MailFailure | bytes | None
) -> bool:
    done = outgoing.settle(Mail, held, state=state, **values)
    if done and state is SendingState.DELIVERED:
        db.session.execute(delete(Notice).where(Notice.mail_id == held.id))
    return done


def _context(key: str) -> str:
    return f"mail:{key}"

"""Invitations, new passwords, confirmed addresses: by a link that opens once, so that nobody is given a password.

A token has 256 random bits; only its SHA-256 is kept, and it opens for 72 hours (ASVS 6.4.1). To look at a link
changes nothing, because scanners of mail look at every one; only what the person sends from its page does. Following
one signs nobody in: the door comes after it, with the second factor.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update

from tracker import clock, keyring, passwords
from tracker.actions import addresses, administration, people
from tracker.actions.deliveries import new_mail
from tracker.actions.outgoing import KEPT
from tracker.db import db
from tracker.errors import BadInput, CannotUnseal, NotFound, StepRefused, say
from tracker.models import (
    Acting,
    LinkPurpose,
    MailKind,
    OneTimeLink,
    ResetRequest,
    UserAccount,
    UserSession,
)
from tracker.permissions import Permission

LASTS = timedelta(hours=72)
SELDOM = timedelta(hours=1)
"""So often at most somebody who types a username has a mail sent to its owner."""

_MAIL_OF = {
    LinkPurpose.INVITATION: MailKind.INVITATION,
    LinkPurpose.RESET: MailKind.RESET,
    LinkPurpose.ADDRESS: MailKind.CONFIRM_ADDRESS,
}
_REQUEST = "reset_request"


def invite(person: UserAccount, *, actor: Acting, by_mail: bool) -> str | None:
    """A link for somebody who has no password yet. Gives the token, to be handed over this once; None if mailed.

    `by_mail`: mail can be sent at all; it is where the account has an address. Refuses (`StepRefused`) a deactivated
    account.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    _require_active(person)
    return _hand_out(person, LinkPurpose.INVITATION, by_mail=by_mail and person.email is not None)


def reset(person: UserAccount, *, actor: Acting, by_mail: bool) -> str | None:
    """A link for somebody who lost the password, which opens nothing from now on; every session ends. As `invite`.

    Mailed only to an address that was confirmed. Refuses (`StepRefused`) the actor's own, and a deactivated account.
    """
    _require_active(person)
    fresh = person.password_hash == passwords.NONE
    people.take_password(person, actor=actor)
    purpose = LinkPurpose.INVITATION if fresh else LinkPurpose.RESET
    reached = person.email if fresh else person.email_confirmed_at
    return _hand_out(person, purpose, by_mail=by_mail and reached is not None)


def ask(username: str) -> None:
    """Notes that somebody forgot the password of this username, whether or not there is one."""
    sealed = keyring.seal(username.strip().lower()[:80].encode(), context=_REQUEST)
    db.session.add(ResetRequest(sealed=sealed, asked_at=clock.now()))


def answer_requests(*, limit: int = 200) -> int:
    """Mails a link to the owner of each username that was typed; gives how many. Done by a worker."""
    asked = db.session.scalars(select(ResetRequest).order_by(ResetRequest.id).limit(limit)).all()
    mailed = sum(_answer(request) for request in asked)
    db.session.execute(delete(ResetRequest).where(ResetRequest.id.in_([request.id for request in asked])))
    return mailed


def follow(token: str) -> OneTimeLink:
    """The link of a token. Refuses (`NotFound`) one that was used, replaced or is over, or of a closed account."""
    found = db.session.scalar(
        select(OneTimeLink)
        .join(OneTimeLink.user)
        .where(
            OneTimeLink.token_hash == _hash_of(token),
            OneTimeLink.ended_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
            UserAccount.active,
        )
    )
    if found is None:
        raise NotFound(say("This link was used already, or is over. Ask for a new one."))
    return found


def choose_password(link: OneTimeLink, *, new: str, again: str) -> None:
    """The person's own password, by an invitation or a reset. All sessions end, and the person is told.

    Refuses (`BadInput`) a password that will not do, and (`NotFound`) a link that somebody used at the same moment.
    """
    user = link.user
    passwords.check_new(new, user.username, administrator=user.administers)
    if new != again:
        raise BadInput(again=say("The two do not agree. Type the new password again."))
    use(link)
    user.password_hash, user.password_given_at = passwords.hash_of(new), None
    if link.mailed:
        user.email_confirmed_at = clock.now()
    ended = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    db.session.execute(ended.values(ended_at=clock.now()))
    db.session.add(new_mail(user.id, MailKind.ACCOUNT))


def confirm_address(link: OneTimeLink) -> None:
    """What is sent to the address reaches the person. Refuses (`NotFound`) as `choose_password`."""
    use(link)
    link.user.email_confirmed_at = clock.now()


def change_address(user: UserAccount, address: str, *, actor: Acting) -> None:
    """The person's own address, or none (""): the old one is told, the new one gets a link and nothing else till then.

    Refuses (`BadInput`) what is no address, and (`StepRefused`) anybody else's account.
    """
    if actor.user_id != user.id:
        raise StepRefused(say("Only the person sets the address of an account."))
    before = addresses.read(user) if user.email_confirmed_at else ""
    addresses.put(user, address)
    if before:
        db.session.add(new_mail(user.id, MailKind.ACCOUNT, sealed=before))
    _end_all(user, LinkPurpose.ADDRESS)
    if user.email is not None:
        _hand_out(user, LinkPurpose.ADDRESS, by_mail=True)


def clear() -> int:
    """Removes links that were over long ago; gives how many."""
    gone = db.session.execute(delete(OneTimeLink).where(OneTimeLink.expires_at < clock.now() - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _answer(request: ResetRequest) -> bool:
    try:
        username = keyring.unseal(request.sealed, context=_REQUEST).decode()
    except CannotUnseal:
        return False
    user = db.session.scalar(
        select(UserAccount).where(
            UserAccount.username == username, UserAccount.active, UserAccount.email_confirmed_at.is_not(None)
        )
    )
    if user is None or _lately(user):
        return False
    _hand_out(user, LinkPurpose.RESET, by_mail=True)
    return True


def _lately(user: UserAccount) -> bool:
    made = select(OneTimeLink.id).where(
        OneTimeLink.user_id == user.id,
        OneTimeLink.purpose == LinkPurpose.RESET,
        OneTimeLink.made_at > clock.now() - SELDOM,
    )
    return db.session.scalar(made.limit(1)) is not None


def _hand_out(user: UserAccount, purpose: LinkPurpose, *, by_mail: bool) -> str | None:
    _end_all(user, purpose)
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        OneTimeLink(
            token_hash=_hash_of(token),
            purpose=purpose,
            user_id=user.id,
            mailed=by_mail,
            made_at=now,
            expires_at=now + LASTS,
        )
    )
    if by_mail:
        db.session.add(new_mail(user.id, _MAIL_OF[purpose], sealed=token))
    db.session.flush()
    return None if by_mail else token


def _end_all(user: UserAccount, purpose: LinkPurpose) -> None:
    """A newer link of the same kind takes the place of older ones."""
    kinds = [purpose] if purpose is LinkPurpose.ADDRESS else [LinkPurpose.INVITATION, LinkPurpose.RESET]
    older = update(OneTimeLink).where(
        OneTimeLink.user_id == user.id, OneTimeLink.purpose.in_(kinds), OneTimeLink.ended_at.is_(None)
    )
    db.session.execute(older.values(ended_at=clock.now()))


def use(link: OneTimeLink) -> None:
    """Ends a link that was followed. Of two who send at once, one goes on; the other is refused (`NotFound`)."""
    used = update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.ended_at.is_(None))
    done = db.session.execute(used.values(ended_at=clock.now()))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(say("This link was used already, or is over. Ask for a new one."))


def _require_active(person: UserAccount) -> None:
    if not person.active:
        raise StepRefused(say("This account is deactivated. Reactivate it first."))


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

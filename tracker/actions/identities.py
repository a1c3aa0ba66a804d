"""Linking an account with one at the mission's identity provider: by the person, or by an invitation they hold."""

from sqlalchemy import delete, select

from tracker import clock
from tracker.actions import administration, links
from tracker.actions.deliveries import new_mail
from tracker.db import db
from tracker.errors import BadInput, StepRefused, say
from tracker.models import Acting, LinkPurpose, MailKind, OneTimeLink, ProviderIdentity, UserAccount


def link(user: UserAccount, *, actor: Acting, issuer: str, subject: str) -> None:
    """The person's own account opens with that identity from now on.

    Refuses (`StepRefused`) anybody else's account, and an identity that opens another one.
    """
    if actor.user_id != user.id:
        raise StepRefused(say("Only the person links an account with another sign-in."))
    _link(user, issuer, subject)


def accept(invitation: OneTimeLink, *, issuer: str, subject: str) -> None:
    """Uses an invitation (or a reset) up: in place of a password, the account opens with that identity.

    Refuses as `link` does, and (`NotFound`) an invitation that was used at the same moment.
    """
    if invitation.purpose is LinkPurpose.ADDRESS:
        raise StepRefused(say("This link is for an address alone."))
    links.use(invitation)
    _link(invitation.user, issuer, subject)


def unlink(user: UserAccount, *, actor: Acting) -> None:
    """The identity opens the account no more. Refuses (`StepRefused`) anybody else's account."""
    if actor.user_id != user.id:
        raise StepRefused(say("Only the person links an account with another sign-in."))
    db.session.execute(delete(ProviderIdentity).where(ProviderIdentity.user_id == user.id))
    db.session.add(new_mail(user.id, MailKind.ACCOUNT))


def owner(*, issuer: str, subject: str) -> UserAccount | None:
    """The active account that an identity opens."""
    return db.session.scalar(
        select(UserAccount)
        .join(ProviderIdentity, ProviderIdentity.user_id == UserAccount.id)
        .where(ProviderIdentity.issuer == issuer, ProviderIdentity.subject == subject, UserAccount.active)
    )


def is_linked(user: UserAccount) -> bool:
    """Whether an identity opens this account."""
    known = select(ProviderIdentity.id).where(ProviderIdentity.user_id == user.id)
    return db.session.scalar(known.limit(1)) is not None


def _link(user: UserAccount, issuer: str, subject: str) -> None:
    db.session.execute(
        delete(ProviderIdentity).where(ProviderIdentity.user_id == user.id, ProviderIdentity.issuer == issuer)
    )
    identity = ProviderIdentity(user_id=user.id, issuer=issuer, subject=subject, linked_at=clock.now())
    try:
        administration.insert(identity, taken=BadInput())
    except BadInput:
        raise StepRefused(say("That sign-in opens another account already.")) from None
    db.session.add(new_mail(user.id, MailKind.ACCOUNT))

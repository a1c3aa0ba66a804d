"""The texts of mails: a handful, the same for everybody, and not a word of what they are about.

Neither the name of this system nor of an institution: the sender's name (TRACKER_MAIL_FROM) is what a glance at a
phone gives away. Only a letter that its reader asked for has a link.
"""

from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import NamedTuple

from blueprints.i18n import gettext as _
from blueprints.i18n import speaking
from tracker import clock
from tracker.models import MailKind


class Letter(NamedTuple):
    """Subject and text in the language that is spoken."""

    subject: str
    text: str


def message(kind: MailKind, *, to: str, sender: str, key: str, locale: str | None, link: str) -> EmailMessage:
    """The mail of a kind in the person's language. `key` makes the Message-ID, the same for every try."""
    with speaking(locale):
        letter = _LETTERS[kind](link)
    made = EmailMessage()
    made["From"] = sender
    made["To"] = Address(addr_spec=to)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = f"<{key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers from holiday responders
    made.set_content(letter.text + "\n")
    return made


def _news(_link: str) -> Letter:
    return Letter(_("New item"), _("You have a new item. Sign in to read it."))


def _account(_link: str) -> Letter:
    return Letter(
        _("Your account"),
        _("Something about your account was changed. If it was not you, tell your administrator at once."),
    )


def _confirm_address(link: str) -> Letter:
    return Letter(
        _("Confirm your address"),
        _("Open this page to receive messages at this address:") + f"\n\n{link}\n\n" + _ignore(),
    )


def _invitation(link: str) -> Letter:
    return Letter(
        _("Your account"),
        _("An account was made for you. Open this page within three days to choose a password:")
        + f"\n\n{link}\n\n"
        + _ignore(),
    )


def _reset(link: str) -> Letter:
    return Letter(
        _("Your account"),
        _("Open this page within three days to choose a new password:") + f"\n\n{link}\n\n" + _ignore(),
    )


def _ignore() -> str:
    return _("If you did not expect this, do nothing.")


_LETTERS: dict[MailKind, Callable[[str], Letter]] = {
    MailKind.NEWS: _news,
    MailKind.ACCOUNT: _account,
    MailKind.CONFIRM_ADDRESS: _confirm_address,
    MailKind.INVITATION: _invitation,
    MailKind.RESET: _reset,
}

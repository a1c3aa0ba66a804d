"""Handing a mail to the server: encrypted, and every failure told as one word that names nobody."""

import logging
import smtplib
import ssl
from email.message import EmailMessage

from tracker.config import MailServer
from tracker.models import MailFailure

_PATIENCE = 30
"""Seconds for each answer of the server: with all of a try's answers far below a mail's lease."""

_FOR_GOOD = 500

log = logging.getLogger(__name__)


class NotTaken(Exception):  # noqa: N818 - an answer of the server, not a fault of ours
    """The server did not take the mail. `for_good`: another try would end in the same way."""

    def __init__(self, why: MailFailure, *, for_good: bool = False) -> None:
        """`why`: a word that names nobody; what the server said may hold the address, and is not kept."""
        super().__init__(why.value)
        self.why = why
        self.for_good = for_good


def hand_over(message: EmailMessage, server: MailServer) -> None:
    """One connection, one mail. Refuses (`NotTaken`) whatever kept the server from taking it."""
    try:
        with _connect(server) as connection:
            if server.tls == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except (smtplib.SMTPException, OSError) as fault:
        raise _reason(fault) from None  # the cause may name the address


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.tls == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)


def _reason(fault: Exception) -> NotTaken:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in fault.recipients.values()]
        return NotTaken(MailFailure.ADDRESS_REFUSED, for_good=all(code >= _FOR_GOOD for code in codes))
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return NotTaken(MailFailure.NOT_SIGNED_IN)
    if isinstance(fault, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return NotTaken(MailFailure.UNSAFE)
    if isinstance(fault, smtplib.SMTPResponseException):
        return NotTaken(MailFailure.REFUSED)
    return NotTaken(MailFailure.UNREACHABLE)

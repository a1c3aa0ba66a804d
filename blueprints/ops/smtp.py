"""Handing a mail to the server: encrypted, and every failure told as one word that names nobody."""

import logging
import smtplib
import ssl
from contextlib import suppress
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


class Counter:
    """Where mails are handed over, one after the other, by one connection: a handshake costs more than a mail."""

    def __init__(self, server: MailServer) -> None:
        """`server`: connected to when the first mail comes."""
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def hand_over(self, message: EmailMessage) -> None:
        """Refuses (`NotTaken`) whatever kept the server from taking it; the next mail gets a new connection then."""
        try:
            self._connection = self._connection or self._open()
            self._connection.send_message(message)
        except (smtplib.SMTPException, OSError) as fault:
            self.close()
            raise _reason(fault) from None  # the cause may name the address

    def close(self) -> None:
        """Takes leave of the server, if it is still there."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()

    def _open(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.tls == "implicit":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_PATIENCE, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
        try:
            if server.tls == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        return connection


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

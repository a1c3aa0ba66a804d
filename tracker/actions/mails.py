"""What an administrator does about mails that did not arrive."""

from sqlalchemy import update

from tracker import clock
from tracker.actions import administration
from tracker.db import db
from tracker.errors import StepRefused, say
from tracker.models import Acting, Mail, MailKind, Notice, SendingState
from tracker.permissions import Permission


def retry(mail: Mail, *, actor: Acting) -> None:
    """Sends a mail again that was given up. One of news goes into the next one: there may be one already.

    Refuses (`StepRefused`) any other: it is being tried, or is over.
    """
    administration.require(actor, Permission.PEOPLE_MANAGE)
    if mail.state is not SendingState.GIVEN_UP:
        raise StepRefused(say("This mail is not given up. Read the list again."))
    if mail.kind is MailKind.NEWS:
        db.session.execute(update(Notice).where(Notice.mail_id == mail.id).values(mail_id=None))
        mail.state = SendingState.DROPPED
        return
    mail.state, mail.attempts, mail.due_at = SendingState.WAITING, 0, clock.now()
    mail.failure = mail.finished_at = None

"""The outbox: what people are to be told, and the mails that tell them. Neither holds a word of a case."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, word_of
from tracker.keyring import SEALED
from tracker.models.outgoing import Outgoing, SendingState
from tracker.models.user import UserAccount

_ONE_AT_A_TIME = "kind = 'news' AND state IN ('waiting', 'sending')"


class NoticeKind(StrEnum):
    """Why somebody is told that there is something to read. No mail says which of these it was."""

    REFERRAL = "referral"
    ANSWER = "answer"
    OVERDUE = "overdue"
    CUSTODY = "custody"
    VERIFIER = "verifier"
    ACCESS = "access"
    ACCOUNT = "account"
    RECEIVER = "receiver"
    ALERT = "alert"


class MailKind(StrEnum):
    """What a mail is for; each has one text."""

    NEWS = "news"
    ACCOUNT = "account"
    CONFIRM_ADDRESS = "confirm_address"
    INVITATION = "invitation"
    RESET = "reset"


class MailFailure(StrEnum):
    """Why the last try came to nothing, in a word that names nobody."""

    UNREACHABLE = "unreachable"
    UNSAFE = "unsafe"
    NOT_SIGNED_IN = "not_signed_in"
    ADDRESS_REFUSED = "address_refused"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"


class Mail(Outgoing, Base):
    """One mail to one person, until it is delivered or given up.

    `key`: the Message-ID. `sealed`: the token of a one-time link, or the address that was until it was changed; only
    as long as the mail waits.
    """

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("ix_mail_due", "state", "due_at", "id"),
        sa.Index("ix_mail_user_id_kind_created_at", "user_id", "kind", "created_at"),
        sa.Index(
            "ix_mail_one_at_a_time",
            "user_id",
            unique=True,
            sqlite_where=sa.text(_ONE_AT_A_TIME),
            postgresql_where=sa.text(_ONE_AT_A_TIME),
        ),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[MailKind] = mapped_column(word_of(MailKind))
    sealed: Mapped[bytes | None] = mapped_column(info={SEALED: "mail:{key}"})
    state: Mapped[SendingState] = mapped_column(
        word_of(SendingState, "mailstate"), default=SendingState.WAITING
    )
    failure: Mapped[MailFailure | None] = mapped_column(word_of(MailFailure))

    user: Mapped[UserAccount] = relationship()


class Notice(Base):
    """One reason to tell a person that there is something to read; it goes when the mail about it has gone.

    `institution_id`, `case_id`: where and about what, so that at sending it can be asked whether the person may still
    know of it. `mail_id`: None until a mail takes it along.
    """

    __tablename__ = "notice"
    __table_args__ = (sa.Index(None, "mail_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(word_of(NoticeKind))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protection_case.id"))
    raised_at: Mapped[datetime]
    mail_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mail.id"))


class Job(Base):
    """Something that a worker does now and then, and when it is next due."""

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    due_at: Mapped[datetime]

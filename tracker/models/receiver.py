"""Receivers: other systems that are told that something changed, and never what, where or about whom."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, word_of
from tracker.keyring import SEALED
from tracker.models.institution import Institution
from tracker.models.outgoing import Outgoing, SendingState
from tracker.models.user import UserAccount
from tracker.vocabulary import Topic


class CallFailure(StrEnum):
    """Why the last call came to nothing, in a word that quotes nobody."""

    NOT_ALLOWED = "not_allowed"
    UNREACHABLE = "unreachable"
    UNSAFE = "unsafe"
    TOO_SLOW = "too_slow"
    REFUSED = "refused"
    GONE = "gone"
    NO_SECRET = "no_secret"  # noqa: S105 - a word


class Receiver(Base):
    """A system of one institution: where it listens, and whether it is called.

    `failing_since`: since when no call was taken; None once one is. `disabled_at`: it is not called any more, by an
    administrator's word or after it failed for long.
    """

    __tablename__ = "receiver"
    __table_args__ = (sa.Index(None, "institution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    address: Mapped[str] = mapped_column(sa.String(500))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    failing_since: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    institution: Mapped[Institution] = relationship()
    made_by: Mapped[UserAccount] = relationship()
    topics: Mapped[list["ReceiverTopic"]] = relationship(
        order_by="ReceiverTopic.topic", cascade="all, delete-orphan"
    )
    secrets: Mapped[list["ReceiverSecret"]] = relationship(order_by="ReceiverSecret.id.desc()")


class ReceiverTopic(Base):
    """One kind of change of which a receiver is told."""

    __tablename__ = "receiver_topic"

    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("receiver.id"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(word_of(Topic), primary_key=True)


class ReceiverSecret(Base):
    """What a receiver knows our calls by. `ends_at`: until when one that was replaced signs beside the new one."""

    __tablename__ = "receiver_secret"
    __table_args__ = (sa.Index(None, "receiver_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("receiver.id"))
    key: Mapped[str] = mapped_column(sa.String(43), unique=True)
    """Random: what the secret is sealed to."""
    sealed: Mapped[bytes] = mapped_column(info={SEALED: "receiver_secret:{key}"})
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class Announcement(Outgoing, Base):
    """One thing of which one receiver is told, until it took it or it was given up.

    `key`: the webhook-id. `entry_id`: the act that was written down, by which it is asked at sending whether the
    institution may still know of it; it never leaves. None where it is about no case.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        sa.Index("ix_announcement_due", "state", "due_at", "id"),
        sa.Index("ix_announcement_of", "receiver_id", "topic", "state", "id"),
    )

    receiver_id: Mapped[int] = mapped_column(sa.ForeignKey("receiver.id"))
    topic: Mapped[Topic] = mapped_column(word_of(Topic))
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_entry.id"))
    state: Mapped[SendingState] = mapped_column(
        word_of(SendingState, "announcementstate"), default=SendingState.WAITING
    )
    failure: Mapped[CallFailure | None] = mapped_column(word_of(CallFailure))

    receiver: Mapped[Receiver] = relationship()

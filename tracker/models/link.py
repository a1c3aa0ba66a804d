"""One-time links: how somebody comes to a password that nobody else ever knew, and how an address is confirmed."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, word_of
from tracker.keyring import SEALED
from tracker.models.user import UserAccount


class LinkPurpose(StrEnum):
    """What a link opens."""

    INVITATION = "invitation"
    RESET = "reset"
    ADDRESS = "address"


class OneTimeLink(Base):
    """A link that one person may follow once. Of its token only the SHA-256 is kept.

    `mailed`: it went to the account's address, so that whoever follows it reads what is sent there.
    `ended_at`: used, or replaced by a newer one.
    """

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(word_of(LinkPurpose))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    mailed: Mapped[bool]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[UserAccount] = relationship()


class ResetRequest(Base):
    """Somebody typed a username at "I forgot my password": sealed, and answered by a worker.

    The page itself never looks whether there is such an account, so that it cannot tell, not even by its time.
    """

    __tablename__ = "reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(info={SEALED: "reset_request"})
    asked_at: Mapped[datetime]

"""Tokens by which other systems act for a person: what opens the API, and nothing else."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import Membership, UserAccount


class ApiToken(Base):
    """One token of one person in one role at one institution. Only its SHA-256 is kept.

    It opens nothing once the membership, the account or the institution is closed, nor under another password than
    the one that it was issued under.
    """

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    """By which its owner knows it again."""
    scopes: Mapped[str] = mapped_column(sa.String(400))
    """Codes of `tracker.permissions.Scope`, with blanks between them."""
    password_mark: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the password's salted hash: another password, another mark."""
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it last opened something, to the minute."""
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    """None: the operator's command did."""

    membership: Mapped[Membership] = relationship()
    revoked_by: Mapped[UserAccount | None] = relationship()

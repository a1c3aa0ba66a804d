"""Accredited verifiers: organisations that may read the log's entries and days (history.md, section 3)."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import UserAccount


class Verifier(Base):
    """An organisation with a data agreement. One person proposes it and another confirms it, which makes its token.

    `expires_on`: the last day on which the token opens anything. Only the token's SHA-256 is kept.
    """

    __tablename__ = "verifier"
    __table_args__ = (
        sa.CheckConstraint("confirmed_by_id <> proposed_by_id", name="two_people"),
        sa.CheckConstraint("(confirmed_by_id IS NULL) = (token_hash IS NULL)", name="token_when_confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(sa.String(160))
    agreement: Mapped[str] = mapped_column(sa.String(160))
    """The reference of the data agreement."""
    expires_on: Mapped[date]
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]

    proposed_by: Mapped[UserAccount] = relationship(foreign_keys=proposed_by_id)
    confirmed_by: Mapped[UserAccount | None] = relationship(foreign_keys=confirmed_by_id)
    revoked_by: Mapped[UserAccount | None] = relationship(foreign_keys=revoked_by_id)


class VerifierDownload(Base):
    """One file that a verifier asked for with its token: written before the file is given."""

    __tablename__ = "verifier_download"
    __table_args__ = (sa.Index(None, "verifier_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    verifier_id: Mapped[int] = mapped_column(sa.ForeignKey("verifier.id"))
    path: Mapped[str] = mapped_column(sa.String(80))
    downloaded_at: Mapped[datetime]

"""Second factors: an app's codes, passkeys, recovery codes, and how two people help who lost them all."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.keyring import SEALED
from tracker.models.user import UserAccount


class TotpFactor(Base):
    """An app that shows six digits, of which each opens once (RFC 6238)."""

    __tablename__ = "totp_factor"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    seed: Mapped[bytes] = mapped_column(info={SEALED: "totp_factor:{user_id}"})
    """Sealed under the installation's key, which is not in the database."""
    last_step: Mapped[int]
    """The half minute whose code opened last; no earlier one opens again, whatever the clock says."""
    created_at: Mapped[datetime]


class Passkey(Base):
    """A key pair in a person's device: the public half (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[UserAccount] = relationship()


class RecoveryCode(Base):
    """A code on paper that opens once in place of the second factor: its SHA-256."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    used_at: Mapped[datetime | None]


class FactorReset(Base):
    """Help for a person who lost every factor: one administrator asks, another one grants. Kept for ever."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        sa.CheckConstraint("granted_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("person_id <> asked_by_id AND person_id <> granted_by_id", name="not_for_oneself"),
        sa.CheckConstraint("(granted_by_id IS NULL) = (granted_at IS NULL)", name="granted_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    granted_at: Mapped[datetime | None]

    person: Mapped[UserAccount] = relationship(foreign_keys=person_id)
    asked_by: Mapped[UserAccount] = relationship(foreign_keys=asked_by_id)

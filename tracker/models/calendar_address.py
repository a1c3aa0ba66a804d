"""Addresses at which a calendar fetches a court's hearings: what opens them is in the address, and only there."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import Membership, UserAccount


class CalendarAddress(Base):
    """One private address of a court's hearings, as one of its people sees them. Only its SHA-256 is kept.

    It opens nothing once the membership, the account or the court is closed.
    """

    __tablename__ = "calendar_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    """By which the court knows it again."""
    salt: Mapped[str] = mapped_column(sa.String(64))
    """Makes the names of hearings in this calendar: they say nothing about ours, nor about another calendar's."""
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When a calendar last asked, to the minute."""
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    """SHA-256 of what was last given, and since when it has been that."""
    changed_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))

    membership: Mapped[Membership] = relationship()
    revoked_by: Mapped[UserAccount | None] = relationship()

"""Exports of de-identified histories: one auditor asks for one and says what for, another agrees."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import UserAccount

OPEN_FOR = timedelta(days=7)
"""So long after somebody agreed the files can be taken."""


class HistoryExport(Base):
    """What was asked for, by whom, for what and for whom; who agreed; who ended it. Each file is in the access log."""

    __tablename__ = "history_export"
    __table_args__ = (
        sa.CheckConstraint("agreed_by_id <> asked_by_id", name="two_people"),
        sa.CheckConstraint("(agreed_by_id IS NULL) = (agreed_at IS NULL)", name="agreed_some_time"),
        sa.CheckConstraint("(ended_by_id IS NULL) = (ended_at IS NULL)", name="ended_some_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(300))
    recipient: Mapped[str] = mapped_column(sa.String(160))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]

    def open_at(self, now: datetime) -> bool:
        """Whether the files can be taken at an instant."""
        agreed = self.agreed_at
        return self.ended_at is None and agreed is not None and agreed <= now <= agreed + OPEN_FOR

    asked_by: Mapped[UserAccount] = relationship(foreign_keys=asked_by_id)
    agreed_by: Mapped[UserAccount | None] = relationship(foreign_keys=agreed_by_id)
    ended_by: Mapped[UserAccount | None] = relationship(foreign_keys=ended_by_id)

"""Which legal limits an administrator has confirmed against the law in force."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import UserAccount


class ClockConfirmation(Base):
    """One person's word that a clock of a procedure version is the law; else it is shown as unconfirmed."""

    __tablename__ = "clock_confirmation"
    __table_args__ = (sa.UniqueConstraint("procedure", "clock"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    procedure: Mapped[str] = mapped_column(sa.String(40))
    clock: Mapped[str] = mapped_column(sa.String(40))
    hours: Mapped[int]
    confirmed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime]

    confirmed_by: Mapped[UserAccount] = relationship()

"""Who came through a door, and who did not: one row an act, never edited and never removed (ASVS 5.0, 16.3.1-2)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import UserAccount
from tracker.vocabulary import DoorAct


class DoorRecord(Base):
    """Somebody signed in, confirmed, left, was held back, or was refused a page that their role does not open.

    `user_id`: None where the name that was typed is nobody's; the name itself is not kept, for people type passwords
    into the wrong field. Nor is an address: colleagues share one.
    """

    __tablename__ = "door_record"
    __table_args__ = (sa.Index("ix_door_record_user_id_id", "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    act: Mapped[DoorAct]
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    page: Mapped[str] = mapped_column(sa.String(80))
    """The name of the page, such as `account.sign_in`."""

    user: Mapped[UserAccount | None] = relationship()

"""What an auditor found out about reading that was listed as unusual."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.indicators.reading import Why
from tracker.models.user import Membership, UserAccount


class ReadingReview(Base):
    """One finding that somebody looked into: the finding itself is reckoned anew from the reads."""

    __tablename__ = "reading_review"
    __table_args__ = (sa.UniqueConstraint("day", "membership_id", "why"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    why: Mapped[Why]
    note: Mapped[str] = mapped_column(sa.String(500))
    reviewed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    reviewed_at: Mapped[datetime]

    membership: Mapped[Membership] = relationship()
    reviewed_by: Mapped[UserAccount] = relationship()

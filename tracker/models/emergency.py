"""Breaking the glass: one person opened one case that was not theirs, for a few hours and with a reason."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.case import ProtectionCase
from tracker.models.institution import Institution
from tracker.models.user import Membership, UserAccount


class Emergency(Base):
    """One opening of one case. The history entry holds why; whoever answers for the case acknowledges it once.

    `ends_at`: from then on it opens nothing. The row stays.
    """

    __tablename__ = "emergency"
    __table_args__ = (
        sa.CheckConstraint("ends_at > opened_at", name="ends_after_it_began"),
        sa.CheckConstraint(
            "(acknowledged_by_id IS NULL) = (acknowledged_at IS NULL)", name="acknowledged_by_one"
        ),
        sa.Index("ix_emergency_case_id_id", "case_id", "id"),
        sa.Index("ix_emergency_membership_id_ends_at", "membership_id", "ends_at"),
        sa.Index("ix_emergency_user_id_opened_at", "user_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"), unique=True)
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    acknowledged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    acknowledged_at: Mapped[datetime | None]

    case: Mapped[ProtectionCase] = relationship()
    user: Mapped[UserAccount] = relationship(foreign_keys=user_id)
    membership: Mapped[Membership] = relationship()
    institution: Mapped[Institution] = relationship()

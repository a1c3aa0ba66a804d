"""A legal hold: while it stands, nothing of the case is erased, whoever asks and however old it is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import UserAccount
from tracker.vocabulary import HoldReason

_STANDS = sa.text("lifted_at IS NULL")


class LegalHold(Base):
    """One hold on one case. Why stands in the history; it is lifted once, and stays."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        sa.CheckConstraint("(lifted_by_id IS NULL) = (lifted_at IS NULL)", name="lifted_by_one"),
        sa.Index(
            "ix_legal_hold_stands", "case_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    reason: Mapped[HoldReason]
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    set_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    lifted_at: Mapped[datetime | None]

    set_by: Mapped[UserAccount] = relationship(foreign_keys=set_by_id)

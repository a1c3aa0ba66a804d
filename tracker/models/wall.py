"""Conflict of interest: from whom a case is hidden altogether."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.institution import Institution


class Wall(Base):
    """Nobody of the institution finds the case, since then: somebody of it, or of one above or below it, is accused.

    A wall is never taken down: what people of the institution could read in between, nobody could take back.
    """

    __tablename__ = "wall"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "institution_id"),
        sa.Index("ix_wall_institution_id_case_id_since", "institution_id", "case_id", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    since: Mapped[datetime]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))

    institution: Mapped[Institution] = relationship()

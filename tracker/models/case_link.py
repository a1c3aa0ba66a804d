"""Two cases that hang together. They are linked, never merged; whoever sees only one of them sees no link."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.vocabulary import CaseTie


class CaseLink(Base):
    """What somebody said of two cases; the newest word about a pair is the one that holds."""

    __tablename__ = "case_link"
    __table_args__ = (
        sa.CheckConstraint("case_id <> other_id", name="of_two_cases"),
        sa.Index("ix_case_link_case_id_id", "case_id", "id"),
        sa.Index("ix_case_link_other_id_id", "other_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    """The later of the two."""
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    tie: Mapped[CaseTie]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))

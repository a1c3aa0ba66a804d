"""Consent to share a class of what is personal with one institution; the newest decision is the one in force."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.institution import Institution
from tracker.vocabulary import ConsentDecision, DataClass


class Consent(Base):
    """One decision about one class; a later one is a new row."""

    __tablename__ = "consent"
    __table_args__ = (
        sa.CheckConstraint(
            "decision <> 'best_interest' OR authorised_by <> ''", name="authorised_by_somebody"
        ),
        sa.Index(
            "ix_consent_case_id_institution_id_data_class_id", "case_id", "institution_id", "data_class", "id"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    data_class: Mapped[DataClass]
    decision: Mapped[ConsentDecision]
    authorised_by: Mapped[str] = mapped_column(sa.String(160), default="")
    """Who answers for sharing in the person's best interest; empty for every other decision."""
    given_on: Mapped[date]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))

    institution: Mapped[Institution] = relationship()

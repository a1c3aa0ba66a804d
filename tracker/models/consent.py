"""Consent to share a case with one institution; the newest decision for an institution is the one in force."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.institution import Institution
from tracker.vocabulary import ConsentDecision


class Consent(Base):
    """One decision; a later one is a new row."""

    __tablename__ = "consent"
    __table_args__ = (sa.Index("ix_consent_case_id_institution_id_id", "case_id", "institution_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    decision: Mapped[ConsentDecision]
    given_on: Mapped[date]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))

    institution: Mapped[Institution] = relationship()

"""Arrest and release of one person."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.institution import Institution
from tracker.models.person import Person
from tracker.vocabulary import ReleaseReason


class Custody(Base):
    """One person held by one institution; still held while `released_at` is empty."""

    __tablename__ = "custody"
    __table_args__ = (
        sa.CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="released_with_reason"),
        sa.CheckConstraint("released_at >= arrested_at", name="released_after_arrest"),
        sa.Index("ix_custody_institution_id_released_at", "institution_id", "released_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    track_id: Mapped[int] = mapped_column(sa.ForeignKey("track.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    arrested_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When the legal limit ends; what it rests on is the clock `custody` of the procedure."""
    released_at: Mapped[datetime | None]
    release_reason: Mapped[ReleaseReason | None]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))

    person: Mapped[Person] = relationship()
    institution: Mapped[Institution] = relationship()

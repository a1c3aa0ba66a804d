"""The case: facts that are not personal. What is personal is in `person` and `narrative`, apart."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, word_of
from tracker.models.area import Area
from tracker.models.case_key import CaseKey
from tracker.models.institution import Institution
from tracker.vocabulary import Channel, ClosureReason, Concern, Level, Urgency


class ProtectionCase(Base):
    """One protection concern of one or more people. Its statuses are its tracks'; it has none of its own."""

    __tablename__ = "protection_case"
    __table_args__ = (
        sa.CheckConstraint("(closed_at IS NULL) = (closure_reason IS NULL)", name="closed_with_reason"),
        sa.CheckConstraint("(import_id IS NULL) = (source_ref IS NULL)", name="imported_with_reference"),
        sa.Index("ix_protection_case_owner_id_id", "owner_id", "id"),
        sa.Index("ix_protection_case_registrar_id_id", "registrar_id", "id"),
        sa.UniqueConstraint("import_id", "source_ref"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(14), unique=True)
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    """128 random bits, never derived from the reference: how de-identified histories name the case."""
    concern: Mapped[Concern]
    urgency: Mapped[Urgency]
    risk: Mapped[Level]
    reprisal_risk: Mapped[Level] = mapped_column(word_of(Level, "reprisal_level"))
    channel: Mapped[Channel]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"), index=True)
    occurred_on: Mapped[date | None]
    registered_at: Mapped[datetime]
    registrar_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    """The institution that registered the case and gives feedback."""
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    """The judicial affairs section responsible for it; the registrar where the area has none."""
    closed_at: Mapped[datetime | None]
    closure_reason: Mapped[ClosureReason | None]
    entries: Mapped[int] = mapped_column(default=0)
    """How many history entries the case has: the next one's number is one more."""
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_source.id"))
    source_ref: Mapped[str | None] = mapped_column(sa.String(120))

    area: Mapped[Area | None] = relationship()
    registrar: Mapped[Institution] = relationship(foreign_keys=registrar_id)
    owner: Mapped[Institution] = relationship(foreign_keys=owner_id)
    key: Mapped[CaseKey] = relationship(foreign_keys=CaseKey.case_id, uselist=False)
    """What seals everything personal in it; there from registration on."""

    @property
    def status(self) -> str:
        """The status of the stage "case" of the procedure: open, or closed."""
        return "open" if self.closed_at is None else "closed"


class ImportSource(Base):
    """One outside source whose cases were taken in; (source, its own reference) is taken in once."""

    __tablename__ = "import_source"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    first_run_at: Mapped[datetime]

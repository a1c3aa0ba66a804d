"""Institutions: police stations, courts, prosecution, judicial affairs sections, community networks, CSOs."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.area import Area
from tracker.vocabulary import InstitutionKind


class Institution(Base):
    """One institution; it is deactivated, never deleted, because histories name it."""

    __tablename__ = "institution"
    __table_args__ = (sa.Index("ix_institution_kind_area", "kind", "area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    kind: Mapped[InstitutionKind]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    active: Mapped[bool] = mapped_column(default=True)

    area: Mapped[Area | None] = relationship()

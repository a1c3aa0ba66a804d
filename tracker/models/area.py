"""Areas by P-code: country, state, county, payam; and what else they are called."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base


class Area(Base):
    """One administrative area. `level` 0 is the country; `code` is its P-code."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    level: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False once the area is no longer one: cases and reports keep it, new ones do not choose it."""

    parent: Mapped["Area | None"] = relationship(remote_side=[id])


class NameKind(StrEnum):
    """How an area comes by another name."""

    FORMER = "former"
    """It was called so, or an area was that has become part of it, or that it was part of."""
    ALTERNATIVE = "alternative"
    """It is called so in another language, or by some."""


class AreaName(Base):
    """Another name of an area, by which it is found."""

    __tablename__ = "area_name"
    __table_args__ = (sa.UniqueConstraint("area_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[NameKind]
    recorded_at: Mapped[datetime]

    area: Mapped[Area] = relationship()

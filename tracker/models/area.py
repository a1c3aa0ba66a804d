"""Areas by P-code: country, state, county, payam."""

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

    parent: Mapped["Area | None"] = relationship(remote_side=[id])

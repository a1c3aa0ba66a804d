"""How often somebody tried, shared by all processes. Whoever it was stands here as a keyed hash only."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Throttle(Base):
    """One subject of one limit: an account at the door, an address at a search."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime] = mapped_column(index=True)
    """When the present count began."""
    strikes: Mapped[int]
    """How often in a row the limit was passed; each waits twice as long."""
    until: Mapped[datetime | None]
    """Nothing is let through before."""

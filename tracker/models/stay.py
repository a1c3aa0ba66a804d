"""What a track and an alert have in common: a status with a clock, projected from the history entries."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

NO_LIMIT = datetime(9000, 1, 1, tzinfo=UTC)
"""`due_at` where no clock runs: it sorts after every real limit on both engines, which NULL does not."""


class Stay:
    """Written by `history.project` only; `tracker rebuild-tracks --check` proves that it equals the entries."""

    stage: Mapped[str] = mapped_column(sa.String(40))
    status: Mapped[str] = mapped_column(sa.String(40))
    status_since: Mapped[datetime | None]
    open: Mapped[bool] = mapped_column(default=True)
    entered_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    clock: Mapped[str | None] = mapped_column(sa.String(40))
    due_at: Mapped[datetime] = mapped_column(default=NO_LIMIT)
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    outcome: Mapped[str | None] = mapped_column(sa.String(40))
    awaiting: Mapped[str | None] = mapped_column(sa.String(10))
    next_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def limit(self) -> datetime | None:
        """When the running clock ends (UTC); None where no limit is set."""
        return None if self.due_at == NO_LIMIT else self.due_at

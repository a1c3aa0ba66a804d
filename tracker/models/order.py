"""What a court ordered: compensation, protection, release, sentence; followed until it is carried out."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.vocabulary import OrderKind


class CourtOrder(Base):
    """One order of one decision; `track_id` is the enforcement track that follows it."""

    __tablename__ = "court_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    track_id: Mapped[int] = mapped_column(sa.ForeignKey("track.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))
    kind: Mapped[OrderKind]
    due_on: Mapped[date | None]

"""The track: one stay of one case at one institution in one stage. Everything counts tracks."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.case import ProtectionCase
from tracker.models.institution import Institution
from tracker.models.stay import Stay

ENDED = (
    "institution_id",
    "left_at",
    "entered_at",
    "stage",
    "status",
    "reason",
    "reopened",
    "parent_id",
    "case_id",
    "id",
    "open",
)
"""What the figures ask of a track that has ended."""


class Track(Stay, Base):
    """A projection of history entries, kept for the queues."""

    __tablename__ = "track"
    __table_args__ = (
        sa.CheckConstraint("NOT open OR left_at IS NULL", name="open_not_left"),
        sa.Index("ix_track_queue", "institution_id", "stage", "status", "due_at", "id", "case_id"),
        sa.Index(
            "ix_track_waiting",
            "institution_id",
            "stage",
            "due_at",
            "id",
            "open",  # SQLite reads the condition's own column: in the index it costs no look at the row
            "entered_at",
            "case_id",
            "status_since",
            sqlite_where=sa.text("open = 1"),
            postgresql_where=sa.text("open"),
        ),
        sa.Index(
            "ix_track_came",
            "institution_id",
            "entered_at",
            "stage",
            "reopened",
            "parent_id",
            "case_id",
            "id",
            "open",
            sqlite_where=sa.text("open = 1"),
            postgresql_where=sa.text("open"),
        ),
        sa.Index(
            "ix_track_ended",
            *ENDED,
            sqlite_where=sa.text("open = 0"),
            postgresql_where=sa.text("NOT open"),
        ),
        sa.Index(
            "ix_track_backwards",
            *ENDED,
            sqlite_where=sa.text("open = 0 AND left_at < entered_at"),
            postgresql_where=sa.text("NOT open AND left_at < entered_at"),
        ),
        sa.Index(
            "ix_track_mine",
            "assigned_to_id",
            "institution_id",
            "stage",
            "due_at",
            "id",
            "open",
            "case_id",
            sqlite_where=sa.text("open = 1"),
            postgresql_where=sa.text("open"),
        ),
        sa.Index("ix_track_sent", "sender_id", "institution_id", "id"),
        sa.Index(
            "ix_track_asked",
            "sender_id",
            "due_at",
            "id",
            "case_id",
            sqlite_where=sa.text("awaiting = 'sender'"),
            postgresql_where=sa.text("awaiting = 'sender'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    sender_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("track.id"))
    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    jurisdiction_concern: Mapped[bool] = mapped_column(default=False)
    reopened: Mapped[bool] = mapped_column(default=False)

    case: Mapped[ProtectionCase] = relationship()
    institution: Mapped[Institution] = relationship(foreign_keys=institution_id)
    sender: Mapped[Institution | None] = relationship(foreign_keys=sender_id)

    __mapper_args__ = {"version_id_col": Stay.version, "version_id_generator": False}  # noqa: RUF012

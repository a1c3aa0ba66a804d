"""The history: one row an act, written with the change itself, never edited and never removed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tracker.db import Base
from tracker.models.case import ImportSource
from tracker.models.case_key import CaseKey
from tracker.models.institution import Institution
from tracker.models.user import UserAccount
from tracker.personal import Content
from tracker.vocabulary import EntryFlag, Role

ABOUT_SENT = "status_before = 'sent' OR status_after = 'sent'"
"""Which entries tell how a referral was answered; a query that says it in these words reads one index."""


def _only(condition: str) -> dict[str, Any]:
    """An index of the rows that the condition names, on both engines."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


class Effect(StrEnum):
    """What an entry does to the track, alert or case that it is about."""

    OPENS = "opens"
    MOVES = "moves"
    ENDS = "ends"
    NOTES = "notes"


class HistoryEntry(Base):
    """One act on a case, one of its tracks, or an alert.

    `happened_at` (when it happened, never in the future; unknown only where a source did not say) and
    `recorded_at` (the server's clock). Notes are personal and stand apart, in `EntryNote`.
    """

    __tablename__ = "history_entry"
    __table_args__ = (
        sa.CheckConstraint("(case_id IS NULL) <> (alert_id IS NULL)", name="about_one_thing"),
        sa.CheckConstraint(
            "actor_id IS NOT NULL OR import_id IS NOT NULL OR action = 'expire'", name="done_by_somebody"
        ),
        sa.CheckConstraint("(actor_id IS NULL) = (role IS NULL)", name="actor_in_a_role"),
        sa.CheckConstraint("happened_at IS NOT NULL OR import_id IS NOT NULL", name="happened_some_time"),
        sa.CheckConstraint("happened_at <= recorded_at", name="not_in_the_future"),
        sa.CheckConstraint("n > 0", name="numbered_from_one"),
        sa.UniqueConstraint("case_id", "n"),
        sa.UniqueConstraint("alert_id", "n"),
        sa.Index("ix_history_entry_track_id_id", "track_id", "id"),
        sa.Index("ix_history_entry_holder_id_stage_id", "holder_id", "stage", "id"),
        sa.Index(
            "ix_history_entry_answers",
            "holder_id",
            "stage",
            "case_id",
            "track_id",
            "status_before",
            "status_after",
            "happened_at",
            "due_at",
            sqlite_where=sa.text(ABOUT_SENT),
            postgresql_where=sa.text(ABOUT_SENT),
        ),
        sa.Index(
            "ix_history_entry_limits",
            "holder_id",
            "due_at",
            "stage",
            "track_id",
            "id",
            "status_after",
            "effect",
            "recorded_at",
            **_only("due_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_history_entry_recorded",
            "holder_id",
            "recorded_at",
            "happened_at",
            "import_id",
            "flag",
            "corrects_id",
            "track_id",
        ),
        sa.Index(
            "ix_history_entry_corrections",
            "holder_id",
            "track_id",
            "recorded_at",
            "corrects_id",
            **_only("corrects_id IS NOT NULL"),
        ),
        sa.Index("ix_history_entry_corrects_id", "corrects_id", **_only("corrects_id IS NOT NULL")),
        sa.Index(
            "ix_history_entry_suspensions",
            "holder_id",
            "stage",
            "track_id",
            "recorded_at",
            "status_after",
            **_only("status_after = 'adjourned_sine_die'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protection_case.id"))
    alert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alert.id"))
    track_id: Mapped[int | None] = mapped_column(sa.ForeignKey("track.id"))
    n: Mapped[int]
    stage: Mapped[str] = mapped_column(sa.String(40))
    action: Mapped[str] = mapped_column(sa.String(40))
    effect: Mapped[Effect]
    status_before: Mapped[str | None] = mapped_column(sa.String(40))
    status_after: Mapped[str] = mapped_column(sa.String(40))
    holder_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    """The institution whose track, case or alert it is; `institution_id` is the actor's."""
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    role: Mapped[Role | None]
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    happened_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    clock: Mapped[str | None] = mapped_column(sa.String(40))
    due_at: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    procedure: Mapped[str] = mapped_column(sa.String(40))
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_entry.id"))
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_source.id"))
    flag: Mapped[EntryFlag | None]

    actor: Mapped[UserAccount | None] = relationship()
    institution: Mapped[Institution | None] = relationship(foreign_keys=institution_id)
    holder: Mapped[Institution] = relationship(foreign_keys=holder_id)
    source: Mapped[ImportSource | None] = relationship()
    note: Mapped["EntryNote | None"] = relationship(back_populates="entry", uselist=False)
    key: Mapped[CaseKey] = relationship(
        primaryjoin=lambda: sa.or_(
            CaseKey.case_id == foreign(HistoryEntry.case_id),
            CaseKey.alert_id == foreign(HistoryEntry.alert_id),
        ),
        viewonly=True,
    )


class EntryNote(Base):
    """What was written beside an act: personal content, sealed, for those who may read the case itself."""

    __tablename__ = "entry_note"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"), primary_key=True)
    sealed: Mapped[bytes | None]

    entry: Mapped[HistoryEntry] = relationship(back_populates="note")

    @property
    def text(self) -> str:
        """The words; a list reads them by its query, not one by one."""
        return opened_note(self.entry.key.content, self.entry.n, self.sealed) or ""


def noted_as(n: int) -> str:
    """What the note beside entry `n` is sealed as: it cannot be put beside another."""
    return f"note/{n}"


def opened_note(content: Content, n: int, sealed: bytes | None) -> str | None:
    """The words of the note beside entry `n`; None where there is none."""
    return content.unseal(noted_as(n), sealed)["text"] if sealed is not None else None

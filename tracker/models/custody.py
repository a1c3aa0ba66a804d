"""One held person: what happened, what the limit is, and who outside is told of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, word_of
from tracker.models.case import ProtectionCase
from tracker.models.history_entry import HistoryEntry
from tracker.models.institution import Institution
from tracker.models.person import Person
from tracker.models.track import Track
from tracker.vocabulary import (
    AlarmKind,
    Authority,
    CustodyAct,
    ProductionResult,
    ReleaseReason,
    ReviewFinding,
)

_STILL_HELD = "released_at IS NULL"


class Custody(Base):
    """One person held, from the arrest to the release: a projection of its events, kept for the lists.

    `institution_id`: where the person is held now; the police track is the arresting institution's.
    """

    __tablename__ = "custody"
    __table_args__ = (
        sa.CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="released_with_reason"),
        sa.CheckConstraint("released_at >= arrested_at", name="released_after_arrest"),
        sa.Index("ix_custody_institution_id_released_at", "institution_id", "released_at"),
        sa.Index(
            "ix_custody_held",
            "due_at",
            "id",
            sqlite_where=sa.text(_STILL_HELD),
            postgresql_where=sa.text(_STILL_HELD),
        ),
        sa.Index("ix_custody_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    track_id: Mapped[int] = mapped_column(sa.ForeignKey("track.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    arrested_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When the limit ends that runs now (`tracker.procedure.custody`); None: none is recorded."""
    released_at: Mapped[datetime | None]
    release_reason: Mapped[ReleaseReason | None]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))
    version: Mapped[int] = mapped_column(default=0, server_default="0")

    case: Mapped[ProtectionCase] = relationship()
    track: Mapped[Track] = relationship()
    person: Mapped[Person] = relationship()
    institution: Mapped[Institution] = relationship()


class CustodyEvent(Base):
    """One act on a held person, beside its history entry, which says when it happened and who recorded it.

    `hours`, `authority`, `written`: of an extension; the names of the office and of its paper stand in the entry's
    note. `institution_id`: the court, or where the person was moved. `result`, `until`: what the court said.
    """

    __tablename__ = "custody_event"
    __table_args__ = (
        sa.CheckConstraint("hours > 0", name="for_some_time"),
        sa.CheckConstraint("(kind = 'extension') = (authority IS NOT NULL)", name="extended_by_somebody"),
        sa.CheckConstraint("(kind = 'production') = (result IS NOT NULL)", name="produced_with_result"),
        sa.CheckConstraint("(kind = 'review') = (finding IS NOT NULL)", name="reviewed_with_finding"),
        sa.CheckConstraint(
            "(kind IN ('production', 'transfer')) = (institution_id IS NOT NULL)", name="somewhere"
        ),
        sa.Index("ix_custody_event_custody_id", "custody_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    custody_id: Mapped[int] = mapped_column(sa.ForeignKey("custody.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"), unique=True)
    kind: Mapped[CustodyAct]
    hours: Mapped[int | None]
    authority: Mapped[Authority | None]
    written: Mapped[bool] = mapped_column(default=False)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    result: Mapped[ProductionResult | None]
    until: Mapped[datetime | None]
    finding: Mapped[ReviewFinding | None]

    entry: Mapped[HistoryEntry] = relationship()


class CustodyAlarm(Base):
    """One institution outside is told once of one limit that is near, or has passed.

    It stands until the person is released or lawfully remanded (`ended_at`), or until somebody there took note of it.
    """

    __tablename__ = "custody_alarm"
    __table_args__ = (
        sa.UniqueConstraint("custody_id", "kind", "due_at", "institution_id"),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name="acknowledged_by_somebody"
        ),
        sa.Index(
            "ix_custody_alarm_standing",
            "institution_id",
            "custody_id",
            sqlite_where=sa.text("acknowledged_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("acknowledged_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    custody_id: Mapped[int] = mapped_column(sa.ForeignKey("custody.id"))
    kind: Mapped[AlarmKind] = mapped_column(word_of(AlarmKind))
    due_at: Mapped[datetime]
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]

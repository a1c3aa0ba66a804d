"""The alert: a beep, SMS, call, radio message or visit, before anybody knows whether it is a case."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.area import Area
from tracker.models.case import ImportSource, ProtectionCase
from tracker.models.case_key import CaseKey
from tracker.models.institution import Institution
from tracker.models.stay import Stay
from tracker.vocabulary import Channel

CONTACT = "contact"
"""What an alert's contact is sealed as."""


class Alert(Stay, Base):
    """One alert at one community network; every alert reaches a recorded answer."""

    __tablename__ = "alert"
    __table_args__ = (
        sa.Index(
            "ix_alert_waiting",
            "institution_id",
            "due_at",
            "id",
            sqlite_where=sa.text("open = 1"),
            postgresql_where=sa.text("open"),
        ),
        sa.Index("ix_alert_institution_id_id", "institution_id", "id"),
        sa.UniqueConstraint("import_id", "source_ref"),
        sa.CheckConstraint("(import_id IS NULL) = (source_ref IS NULL)", name="imported_with_reference"),
        sa.CheckConstraint("(first_day IS NULL) = (last_day IS NULL)", name="days_known_together"),
        sa.CheckConstraint("first_day <= last_day", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(14), unique=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    channel: Mapped[Channel]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"))
    received_at: Mapped[datetime]
    first_day: Mapped[date | None]
    """It happened on this day or later, and not after `last_day`: as vague as it was told."""
    last_day: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_source.id"))
    source_ref: Mapped[str | None] = mapped_column(sa.String(120))
    entries: Mapped[int] = mapped_column(default=0)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protection_case.id"), unique=True)

    institution: Mapped[Institution] = relationship()
    area: Mapped[Area | None] = relationship()
    case: Mapped[ProtectionCase | None] = relationship()
    source: Mapped[ImportSource | None] = relationship()
    contact: Mapped["AlertContact"] = relationship(back_populates="alert", uselist=False)
    key: Mapped[CaseKey] = relationship(foreign_keys=CaseKey.alert_id, uselist=False)


class AlertContact(Base):
    """Personal content of an alert, sealed with its key: who called and what they said."""

    __tablename__ = "alert_contact"

    alert_id: Mapped[int] = mapped_column(sa.ForeignKey("alert.id"), primary_key=True)
    sealed: Mapped[bytes | None]
    """`name`, `phone`, `message` and `place`; None once they are erased."""

    alert: Mapped[Alert] = relationship(back_populates="contact")

    @property
    def name(self) -> str:
        """Who called, as far as they said."""
        return self._words.get("name", "")

    @property
    def phone(self) -> str:
        """Where to call back."""
        return self._words.get("phone", "")

    @property
    def message(self) -> str:
        """What they said, in the words of whoever took the call."""
        return self._words.get("message", "")

    @property
    def place(self) -> str:
        """Where it is, as they said it: the area may be uncertain, or vaguer than these words."""
        return self._words.get("place", "")

    @property
    def _words(self) -> Mapping[str, str]:
        return self.alert.key.content.unseal(CONTACT, self.sealed)

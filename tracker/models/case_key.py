"""The keys of cases and alerts, wrapped; and which keys of the installation were ever used."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker import personal
from tracker.db import Base
from tracker.keyring import SEALED
from tracker.personal import Content


class CaseKey(Base):
    """The key of one case or alert, wrapped by a key outside the database. Erasing it puts another in its place.

    A table of its own, so that a dump that is kept for long may leave it out.
    """

    __tablename__ = "case_key"
    __table_args__ = (sa.CheckConstraint("(case_id IS NULL) <> (alert_id IS NULL)", name="about_one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protection_case.id"), unique=True)
    alert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alert.id"), unique=True)
    wrapped: Mapped[bytes] = mapped_column(info={SEALED: personal.WRAPPED_AS})

    @classmethod
    def new(cls, *, case_id: int | None = None, alert_id: int | None = None) -> "CaseKey":
        """A new key for a case or an alert that has its number already."""
        made = cls(case_id=case_id, alert_id=alert_id)
        made.renew()
        return made

    def renew(self) -> None:
        """Another key in this one's place: what this one sealed, nobody opens again."""
        self.wrapped = personal.wrap(personal.new_key(), case_id=self.case_id, alert_id=self.alert_id)

    @property
    def content(self) -> Content:
        """What seals and opens the personal content."""
        known: tuple[bytes, Content] | None = self.__dict__.get("_content")
        if known is None or known[0] != self.wrapped:
            content = Content(self.wrapped, case_id=self.case_id, alert_id=self.alert_id)
            known = self.__dict__["_content"] = (self.wrapped, content)
        return known[1]


class SealingKey(Base):
    """One key of the installation that was used here: without its file nothing starts, and no other is made instead."""

    __tablename__ = "sealing_key"

    key_id: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


def content_of(
    connection: sa.Connection, *, case_id: int | None = None, alert_id: int | None = None
) -> Content:
    """What opens the personal content of a case or an alert, for who has no object of it."""
    asked = sa.select(CaseKey.wrapped)
    asked = asked.where(CaseKey.case_id == case_id if case_id is not None else CaseKey.alert_id == alert_id)
    return Content(connection.scalar(asked), case_id=case_id, alert_id=alert_id)

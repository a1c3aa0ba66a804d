"""Personal content of a case: the people in it and what they told. Never joined by a query for a monitor."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.institution import Institution
from tracker.vocabulary import AgeGroup, PartyRole, PerpetratorKind, Sex


class Person(Base):
    """One person in one case."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    role: Mapped[PartyRole]
    name: Mapped[str] = mapped_column(sa.String(160), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_RECORDED)
    age_group: Mapped[AgeGroup] = mapped_column(default=AgeGroup.NOT_RECORDED)
    perpetrator_kind: Mapped[PerpetratorKind | None]
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    """The institution that an alleged perpetrator belongs to."""

    institution: Mapped[Institution | None] = relationship()


class Narrative(Base):
    """What happened, in the words of the person who told it, and exactly where."""

    __tablename__ = "narrative"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    recorded_at: Mapped[datetime]

"""Personal content of a case: the people in it and what they told. Never joined by a query for a monitor.

Names, phones, words and places are sealed with the case's key, each row as one (`sealed`; None once it is erased).
"""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tracker.db import Base
from tracker.models.case_key import CaseKey
from tracker.models.institution import Institution
from tracker.vocabulary import AgeGroup, PartyRole, PerpetratorKind, Sex


class Person(Base):
    """One person in one case. What they are called and where they are reached is sealed."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    role: Mapped[PartyRole]
    sealed: Mapped[bytes | None]
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_RECORDED)
    age_group: Mapped[AgeGroup] = mapped_column(default=AgeGroup.NOT_RECORDED)
    perpetrator_kind: Mapped[PerpetratorKind | None]
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    """The institution that an alleged perpetrator belongs to."""

    institution: Mapped[Institution | None] = relationship()
    _key: Mapped[CaseKey] = relationship(
        primaryjoin=lambda: foreign(Person.case_id) == CaseKey.case_id, viewonly=True
    )

    @property
    def name(self) -> str:
        """What they are called; lists read it by their queries, not one by one."""
        return self._words.get("name", "")

    @property
    def phone(self) -> str:
        """Where they are reached."""
        return self._words.get("phone", "")

    @property
    def _words(self) -> Mapping[str, str]:
        return self._key.content.unseal(sealed_as(self.role), self.sealed)


def sealed_as(role: PartyRole) -> str:
    """What a person is sealed as: nobody's name can be put in another role's row."""
    return f"person/{role.value}"


NARRATIVE = "narrative"
"""What an account is sealed as."""


class Narrative(Base):
    """What happened, in the words of the person who told it, and exactly where."""

    __tablename__ = "narrative"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"), index=True)
    sealed: Mapped[bytes | None]
    recorded_at: Mapped[datetime]

    _key: Mapped[CaseKey] = relationship(
        primaryjoin=lambda: foreign(Narrative.case_id) == CaseKey.case_id, viewonly=True
    )

    @property
    def text(self) -> str:
        """What they told."""
        return self._key.content.unseal(NARRATIVE, self.sealed).get("text", "")

    @property
    def place(self) -> str:
        """Exactly where it happened."""
        return self._key.content.unseal(NARRATIVE, self.sealed).get("place", "")

"""What is done so that nobody is punished for having spoken: one assessment of a case; a newer one takes its place."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from tracker.db import Base, word_of
from tracker.models.case_key import CaseKey
from tracker.models.contact import Assessed, decode
from tracker.models.history_entry import HistoryEntry
from tracker.vocabulary import Level

SAID = "assessment"
"""What is personal in an assessment is sealed as this."""


class ReprisalAssessment(Base):
    """The level in clear; why, what protects, and how the person is reached only in `sealed`."""

    __tablename__ = "reprisal_assessment"
    __table_args__ = (sa.Index("ix_reprisal_assessment_case_id_id", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))
    proposed: Mapped[Level] = mapped_column(word_of(Level, "proposed_level"))
    level: Mapped[Level] = mapped_column(word_of(Level, "assessed_level"))
    mitigated: Mapped[bool]
    """Whether it is written down how the person is protected."""
    agreed_entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_entry.id"))
    """The entry by which a second person agreed that the case is shared all the same."""
    sealed: Mapped[bytes | None]
    """`Assessed`, sealed; None once the case is erased."""

    entry: Mapped[HistoryEntry] = relationship(foreign_keys=entry_id)
    _key: Mapped[CaseKey] = relationship(
        primaryjoin=lambda: foreign(ReprisalAssessment.case_id) == CaseKey.case_id, viewonly=True
    )

    @property
    def said(self) -> Assessed:
        """What was found, opened; nothing once the case is erased."""
        words = self._key.content.unseal(SAID, self.sealed)
        return decode(words["said"]) if words else Assessed()

"""Reports: the figures of an institution or an area for a period, frozen when published."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.area import Area
from tracker.models.institution import Institution


class Report(Base):
    """One edition: written once, never edited and never removed. A later correction is a new edition.

    `content`: canonical JSON, which everything that is shown of the report is made from; `digest`: its SHA-256 in
    base64url, which is also a leaf of the log.
    """

    __tablename__ = "report"
    __table_args__ = (
        sa.CheckConstraint("(institution_id IS NULL) <> (area_id IS NULL)", name="about_one_thing"),
        sa.CheckConstraint("edition > 0", name="numbered_from_one"),
        sa.CheckConstraint("edition = 1 OR why <> ''", name="corrected_for_a_reason"),
        sa.UniqueConstraint("institution_id", "period", "edition"),
        sa.UniqueConstraint("area_id", "period", "edition"),
        sa.Index("ix_report_period_id", "period", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"))
    period: Mapped[str] = mapped_column(sa.String(7))
    """A quarter, "2019-Q3"."""
    edition: Mapped[int]
    content: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(43))
    why: Mapped[str] = mapped_column(sa.String(400), default="")
    """Why there is another edition; "" for the first."""
    published_at: Mapped[datetime]
    publisher_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    """None: an operator's command."""

    institution: Mapped[Institution | None] = relationship()
    area: Mapped[Area | None] = relationship()

    @property
    def subject(self) -> str:
        """The code of what it is about."""
        about = self.institution or self.area
        return about.code if about else ""

    @property
    def subject_kind(self) -> str:
        """ "institution" or "area"."""
        return "institution" if self.institution_id is not None else "area"

    @property
    def name(self) -> str:
        """What its leaf in the log is called."""
        return f"report/{self.period}/{self.subject_kind}/{self.subject}/{self.edition}"

"""Who read what is personal: one row a read, written before the page leaves, never edited and never removed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.case import ProtectionCase
from tracker.models.institution import Institution
from tracker.models.user import Membership, UserAccount
from tracker.vocabulary import AccessKind, Relation


class Access(Base):
    """Somebody was given something personal of a case or an alert, or a file, or asked for what there is not.

    Every read has its row, also the tenth of a day: what is appended once cannot be counted up. Pages fold them.
    `digest`: SHA-256 of what was sent. `answer`: the same for all rows of one answer. Nothing of the content is here,
    nor what was typed to find it.
    """

    __tablename__ = "access"
    __table_args__ = (
        sa.CheckConstraint("case_id IS NULL OR alert_id IS NULL", name="of_one_thing"),
        sa.Index("ix_access_case_id_id", "case_id", "id"),
        sa.Index("ix_access_user_id_id", "user_id", "id"),
        sa.Index("ix_access_institution_id_id", "institution_id", "id"),
        sa.Index("ix_access_read_at", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    kind: Mapped[AccessKind]
    relation: Mapped[Relation]
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protection_case.id"))
    alert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alert.id"))
    page: Mapped[str] = mapped_column(sa.String(80))
    """The name of the page that showed it, such as `cases.show`."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    answer: Mapped[str] = mapped_column(sa.String(32))
    about: Mapped[str | None] = mapped_column(sa.String(200))
    """Of an export: which list, which part of it, in which form."""
    number: Mapped[int | None]
    """Of an export: how many rows left."""

    user: Mapped[UserAccount] = relationship()
    membership: Mapped[Membership] = relationship()
    institution: Mapped[Institution] = relationship()
    case: Mapped[ProtectionCase | None] = relationship()

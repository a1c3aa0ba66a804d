"""A file on a case: what is known of it. Its content lies sealed in a file of its own, under a random name."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.institution import Institution
from tracker.models.user import UserAccount
from tracker.vocabulary import AttachmentKind, AttachmentState, DataClass


class Attachment(Base):
    """`name`: the random name of the sealed file. `sealed`: its key and what the sender called it, gone once the case
    is erased. `data_class`: what a survivor decides about when they decide about sharing it.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        sa.CheckConstraint("(sealed IS NULL) = (state = 'erased')", name="key_until_erased"),
        sa.CheckConstraint("size > 0", name="some_bytes"),
        sa.Index("ix_attachment_case_id_id", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("protection_case.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id"))
    name: Mapped[str] = mapped_column(sa.String(32), unique=True)
    kind: Mapped[AttachmentKind]
    data_class: Mapped[DataClass]
    state: Mapped[AttachmentState]
    size: Mapped[int]
    sealed: Mapped[bytes | None]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    added_at: Mapped[datetime]

    added_by: Mapped[UserAccount] = relationship()
    institution: Mapped[Institution] = relationship()

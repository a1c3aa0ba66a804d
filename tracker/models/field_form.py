"""Forms that were filled on a phone: so that each is taken once, and what is left to do with it is not forgotten."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker import keyring
from tracker.db import Base, word_of
from tracker.models.alert import Alert
from tracker.models.case import ProtectionCase
from tracker.models.user import UserAccount
from tracker.vocabulary import FileRefusal, FormKind, HeldBack


class FieldForm(Base):
    """One form, as one person sent it from a phone. Nothing of what was typed can be made out of it.

    `instance`, `replaces`: keyed fingerprints of the number that the phone gave to the form, and of the one that it was
    made from. `content`: keyed fingerprint of what it says. The three flags are what its sender is asked to look at:
    the time on the phone was wrong, a case may be known already, and why the case was not sent on.
    """

    __tablename__ = "field_form"
    __table_args__ = (
        sa.CheckConstraint("case_id IS NULL OR alert_id IS NULL", name="one_thing"),
        sa.Index("ix_field_form_user_id_id", "user_id", "id"),
        sa.Index("ix_field_form_user_id_looked_at", "user_id", "looked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instance: Mapped[bytes] = mapped_column(sa.LargeBinary(16), unique=True)
    replaces: Mapped[bytes | None] = mapped_column(sa.LargeBinary(16), index=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary(16))
    kind: Mapped[FormKind]
    version: Mapped[str] = mapped_column(sa.String(80))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    received_at: Mapped[datetime]
    alert_id: Mapped[int | None] = mapped_column(sa.ForeignKey("alert.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("protection_case.id"))
    files: Mapped[int] = mapped_column(default=0)
    """How many files it names; they may come in several posts."""
    clock_wrong: Mapped[bool] = mapped_column(default=False)
    may_be_known: Mapped[bool] = mapped_column(default=False)
    held_back: Mapped[HeldBack | None] = mapped_column(word_of(HeldBack))
    looked_at: Mapped[datetime | None]
    """When nothing was left to do: at once, with its last file, or when its sender said that they had seen to it."""

    user: Mapped[UserAccount] = relationship()
    alert: Mapped[Alert | None] = relationship()
    case: Mapped[ProtectionCase | None] = relationship()


class FieldFile(Base):
    """One file of such a form. `name`, `content`: keyed fingerprints. Kept as `attachment_id`, or refused."""

    __tablename__ = "field_file"
    __table_args__ = (
        sa.UniqueConstraint("form_id", "name"),
        sa.CheckConstraint("(attachment_id IS NULL) <> (refusal IS NULL)", name="kept_or_refused"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(sa.ForeignKey("field_form.id"))
    name: Mapped[bytes] = mapped_column(sa.LargeBinary(16))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary(16))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id"))
    refusal: Mapped[FileRefusal | None] = mapped_column(word_of(FileRefusal))


def fingerprint(text: str, what: str) -> bytes:
    """What is kept of a text, by which the same is known again: a keyed fingerprint."""
    return keyring.blind(text, purpose=f"field form/{what}")

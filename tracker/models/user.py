"""People who sign in, what they are where, and their sessions."""

from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.keyring import SEALED
from tracker.models.institution import Institution
from tracker.vocabulary import Role


class UserAccount(Base):
    """One person. Deactivated, never deleted: histories name who acted."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(80), unique=True)
    full_name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    password_given_at: Mapped[datetime | None]
    """When the system gave the present password, which then opens nothing but its change; None for an own one."""
    factor_since: Mapped[datetime | None]
    """When the person set up a second factor, without which no session of theirs opens anything; None: has none."""
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(sa.String(10))
    created_at: Mapped[datetime]
    email: Mapped[bytes | None] = mapped_column(info={SEALED: "user_account.email:{id}"})
    """Where content-free mail goes, sealed: `tracker.actions.addresses` reads and writes it."""
    email_confirmed_at: Mapped[datetime | None]
    """When the person followed the link that was sent there; until then nothing else is."""

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", order_by="Membership.id")

    @property
    def administers(self) -> bool:
        """Whether the person is an administrator anywhere at present."""
        return any(one.role is Role.ADMINISTRATOR and one.ended_at is None for one in self.memberships)


class Acting(Protocol):
    """The `actor` of every action and the `viewer` of every query: a `Membership`, or what a page read of one.

    Nobody who acts is ever written: so a page may read the few columns that it needs, and not the records.
    """

    @property
    def id(self) -> int:
        """The membership's."""

    @property
    def user_id(self) -> int:
        """The person."""

    @property
    def institution_id(self) -> int:
        """Where the person acts."""

    @property
    def role(self) -> Role:
        """What the person is there."""

    @property
    def institution(self) -> Institution:
        """The record of the institution, for the few pages that need it."""


class Membership(Base):
    """What a person is at one institution, until it ends."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("user_id", "institution_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    role: Mapped[Role]
    ended_at: Mapped[datetime | None]

    user: Mapped[UserAccount] = relationship(back_populates="memberships")
    institution: Mapped[Institution] = relationship()


class UserSession(Base):
    """One sign-in on one device: the cookie holds a random token, this row its SHA-256."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(sa.ForeignKey("membership.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    factor_at: Mapped[datetime | None]
    """When a second factor opened it; None: none did."""
    confirmed_at: Mapped[datetime | None]
    """When the person last proved with all that they have that it is them."""
    device: Mapped[str] = mapped_column(sa.String(80), default="")

    user: Mapped[UserAccount] = relationship()
    membership: Mapped[Membership | None] = relationship()

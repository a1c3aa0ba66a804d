"""What administrators did: one row an act, written with the change itself, never edited and never removed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.institution import Institution
from tracker.models.user import UserAccount
from tracker.vocabulary import AdministrativeAct


class AdministrationEntry(Base):
    """One act on the installation: who, what, about whom or which, when. It never holds a password or a case.

    `detail`: the values before and after, by name. Nobody is the actor of what the operator's commands do.
    """

    __tablename__ = "administration_entry"
    __table_args__ = (
        sa.CheckConstraint(
            "actor_id IS NOT NULL OR action IN "
            "('first_administrator_added', 'factor_reset_by_operator', 'areas_taken_in')",
            name="done_by_somebody",
        ),
        sa.CheckConstraint("(actor_id IS NULL) = (actor_institution_id IS NULL)", name="actor_somewhere"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    actor_institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"))
    action: Mapped[AdministrativeAct]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    """Whom it is about."""
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), index=True)
    """Which institution it is about."""
    subject: Mapped[str] = mapped_column(sa.String(120), default="")
    """What else it is about, by code: an area, a limit."""
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    actor: Mapped[UserAccount | None] = relationship(foreign_keys=actor_id)
    person: Mapped[UserAccount | None] = relationship(foreign_keys=person_id)
    institution: Mapped[Institution | None] = relationship(foreign_keys=institution_id)

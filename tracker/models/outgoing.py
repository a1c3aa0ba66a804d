"""What mails and announcements have in common: they wait until a worker hands them over, or gives them up."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


class SendingState(StrEnum):
    """Where it stands. `sending`: a worker has it, or had it and will try again."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    GIVEN_UP = "given_up"


class Outgoing:
    """One thing that leaves the installation. A worker holds it until `lease_until`, by the number of its try.

    `key`: random, and the same at every try, so that a receiver can tell a second copy.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(43), unique=True)
    state: Mapped[SendingState]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

"""Forms that were sent: so that one which is sent twice is taken once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Submission(Base):
    """One form, as one person sent it. Nothing of what was typed can be made out of the fingerprint."""

    __tablename__ = "submission"

    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    """SHA-256 of the form's own random key, the person, the address and what was typed."""
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    endpoint: Mapped[str] = mapped_column(sa.String(80))
    location: Mapped[str | None] = mapped_column(sa.Text)
    """Where the first answer led to; None while it is being made, and where it was a page."""
    made_at: Mapped[datetime] = mapped_column(index=True)

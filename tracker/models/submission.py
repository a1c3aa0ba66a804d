"""What was sent, by a form or by another system: so that what is sent twice is taken once."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Submission(Base):
    """One form, as one person sent it, or one request of the API. Nothing of what was typed can be made out of it."""

    __tablename__ = "submission"

    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    """SHA-256 of the form's own random key, the person, the address and what was typed; in the API of the person's
    membership and the key alone, because another body with the same key is refused."""
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    endpoint: Mapped[str] = mapped_column(sa.String(80))
    location: Mapped[str | None] = mapped_column(sa.Text)
    """Where the first answer led to; None while it is being made, and where it was a page."""
    told: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    """In the API: SHA-256 of the key, the address and the body."""
    answer: Mapped[str | None] = mapped_column(sa.Text)
    """In the API: the first answer, which holds addresses, versions and statuses, and nothing personal."""
    made_at: Mapped[datetime] = mapped_column(index=True)

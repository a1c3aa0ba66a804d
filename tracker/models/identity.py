"""Who somebody is at the mission's identity provider."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base
from tracker.models.user import UserAccount


class ProviderIdentity(Base):
    """An account at an identity provider, which opens an account here: by issuer and subject, never by an address.

    (OpenID Connect Core 1.0, section 5.7: nothing else is unique and stays with the person.)
    """

    __tablename__ = "provider_identity"
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("user_id", "issuer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    linked_at: Mapped[datetime]

    user: Mapped[UserAccount] = relationship()

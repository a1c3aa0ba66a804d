"""Telephone gateways: machines that bring messages and missed calls, and what they brought."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker import keyring
from tracker.db import Base
from tracker.keyring import SEALED
from tracker.models.alert import Alert
from tracker.models.area import Area
from tracker.models.case import ImportSource
from tracker.models.institution import Institution
from tracker.vocabulary import GatewayKind, GatewayProof, MessageKind, Urgency

SECRET, FORMER = "gateway.secret:{code}", "gateway.former:{code}"
"""The places that a gateway's secrets are bound to."""


class Gateway(Base):
    """One gateway. It is nobody: what it brings names its `source`, as imported entries do."""

    __tablename__ = "gateway"
    __table_args__ = (
        sa.CheckConstraint("(former IS NULL) = (former_until IS NULL)", name="former_for_a_while"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    """Random, in the address that the gateway sends to."""
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[GatewayKind]
    proof: Mapped[GatewayProof]
    secret: Mapped[bytes] = mapped_column(info={SEALED: SECRET})
    """Sealed, not hashed: a signature is checked with the secret itself."""
    former: Mapped[bytes | None] = mapped_column(info={SEALED: FORMER})
    """The secret before, which is taken until `former_until`, so that nothing is lost while a gateway changes over."""
    former_until: Mapped[datetime | None]
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    """Whose alerts its messages become."""
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"))
    """The area of a message that names none."""
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("import_source.id"), unique=True)
    languages: Mapped[str] = mapped_column(sa.String(20))
    """Codes with commas; the first is that of an answer to words that no language was known by."""
    answers: Mapped[bool] = mapped_column(default=False)
    """Whether the sender is told that the message came."""
    fields: Mapped[dict[str, Any]]
    """What the gateway calls each thing that it sends, where its format is its own."""
    switched_off_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    institution: Mapped[Institution] = relationship()
    area: Mapped[Area | None] = relationship()
    source: Mapped[ImportSource] = relationship()

    def open_secret(self) -> bytes:
        """The secret, opened."""
        return keyring.unseal(self.secret, context=SECRET.format(code=self.code))

    def living_secrets(self, now: datetime) -> list[bytes]:
        """What the gateway may show at `now`: its secret, and for a while the one before."""
        if self.former is None or self.former_until is None or self.former_until <= now:
            return [self.open_secret()]
        return [self.open_secret(), keyring.unseal(self.former, context=FORMER.format(code=self.code))]


class GatewayMessage(Base):
    """One message or missed call that a gateway brought: known by the gateway's own number for it, once.

    The first message of an alert is the alert's contact. Those that joined it later (`sealed`) are kept whole here,
    under the key of the alert.
    """

    __tablename__ = "gateway_message"
    __table_args__ = (
        sa.UniqueConstraint("gateway_id", "fingerprint"),
        sa.UniqueConstraint("alert_id", "n"),
        sa.Index("ix_gateway_message_sender", "gateway_id", "sender", "received_at"),
        sa.Index("ix_gateway_message_received", "gateway_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway_id: Mapped[int] = mapped_column(sa.ForeignKey("gateway.id"))
    fingerprint: Mapped[bytes] = mapped_column(sa.LargeBinary(16))
    """Of the gateway's number for the message and what it says: nobody reads either out of it."""
    sender: Mapped[bytes | None] = mapped_column(sa.LargeBinary(16))
    """Fingerprint of the sender's number; None for one that was hidden or is erased."""
    alert_id: Mapped[int] = mapped_column(sa.ForeignKey("alert.id"))
    n: Mapped[int]
    """Its place among the messages of the alert, from 1."""
    kind: Mapped[MessageKind]
    received_at: Mapped[datetime]
    urgency: Mapped[Urgency | None]
    """How urgent it said it is."""
    stops: Mapped[bool] = mapped_column(default=False)
    """The sender asks for no more answers."""
    answered_in: Mapped[str | None] = mapped_column(sa.String(2))
    """The language of the answer; None: none was given."""
    sealed: Mapped[bytes | None]
    """`phone` and `text`; None for what is the alert's contact, and once it is erased."""

    alert: Mapped[Alert] = relationship()
    gateway: Mapped[Gateway] = relationship()

    @property
    def words(self) -> Mapping[str, str]:
        """`phone` and `text`."""
        return self.alert.key.content.unseal(said_as(self.n), self.sealed)


def said_as(n: int) -> str:
    """What the n-th message of an alert is sealed as."""
    return f"message/{n}"

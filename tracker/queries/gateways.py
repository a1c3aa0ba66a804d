"""Gateways for those who set them up, what a gateway brought before, and what the messages of an alert say."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, select

from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.gazetteer.stored import gazetteer
from tracker.models import Acting, Alert, Gateway, GatewayMessage, Institution
from tracker.permissions import Permission, may
from tracker.vocabulary import GatewayKind


class GatewayRow(NamedTuple):
    """One gateway in a list."""

    code: str
    name: str
    kind: GatewayKind
    institution: str
    switched_off_at: datetime | None
    heard_at: datetime | None
    """When it brought something last."""


def gateways(*, viewer: Acting) -> Sequence[GatewayRow]:
    """Every gateway, by name. Refuses (`NotPermitted`) who may not set them up."""
    _require(viewer)
    heard = select(func.max(GatewayMessage.received_at)).where(GatewayMessage.gateway_id == Gateway.id)
    rows = db.session.execute(
        select(
            Gateway.code,
            Gateway.name,
            Gateway.kind,
            Institution.name,
            Gateway.switched_off_at,
            heard.scalar_subquery(),
        )
        .join(Gateway.institution)
        .order_by(Gateway.name)
    )
    return [GatewayRow._make(row) for row in rows]


def gateway(code: str, *, viewer: Acting) -> Gateway:
    """The gateway of a code. Refuses (`NotFound`) an unknown one, and (`NotPermitted`) who may not set them up."""
    _require(viewer)
    found = at_the_door(code)
    if found is None:
        raise NotFound(say("There is no such gateway."))
    return found


def at_the_door(code: str) -> Gateway | None:
    """The gateway that claims a code, before it has shown that it knows the secret."""
    return db.session.scalar(select(Gateway).where(Gateway.code == code))


def last_heard(*, viewer: Acting, gateway: Gateway) -> datetime | None:
    """When the gateway brought something last; None: never."""
    _require(viewer)
    return db.session.scalar(
        select(func.max(GatewayMessage.received_at)).where(GatewayMessage.gateway_id == gateway.id)
    )


# --- what a gateway brought before: it sees nothing but what is its own -------------------------------------------


def count_since(since: datetime, *, viewer: Gateway, sender: bytes | None = None, alone: bool = False) -> int:
    """How many messages the gateway brought since then; of one `sender`; only those that began an alert (`alone`)."""
    counted = select(func.count()).where(
        GatewayMessage.gateway_id == viewer.id, GatewayMessage.received_at > since
    )
    if sender is not None:
        counted = counted.where(GatewayMessage.sender == sender)
    if alone:
        counted = counted.where(GatewayMessage.n == 1, GatewayMessage.sealed.is_(None))
    return db.session.scalar(counted) or 0


def newest_open(*, viewer: Gateway, sender: bytes) -> Alert | None:
    """The newest open alert that one sender's own message began."""
    own = _open_alerts(viewer, GatewayMessage.sealed.is_(None)).where(GatewayMessage.sender == sender)
    return db.session.scalar(own)


def gathering(*, viewer: Gateway) -> Alert | None:
    """The open alert in which the messages of many stand together."""
    return db.session.scalar(_open_alerts(viewer, GatewayMessage.sealed.is_not(None)))


def _open_alerts(gateway: Gateway, which: ColumnElement[bool]) -> Select[Alert]:
    return (
        select(Alert)
        .join(GatewayMessage, GatewayMessage.alert_id == Alert.id)
        .where(Alert.open, GatewayMessage.gateway_id == gateway.id, GatewayMessage.n == 1, which)
        .order_by(Alert.id.desc())
        .limit(1)
    )


def wants_no_answer(sender: bytes, *, viewer: Gateway) -> bool:
    """Whether the sender once asked for no more messages."""
    asked = exists().where(
        GatewayMessage.gateway_id == viewer.id, GatewayMessage.sender == sender, GatewayMessage.stops
    )
    return bool(db.session.scalar(select(asked)))


def area_called(places: Sequence[str], *, viewer: Gateway) -> int | None:
    """The area that a message names for certain; None where it names none, or might mean another.

    Every place that it names must agree: of "Juba" and "Bentiu" nobody can say which one is meant.
    """
    assert viewer is not None  # noqa: S101 - areas are public to all who are known here
    found = gazetteer(db.session()).match(*places).certain
    return found.id if found is not None else None


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.GATEWAY_MANAGE):
        raise NotPermitted(say("Only administrators set up gateways."))

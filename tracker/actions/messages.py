"""Messages and missed calls that a gateway brings: each becomes an alert, or joins one, and none is lost or doubled.

How many become alerts of their own is bounded, because a list that a flood has filled hides the next cry for help, and
a flood may be an attack or a raid in progress. Beyond `OF_ONE_SENDER` an hour, what one sender writes joins the newest
open alert of that sender. Beyond `OF_ALL` in ten minutes, what many senders write joins one alert together: each
message is kept whole with its number, and stands on the page of that alert. Beyond `MOST` a minute the gateway is told
to send again later (`TooMany`): no telephone network brings so many, and it has them still.

A message that joins is no entry of the history: it would make every form out of date that somebody is filling in
about the alert, so that a flood could keep the alert from being answered.
"""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from tracker import clock, keyring, spelling
from tracker.actions import alerts
from tracker.actions.alerts import NewAlert
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.errors import TooMany, say
from tracker.intake import grammar
from tracker.intake.gateways import Message
from tracker.intake.grammar import Understood
from tracker.models import Alert, Gateway, GatewayMessage, NoticeKind
from tracker.models.gateway import said_as
from tracker.queries import gateways as queries
from tracker.vocabulary import Channel, MessageKind, Role, Urgency, Wish

OF_ONE_SENDER, OF_ALL, MOST = 5, 40, 600
AN_HOUR, TEN_MINUTES, A_MINUTE = timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=1)

_CHANNELS = {MessageKind.SMS: Channel.SMS, MessageKind.MISSED_CALL: Channel.MISSED_CALL}


class Taken(NamedTuple):
    """What came of a message: the alert that it belongs to, and the language of the answer, if there is one."""

    alert_id: int
    answered_in: str | None


def take_in(message: Message, *, actor: Gateway) -> Taken:
    """Takes in a message that the gateway brought; the caller commits.

    The same message again, by the gateway's own number for it, gives what came of it the first time; other words under
    that number are another message. Refuses
    (`TooMany`) more than `MOST` a minute from one gateway.
    """
    _lock(actor)
    told = repr(
        (message.message_id, message.sender, message.text)
    )  # a number that was given twice loses no words
    fingerprint = keyring.blind(told, purpose=f"message/{actor.id}")
    known = db.session.scalar(
        select(GatewayMessage).where(
            GatewayMessage.gateway_id == actor.id, GatewayMessage.fingerprint == fingerprint
        )
    )
    if known is not None:
        return Taken(known.alert_id, known.answered_in)
    return _take_new(message, fingerprint, actor)


def _take_new(message: Message, fingerprint: bytes, gateway: Gateway) -> Taken:
    now = clock.now()
    if queries.count_since(now - A_MINUTE, viewer=gateway) >= MOST:
        raise TooMany(say("This gateway sends too much at once. Send it again in a minute."))
    understood, sender = grammar.read(message.text), _sender(message, gateway)
    row = GatewayMessage(
        gateway_id=gateway.id,
        fingerprint=fingerprint,
        sender=sender,
        kind=message.kind,
        received_at=now,
        urgency=understood.urgency,
        stops=understood.stops,
    )
    joined = _to_join(sender, gateway)
    if joined is None:
        row.answered_in = _answer(message, understood, sender, gateway)
        row.alert, row.n = _new_alert(message, understood, gateway), 1
    else:
        _join(joined.alert or _gathering(gateway), row, message)
    db.session.add(row)
    db.session.flush()
    return Taken(row.alert_id, row.answered_in)


class _Joined(NamedTuple):
    """Where a message of a flood goes. `alert`: None begins a new gathering."""

    alert: Alert | None


def _to_join(sender: bytes | None, gateway: Gateway) -> _Joined | None:
    """The alert that a message joins; None where it becomes one of its own."""
    now = clock.now()
    if (
        sender is not None
        and queries.count_since(now - AN_HOUR, viewer=gateway, sender=sender) >= OF_ONE_SENDER
    ):
        own = queries.newest_open(viewer=gateway, sender=sender)
        if own is not None:
            return _Joined(own)
    if queries.count_since(now - TEN_MINUTES, viewer=gateway, alone=True) >= OF_ALL:
        return _Joined(queries.gathering(viewer=gateway))
    return None


def _new_alert(message: Message, understood: Understood, gateway: Gateway) -> Alert:
    """Where it names a place that is not certain, the area stays open: the gateway's would be a guess."""
    places = understood.places
    new = NewAlert(
        channel=_CHANNELS[message.kind],
        received_at=message.at,
        area_id=queries.area_called(places, viewer=gateway) if places else gateway.area_id,
        phone=message.sender,
        message=message.text,
        place=", ".join(places),
    )
    return _raise(new, gateway, understood.urgency or Urgency.NORMAL)


def _gathering(gateway: Gateway) -> Alert:
    """An alert of nobody in particular, which holds what many write at once."""
    new = NewAlert(channel=Channel.SMS, received_at=clock.now(), area_id=gateway.area_id)
    return _raise(new, gateway, Urgency.EMERGENCY)


def _raise(new: NewAlert, gateway: Gateway, urgency: Urgency) -> Alert:
    alert = alerts.raise_alert(new, actor=gateway, urgency=urgency)
    notify(NoticeKind.ALERT, actor=None, institution_id=gateway.institution_id, roles=[Role.FOCAL_POINT])
    return alert


def _join(alert: Alert, row: GatewayMessage, message: Message) -> None:
    before = select(func.max(GatewayMessage.n)).where(GatewayMessage.alert_id == alert.id)
    row.alert, row.n = alert, (db.session.scalar(before) or 0) + 1
    row.sealed = alert.key.content.seal(said_as(row.n), phone=message.sender, text=message.text)


def _answer(message: Message, understood: Understood, sender: bytes | None, gateway: Gateway) -> str | None:
    """The language of the answer; None for none.

    Nothing is sent to who only rang (a message leaves a trace where there was none), to who asked for no call or no
    messages, and in a flood, which could be made to cost somebody else's money.
    """
    asked_not = Wish.DO_NOT_CALL in understood.wishes or understood.stops
    if not gateway.answers or message.kind is MessageKind.MISSED_CALL or asked_not:
        return None
    if sender is None or queries.wants_no_answer(sender, viewer=gateway):
        return None
    offered = gateway.languages.split(",")
    return understood.language if understood.language in offered else offered[0]


def _sender(message: Message, gateway: Gateway) -> bytes | None:
    """The fingerprint of the sender's number: the same for every way of writing it."""
    numbers = sorted(spelling.numbers(message.sender)) or [message.sender.casefold()]
    return keyring.blind(numbers[0], purpose=f"sender/{gateway.id}") if numbers[0] else None


def _lock(gateway: Gateway) -> None:
    """One message of a gateway after the other: so the second of two equal ones finds the first, on both engines."""
    asked = select(Gateway).where(Gateway.id == gateway.id).with_for_update(of=Gateway)
    db.session.scalars(asked.execution_options(populate_existing=True)).one()

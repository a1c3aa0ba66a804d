"""Telephone gateways: the word lists of what they send, and how they show who they are."""

from enum import StrEnum


class GatewayKind(StrEnum):
    """In whose format a gateway sends."""

    FLOW = "flow"
    EVENTS = "events"
    FIELDS = "fields"


class GatewayProof(StrEnum):
    """How a gateway shows that it knows the secret."""

    BEARER = "bearer"
    SIGNATURE = "signature"
    FIELD = "field"


class MessageKind(StrEnum):
    """What reached the gateway."""

    SMS = "sms"
    MISSED_CALL = "missed_call"


class Wish(StrEnum):
    """What the sender of a message asks for."""

    CALL_ME = "call_me"
    DO_NOT_CALL = "do_not_call"
    STOP = "stop"
    HELP = "help"

"""The door for gateways: one message or missed call a post, answered with what the sender may be told."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints import callers
from blueprints.gateways import bp
from blueprints.guards import by_gateway
from tracker import clock
from tracker.actions import messages
from tracker.intake import gateways as intake
from tracker.intake import grammar
from tracker.intake.gateways import Message
from tracker.models import Gateway
from tracker.vocabulary import GatewayKind, GatewayProof


@bp.post("/<string(maxlength=20):code>")
@by_gateway
def receive(code: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard has read it
    """Takes in a message. The same one again is answered as it was the first time."""
    gateway = callers.gateway()
    message = intake.read(gateway.kind, callers.posted(), gateway.fields, now=clock.now())
    answered_in = _take_in(message, gateway) if message is not None else None
    return _answer(gateway, message, grammar.answer(answered_in) if answered_in else "")


def _take_in(message: Message, gateway: Gateway) -> str | None:
    """The language of the answer. A signed post has a number also where its message has none."""
    if message.numbered_here and gateway.proof is GatewayProof.SIGNATURE:
        message = message._replace(message_id=f"webhook/{request.headers.get('webhook-id')}")
    return messages.take_in(message, actor=gateway).answered_in


def _answer(gateway: Gateway, message: Message | None, answer: str) -> Response | dict[str, Any]:
    """What each kind of gateway makes an SMS of, if there is anything to be told; no word of what was sent."""
    if request.mimetype == "text/plain":
        return Response(answer, content_type="text/plain; charset=utf-8")  # Kannel sends it to the sender
    told: dict[str, Any] = {"received": True, "answer": answer, "payload": {"success": True, "error": None}}
    if answer and message is not None and gateway.kind is GatewayKind.EVENTS:
        told |= {"phone": [message.sender], "text": answer}  # TextIt's older format for an answer
    return told

"""Gateways at the door: no session and no token of a form, but a secret with every post.

It comes in a header (`Authorization: Bearer` or, where a gateway takes only an address with a password, `Basic`), as a
signature over the post (https://www.standardwebhooks.com, version 1), or in a field of it, as the gateway was set up.
An unknown gateway and a wrong secret are answered alike. Twenty a minute from one address, and that address waits;
a right secret is never held back.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any

from flask import g, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from blueprints import problems, throttle
from blueprints.i18n import _
from tracker import clock
from tracker.actions.gateways import SIGNED
from tracker.intake import gateways as intake
from tracker.models import Gateway
from tracker.queries import gateways as queries
from tracker.vocabulary import GatewayProof

LARGEST = 64 * 1024
"""Bytes of a post: an SMS of many parts is not a tenth of it."""

WINDOW = 300
"""Seconds that a signature is good for, before and after."""


def refusal() -> Response | None:
    """`None` for a post that knows the secret of its gateway, kept for `gateway()`; else the answer that it gets."""
    request.max_content_length = request.max_form_memory_size = LARGEST
    request.get_data(cache=True)  # before anything reads the form: a signature is of the bytes
    found = queries.at_the_door(str((request.view_args or {}).get("code", "")))
    if found is None or not _knows(found):
        throttle.spend(throttle.SECRET, throttle.address())
        g.wrong_secret = True  # which `knocks` writes down
        asks = [("WWW-Authenticate", 'Bearer realm="gateways"')]
        return problems.answer(401, _("This needs the secret of a gateway."), headers=asks)
    if found.switched_off_at is not None:
        return problems.answer(403, _("This gateway is switched off."))
    g.gateway = found
    return None


def gateway() -> Gateway:
    """The gateway that this request comes from."""
    found: Gateway = g.gateway
    return found


def posted() -> Mapping[str, Any]:
    """What was posted, by name: a form, JSON, or (Kannel) a plain text with the rest in headers.

    Refuses (400) JSON that is none.
    """
    if "posted" not in g:
        g.posted = _posted()
    read: Mapping[str, Any] = g.posted
    return read


def _posted() -> Mapping[str, Any]:
    if request.is_json:
        try:  # the library's own reader: it takes half an emoji, which a message that was cut in two ends with
            read = json.loads(request.get_data().decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise BadRequest from None
        return read if isinstance(read, dict) else {}
    if request.mimetype == "text/plain":
        return {
            "id": request.args.get("id"),
            "from": request.headers.get("X-Kannel-From"),
            "text": _plain(request.get_data()),
            "date": request.headers.get("X-Kannel-Time"),
        }
    return request.form.to_dict()


def _plain(said: bytes) -> str:
    """A text in the character set that the gateway names; a message is never refused for it."""
    try:
        return said.decode(request.mimetype_params.get("charset", "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return said.decode("utf-8", "replace")


def _knows(found: Gateway) -> bool:
    secrets = found.living_secrets(clock.now())
    if found.proof is GatewayProof.SIGNATURE:
        return any(_signed_with(secret) for secret in secrets)
    shown = _in_the_header() if found.proof is GatewayProof.BEARER else _in_a_field(found)
    return any(hmac.compare_digest(secret, shown) for secret in secrets)


def _in_the_header() -> bytes:
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic" and request.authorization is not None:
        return (request.authorization.password or "").encode()
    return rest.strip().encode() if kind.lower() == "bearer" else b""


def _in_a_field(found: Gateway) -> bytes:
    shown = intake.field(posted(), found.fields, "secret")
    return shown.encode() if isinstance(shown, str) else b""


def _signed_with(secret: bytes) -> bool:
    """Whether one of the signatures is of this post, by this secret, and of these minutes."""
    number, sent = (request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp"))
    if not (sent.isdecimal() and len(sent) < 12 and abs(clock.now().timestamp() - int(sent)) <= WINDOW):
        return False
    key = base64.b64decode(secret.removeprefix(SIGNED.encode()) + b"==")
    signed = hmac.digest(key, f"{number}.{sent}.".encode() + request.get_data(), "sha256")
    shown = request.headers.get("webhook-signature", "").split(" ")[:5]
    return any(hmac.compare_digest(signed, _bytes(one)) for one in shown if one.startswith("v1,"))


def _bytes(shown: str) -> bytes:
    try:
        return base64.b64decode(shown.removeprefix("v1,"), validate=True)
    except (binascii.Error, ValueError):
        return b""

"""Signatures of the Standard Webhooks specification, symmetric (v1): HMAC-SHA256 of id, time and body."""

import base64
import hmac
import secrets

_PREFIX = "whsec_"
_SIZE = 32
"""Bytes; the specification asks for 24 to 64."""


def new_secret() -> str:
    """A new secret, as the receiver's software takes it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SIZE)).decode()


def signature(secret: str, *, key: str, at: int, body: bytes) -> str:
    """What proves to the receiver that a message is ours, is whole, and was sent `at` (seconds since 1970).

    `key`: the message's own, the same however often it is sent, by which a receiver knows a second copy.
    """
    signed = f"{key}.{at}.".encode() + body
    sealing = base64.b64decode(secret.removeprefix(_PREFIX))
    return "v1," + base64.b64encode(hmac.digest(sealing, signed, "sha256")).decode()

"""What is personal in one case or alert, sealed with a key of its own: who destroys that key has erased it everywhere.

The key itself stands in the database wrapped by the installation's keys (`tracker.keyring`). From it a second key is
derived for people, accounts and notes (HKDF-Expand, RFC 5869), so that they share none with the log's disclosures.
"""

import hmac
import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker import keyring
from tracker.errors import CannotUnseal, say

WRAPPED_AS: Final = "case-key/{case_id}/{alert_id}"
"""The place that a wrapped key is bound to: whose it is."""

_VERSION: Final = b"\x01"
_NONCE: Final = slice(1, 13)
_NONCE_SIZE: Final = 12
_STEP: Final = 64
"""Lengths are rounded up to so many bytes: that of a name says something of it."""


def wrap(key: bytes, *, case_id: int | None, alert_id: int | None) -> bytes:
    """A case's or an alert's key, as it stands in the database."""
    return keyring.seal(key, context=WRAPPED_AS.format(case_id=case_id, alert_id=alert_id))


def unwrap(wrapped: bytes | None, *, case_id: int | None, alert_id: int | None) -> bytes:
    """The key that `wrap` was given. Refuses (`CannotUnseal`) another case's, and where a key is not there."""
    if wrapped is None:
        raise CannotUnseal(say("The key of this case is not in the database. Bring the table case_key back."))
    return keyring.unseal(wrapped, context=WRAPPED_AS.format(case_id=case_id, alert_id=alert_id))


def new_key() -> bytes:
    """A key for one case or alert."""
    return secrets.token_bytes(keyring.KEY_SIZE)


class Content:
    """Seals and opens what is personal in one case or alert. `what` names the thing, and is bound to it."""

    def __init__(
        self, wrapped: bytes | None, *, case_id: int | None = None, alert_id: int | None = None
    ) -> None:
        """`wrapped`: the key as the database has it; it is unwrapped once there is anything to open."""
        self._wrapped, self._about = wrapped, {"case_id": case_id, "alert_id": alert_id}

    @cached_property
    def _cipher(self) -> AESGCM:
        key = unwrap(self._wrapped, **self._about)
        return AESGCM(hmac.digest(key, b"personal\x01", "sha256"))

    def seal(self, what: str, **words: str) -> bytes:
        """The words, sealed as one."""
        plain = orjson.dumps(words)
        padded = plain.ljust(-(-len(plain) // _STEP) * _STEP)
        nonce = secrets.token_bytes(_NONCE_SIZE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, padded, _VERSION + what.encode())

    def unseal(self, what: str, sealed: bytes | None) -> Mapping[str, str]:
        """What `seal` was given; nothing where nothing is kept.

        Refuses (`CannotUnseal`) what was changed, and what was moved here from elsewhere.
        """
        if sealed is None:
            return {}
        try:
            bound = sealed[:1] + what.encode()
            plain = self._cipher.decrypt(sealed[_NONCE], sealed[_NONCE.stop :], bound)
        except (InvalidTag, ValueError) as wrong:
            raise CannotUnseal(say("What is sealed here was changed, or belongs elsewhere.")) from wrong
        words: Mapping[str, str] = orjson.loads(plain)
        return words

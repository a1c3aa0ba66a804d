"""Disclosures at rest: sealed with the key of their history, which is all that has to be destroyed to erase them.

AES-256-GCM; the place of the value (history, entry, name) is bound to it, so that none can be moved to another.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker.log.encoding import b64url, unb64url
from tracker.log.refusals import NotProved

KEY_SIZE: Final = 32
_NONCE: Final = 12


def new_key() -> bytes:
    """A key for one history."""
    return secrets.token_bytes(KEY_SIZE)


def seal(key: bytes, disclosure: str, place: str) -> bytes:
    """A disclosure, sealed; `place` says where it stands and must be said again to open it."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, unb64url(disclosure), place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> str:
    """The disclosure that `seal` was given; refuses (`NotProved`) another's, and one that was changed."""
    try:
        return b64url(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode()))
    except InvalidTag as wrong:
        raise NotProved(f"The disclosure kept for {place} is not the one that was put there.") from wrong


def place_of(code: str, n: int, name: str) -> str:
    """Where a disclosure stands: history, entry, audience."""
    return f"{code}/{n}/{name}"

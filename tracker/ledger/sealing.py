"""Disclosures at rest: sealed with the key of their case, which is all that has to be destroyed to erase them.

AES-256-GCM; the place of an entry (its history and number) is bound to its disclosures, so that none can be moved to
another. They are sealed together: whoever reads the database has the key of all or of none.
"""

from base64 import urlsafe_b64decode
from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker.log.encoding import b64url
from tracker.log.refusals import NotProved
from tracker.models import CaseKey, LogHistory

NONCE_SIZE: Final = 12
WRAPPED: Final = sa.func.coalesce(
    sa.select(CaseKey.wrapped).where(CaseKey.case_id == LogHistory.case_id).scalar_subquery(),
    sa.select(CaseKey.wrapped).where(CaseKey.alert_id == LogHistory.alert_id).scalar_subquery(),
    type_=sa.LargeBinary(),
).label("wrapped")
"""The wrapped key of the case or alert that a history is of."""

_BETWEEN: Final = b"\n"
"""No JSON text of a disclosure holds one: canonical JSON has no white space, and escapes what strings have."""


def seal(key: AESGCM, nonce: bytes, disclosures: Iterable[str], code: str, n: int) -> bytes:
    """The disclosures of entry `n` of a history, sealed. `nonce`: 12 random bytes, never used again."""
    text = _BETWEEN.join([urlsafe_b64decode(one + "==") for one in disclosures])
    return nonce + key.encrypt(nonce, text, f"{code}/{n}".encode())


def unseal(key: bytes, sealed: bytes, code: str, n: int) -> list[str]:
    """The disclosures that `seal` was given; refuses (`NotProved`) another entry's, and what was changed."""
    try:
        text = AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], f"{code}/{n}".encode())
    except InvalidTag as wrong:
        raise NotProved(
            f"What is kept to disclose of entry {n} of {code} is not what was put there."
        ) from wrong
    return [b64url(one) for one in text.split(_BETWEEN)]

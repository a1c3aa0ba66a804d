"""Base64 and decimal numbers, each with exactly one spelling (RFC 4648; the number rules of tlog-checkpoint)."""

import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Callable

from tracker.log.refusals import Malformed

HASH_SIZE = 32
LARGEST = 2**63 - 1

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def number(text: str) -> int:
    """The number that an ASCII decimal without leading zeroes spells; refuses any other spelling and 2**63 up."""
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST:
        raise Malformed(f"{text[:40]!r} is not a decimal number without leading zeroes.")
    return int(text)


def b64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4), as in notes, checkpoints and proofs."""
    return b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """What `b64` made `text` of; refuses every other spelling of the same bytes."""
    return _decoded(text, lambda given: b64decode(given, validate=True), b64)


def b64url(data: bytes) -> str:
    """Base64url without padding (RFC 4648 section 5), as in RFC 9901 and the leaves."""
    return b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")


def unb64url(text: str) -> bytes:
    """What `b64url` made `text` of; refuses every other spelling of the same bytes."""
    return _decoded(text, lambda given: urlsafe_b64decode(given + "=" * (-len(given) % 4)), b64url)


def unb64_hash(text: str) -> bytes:
    """The 32 bytes of a hash in standard base64; refuses any other length."""
    if len(found := unb64(text)) != HASH_SIZE:
        raise Malformed(f"{text[:60]!r} is not the base64 of a 32-byte hash.")
    return found


def _decoded(text: str, decode: Callable[[str], bytes], encode: Callable[[bytes], str]) -> bytes:
    try:
        found = decode(text)
    except ValueError as wrong:
        raise Malformed(f"{text[:60]!r} is not base64.") from wrong
    # Spare bits at the end could be anything: one value must have one spelling, or equal things compare unequal.
    if encode(found) != text:
        raise Malformed(f"{text[:60]!r} is not the one base64 spelling of its bytes.")
    return found

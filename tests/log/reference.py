"""RFC 6962 section 2.1 written down as it stands there, slowly: what `tracker.log` must agree with."""

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256

LEAVES = [f"leaf {number}".encode() for number in range(300)]


@cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]) of `LEAVES`."""
    if start == end:
        return sha256(b"").digest()
    if end - start == 1:
        return sha256(b"\x00" + LEAVES[start]).digest()
    k = start + split(end - start)
    return sha256(b"\x01" + mth(start, k) + mth(k, end)).digest()


def split(n: int) -> int:
    """The largest power of two smaller than n (RFC 6962 section 2.1)."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end]), m counted from `start` (RFC 6962 section 2.1.1)."""
    n = end - start
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, end)]
    return [*path(m - k, start + k, end), mth(start, start + k)]


def proof(m: int, n: int) -> list[bytes]:
    """PROOF(m, D[n]) (RFC 6962 section 2.1.2)."""
    return subproof(m, 0, n, True)


def subproof(m: int, start: int, end: int, b: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], b) (RFC 6962 section 2.1.2)."""
    n = end - start
    if m == n:
        return [] if b else [mth(start, end)]
    k = split(n)
    if m <= k:
        return [*subproof(m, start, start + k, b), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, False), mth(start, start + k)]


def node(level: int, index: int) -> bytes:
    """The full subtree at a place, as `tracker.log.proofs` asks for it."""
    return mth(index << level, (index + 1) << level)


def wrong_proofs(right: Sequence[bytes], other: bytes) -> dict[str, list[bytes]]:
    """Every way in which a proof can be spoiled, by name: each hash's first, middle and last bit, and its place."""
    spoiled: dict[str, list[bytes]] = {
        "a hash too many at the end": [*right, other],
        "a hash too many at the start": [other, *right],
    }
    changes: dict[str, Callable[[bytes], bytes]] = {
        "first bit": lambda one: bytes([one[0] ^ 0x80]) + one[1:],
        "middle bit": lambda one: one[:16] + bytes([one[16] ^ 0x08]) + one[17:],
        "last bit": lambda one: one[:-1] + bytes([one[-1] ^ 0x01]),
    }
    for at, one in enumerate(right):
        for name, change in changes.items():
            spoiled[f"hash {at}, {name}"] = [*right[:at], change(one), *right[at + 1 :]]
        spoiled[f"hash {at} left out"] = [*right[:at], *right[at + 1 :]]
    if len(right) > 1:
        spoiled["in the other order"] = list(reversed(right))
    return spoiled

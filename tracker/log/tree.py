"""Merkle tree hashes (RFC 6962 section 2.1) and the frontier that a growing tree needs to keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

from tracker.log.encoding import HASH_SIZE
from tracker.log.refusals import Malformed

EMPTY_ROOT = sha256(b"").digest()
"""MTH({}) of RFC 6962 section 2.1."""

Keep = Callable[[int, int, Sequence[bytes]], None]
"""keep(level, index, hashes): full subtrees of 2**level leaves that were just completed, the first at `index`."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 section 2.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def pair_up(row: Sequence[bytes]) -> list[bytes]:
    """The nodes above a row of an even number of nodes (RFC 6962 section 2.1); an odd one at the end is left out."""
    nodes = iter(row)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(nodes, nodes, strict=False)]


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over full subtrees given largest first, as RFC 6962 section 2.1 splits; of none, the empty root."""
    if not hashes:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1 over leaf hashes."""
    return Frontier().extend(leaves).root()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What a tree must remember to grow: its size and the roots of its full subtrees, largest first.

    RFC 6962 section 2.1 splits at powers of two, so there is one subtree for each bit of the size: at most 20 hashes
    up to a million entries.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """The tree's root (RFC 6962 section 2.1)."""
        return fold(self.hashes)

    def append(self, leaf: bytes, keep: Keep | None = None) -> "Frontier":
        """The frontier after one more leaf hash; `keep` is told of every node that it completes."""
        return self.extend((leaf,), keep)

    def extend(self, leaves: Sequence[bytes], keep: Keep | None = None) -> "Frontier":
        """The frontier after more leaf hashes, one row of the tree at a time; refuses what is not 32 bytes long.

        `keep` is told of every node above the leaves that they complete, row by row.
        """
        if not {len(leaf) for leaf in leaves} <= {HASH_SIZE}:
            raise Malformed("A leaf hash has 32 bytes.")
        waiting, alone = list(self.hashes), list[bytes]()
        row, index, level = list(leaves), self.size, 0
        while row:
            if index & 1:
                row.insert(0, waiting.pop())
            if len(row) & 1:
                alone.append(row.pop())
            row, index, level = pair_up(row), index >> 1, level + 1
            if keep and row:
                keep(level, index, row)
        return Frontier(self.size + len(leaves), (*waiting, *reversed(alone)))

    def pack(self) -> bytes:
        """The hashes as one value for a database; `unpack` needs the size beside it."""
        return b"".join(self.hashes)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Frontier":
        """The frontier that `pack` wrote; refuses a number of bytes that no tree of this size has."""
        if len(packed) != size.bit_count() * HASH_SIZE:
            raise Malformed(f"The frontier of {size} entries has {size.bit_count()} hashes.")
        return cls(size, tuple(packed[at : at + HASH_SIZE] for at in range(0, len(packed), HASH_SIZE)))

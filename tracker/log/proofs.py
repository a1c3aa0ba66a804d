"""Inclusion and consistency proofs: made from a tree's nodes, and checked (RFC 6962 sections 2.1.1 and 2.1.2)."""

from collections.abc import Callable, Sequence

from tracker.log.encoding import HASH_SIZE
from tracker.log.refusals import Malformed, NotProved
from tracker.log.tree import fold, node_hash

Nodes = Callable[[int, int], bytes]
"""node(level, index): the root of the full subtree over the leaves [index * 2**level, (index + 1) * 2**level)."""


def inclusion(index: int, size: int, node: Nodes) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 section 2.1.1, from the leaf's sibling up; refuses an index not in the tree."""
    if not 0 <= index < size:
        raise NotProved(f"Entry {index} is not in a tree of {size}.")
    return _path(index, 0, size, node)


def consistency(old: int, new: int, node: Nodes) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 section 2.1.2; refuses old = 0 and old > new."""
    if not 0 < old <= new:
        raise NotProved(f"There is no consistency proof from {old} entries to {new}.")
    return _subproof(old, 0, new, True, node)


def subtree(start: int, end: int, node: Nodes) -> bytes:
    """MTH(D[start:end]) of RFC 6962 section 2.1 for a range at which its recursion arrives."""
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(node(level, start >> level))
        start += 1 << level
    return fold(hashes)


def _split(count: int) -> int:
    """The largest power of two below `count` (RFC 6962 section 2.1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _path(index: int, start: int, end: int, node: Nodes) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), subtree(middle, end, node)]
    return [*_path(index, middle, end, node), subtree(start, middle, node)]


def _subproof(old: int, start: int, end: int, known: bool, node: Nodes) -> list[bytes]:
    """SUBPROOF(old, D[start:end], known) of RFC 6962 section 2.1.2; `known`: the old root is at the verifier's hand."""
    if old == end:
        return [] if known else [subtree(start, end, node)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, known, node), subtree(middle, end, node)]
    return [*_subproof(old, middle, end, False, node), subtree(start, middle, node)]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Refuses (`NotProved`) unless the proof leads from the leaf hash at `index` to the root of a tree of `size`.

    RFC 6962 section 2.1.1, by the algorithm of RFC 9162 section 2.1.3.2.
    """
    _need_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise NotProved(f"Entry {index} is not in a tree of {size}.")
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise NotProved("The inclusion proof is too long.")
        if place & 1 or place == last:
            found = node_hash(step, found)
            place, last = _to_odd(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last != 0 or found != root:
        raise NotProved(f"The proof does not show that entry {index} is in the tree of {size}.")


def check_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Refuses (`NotProved`) unless the proof shows that the tree of `new` begins with the tree of `old` entries.

    RFC 6962 section 2.1.2, by the algorithm of RFC 9162 section 2.1.4.2. With old = 0 nothing could be shown: refused.
    """
    _need_hashes(old_root, new_root, *proof)
    if not 0 < old <= new:
        raise NotProved(f"There is no consistency proof from {old} entries to {new}.")
    if old == new:
        if proof or old_root != new_root:
            raise NotProved(f"Two different trees of {old} entries.")
        return
    if not proof or _roots(old, new, proof, old_root) != (old_root, new_root):
        raise NotProved(f"The tree of {new} entries does not begin with the tree of {old}.")


def _roots(old: int, new: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes] | None:
    """Both roots as the proof has them (steps 2 to 6 of RFC 9162 section 2.1.4.2); None when it has a wrong length."""
    path = [old_root, *proof] if old & (old - 1) == 0 else proof
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = new_found = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old_found, new_found = node_hash(step, old_found), node_hash(step, new_found)
            place, last = _to_odd(place, last)
        else:
            new_found = node_hash(new_found, step)
        place, last = place >> 1, last >> 1
    return (old_found, new_found) if last == 0 else None


def _to_odd(place: int, last: int) -> tuple[int, int]:
    """Climbs the levels at which the node has no sibling, until it is a right child or the root."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _need_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise Malformed("A hash in a proof has 32 bytes.")

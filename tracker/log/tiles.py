"""Tiles and entry bundles: the files in which anybody can have a log (c2sp.org/tlog-tiles)."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from tracker.log.encoding import HASH_SIZE
from tracker.log.proofs import Nodes
from tracker.log.refusals import Malformed
from tracker.log.tree import pair_up

WIDTH: Final = 256
HEIGHT: Final = 8
ENTRIES: Final = "entries"
"""The level word of the bundles, which hold the entries themselves."""

DISCLOSURES: Final = "disclosures"
"""The level word of our own files of disclosures, one beside each bundle, for those who may have them."""

LARGEST_ENTRY: Final = 4096
"""Our own limit; the format's is 65,535 bytes."""

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """A place in the tiling: level (a number or a level word), number within the level, hashes or entries it has."""

    level: int | str
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """Where it is served, under the log's prefix (tlog-tiles, Merkle Tree and Log entries)."""
        folder = "" if self.level == DISCLOSURES else "tile/"
        return f"{folder}{self.level}/{place(self.number, self.width)}"

    def end(self) -> int:
        """How many entries a log must have for it to be there (tlog-tiles, Partial Tiles)."""
        high = HEIGHT * self.level if isinstance(self.level, int) else 0
        return self.number * WIDTH + self.width << high

    def full(self) -> "Tile":
        """The full tile of the same place, which may have taken a partial one's stead (tlog-tiles, Partial Tiles)."""
        return self._replace(width=WIDTH)


def place(number: int, width: int = WIDTH) -> str:
    """The last part of a path: groups of three digits, all but the last with an x, and a partial tile's width.

    tlog-tiles, Merkle Tree.
    """
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    partial = "" if width == WIDTH else f".p/{width}"
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]]) + partial


def parse_path(path: str) -> Tile:
    """The tile of a path (tlog-tiles, Merkle Tree and Log entries); refuses every other spelling of it."""
    if not (found := _PATH.fullmatch(path)):
        raise Malformed(f"{path[:80]!r} is not the path of a tile.")
    level = found["level"] if found["level"] == ENTRIES else int(found["level"])
    tile = Tile(level, int(re.sub(r"[x/]", "", found["number"])), int(found["width"] or WIDTH))
    if tile.path() != path:
        raise Malformed(f"{path[:80]!r} is not the path of a tile.")
    return tile


def row(level: int, size: int) -> int:
    """How many hashes a log of `size` entries has at a level of tiles (tlog-tiles, Partial Tiles)."""
    return size >> (HEIGHT * level)


def across(level: int | str, count: int) -> Iterator[Tile]:
    """The tiles that hold `count` hashes or entries of one level, from the left; none is empty (tlog-tiles)."""
    for number in range(-(-count // WIDTH)):
        yield Tile(level, number, min(WIDTH, count - number * WIDTH))


def of_size(size: int) -> Iterator[Tile]:
    """Every tile of hashes of a log of `size` entries, level by level (tlog-tiles, Merkle Tree)."""
    level = 0
    while count := row(level, size):
        yield from across(level, count)
        level += 1


def bundles_of_size(size: int) -> Iterator[Tile]:
    """Every entry bundle of a log of `size` entries (tlog-tiles, Log entries)."""
    return across(ENTRIES, size)


def pack_bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: before each entry its length in two bytes (tlog-tiles, Log entries)."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in map(_limited, entries))


def _limited(entry: bytes) -> bytes:
    if len(entry) > LARGEST_ENTRY:
        raise Malformed(f"An entry has at most {LARGEST_ENTRY} bytes.")
    return entry


def unpack_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle (tlog-tiles, Log entries); refuses one that has not exactly `width`."""
    entries, at, end = [], 0, len(data)
    while at + 2 <= end:
        start = at + 2
        at = start + (data[at] << 8 | data[at + 1])
        entries.append(data[start:at])
    if at != end or len(entries) != width:
        raise Malformed(f"The bundle does not hold {width} entries.")
    return entries


def split(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile (tlog-tiles, Merkle Tree); refuses one that has not exactly `width`."""
    if len(data) != width * HASH_SIZE:
        raise Malformed(f"The tile does not hold {width} hashes.")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


Rows = Sequence[Sequence[bytes]]
"""A tile's hashes, and the rows of nodes between them and the level above."""


def nodes(read: Callable[[Tile], bytes], size: int, keep: int = 64) -> Nodes:
    """Every node of a log of `size` entries, for `proofs`, out of its tiles (tlog-tiles, Merkle Tree).

    The `keep` tiles used last stay unfolded in memory. A hash out of a tile is not yet to be trusted: whoever reads
    somebody else's tiles ends with `proofs.check_inclusion` or `check_consistency` against the signed root.
    """
    return nodes_of(lru_cache(maxsize=keep)(lambda tile: unfold(read(tile), tile.width)), size)


def nodes_of(unfolded: Callable[[Tile], Rows], size: int) -> Nodes:
    """The same, for who keeps the unfolded tiles."""

    def node(level: int, index: int) -> bytes:
        up, within = divmod(level, HEIGHT)
        bits = HEIGHT - within
        number = index >> bits
        tile = Tile(up, number, min(WIDTH, row(up, size) - number * WIDTH))
        return unfolded(tile)[within][index & ((1 << bits) - 1)]

    return node


def unfold(data: bytes, width: int) -> Rows:
    """The rows of a tile; refuses one that has not exactly `width` hashes."""
    rows: list[Sequence[bytes]] = [split(data, width)]
    while len(rows[-1]) > 1 and len(rows) < HEIGHT:
        rows.append(pair_up(rows[-1]))
    return rows

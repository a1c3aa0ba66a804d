"""The tree rebuilt from the entries, and every tile held against it (history.md, section 4, item 2)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tracker.log import tiles
from tracker.log.readers import Reader, read_items
from tracker.log.refusals import Malformed
from tracker.log.report import Break, Report
from tracker.log.tiles import HEIGHT, WIDTH, Tile
from tracker.log.tree import Frontier, leaf_hash


class Taken(NamedTuple):
    """One bundle: its entries (none where it cannot be read) and the leaf hashes of the tree."""

    entries: Sequence[bytes]
    hashes: Sequence[bytes]


class Rebuild:
    """Grows two trees, bundle by bundle: of the entries, and of the tiles' leaf hashes. They should be the same."""

    def __init__(self, reader: Reader, report: Report, *, entries: bool = True) -> None:
        """Nothing is built yet. `entries`: False where only hashes are read."""
        self.entries = Frontier()
        self.tiles = Frontier()
        self._reader, self._report, self._read_entries = reader, report, entries
        self._above: dict[int, list[bytes]] = {}
        self._compared: dict[int, int] = {}

    def take(self, bundle: Tile) -> Taken | None:
        """The next bundle; None when neither its entries nor their hashes can be had."""
        first = bundle.number * WIDTH
        entries = self._items(bundle, tiles.unpack_bundle, first) if self._read_entries else None
        stored = self._items(Tile(0, bundle.number, bundle.width), tiles.split, first)
        if entries is None and stored is None:
            return None
        hashes = [leaf_hash(entry) for entry in entries] if entries is not None else stored or []
        if stored is not None and hashes != stored:
            for position, (ours, theirs) in enumerate(zip(hashes, stored, strict=True), first):
                if ours != theirs:
                    self._report.add(
                        Break.ENTRY, "The entry does not have the hash that its tile says.", position
                    )
        self._grow(hashes, stored or hashes)
        return Taken(entries or (), hashes)

    def finish(self) -> None:
        """Compares what is left: the partial tiles at the right edge."""
        for level in sorted(self._above):
            self._compare(level)

    def _items(
        self, tile: Tile, unpack: Callable[[bytes, int], list[bytes]], first: int
    ) -> list[bytes] | None:
        try:
            found = read_items(self._reader, tile, unpack)
        except Malformed as wrong:
            self._report.add(Break.UNREADABLE, f"{tile.path()}: {wrong}", first)
            return None
        if found is None:
            self._report.add(Break.MISSING, f"{tile.path()} is not there.", first)
        return found

    def _grow(self, hashes: Sequence[bytes], stored: Sequence[bytes]) -> None:
        one_tree = self.entries is self.tiles and hashes == stored
        before = self.entries
        self.tiles = self.tiles.extend(stored, self._keep)
        self.entries = self.tiles if one_tree else before.extend(hashes)

    def _keep(self, level: int, _index: int, hashes: Sequence[bytes]) -> None:
        """Gathers the roots of full tiles: they are the hashes of the tiles one level up."""
        if level % HEIGHT:
            return
        self._above.setdefault(level // HEIGHT, []).extend(hashes)
        if len(self._above[level // HEIGHT]) == WIDTH:
            self._compare(level // HEIGHT)

    def _compare(self, level: int) -> None:
        ours = self._above.pop(level)
        number = self._compared.get(level, 0)
        self._compared[level] = number + 1
        tile, span = Tile(level, number, len(ours)), WIDTH**level
        first = number * WIDTH * span
        for place, theirs in enumerate(self._items(tile, tiles.split, first) or ours):
            if theirs != ours[place]:
                self._report.add(
                    Break.TILE,
                    f"{tile.path()}, hash {place}: it is not the root of the {span} entries from here.",
                    first + place * span,
                )

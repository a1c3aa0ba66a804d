"""What the entries of a log say, bundle by bundle (history.md, section 4, items 3 to 7)."""

from collections.abc import Callable, Sequence

from tracker.log import leaf, tiles
from tracker.log.chains import Chains
from tracker.log.disclosures import unpack_lines
from tracker.log.leaf import Leaf, Notice
from tracker.log.readers import Reader, read_items
from tracker.log.rebuild import Taken
from tracker.log.refusals import Malformed
from tracker.log.report import Break, Report
from tracker.log.shown import Shown
from tracker.log.tiles import WIDTH, Tile

Watch = Callable[[int, Leaf], None]
"""watch(position, leaf): told of every leaf, for a progress bar or a list for people to read (item 10)."""


class Content:
    """Items 3 to 7: what the entries say."""

    def __init__(self, reader: Reader, report: Report, shown: Shown, watch: Watch | None) -> None:
        """No entry was read yet."""
        self._reader, self._report, self._shown, self._watch = reader, report, shown, watch
        self._chains = Chains(report)

    def take(self, bundle: Tile, taken: Taken) -> None:
        """Reads the entries of a bundle, and their disclosures where there are any."""
        disclosures = self._disclosures(bundle)
        first = bundle.number * WIDTH
        for at, (entry, leaf_hash) in enumerate(zip(taken.entries, taken.hashes, strict=False)):
            try:
                found = leaf.parse(entry)
            except Malformed as wrong:
                self._report.add(Break.LEAF, str(wrong), first + at)
                continue
            self._take_leaf(first + at, found, leaf_hash, disclosures[at] if disclosures else "")

    def _take_leaf(self, position: int, found: Leaf, leaf_hash: bytes, disclosures: str) -> None:
        self._report.leaves[found.kind] += 1
        if self._watch:
            self._watch(position, found)
        if isinstance(found, Notice):
            self._shown.notice(found)
            return
        self._chains.take(position, found, leaf_hash)
        if disclosures:
            self._shown.take(position, found, disclosures.split("~"))

    def _disclosures(self, bundle: Tile) -> Sequence[str]:
        tile = bundle._replace(level=tiles.DISCLOSURES)
        try:
            return read_items(self._reader, tile, unpack_lines) or ()
        except Malformed as wrong:
            self._report.add(Break.UNREADABLE, f"{tile.path()}: {wrong}", bundle.number * WIDTH)
            return ()

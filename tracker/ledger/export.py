"""A static copy of the log: what fits on a stick, and is verified with nothing else (tlog-tiles)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import sqlalchemy as sa

from tracker import files
from tracker.errors import CannotSign, NotFound, say
from tracker.ledger.store import Store
from tracker.log import notes, tiles
from tracker.log.checkpoints import Checkpoint, parse_text
from tracker.log.readers import CHECKPOINT, WITNESSED
from tracker.log.tiles import DISCLOSURES, WIDTH, Tile
from tracker.models import LogEntry, LogHistory

Progress = Callable[[int, int], object]
"""progress(done, all): told after each file."""


class Export:
    """The copy of a log as one transaction sees it."""

    def __init__(
        self, store: Store, folder: Path, *, entries: bool = True, disclosures: bool = False
    ) -> None:
        """`entries`: with what the leaves say. `disclosures`: with `step` and `day` of each, for who may have them.

        Refuses (`NotFound`) a log without a checkpoint, and (`CannotSign`) a folder whose copy this log does not
        continue: after a restore it may be the only place that still has the lost leaves.
        """
        note = store.checkpoint()
        if note is None:
            raise NotFound(say("The log has no checkpoint yet."))
        self.checkpoint: Checkpoint = parse_text(notes.parse(note).text)
        self._store, self._folder, self._note = store, folder, note
        self._entries, self._disclosures = entries, disclosures
        self._spare_another_history()

    def write(self, progress: Progress | None = None) -> int:
        """Writes what is not there yet, the checkpoint last; gives how many files were new.

        Every file is there whole or not at all, so that an interrupted copy goes on where it stopped. Tiles and
        bundles never change once they are full. Of disclosures those are written anew that hold an erased history.
        """
        wanted = [*self._tiles()]
        stale = self._with_erased() if self._disclosures else set[int]()
        written = 0
        for done, tile in enumerate(wanted, 1):
            again = tile.level == DISCLOSURES and tile.number in stale
            written += self._put(tile.path(), again=again)
            if progress:
                progress(done, len(wanted))
        for path in self._store.notice_paths():
            written += self._put(path)
        files.write_whole(self._folder / WITNESSED, self._store.witnessed())
        files.write_whole(self._folder / CHECKPOINT, self._note)
        self._remove_outgrown({tile.path() for tile in wanted})
        return written

    def _spare_another_history(self) -> None:
        place = self._folder / CHECKPOINT
        there = parse_text(notes.parse(place.read_bytes()).text) if place.exists() else None
        if there is None or not there.size:
            return
        grown = there.size <= self.checkpoint.size and self._store.root(there.size) == there.root
        if not grown:
            raise CannotSign(
                say(
                    "%(folder)s holds a log of %(size)s entries that this one does not continue, so it is left as it "
                    "is. If this database was restored from an older copy, run: tracker log recover --from %(folder)s",
                    folder=str(self._folder),
                    size=there.size,
                )
            )

    def _tiles(self) -> Iterator[Tile]:
        size = self.checkpoint.size
        yield from tiles.of_size(size)
        for bundle in tiles.bundles_of_size(size) if self._entries else ():
            yield bundle
            if self._disclosures:
                yield bundle._replace(level=DISCLOSURES)

    def _put(self, path: str, *, again: bool = False) -> int:
        place = self._folder / path
        if place.exists() and not again:
            return 0
        if (data := self._store.read(path)) is None or (
            again and place.exists() and place.read_bytes() == data
        ):
            return 0
        place.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(place, data)
        return 1

    def _with_erased(self) -> set[int]:
        """The bundles with entries of histories that were erased, perhaps since the last copy."""
        number = LogEntry.seq.op("/")(WIDTH)
        asked = sa.select(number).join(LogHistory, LogHistory.id == LogEntry.history_id)
        return set(self._store.connection.scalars(asked.where(LogHistory.erased).distinct()))

    def _remove_outgrown(self, wanted: set[str]) -> None:
        """Takes away the partial tiles of earlier copies: the checkpoint needs others now."""
        for level in ("tile", DISCLOSURES):
            for partial in self._folder.glob(f"{level}/**/*.p"):
                for place in partial.iterdir():
                    if str(place.relative_to(self._folder)) not in wanted:
                        place.unlink()
                if not any(partial.iterdir()):
                    partial.rmdir()

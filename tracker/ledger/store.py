"""The log's files, out of the tables: what is served, exported and proved (tlog-tiles; history.md section 1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

import sqlalchemy as sa

from tracker import personal
from tracker.ledger import sealing
from tracker.log import disclosures, notes, proofs, tiles
from tracker.log.disclosures import open_disclosure
from tracker.log.encoding import b64
from tracker.log.notes import Note
from tracker.log.proofs import Nodes
from tracker.log.readers import CHECKPOINT, WITNESSED
from tracker.log.refusals import Malformed
from tracker.log.shown import DAY, STEP
from tracker.log.tiles import WIDTH, Tile
from tracker.models import (
    LogCheckpoint,
    LogCosignature,
    LogDisclosure,
    LogEntry,
    LogHead,
    LogHistory,
    LogNode,
    LogNotice,
)

NOTICES = "notices"
"""The folder with what the digests of procedures and keys are of, one file a digest."""

VERIFIERS = (STEP, DAY)
"""What accredited verifiers are shown of every entry (history.md section 3)."""

LARGEST_SIZE = 2**31 - 1
"""So many entries the tables can number."""

_ENTRY, _NODE = cast(sa.Table, LogEntry.__table__), cast(sa.Table, LogNode.__table__)
_PUBLIC_KINDS = ("key", "procedure")


@dataclass(frozen=True)
class Store:
    """The files of the log in one database, as far as `connection` sees it; a `tracker.log.readers.Reader`."""

    connection: sa.Connection
    shown: Sequence[str] = VERIFIERS
    """The disclosures that the files of disclosures hold; none: there are no such files."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        if path == CHECKPOINT:
            return self.checkpoint()
        if path == WITNESSED:
            return self.witnessed()
        folder, _, name = path.partition("/")
        if folder == NOTICES:
            return self.notice(name)
        tile = tile_of(path)
        return self.tile(tile) if tile else None

    def size(self) -> int:
        """How many leaves there are, signed or not."""
        return self.connection.scalar(sa.select(LogHead.size)) or 0

    def tile(self, tile: Tile) -> bytes | None:
        """A tile of hashes, an entry bundle or a file of disclosures; None where the log is not that long yet."""
        if isinstance(tile.level, int) and tile.level > 0:
            return self._upper(tile)
        first = tile.number * WIDTH
        if tile.level == tiles.DISCLOSURES:
            there = self.shown and first + tile.width <= self.size()
            return self._disclosures(first, tile.width) if there else None
        column = _ENTRY.c.leaf if tile.level == tiles.ENTRIES else _ENTRY.c.hash
        rows = self.connection.scalars(_slice(column, first, tile.width)).all()
        if len(rows) != tile.width:
            return None
        return tiles.pack_bundle(rows) if tile.level == tiles.ENTRIES else b"".join(rows)

    def nodes(self, size: int) -> Nodes:
        """Every node of the tree of the first `size` leaves, for proofs."""
        return tiles.nodes(lambda tile: self.tile(tile) or b"", size)

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves."""
        return proofs.subtree(0, size, self.nodes(size))

    def signed(self) -> bytes | None:
        """The newest checkpoint as the log alone signed it."""
        return self.connection.scalar(
            sa.select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
        )

    def checkpoint(self, size: int | None = None) -> bytes | None:
        """The signed checkpoint of a size (None: the newest), with the signatures of its witnesses."""
        asked = sa.select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
        found = self.connection.execute(
            asked if size is None else asked.where(LogCheckpoint.size == size)
        ).first()
        return self._with_witnesses(found.size, found.note) if found else None

    def first_checkpoint_from(self, size: int) -> int | None:
        """The size of the first signed checkpoint that covers `size` leaves; None: it is still to be signed."""
        return self.connection.scalar(
            sa.select(sa.func.min(LogCheckpoint.size)).where(LogCheckpoint.size >= size)
        )

    def witnessed(self) -> bytes:
        """Every checkpoint that a witness cosigned, oldest first, one base64 a line."""
        rows = self.connection.execute(
            sa.select(LogCheckpoint.size, LogCheckpoint.note)
            .where(sa.exists().where(LogCosignature.size == LogCheckpoint.size))
            .order_by(LogCheckpoint.size)
        ).all()
        return "".join(b64(self._with_witnesses(size, note)) + "\n" for size, note in rows).encode()

    def notice(self, digest: str) -> bytes | None:
        """What the digest of a key or a procedure is of; reports are read where reports are."""
        return self.connection.scalar(
            sa.select(LogNotice.content)
            .where(LogNotice.digest == digest, LogNotice.kind.in_(_PUBLIC_KINDS))
            .limit(1)
        )

    def notice_paths(self) -> list[str]:
        """The paths of all that `notice` gives."""
        digests = self.connection.scalars(
            sa.select(LogNotice.digest).where(LogNotice.kind.in_(_PUBLIC_KINDS)).order_by(LogNotice.seq)
        )
        return [f"{NOTICES}/{digest}" for digest in dict.fromkeys(digests)]

    def disclosed(self, seqs: Iterable[int], names: Sequence[str]) -> dict[int, list[str]]:
        """The disclosures of these names of some leaves, by leaf; those of an erased history are gone."""
        rows = self.connection.execute(_DISCLOSURES.where(LogEntry.seq.in_(list(seqs))))
        key = cache(personal.unwrap)
        return {
            row.seq: _named(
                sealing.unseal(
                    key(row.wrapped, case_id=row.case_id, alert_id=row.alert_id), row.sealed, row.code, row.n
                ),
                names,
            )
            for row in rows
        }

    def _upper(self, tile: Tile) -> bytes | None:
        first = tile.number * WIDTH
        rows = self.connection.scalars(
            sa.select(_NODE.c.hash)
            .where(_NODE.c.level == tile.level, _NODE.c.number.between(first, first + tile.width - 1))
            .order_by(_NODE.c.number)
        ).all()
        return b"".join(rows) if len(rows) == tile.width else None

    def _disclosures(self, first: int, width: int) -> bytes:
        found = self.disclosed(range(first, first + width), self.shown)
        return disclosures.pack_lines(found.get(seq, ()) for seq in range(first, first + width))

    def _with_witnesses(self, size: int, note: bytes) -> bytes:
        lines = self.connection.scalars(
            sa.select(LogCosignature.line)
            .where(LogCosignature.size == size)
            .order_by(LogCosignature.received_at, LogCosignature.witness)
        ).all()
        if not lines:
            return note
        signed = notes.parse(note)
        return Note(signed.text, (*signed.signatures, *notes.parse_lines("".join(lines)))).encode()


def _slice(column: sa.Column[bytes], first: int, width: int) -> sa.Select[bytes]:
    return sa.select(column).where(_ENTRY.c.seq.between(first, first + width - 1)).order_by(_ENTRY.c.seq)


_DISCLOSURES = (
    sa.select(
        LogEntry.seq,
        LogEntry.n,
        LogHistory.code,
        LogHistory.case_id,
        LogHistory.alert_id,
        sealing.WRAPPED,
        LogDisclosure.sealed,
    )
    .join(LogHistory, LogHistory.id == LogEntry.history_id)
    .join(LogDisclosure, LogDisclosure.seq == LogEntry.seq)
    .where(~LogHistory.erased)
)


def _named(disclosures: Sequence[str], names: Sequence[str]) -> list[str]:
    by_name = {open_disclosure(one).name: one for one in disclosures}
    return [by_name[name] for name in names]


def tile_of(path: str) -> Tile | None:
    """The tile of a path, None where no log could have it; disclosures have their spelling in a folder of their own."""
    head, _, place = path.partition("/")
    try:
        if head == tiles.DISCLOSURES:
            tile = tiles.parse_path(f"tile/{tiles.ENTRIES}/{place}")._replace(level=tiles.DISCLOSURES)
        else:
            tile = tiles.parse_path(path)
    except Malformed:
        return None
    return tile if tile.end() <= LARGEST_SIZE else None

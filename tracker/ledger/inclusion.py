"""What a page checks of one history in passing: that its leaves are in the log, by proof and not by the table's word.

Each leaf of a history names the hash of the one before it. So it is enough that the bytes of all have the hashes that
the next ones name, and that the newest one under a checkpoint leads to a signed root: it vouches for those before it.
Such a proof is remembered for as long as the process lives. What was once shown to be under a signed root stays there.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from tracker.ledger.store import Store
from tracker.log import proofs, tiles
from tracker.log.checkpoints import Checkpoint, open_signed
from tracker.log.keys import VerifierKey
from tracker.log.leaf import FIRST, link
from tracker.log.refusals import Malformed, NotProved
from tracker.log.tiles import Rows, Tile
from tracker.log.tree import leaf_hash
from tracker.models import LogCheckpoint, LogEntry, LogHistory

Keys = Callable[[], Sequence[VerifierKey]]

Key = TypeVar("Key")
Value = TypeVar("Value")

_PROVEN, _TILES = 100_000, 128
"""So many leaves (about 20 MB) and tiles (5 MB) are remembered."""


class Place(NamedTuple):
    """Where an entry is in the log, and the size of the first checkpoint that covers it; None: it waits for one."""

    at: int
    since: int | None


class Look(NamedTuple):
    """What was found of a history. `places`: by the history entry's id. `wrong`: the first leaf that does not hold.

    `proven`: the newest leaf that was shown to lead to a signed root; 0: none is under a checkpoint yet. Both are
    counted from 1 within the history, as its entries are.
    """

    places: Mapping[int, Place]
    wrong: int | None
    proven: int
    since: int
    """The first checkpoint that covers the proven leaf; 0: none."""


class Memory:
    """What a process has shown to itself: a signed checkpoint, leaves under one, and the tiles that it needed last."""

    def __init__(self) -> None:
        """Nothing was shown yet."""
        self._signed: Checkpoint | None = None
        self._proven: OrderedDict[int, bytes] = OrderedDict()
        self._tiles: OrderedDict[Tile, Rows] = OrderedDict()

    def knows(self, index: int, own: bytes) -> bool:
        """Whether a leaf of this hash was shown to be there."""
        return self._proven.get(index) == own

    def prove(self, store: Store, index: int, own: bytes, keys: Keys) -> bool:
        """Leads a leaf to a signed root, and remembers it; False where it does not lead there."""
        if not (self._leads(store, index, own) or self._leads_anew(store, index, own, keys)):
            return False
        _keep(self._proven, index, own, _PROVEN)
        return True

    def _leads_anew(self, store: Store, index: int, own: bytes, keys: Keys) -> bool:
        """With the newest checkpoint, and then without the tiles of before: one of them may be why it did not lead."""
        try:
            self._signed = open_signed(store.signed() or b"", keys()).checkpoint
        except (Malformed, NotProved):
            return False
        if self._leads(store, index, own):
            return True
        self._tiles.clear()
        return self._leads(store, index, own)

    def _leads(self, store: Store, index: int, own: bytes) -> bool:
        signed = self._signed
        if signed is None or index >= signed.size:
            return False
        try:
            proof = proofs.inclusion(
                index, signed.size, tiles.nodes_of(partial(self._read, store), signed.size)
            )
            proofs.check_inclusion(own, index, signed.size, proof, signed.root)
        except (Malformed, NotProved):
            return False
        return True

    def _read(self, store: Store, tile: Tile) -> Rows:
        known = self._tiles.get(tile)
        if known is None:
            known = tiles.unfold(store.tile(tile) or b"", tile.width)
            _keep(self._tiles, tile, known, _TILES)
        return known


def _keep(kept: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)


_SINCE = (
    sa.select(sa.func.min(LogCheckpoint.size))
    .where(LogCheckpoint.size > LogEntry.seq)
    .correlate(LogEntry)
    .scalar_subquery()
)
_LEAVES = (
    sa.select(LogEntry.entry_id, LogHistory.code, LogEntry.seq, LogEntry.leaf, _SINCE)
    .join(LogEntry, LogEntry.history_id == LogHistory.id)
    .order_by(LogEntry.n)
)
_OF_CASE = _LEAVES.where(LogHistory.case_id == sa.bindparam("about"))
_OF_ALERT = _LEAVES.where(LogHistory.alert_id == sa.bindparam("about"))


def of_case(store: Store, case_id: int, memory: Memory, keys: Keys) -> Look:
    """Looks at a case's history: one statement, and a second where its newest leaf was not proved before.

    `keys`: gives the log's own keys, when they are needed.
    """
    return _look(store, store.connection.execute(_OF_CASE, {"about": case_id}), memory, keys)


def of_alert(store: Store, alert_id: int, memory: Memory, keys: Keys) -> Look:
    """Looks at an alert's history."""
    return _look(store, store.connection.execute(_OF_ALERT, {"about": alert_id}), memory, keys)


def _look(store: Store, rows: Iterable[Any], memory: Memory, keys: Keys) -> Look:
    places: dict[int, Place] = {}
    wrong, own = None, b""
    covered: tuple[int, int, bytes, int] | None = None
    for n, (entry_id, code, index, leaf, since) in enumerate(rows):
        if wrong is None and not _continues(leaf, code, n, own):
            wrong = n + 1
        own = leaf_hash(leaf)
        places[entry_id] = Place(index, since)
        if since is not None:
            covered = (n + 1, index, own, since)
    if wrong is not None or covered is None:
        return Look(places, wrong, 0, 0)
    number, index, own, since = covered
    if memory.knows(index, own):
        return Look(places, None, number, since)
    if memory.prove(store, index, own, keys):
        return Look(places, None, number, since)
    return Look(
        places, number if keys() else None, 0, 0
    )  # without a key nothing is wrong, and nothing is shown


def _continues(leaf: bytes, code: str, n: int, before: bytes) -> bool:
    """Whether the bytes are entry `n` of that history and name the leaf before (see `tracker.log.leaf`)."""
    prev = link(before) if n else FIRST
    return leaf.endswith(f'"n":{n},"prev":"{prev}","v":1}}'.encode()) and f'"case":"{code}"'.encode() in leaf

"""Appending: the last thing that a transaction does (history.md section 5).

Business rows first and the head last, so that nobody waits in a circle. The head's row is locked from here to the
commit: numbers have no gap, and stand in the order of the commits.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import bulk, mission
from tracker.errors import LogIncomplete, say
from tracker.ledger import facts, sealing, stories
from tracker.ledger.facts import Facts, Which
from tracker.ledger.stories import Story
from tracker.log import canonical, disclosures
from tracker.log.encoding import b64url
from tracker.log.leaf import FIRST, CaseLeaf, Kind, Notice, link, parse
from tracker.log.tiles import HEIGHT
from tracker.log.tree import Frontier, leaf_hash
from tracker.models import (
    HistoryEntry,
    LogDisclosure,
    LogEntry,
    LogHead,
    LogHistory,
    LogNode,
    LogNotice,
)
from tracker.models.log import THE_HEAD

ENTRY, HISTORY = cast(sa.Table, LogEntry.__table__), cast(sa.Table, LogHistory.__table__)
_HEAD, _NODE = cast(sa.Table, LogHead.__table__), cast(sa.Table, LogNode.__table__)
_DISCLOSURE, _NOTICE = cast(sa.Table, LogDisclosure.__table__), cast(sa.Table, LogNotice.__table__)

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_LOCK_HEAD = sa.select(
    _HEAD.c.size, _HEAD.c.frontier, _HEAD.c.last_at, _HEAD.c.procedure, _HEAD.c.complete
).with_for_update()
_MOVE_HEAD = sa.update(_HEAD)
_PLACE = sa.select(ENTRY.c.n).where(
    ENTRY.c.history_id == sa.bindparam("history"), ENTRY.c.entry_id == sa.bindparam("entry")
)
_NEWEST_PROCEDURE = (
    sa.select(_NOTICE.c.digest)
    .where(_NOTICE.c.kind == Kind.PROCEDURE, _NOTICE.c.of == sa.bindparam("version"))
    .order_by(_NOTICE.c.seq.desc())
    .limit(1)
)


class Head(NamedTuple):
    """Where the tree grows, locked."""

    frontier: Frontier
    last_at: datetime
    procedure: str
    complete: bool


def append_entries(connection: sa.Connection, which: Which, ids: Sequence[int]) -> int:
    """Appends the leaves of history entries that were just written; gives how many.

    The caller commits, and writes nothing after. Refuses (`LogIncomplete`) while entries from before the log wait.
    """
    found = facts.read(connection, which, ids)
    if found:
        head = lock(connection, so_many=len(found))
        if not head.complete:
            raise LogIncomplete(
                say("Entries from before the verifiable log have no place in it yet. Run: tracker db upgrade")
            )
        write(connection, head, found)
    return len(found)


def append_notice(connection: sa.Connection, kind: Kind, of: str, content: bytes) -> int:
    """Appends a leaf about the log as a whole, with what its digest is of; gives its number. The caller commits."""
    head = lock(connection)
    writing = _Writing(connection, head)
    writing.notice(kind, of, content)
    writing.flush()
    return head.frontier.size


def lock(connection: sa.Connection, so_many: int = 0) -> Head:
    """Waits for everybody else who appends, and gives the head; makes the first one.

    `so_many`: how many history entries this transaction wrote. The first head is complete if there are no others.
    """
    row = connection.execute(_LOCK_HEAD).first()
    if row is None:
        _make_head(connection, so_many)
        row = connection.execute(_LOCK_HEAD).one()
    return Head(Frontier.unpack(row.size, row.frontier), row.last_at, row.procedure, row.complete)


def _make_head(connection: sa.Connection, so_many: int) -> None:
    entries = connection.scalar(sa.select(sa.func.count()).select_from(HistoryEntry)) or 0
    insert = _insert_of(connection)(_HEAD).on_conflict_do_nothing()
    connection.execute(
        insert,
        {
            "id": THE_HEAD,
            "size": 0,
            "frontier": b"",
            "last_at": BEGINNING,
            "procedure": "",
            "complete": entries <= so_many,
        },
    )


def _insert_of(connection: sa.Connection) -> Any:
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert


def write(connection: sa.Connection, head: Head, found: Sequence[Facts]) -> None:
    """Appends the leaves of these entries under a locked head."""
    writing = _Writing(connection, head)
    known = stories.of(connection, found)
    for one in found:
        writing.entry(one, known[one.case_id, one.alert_id])
    writing.flush()


def restore(
    connection: sa.Connection, head: Head, entries: Iterable[bytes], read: Callable[[str], bytes | None]
) -> None:
    """Appends leaves that a copy of the log kept, as they are: what they said is not known here any more.

    `read`: what a notice's digest is of, where the copy has it.
    """
    writing = _Writing(connection, head)
    found = [(entry, parse(entry)) for entry in entries]
    histories = _histories_of({leaf.case for _, leaf in found if isinstance(leaf, CaseLeaf)}, connection)
    for entry, leaf in found:
        if isinstance(leaf, Notice):
            writing.restored_notice(entry, leaf, read(leaf.digest))
        else:
            writing.restored(entry, histories[leaf.case], leaf.n)
    writing.flush()


def _histories_of(codes: set[str], connection: sa.Connection) -> dict[str, int]:
    """The histories with these codes; makes those that nothing here is about: nothing of them is disclosed."""
    asked = sa.select(HISTORY.c.code, HISTORY.c.id).where(HISTORY.c.code.in_(codes))
    known = dict(connection.execute(asked).all())
    if new := sorted(codes - known.keys()):
        rows = [{"code": code, "case_id": None, "alert_id": None, "erased": True} for code in new]
        bulk.insert(connection, HISTORY, rows)
        known |= dict(connection.execute(asked).all())
    return known


class _Writing:
    """Leaves on their way into the tables."""

    def __init__(self, connection: sa.Connection, head: Head) -> None:
        self._connection = connection
        self._head, self._last_at, self._procedure = head, head.last_at, head.procedure
        self._zone, self._procedures = mission.current().zone, set[str]()
        self._places: dict[int, int] = {}
        self._leaves: list[dict[str, Any]] = []
        self._disclosures: list[dict[str, Any]] = []
        self._notices: list[dict[str, Any]] = []

    @property
    def _seq(self) -> int:
        return self._head.frontier.size + len(self._leaves)

    def notice(self, kind: Kind, of: str, content: bytes) -> None:
        digest = b64url(sha256(content).digest())
        self._notices.append({"seq": self._seq, "kind": kind, "of": of, "digest": digest, "content": content})
        self._leaf(Notice(kind, of, digest).encode(), None, None, None)
        if kind is Kind.PROCEDURE:
            self._procedure = digest

    def entry(self, one: Facts, story: Story) -> None:
        self._under_its_procedure(one.procedure)
        self._last_at = max(self._last_at, one.recorded_at)
        chance = secrets.token_bytes(disclosures.RANDOMNESS + sealing.NONCE_SIZE)
        sealed = disclosures.seal(
            one.values(self._last_at, self._zone, self._corrected(one, story), story.note(one)),
            chance[: disclosures.RANDOMNESS],
        )
        story.n += 1
        if story.key is not None:
            nonce = chance[disclosures.RANDOMNESS :]
            kept = sealing.seal(story.key, nonce, sealed.disclosures.values(), story.code, story.n)
            self._disclosures.append({"seq": self._seq, "sealed": kept})
        prev = link(story.last) if story.n else FIRST
        leaf = CaseLeaf(one.kind, story.code, story.n, prev, sealed.digests).encode()
        story.last = self._leaf(leaf, story.id, story.n, one.id)
        self._places[one.id] = story.n

    def _corrected(self, one: Facts, story: Story) -> int | None:
        """The place in its history of the leaf that an entry corrects: its own number, unless leaves were recovered."""
        if one.corrects is None or one.corrects in self._places:
            return self._places.get(one.corrects or 0)
        return self._connection.scalar(_PLACE, {"history": story.id, "entry": one.corrects})

    def restored(self, entry: bytes, history_id: int, n: int) -> None:
        self._leaf(entry, history_id, n, None)

    def restored_notice(self, entry: bytes, leaf: Notice, content: bytes | None) -> None:
        row = {"seq": self._seq, "kind": leaf.kind, "of": leaf.of, "digest": leaf.digest, "content": content}
        self._notices.append(row)
        self._leaf(entry, None, None, None)
        if leaf.kind is Kind.PROCEDURE:
            self._procedure = leaf.digest

    def flush(self) -> None:
        """Writes it all, and moves the head on."""
        nodes: list[dict[str, Any]] = []

        def keep(level: int, index: int, hashes: Sequence[bytes]) -> None:
            if level % HEIGHT == 0:
                tile_level = level // HEIGHT
                nodes.extend(
                    {"level": tile_level, "number": number, "hash": one}
                    for number, one in enumerate(hashes, index)
                )

        frontier = self._head.frontier.extend([row["hash"] for row in self._leaves], keep)
        for table, rows in (
            (ENTRY, self._leaves),
            (_DISCLOSURE, self._disclosures),
            (_NOTICE, self._notices),
            (_NODE, nodes),
        ):
            bulk.insert(self._connection, table, rows)
        self._connection.execute(
            _MOVE_HEAD,
            {
                "size": frontier.size,
                "frontier": frontier.pack(),
                "last_at": self._last_at,
                "procedure": self._procedure,
            },
        )

    def _leaf(self, leaf: bytes, history_id: int | None, n: int | None, entry_id: int | None) -> bytes:
        own = leaf_hash(leaf)
        self._leaves.append(
            {
                "seq": self._seq,
                "history_id": history_id,
                "n": n,
                "entry_id": entry_id,
                "leaf": leaf,
                "hash": own,
            }
        )
        return own

    def _under_its_procedure(self, version: str) -> None:
        """A procedure stands in the log before the first entry that was made under it."""
        if version in self._procedures:
            return
        self._procedures.add(version)
        now = mission.current()
        content = now.table if version == now.procedure.version else canonical.encode({"version": version})
        digest = b64url(sha256(content).digest())
        if digest == self._procedure:
            return
        told = self._connection.scalar(_NEWEST_PROCEDURE, {"version": version})
        if told is None or (version == now.procedure.version and told != digest):
            self.notice(Kind.PROCEDURE, version, content)

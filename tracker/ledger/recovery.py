"""After a restore from a backup: the leaves that a copy of the log still has come back (history.md section 6).

Leaves alone: what they said is lost with the database. People may have gone on working on the restored database; what
they wrote was never signed, and gets new leaves after those that come back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import sqlalchemy as sa

from tracker import clock
from tracker.errors import CannotSign, say
from tracker.ledger import append, erased, facts, guards
from tracker.ledger.facts import Which
from tracker.ledger.store import Store
from tracker.log import canonical, leaf, notes, tiles
from tracker.log.checkpoints import open_signed
from tracker.log.keys import VerifierKey
from tracker.log.leaf import CaseLeaf, Kind
from tracker.log.legality import NOTICES
from tracker.log.notes import Note
from tracker.log.readers import Reader, read_items
from tracker.log.refusals import Malformed
from tracker.log.tree import Frontier, leaf_hash
from tracker.models import (
    HistoryEntry,
    LogCheckpoint,
    LogDisclosure,
    LogEntry,
    LogHead,
    LogHistory,
    LogNode,
    LogNotice,
)

RECOVERED = "recovered"
"""The name of the notice that says, in the log itself, which leaves came back without what they said."""

_AT_ONCE = 500

Progress = Callable[[int], object]


@dataclass
class Recovered:
    """What came back, and what did not. `size`: of the copy; `common`: so many entries the database had already."""

    size: int
    common: int = 0
    known: int = 0
    """Leaves that came back of cases and alerts that the database has."""
    unknown: int = 0
    """Leaves that came back of cases and alerts that it does not have."""
    again: int = 0
    """Entries that were written on the restored database, and got new leaves."""
    erased: list[str] = field(default_factory=list)
    """Codes of histories that had been erased, and that the backup had brought back."""


class _GaveWay(NamedTuple):
    """What stood where the copy has other leaves."""

    entries: Sequence[int]
    notices: Sequence[tuple[Kind, str, bytes | None]]


def recover(connection: sa.Connection, copy: Reader, size: int, progress: Progress) -> Recovered:
    """Makes this log begin with the first `size` entries of a copy, which was verified. The caller commits.

    `progress` is told how many leaves were dealt with. Refuses (`CannotSign`) where this database has signed a
    history that is not the copy's: no log has both. Where leaves have to give way, the tables' owner must run it.
    """
    append.lock(connection)
    frontier, rest = _common(connection, _bundles(copy, size), progress)
    done = Recovered(size, common=frontier.size)
    if done.common == size:
        return done
    gave_way = _give_way(connection, frontier)
    for entries in rest:
        head = append.lock(connection)
        append.restore(connection, head, entries, lambda digest: copy.read(f"{NOTICES}/{digest}"))
        progress(len(entries))
    _count(connection, done)
    _erase_again(connection, done)
    told = canonical.encode({"from": done.common, "to": size})
    append.append_notice(connection, Kind.CONFIG, RECOVERED, told)
    done.again = _append_again(connection, gave_way)
    return done


def keep_checkpoints(connection: sa.Connection, found: Iterable[bytes], keys: Sequence[VerifierKey]) -> None:
    """Keeps checkpoints that this log had signed and its database forgot, so that they are served again."""
    store = Store(connection)
    there, size = set(connection.scalars(sa.select(LogCheckpoint.size)).all()), store.size()
    for note in found:
        signed = open_signed(note, keys)
        checkpoint = signed.checkpoint
        if (
            checkpoint.size in there
            or checkpoint.size > size
            or store.root(checkpoint.size) != checkpoint.root
        ):
            continue
        there.add(checkpoint.size)
        own = tuple(one for _, one in notes.verified(signed.note, keys))
        row = {
            "size": checkpoint.size,
            "root": checkpoint.root,
            "note": Note(signed.note.text, own).encode(),
            "signed_at": clock.now(),
        }
        connection.execute(sa.insert(LogCheckpoint), row)


def _bundles(copy: Reader, size: int) -> Iterator[list[bytes]]:
    for bundle in tiles.bundles_of_size(size):
        entries = read_items(copy, bundle, tiles.unpack_bundle)
        if entries is None:
            raise Malformed(f"{bundle.path()} is not there.")
        yield entries


def _common(
    connection: sa.Connection, bundles: Iterator[list[bytes]], progress: Progress
) -> tuple[Frontier, Iterable[list[bytes]]]:
    """The tree over what the database and the copy have in common, and the copy's entries after that."""
    frontier = Frontier()
    for entries in bundles:
        theirs = [leaf_hash(entry) for entry in entries]
        last = frontier.size + len(theirs) - 1
        asked = sa.select(LogEntry.hash).where(LogEntry.seq.between(frontier.size, last))
        ours = connection.scalars(asked.order_by(LogEntry.seq)).all()
        pairs = enumerate(zip(ours, theirs, strict=False))
        same = next((at for at, (one, other) in pairs if one != other), len(ours))
        frontier = frontier.extend(theirs[:same])
        progress(same)
        if same < len(theirs):
            return frontier, chain([entries[same:]], bundles)
    return frontier, ()


def _give_way(connection: sa.Connection, common: Frontier) -> _GaveWay:
    """Takes away the leaves beyond those in common, which were never signed, and moves the head back."""
    size = common.size
    signed = connection.scalar(sa.select(sa.func.max(LogCheckpoint.size))) or 0
    if signed > size:
        raise CannotSign(
            say(
                "This database has signed %(signed)s entries, of which the copy has only the first %(size)s: they "
                "are two different histories. Nothing was changed.",
                signed=signed,
                size=size,
            )
        )
    beyond = LogEntry.seq >= size
    gave_way = _GaveWay(
        [one for one in connection.scalars(sa.select(LogEntry.entry_id).where(beyond)) if one is not None],
        connection.execute(
            sa.select(LogNotice.kind, LogNotice.of, LogNotice.content)
            .where(LogNotice.seq >= size, LogNotice.kind != Kind.PROCEDURE)
            .order_by(LogNotice.seq)
        ).all(),
    )
    if connection.scalar(sa.select(LogEntry.seq).where(beyond).limit(1)) is not None:
        _remove(connection, common)
    _move_head(connection, common)
    return gave_way


def _remove(connection: sa.Connection, common: Frontier) -> None:
    tables = ("log_entry", "log_notice", "log_node", "log_disclosure")
    with guards.lifted(connection, *tables):
        for model in (LogDisclosure, LogNotice, LogEntry):
            connection.execute(sa.delete(model).where(model.seq >= common.size))
        levels = connection.scalars(sa.select(LogNode.level).distinct()).all()
        for level in levels:
            beyond = LogNode.number >= tiles.row(level, common.size)
            connection.execute(sa.delete(LogNode).where(LogNode.level == level, beyond))


def _move_head(connection: sa.Connection, common: Frontier) -> None:
    last_at = connection.scalar(
        sa.select(sa.func.max(HistoryEntry.recorded_at)).join(LogEntry, LogEntry.entry_id == HistoryEntry.id)
    )
    newest = sa.select(LogNotice.digest).where(LogNotice.kind == Kind.PROCEDURE)
    connection.execute(
        sa.update(LogHead),
        {
            "size": common.size,
            "frontier": common.pack(),
            "last_at": last_at or append.BEGINNING,
            "procedure": connection.scalar(newest.order_by(LogNotice.seq.desc()).limit(1)) or "",
        },
    )


def _count(connection: sa.Connection, done: Recovered) -> None:
    asked = (
        sa.select(LogHistory.case_id.is_(None) & LogHistory.alert_id.is_(None), sa.func.count())
        .join(LogEntry, LogEntry.history_id == LogHistory.id)
        .where(LogEntry.seq >= done.common)
        .group_by(sa.text("1"))
    )
    for unknown, number in connection.execute(asked).all():
        if unknown:
            done.unknown = number
        else:
            done.known = number


def _erase_again(connection: sa.Connection, done: Recovered) -> None:
    """A backup from before an erasure brings what was erased back: it goes again, and its key with it."""
    asked = (
        sa.select(LogHistory.case_id, LogHistory.alert_id, LogHistory.code, LogEntry.leaf)
        .join(LogEntry, LogEntry.history_id == LogHistory.id)
        .where(LogEntry.seq >= done.common, ~LogHistory.erased)
    )
    for case_id, alert_id, code, entry in connection.execute(asked).all():
        found = leaf.parse(entry)
        if isinstance(found, CaseLeaf) and found.kind is Kind.ERASE:
            erased.forget(connection, case_id=case_id, alert_id=alert_id)
            done.erased.append(code)


def _append_again(connection: sa.Connection, gave_way: _GaveWay) -> int:
    for kind, of, content in gave_way.notices:
        append.append_notice(connection, kind, of, content or b"")
    ids = sorted(gave_way.entries)
    for first in range(0, len(ids), _AT_ONCE):
        found = facts.read(connection, Which.ENTRIES, ids[first : first + _AT_ONCE])
        append.write(connection, append.lock(connection), found)
    return len(ids)

"""Entries that were written before the log existed: each gets its leaf, in the order in which they were recorded."""

from collections.abc import Callable

import sqlalchemy as sa

from tracker.ledger import facts
from tracker.ledger.append import Head, lock, write
from tracker.ledger.facts import Which
from tracker.models import HistoryEntry, LogEntry, LogHead

BATCH = 2_000
"""Entries in a transaction: about a second in which nobody else writes."""


def waiting(connection: sa.Connection) -> int:
    """How many entries have no leaf yet."""
    complete = connection.scalar(sa.select(LogHead.complete))
    if complete:
        return 0
    entries = connection.scalar(sa.select(sa.func.count()).select_from(HistoryEntry)) or 0
    return entries - (connection.scalar(sa.select(sa.func.count(LogEntry.entry_id))) or 0)


def bring_in(engine: sa.Engine, progress: Callable[[int], object]) -> int:
    """Gives every entry its leaf, batch by batch; may be interrupted and run again. Gives how many.

    `progress` is told how many were dealt with.
    """
    done = 0
    while brought := _batch(engine):
        done += brought
        progress(brought)
    return done


def _batch(engine: sa.Engine) -> int:
    with engine.begin() as connection:
        head: Head = lock(connection)
        if head.complete:
            return 0
        last = connection.scalar(sa.select(sa.func.max(LogEntry.entry_id))) or 0
        ids = connection.scalars(
            sa.select(HistoryEntry.id).where(HistoryEntry.id > last).order_by(HistoryEntry.id).limit(BATCH)
        ).all()
        if not ids:
            connection.execute(sa.update(LogHead).values(complete=True))
            return 0
        write(connection, head, facts.read(connection, Which.ENTRIES, ids))
        return len(ids)

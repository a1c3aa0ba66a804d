"""What figures cite: how far the log reached, and the newest checkpoint of it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from tracker.db import db
from tracker.log.encoding import b64
from tracker.models import HistoryEntry, LogCheckpoint, LogEntry, LogHead


class Citation(NamedTuple):
    """`log_position`: how many leaves there were; `checkpoint`: "size root" of the newest that does not go beyond."""

    log_position: int | None
    checkpoint: str | None


def log(known_at: datetime | None) -> Citation:
    """Where the log stood at `known_at`; None: now. Nothing where histories are in no log."""
    size = db.session.scalar(select(LogHead.size)) if known_at is None else _size_at(known_at)
    if not size:
        return Citation(None, None)
    newest = select(LogCheckpoint.size, LogCheckpoint.root).where(LogCheckpoint.size <= size)
    row = db.session.execute(newest.order_by(LogCheckpoint.size.desc()).limit(1)).first()
    return Citation(size, f"{row.size} {b64(row.root)}" if row is not None else None)


def _size_at(known_at: datetime) -> int:
    """The place of the first leaf that was recorded later: leaves stand in the order of their recording."""
    low, high = 0, db.session.scalar(select(func.max(LogEntry.seq) + 1)) or 0
    while low < high:
        middle = (low + high) // 2
        at = _recorded_at_or_after(middle, high)
        if at is None or at > known_at:
            high = middle
        else:
            low = middle + 1
    return low


def _recorded_at_or_after(seq: int, end: int) -> datetime | None:
    """When the first history entry among the leaves from `seq` on was recorded (a notice has no entry)."""
    return db.session.scalar(
        select(HistoryEntry.recorded_at)
        .join(LogEntry, LogEntry.entry_id == HistoryEntry.id)
        .where(LogEntry.seq >= seq, LogEntry.seq < end)
        .order_by(LogEntry.seq)
        .limit(1)
    )

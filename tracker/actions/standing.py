"""What holds of a track's or an alert's history once corrections and withdrawals are taken into account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from tracker import mission
from tracker.db import db
from tracker.models import Alert, Effect, HistoryEntry, Track


@dataclass(frozen=True)
class Told:
    """What holds of one entry: its own words, or those of its newest correction."""

    happened_at: datetime | None
    reason: str | None


def told(entry: HistoryEntry) -> Told:
    """What holds of the entry; each correction says the time and the reason anew."""
    newest = db.session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.corrects_id == entry.id, HistoryEntry.action == "correct")
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    ).first()
    return (
        Told(entry.happened_at, entry.reason) if newest is None else Told(newest.happened_at, newest.reason)
    )


def steps_that_stand(on: Track | Alert) -> list[HistoryEntry]:
    """The entries that opened, moved or ended it and were not withdrawn, oldest first."""
    column = HistoryEntry.track_id if isinstance(on, Track) else HistoryEntry.alert_id
    entries = db.session.scalars(
        select(HistoryEntry)
        .where(column == on.id, HistoryEntry.effect != Effect.NOTES)
        .order_by(HistoryEntry.n)
    )
    standing: list[HistoryEntry] = []
    for entry in entries:
        if entry.action == "withdraw":
            standing.pop()  # only the newest is ever withdrawn
        else:
            standing.append(entry)
    return standing


def start_of_clock(standing: list[HistoryEntry]) -> HistoryEntry:
    """The entry from which the running clock runs: the newest one that did not merely keep it running."""
    stages = mission.current().procedure.stages
    started = (
        entry for entry in reversed(standing) if entry.status_after not in stages[entry.stage].keeps_clock
    )
    return next(started, standing[0])


def due(start: HistoryEntry, happened_at: datetime | None) -> datetime | None:
    """When the limit ends that `start` began, had it happened at that time; a day that somebody set stays."""
    limit = mission.current().procedure.clocks.get(start.clock or "")
    if (
        start.due_at is None
        or start.happened_at is None
        or happened_at is None
        or limit is None
        or limit.until
    ):
        return start.due_at
    return start.due_at + (happened_at - start.happened_at)


def given_before(entry: HistoryEntry, since: HistoryEntry, name: str) -> Any:
    """What the newest entry of the same track from `since` on and before `entry` says for `name`; else None."""
    earlier = db.session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.track_id == entry.track_id, HistoryEntry.n.between(since.n, entry.n - 1))
        .order_by(HistoryEntry.n.desc())
    )
    return next((one.detail[name] for one in earlier if name in one.detail), None)

"""The hearings of a court, day by day, with those that did not take place: told from the histories alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker import clock, mission
from tracker.db import db
from tracker.models import Acting, Effect, HistoryEntry, ProtectionCase, Track
from tracker.visibility import visible_tracks

KEPT_FOR = timedelta(days=60)
"""So long a hearing stays in the list after its day."""


@dataclass
class Hearing:
    """One day in court of one case. `changes`: how often it was called off or set again since it was first listed."""

    track_id: int
    reference: str
    on: date
    changed_at: datetime
    called_off: bool = False
    changes: int = 0


class _Told(NamedTuple):
    track_id: int
    reference: str
    happened_at: datetime | None
    recorded_at: datetime
    detail: dict[str, Any]


def of_court(*, viewer: Acting) -> list[Hearing]:
    """The hearings of the viewer's court that they may know about: of the last weeks, and all that are to come."""
    now = clock.now()
    earliest = clock.day_of(now, mission.current().zone) - KEPT_FOR
    tracks = visible_tracks(viewer).where(
        Track.institution_id == viewer.institution_id,
        Track.stage == "court",
        sa.or_(Track.open, Track.left_at >= now - KEPT_FOR),
    )
    rows = db.session.execute(
        tracks.join(HistoryEntry, HistoryEntry.track_id == Track.id)
        .where(HistoryEntry.effect != Effect.NOTES)
        .with_only_columns(
            Track.id,
            ProtectionCase.reference,
            HistoryEntry.happened_at,
            HistoryEntry.recorded_at,
            HistoryEntry.detail,
        )
        .order_by(Track.id, HistoryEntry.n)
    )
    told = groupby((_Told._make(row) for row in rows), key=lambda one: one.track_id)
    found = [hearing for _track, entries in told for hearing in _of_track(entries)]
    return sorted(
        (one for one in found if one.on >= earliest), key=lambda one: (one.on, one.reference, one.track_id)
    )


def _of_track(entries: Iterable[_Told]) -> list[Hearing]:
    """A day that is given up before it has come is called off; one that has come took place, whatever followed."""
    hearings: dict[date, Hearing] = {}
    present: Hearing | None = None
    for entry in entries:
        on = _day(entry.detail.get("next_on"))
        if present is not None and present.on != on and _day_of(entry) < present.on:
            _change(present, entry, called_off=True)
        present = _set(hearings, on, entry) if on is not None else None
    return list(hearings.values())


def _set(hearings: dict[date, Hearing], on: date, entry: _Told) -> Hearing:
    there = hearings.get(on)
    if there is None:
        there = hearings[on] = Hearing(entry.track_id, entry.reference, on, entry.recorded_at)
    elif there.called_off:
        _change(there, entry, called_off=False)
    return there


def _change(hearing: Hearing, entry: _Told, *, called_off: bool) -> None:
    hearing.called_off = called_off
    hearing.changes += 1
    hearing.changed_at = entry.recorded_at


def _day_of(entry: _Told) -> date:
    return clock.day_of(entry.happened_at or entry.recorded_at, mission.current().zone)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None

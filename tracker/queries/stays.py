"""The stays that the database counts by itself, as rows of one shape, whatever is asked about the past.

As things are known now, a track is what its entries say (`tracker rebuild-tracks --check`), so it is read; as they
were known then, the entries themselves are. Tracks that were ever corrected or suspended are left out of both: their
course is told in Python (`tracker.queries.courses`).
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock, mission
from tracker.db import Instant
from tracker.indicators.tally import Asked
from tracker.models import Effect, HistoryEntry, Track


class Frame(NamedTuple):
    """What is asked, of whom, and from which knowledge."""

    asked: Asked
    institution_ids: Collection[int] | None
    """None: all."""
    known_at: datetime | None
    """None: everything that is recorded."""

    @property
    def since(self) -> datetime:
        """When the period begins."""
        return beginning_of(self.asked.period.first)

    @property
    def until(self) -> datetime:
        """When the day `as_of` is over."""
        return over(self.asked.as_of)

    @property
    def on(self) -> datetime:
        """When the day is over on which open cases are counted."""
        return over(self.asked.on)

    @property
    def came_until(self) -> datetime:
        """When the last day is over on which one of the cohort can have come."""
        return over(min(self.asked.period.last, self.asked.as_of))

    def here(self, column: Any) -> sa.ColumnElement[bool]:
        """That a column names one of the institutions."""
        return sa.true() if self.institution_ids is None else column.in_(sorted(self.institution_ids))

    def known(self, entry: Any = HistoryEntry) -> sa.ColumnElement[bool]:
        """That an entry had been recorded by then."""
        return sa.true() if self.known_at is None else entry.recorded_at <= self.known_at


def beginning_of(day: date) -> datetime:
    """The first instant of a day of the mission area."""
    return clock.start_of(day, mission.current().zone)


def over(day: date) -> datetime:
    """The first instant after a day of the mission area."""
    return beginning_of(day + timedelta(days=1))


def special(frame: Frame) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The ids of the tracks that were corrected or suspended, as far as is known."""
    corrected = HistoryEntry.corrects_id.is_not(None)
    suspended = [
        # In words, so that each has its index.
        sa.and_(HistoryEntry.stage == stage, HistoryEntry.status_after == sa.literal_column(f"'{status}'"))
        for stage, status in sorted(mission.current().procedure.counting.suspended)
    ]
    return sa.union_all(
        *(
            sa.select(HistoryEntry.track_id.label("track_id")).where(
                HistoryEntry.track_id.is_not(None), why, frame.here(HistoryEntry.holder_id), frame.known()
            )
            for why in (corrected, *suspended)
        )
    )


_NO_INSTANT, _NO_WORD = sa.cast(sa.null(), Instant), sa.cast(sa.null(), sa.String)


class Began(NamedTuple):
    """How a stay began, for `stays`."""

    again: Any = Track.reopened  # these two a track has from its first entry, for ever
    handed: Any = Track.parent_id.is_not(None)


class Ran(NamedTuple):
    """What ran when the status last changed, for `stays`; neither is known where only the entries tell."""

    due_at: Any = Track.due_at
    moved_at: Any = Track.status_since


_UNTOLD = Ran(_NO_INSTANT, _NO_INSTANT)


def stays(frame: Frame, gone_since: datetime, also: Began | Ran) -> sa.Subquery:
    """One row a plain stay, without those that ended before `gone_since` on a day that can be used.

    Its columns: track_id, institution_id, stage, entered_at, left_at, ended, word, reason, and what is `also` asked.
    """
    if frame.known_at is not None:
        return _as_known(frame, gone_since, also).subquery("stay")
    # In parts, because each has an index that holds all that is asked.
    ended = [Track.left_at >= gone_since, Track.left_at.is_(None), _backwards(gone_since)]
    parts = [_ended(frame, also).where(part) for part in ended]
    return sa.union_all(*parts, _running(frame, also)).subquery("stay")


def _backwards(gone_since: datetime) -> sa.ColumnElement[bool]:
    """Ended before it began: its end cannot be used, whenever it is said to have been."""
    return sa.and_(Track.left_at < Track.entered_at, Track.left_at < gone_since)


def _ended(frame: Frame, also: Began | Ran) -> sa.Select[*tuple[Any, ...]]:
    also = also if isinstance(also, Began) else _UNTOLD
    return _tracks(frame, (Track.left_at, sa.literal(1), Track.status, Track.reason), also).where(~Track.open)


def _running(frame: Frame, also: Began | Ran) -> sa.Select[*tuple[Any, ...]]:
    return _tracks(frame, (_NO_INSTANT, sa.literal(0), sa.literal(""), _NO_WORD), also).where(Track.open)


def _tracks(frame: Frame, end: tuple[Any, Any, Any, Any], also: Began | Ran) -> sa.Select[*tuple[Any, ...]]:
    named = zip(("left_at", "ended", "word", "reason", *also._fields), (*end, *also), strict=True)
    return sa.select(
        Track.id.label("track_id"),
        Track.institution_id.label("institution_id"),
        Track.stage.label("stage"),
        Track.entered_at.label("entered_at"),
        *(column.label(name) for name, column in named),
    ).where(frame.here(Track.institution_id), Track.id.not_in(special(frame)))


def _as_known(frame: Frame, gone_since: datetime, also: Began | Ran) -> sa.Select[*tuple[Any, ...]]:
    opened, end = aliased(HistoryEntry), aliased(HistoryEntry)
    told = also if isinstance(also, Began) else _UNTOLD
    ended = sa.and_(end.track_id == opened.track_id, end.effect == Effect.ENDS, frame.known(end))
    return (
        sa.select(
            opened.track_id.label("track_id"),
            opened.holder_id.label("institution_id"),
            opened.stage.label("stage"),
            opened.happened_at.label("entered_at"),
            end.happened_at.label("left_at"),
            sa.case((end.id.is_not(None), 1), else_=0).label("ended"),
            sa.func.coalesce(end.status_after, "").label("word"),
            end.reason.label("reason"),
            *(column.label(name) for name, column in told._asdict().items()),
        )
        .join(Track, Track.id == opened.track_id)
        .outerjoin(end, ended)
        .where(
            frame.here(opened.holder_id),
            opened.effect == Effect.OPENS,
            frame.known(opened),
            opened.track_id.not_in(special(frame)),
            sa.or_(
                end.happened_at.is_(None),
                end.happened_at >= gone_since,
                end.happened_at < opened.happened_at,
            ),
        )
    )

"""M16: how much of what the figures need was recorded, and how soon."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import mission
from tracker.db import db
from tracker.indicators.quality import Quality, Usable, quality
from tracker.models import Effect, HistoryEntry, ProtectionCase, Track
from tracker.queries.days import day_number
from tracker.queries.stays import Frame


def here_of(frame: Frame) -> sa.ColumnElement[bool]:
    """An entry about one of the institutions, as far as is known."""
    return sa.and_(frame.here(HistoryEntry.holder_id), frame.known())


def _recorded(frame: Frame) -> sa.ColumnElement[bool]:
    """Recorded in the period, about the institution's own stays."""
    return sa.and_(
        here_of(frame),
        HistoryEntry.track_id.is_not(None),
        HistoryEntry.recorded_at >= frame.since,
        HistoryEntry.recorded_at < frame.came_until,
    )


def quality_of(frame: Frame) -> Quality:
    """M16 of the institution's entries that were recorded in the period."""
    zone = mission.current().zone
    lag = day_number(HistoryEntry.recorded_at, zone) - day_number(HistoryEntry.happened_at, zone)
    imported = HistoryEntry.import_id.is_not(None)
    lags: Counter[int] = Counter()
    corrections = imports = flagged = 0
    rows = db.session.execute(
        sa.select(
            imported.label("imported"),
            HistoryEntry.flag.is_not(None).label("flagged"),
            HistoryEntry.corrects_id.is_not(None).label("corrects"),
            sa.case((imported, 0), else_=lag).label("lag"),
            sa.func.count(),
        )
        .where(_recorded(frame))
        .group_by("imported", "flagged", "corrects", "lag")
    )
    for is_imported, is_flagged, corrects, days, number in rows:
        corrections += number * bool(corrects)
        if is_imported:
            imports, flagged = imports + number, flagged + number * bool(is_flagged)
        elif not corrects:
            lags[days] += number
    ends, entries = _dated(frame)
    return quality(
        ends=ends,
        entries=entries,
        required=_complete(frame),
        lags=lags,
        corrections=corrections,
        imported=imports,
        flagged=flagged,
    )


def _dated(frame: Frame) -> tuple[Usable, Usable]:
    """How many ends, and how many beginnings, of the institution's stays have a day, of all that are known."""
    if frame.known_at is not None:
        return _told(frame, Effect.ENDS), _told(frame, Effect.OPENS)
    here = frame.here(Track.institution_id)
    both = sa.union_all(
        *(sa.select(Track.entered_at).where(here, is_open) for is_open in (Track.open, ~Track.open))
    ).subquery()
    return (
        _usable(sa.select(sa.func.count(), sa.func.count(Track.left_at)).where(here, ~Track.open)),
        _usable(sa.select(sa.func.count(), sa.func.count(both.c[0]))),
    )


def _told(frame: Frame, effect: Effect) -> Usable:
    """The same from the entries that stand, each dated by itself or by a correction."""
    entry, mend = HistoryEntry, aliased(HistoryEntry)
    mended = sa.select(mend.id).where(mend.corrects_id == entry.id, frame.known(mend))
    dated = sa.or_(entry.happened_at.is_not(None), mended.where(mend.action == "correct").exists())
    return _usable(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((dated, 1), else_=0)), 0)).where(
            here_of(frame),
            entry.track_id.is_not(None),
            entry.effect == effect,
            sa.not_(mended.where(mend.action == "withdraw").exists()),
        )
    )


def _usable(counted: sa.Select[*tuple[Any, ...]]) -> Usable:
    whole, good = db.session.execute(counted).one()
    return Usable(good, whole)


def came_to(frame: Frame) -> sa.Select[*tuple[Any, ...]]:
    """The cases that came to the institution in the period, each with when it first did."""
    came = _opened(frame) if frame.known_at is not None else _entered(frame)
    rows = came.subquery()
    at = sa.func.min(rows.c.came_at).label("came_at")
    return sa.select(rows.c.case_id, at).group_by(rows.c.case_id)


def _opened(frame: Frame) -> sa.Select[*tuple[Any, ...]]:
    told = aliased(HistoryEntry)
    newest = (
        sa.select(told.happened_at)
        .where(told.corrects_id == HistoryEntry.id, told.action == "correct", frame.known(told))
        .order_by(told.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    happened = sa.func.coalesce(newest, HistoryEntry.happened_at)
    return sa.select(HistoryEntry.case_id, happened.label("came_at")).where(
        here_of(frame),
        HistoryEntry.track_id.is_not(None),
        HistoryEntry.effect == Effect.OPENS,
        happened >= frame.since,
        happened < frame.came_until,
    )


def _entered(frame: Frame) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The same from the tracks, each part by its own index."""
    gone = sa.or_(Track.left_at.is_(None), Track.left_at < frame.since)
    parts = (Track.open, sa.and_(~Track.open, Track.left_at >= frame.since), sa.and_(~Track.open, gone))
    return sa.union_all(
        *(
            sa.select(Track.case_id, Track.entered_at.label("came_at")).where(
                frame.here(Track.institution_id),
                part,
                Track.entered_at >= frame.since,
                Track.entered_at < frame.came_until,
            )
            for part in parts
        )
    )


def _complete(frame: Frame) -> Usable:
    came = came_to(frame).subquery()
    complete = sa.and_(ProtectionCase.area_id.is_not(None), ProtectionCase.occurred_on.is_not(None))
    whole, good = db.session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((complete, 1), else_=0)), 0))
        .select_from(came)
        .join(ProtectionCase, ProtectionCase.id == came.c.case_id)
    ).one()
    return Usable(good, whole)

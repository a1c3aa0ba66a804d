"""Time limits and hand-overs counted by the database."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import mission
from tracker.indicators.hand_overs import Wait
from tracker.indicators.limits import Verdict
from tracker.models import Effect, HistoryEntry, Track
from tracker.queries import courses, stays
from tracker.queries.days import day_number
from tracker.queries.histograms import Tallies, grouped, number_of
from tracker.queries.stays import Frame

_UNKNOWN = "unknown"


def count_limits(frame: Frame, made: Tallies) -> None:
    """What became of the limits that fell in the period."""
    begun = aliased(HistoryEntry)
    plain = sa.and_(frame.here(begun.holder_id), begun.track_id.not_in(stays.special(frame)))
    for (institution_id, stage), verdicts in _verdicts(frame, begun, plain).items():
        made[institution_id, stage].verdicts.update(verdicts)


def feedback_verdicts(frame: Frame, case_ids: Any, but: Any) -> Counter[Verdict]:
    """What became of the limits of the feedback on these cases, whoever gives it, without the tracks in `but`."""
    begun = aliased(HistoryEntry)
    theirs = sa.and_(begun.stage == "feedback", begun.case_id.in_(case_ids), begun.track_id.not_in(but))
    return sum(_verdicts(frame, begun, theirs).values(), Counter())


def _verdicts(
    frame: Frame, begun: Any, which: sa.ColumnElement[bool]
) -> dict[tuple[int, str], Counter[Verdict]]:
    """What became of the limits that fell in the period, by institution and stage."""
    where = sa.and_(
        which,
        begun.due_at >= frame.since,
        begun.due_at < frame.on,
        begun.track_id.is_not(None),
        begun.effect != Effect.NOTES,
        frame.known(begun),
        _starts_clock(begun),
    )
    found: dict[tuple[int, str], Counter[Verdict]] = defaultdict(Counter)
    for institution_id, stage, word, number in grouped(
        [begun.holder_id, begun.stage, _verdict(frame, begun)], where
    ):
        if word != _UNKNOWN:
            found[institution_id, stage][Verdict(word or Verdict.STILL_OPEN)] += number
    return found


def _verdict(frame: Frame, begun: Any) -> sa.ColumnElement[str]:
    """What the first later entry that ended the limit makes of it; None where there is none."""
    later = aliased(HistoryEntry)
    word = sa.case(
        (later.happened_at.is_(None), _UNKNOWN),
        (later.happened_at >= frame.until, Verdict.STILL_OPEN.value),
        (later.happened_at > begun.due_at, Verdict.LATE.value),
        (later.status_after == "revoked", Verdict.TAKEN_BACK.value),
        else_=Verdict.IN_TIME.value,
    )
    return (
        sa.select(word)
        .where(
            later.track_id == begun.track_id,
            later.id > begun.id,
            later.effect != Effect.NOTES,
            later.due_at.is_distinct_from(begun.due_at),
            frame.known(later),
        )
        .order_by(later.id)
        .limit(1)
        .correlate(begun)
        .scalar_subquery()
    )


def _starts_clock(entry: Any) -> sa.ColumnElement[bool]:
    """Not one of the statuses that merely keep the clock of the status before."""
    keeps = [
        sa.and_(entry.stage == code, entry.status_after.in_(sorted(stage.keeps_clock)))
        for code, stage in mission.current().procedure.stages.items()
        if stage.keeps_clock
    ]
    return sa.not_(sa.or_(*keeps)) if keeps else sa.true()


def count_without_limit(frame: Frame, of: sa.Subquery, made: Tallies) -> None:
    """Those who came in the period and never had a limit."""
    entry = aliased(HistoryEntry)
    limited = sa.select(entry.id).where(
        entry.track_id == of.c.track_id,
        entry.effect != Effect.NOTES,
        entry.due_at.is_not(None),
        frame.known(entry),
        _starts_clock(entry),
    )
    where = sa.and_(
        of.c.entered_at >= frame.since, of.c.entered_at < frame.came_until, sa.not_(limited.exists())
    )
    for institution_id, stage, number in grouped([of.c.institution_id, of.c.stage], where):
        made[institution_id, stage].without_limit += number


# --- hand-overs -------------------------------------------------------------------------------------------------


def count_waits(frame: Frame, of: sa.Subquery, codes: Mapping[int, str], made: Tallies) -> None:
    """Days from the hand-over to its acknowledgement and to the first act; see `courses`."""
    handed = _handed_over(frame, of)
    zone = mission.current().zone
    sent, last = day_number(handed.c.entered_at, zone), sa.literal(number_of(frame.asked.as_of))
    seen = sa.case((handed.c.over_at.is_not(None), day_number(handed.c.over_at, zone)), else_=last)

    def waited(at: Any) -> sa.ColumnElement[int]:
        days = sa.case((at.is_not(None), day_number(at, zone)), else_=seen) - sent
        return sa.case((days < 0, 0), else_=days)

    columns = [
        handed.c.institution_id,
        handed.c.stage,
        handed.c.sender_id,
        waited(handed.c.acknowledged_at),
        handed.c.acknowledged,
        waited(handed.c.acted_at),
        handed.c.acted,
        sa.case((handed.c.undated > 0, 1), else_=0),
    ]
    for institution_id, stage, sender_id, *wait, undated, number in grouped(columns, sa.true(), handed):
        into = made[institution_id, stage]
        if undated:
            into.unwaited += number
        else:
            acknowledged, is_acknowledged, acted, is_acted = wait
            found = Wait(acknowledged, bool(is_acknowledged), acted, bool(is_acted))
            into.waits[codes.get(sender_id), found] += number


def _handed_over(frame: Frame, of: sa.Subquery) -> sa.Subquery:
    """The hand-overs of the period, each with its first acknowledgement and act."""
    entry = aliased(HistoryEntry)
    theirs = entry.status_after.not_in(courses.NOBODY_S_ANSWER)
    acknowledges = sa.and_(entry.status_before == "sent", entry.status_after != "sent", theirs)
    acts = sa.and_(
        entry.status_before.in_(courses.UNANSWERED), entry.status_after.not_in(courses.UNANSWERED), theirs
    )
    over = entry.status_after.in_(courses.NOBODY_S_ANSWER)
    moved = sa.and_(
        entry.track_id == of.c.track_id,
        entry.effect.in_([Effect.MOVES, Effect.ENDS]),
        entry.status_before.in_(courses.UNANSWERED),
        sa.or_(entry.happened_at.is_(None), entry.happened_at < frame.until),
        frame.known(entry),
    )

    def first(what: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return sa.func.min(sa.case((what, entry.happened_at)))

    def any_of(what: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.max(sa.case((what, 1), else_=0)), 0)

    kept = (of.c.institution_id, of.c.stage, of.c.entered_at, Track.sender_id)
    return (
        sa.select(
            *(sa.func.min(column).label(column.name) for column in kept),  # a track has one of each
            first(acknowledges).label("acknowledged_at"),
            any_of(acknowledges).label("acknowledged"),
            first(acts).label("acted_at"),
            any_of(acts).label("acted"),
            first(over).label("over_at"),
            any_of(sa.and_(sa.or_(acknowledges, acts), entry.happened_at.is_(None))).label("undated"),
        )
        .select_from(of)
        .join(Track, Track.id == of.c.track_id)
        .outerjoin(entry, moved)
        .where(
            Track.sender_id.is_not(None), of.c.entered_at >= frame.since, of.c.entered_at < frame.came_until
        )
        .group_by(of.c.track_id)
        .subquery("handed")
    )

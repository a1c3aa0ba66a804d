"""Stays counted by the database: the books, the cohort of the period, and the stock of a day."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import mission
from tracker.indicators.caseload import Cell
from tracker.indicators.tally import Tally
from tracker.indicators.words import End, Excluded
from tracker.models import NO_LIMIT, Effect, HistoryEntry
from tracker.queries import courses, stays
from tracker.queries.days import day_number
from tracker.queries.histograms import Tallies, ended_by, entered_by, grouped, number_of
from tracker.queries.stays import Frame

_NO_LIMIT, _WITHIN, _OVER = 0, 1, 2


def count_books(frame: Frame, made: Tallies) -> None:
    """How many stays moved between which bounds."""
    bounds = [stays.beginning_of(day) for day in frame.asked.bounds]
    of = stays.stays(frame, bounds[0], stays.Began())
    ended = ended_by(of, frame.on)
    base = len(bounds) + 2
    came, went = _bucket(of.c.entered_at, bounds), sa.case((ended, _bucket(of.c.left_at, bounds)), else_=-1)
    columns = [
        of.c.institution_id,
        of.c.stage,
        # Few columns, because every row is sorted by all of them.
        (came + 1) * base + went + 1,
        sa.case((ended, of.c.word), else_=""),
        _flags(of.c.again == sa.true(), of.c.handed, _withdrawn(of), _backwards(of)),
    ]
    for institution_id, stage, moved, word, flags, number in grouped(columns, entered_by(of, frame.on)):
        _book(
            made[institution_id, stage],
            divmod(moved, base),
            (stage, word),
            [flags & 1 << at for at in range(4)],
            number,
        )


def _book(into: Tally, moved: tuple[int, int], end: tuple[str, str], flags: list[int], number: int) -> None:
    again, handed, withdrawn, backwards = flags
    came, went = (None if bucket == 0 else bucket - 1 for bucket in moved)
    stage, word = end
    if backwards and word:
        into.unbooked[Excluded.END_BEFORE_ENTRY] += number
    elif word and went is None:
        into.unbooked[Excluded.END_UNDATED] += number
    elif word and came is None:
        into.unbooked[Excluded.ENTRY_UNDATED] += number
    else:
        beginning = courses.beginning(bool(again), bool(handed))
        into.cells[Cell(came, went, beginning, _end(stage, word, withdrawn))] += number


def _flags(*conditions: Any) -> Any:
    """The conditions as the bits of a number."""
    bits: list[Any] = [sa.case((condition, 1 << at), else_=0) for at, condition in enumerate(conditions)]
    return reduce(add, bits)


def _bucket(column: Any, bounds: Iterable[datetime]) -> sa.ColumnElement[int]:
    """How many of the bounds lie at or before the instant; -1: nobody knows."""
    ordered = list(bounds)
    return sa.case(
        (column.is_(None), -1),
        *((column < bound, at) for at, bound in enumerate(ordered)),
        else_=len(ordered),
    )


# --- the cohort -------------------------------------------------------------------------------------------------


def count_cohort(frame: Frame, of: sa.Subquery, made: Tallies) -> None:
    """Those who came in the period: for how many days they were seen, and how that ended."""
    ended = ended_by(of, frame.until)
    zone = mission.current().zone
    seen = sa.case(
        (ended, day_number(of.c.left_at, zone)), else_=sa.literal(number_of(frame.asked.as_of))
    ) - day_number(of.c.entered_at, zone)
    young = of.c.entered_at >= stays.over(frame.asked.followed)
    columns = [
        of.c.institution_id,
        of.c.stage,
        seen,
        sa.case((ended, of.c.word), else_=""),
        sa.case((_withdrawn(of), 1), else_=0),
        sa.case((young, 1), else_=0),
    ]
    where = sa.and_(of.c.entered_at >= frame.since, of.c.entered_at < frame.came_until)
    onward = mission.current().procedure.counting.onward
    for institution_id, stage, days, word, withdrawn, is_young, number in grouped(columns, where):
        into = made[institution_id, stage]
        if days is None or days < 0:
            into.uncohorted[Excluded.END_UNDATED if days is None else Excluded.END_BEFORE_ENTRY] += number
            continue
        into.cohort[days, _end(stage, word, withdrawn)] += number
        if is_young:
            into.young += number
        else:
            into.onward[days, (stage, word) in onward] += number
    undated = grouped([of.c.institution_id, of.c.stage], of.c.entered_at.is_(None))
    for institution_id, stage, number in undated:
        made[institution_id, stage].uncohorted[Excluded.ENTRY_UNDATED] += number


# --- the stock --------------------------------------------------------------------------------------------------


def count_stock(frame: Frame, made: Tallies) -> None:
    """Those who were open on the day: how old, and whether over a limit."""
    of = stays.stays(frame, frame.on, stays.Ran())
    age = sa.literal(number_of(frame.asked.on)) - day_number(of.c.entered_at, mission.current().zone)
    columns = [of.c.institution_id, of.c.stage, age, _standing(frame, of)]
    is_open = sa.and_(entered_by(of, frame.on), sa.not_(ended_by(of, frame.on)))
    for institution_id, stage, days, standing, number in grouped(columns, is_open):
        into = made[institution_id, stage]
        if days is None:
            into.undated += number
        else:
            into.ages[days] += number
        into.with_limit += number * (standing != _NO_LIMIT)
        into.over += number * (standing == _OVER)


def _standing(frame: Frame, of: sa.Subquery) -> sa.ColumnElement[int]:
    """Whether a limit ran on the day, and was over.

    It is the running one if nothing moved since, else what the last entry by then said.
    """
    entry = aliased(HistoryEntry)
    last = (
        sa.select(_against(entry.due_at, frame))
        .where(
            entry.track_id == of.c.track_id,
            entry.effect != Effect.NOTES,
            sa.or_(entry.happened_at.is_(None), entry.happened_at < frame.on),
            frame.known(entry),
        )
        .order_by(entry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    still = sa.and_(of.c.due_at.is_not(None), sa.or_(of.c.moved_at.is_(None), of.c.moved_at < frame.on))
    return sa.case((still, _against(of.c.due_at, frame)), else_=last)


def _against(due_at: Any, frame: Frame) -> sa.ColumnElement[int]:
    return sa.case((due_at < frame.on, _OVER), (due_at < NO_LIMIT, _WITHIN), else_=_NO_LIMIT)


# --- ends -------------------------------------------------------------------------------------------------------


def _withdrawn(of: sa.Subquery) -> sa.ColumnElement[bool]:
    return of.c.reason.in_(sorted(mission.current().procedure.counting.withdrawn_reasons))


def _backwards(of: sa.Subquery) -> sa.ColumnElement[bool]:
    """Ended on a day before it began: its end cannot be used."""
    zone = mission.current().zone
    return sa.and_(
        of.c.left_at < of.c.entered_at, day_number(of.c.left_at, zone) < day_number(of.c.entered_at, zone)
    )


def _end(stage: str, word: str, withdrawn: int) -> End | None:
    """What an end counts as; None where there is none."""
    if not word:
        return None
    return End.WITHDRAWN if withdrawn else courses.end_of(stage, word, None)

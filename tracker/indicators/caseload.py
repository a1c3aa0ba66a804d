"""M1 caseload, M2 clearance, M3 disposition time."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from tracker.indicators.measured import Measured, frame
from tracker.indicators.periods import Period
from tracker.indicators.spells import Spell, as_of, parts
from tracker.indicators.words import RESOLVED, Beginning, Blank, End, Excluded

FEW = 5
"""Below so many incoming or resolved cases a rate is shown greyed to staff, and not at all to the public."""


class Cell(NamedTuple):
    """Spells that came and went between the same bounds; None: on a day that nobody knows, or not gone yet."""

    came: int | None
    went: int | None
    beginning: Beginning
    end: End | None


class Books(NamedTuple):
    """How many spells moved between which bounds: enough to balance every period that the bounds delimit."""

    bounds: Sequence[date]
    cells: Mapping[Cell, int]
    excluded: Mapping[Excluded, int]


@dataclass(frozen=True, kw_only=True)
class Caseload(Measured):
    """M1. The books of one period: they balance (`balances`). `n`: spells that were open some time in the period."""

    period: Period
    open_at_start: int
    incoming: Mapping[Beginning, int]
    """Every beginning, also those with 0."""
    ended: Mapping[End, int]
    """Every end, also those with 0."""
    open_at_end: int
    suspended_at_end: int
    """Stays that are suspended at the end: not open, never hidden."""
    undated: int
    """Open at the end though nobody knows since when: in stock, in no flow."""

    @property
    def came_in(self) -> int:
        """All beginnings."""
        return sum(self.incoming.values())

    @property
    def resolved(self) -> int:
        """Decided, withdrawn and closed administratively."""
        return sum(self.ended[end] for end in RESOLVED)

    @property
    def balances(self) -> bool:
        """Whether open at start + in - out = open at end."""
        return self.open_at_start + self.came_in - sum(self.ended.values()) == self.open_at_end


@dataclass(frozen=True, kw_only=True)
class Clearance(Measured):
    """M2. `n`: incoming. Above 100 %: open cases fell."""

    period: Period
    incoming: int
    resolved: int
    moved_out: int
    percent: float | None
    of_those_kept: float | None
    """resolved / (incoming - moved out): an institution that only hands on is not at fault."""
    few: bool
    blank: Blank | None


@dataclass(frozen=True, kw_only=True)
class Disposition(Measured):
    """M3. `n`: resolved. `days`: a forecast at today's pace, not a time that anybody waited."""

    period: Period
    days: float | None
    turnover: float | None
    change_percent: float | None
    """Of open cases, from the start to the end of the period; None when none were open at its start."""
    few: bool
    blank: Blank | None


def bounds(periods: Iterable[Period], day: date) -> list[date]:
    """The days on which something begins that is counted apart; nothing is counted after `day`."""
    days = {bound for period in periods for bound in (period.first, period.last + timedelta(days=1))}
    end = day + timedelta(days=1)
    return sorted({bound for bound in days if bound < end} | {end})


def books(spells: Iterable[Spell], between: Sequence[date]) -> Books:
    """Counts spells between bounds (from `bounds`), as they stood at the end of the day before the last of them.

    What ended on a day that is unknown or lies before its beginning is neither open nor dated: left out, and counted.
    So is what ended and nobody knows when it came: to count it as resolved but never as incoming would be to boast.
    What ended before the first bound is in no book.
    """
    cells: Counter[Cell] = Counter()
    excluded: Counter[Excluded] = Counter()
    day = between[-1] - timedelta(days=1)
    for spell in filter(None, (as_of(spell, day) for spell in spells)):
        reason = _unusable(spell)
        if _long_gone(spell, reason, between[0]):
            continue
        if reason is not None:
            excluded[reason] += 1
            continue
        for part in parts(spell):
            came = None if part.came is None else bisect_right(between, part.came)
            went = None if part.went is None else bisect_right(between, part.went)
            cells[Cell(came, went, part.beginning, part.end)] += 1
    return Books(between, cells, excluded)


def _long_gone(spell: Spell, reason: Excluded | None, first: date) -> bool:
    """Ended before the first bound, on a day that can be used. (What was suspended is followed from its beginning.)"""
    usable = reason is not Excluded.END_BEFORE_ENTRY and not spell.pauses
    return usable and spell.left is not None and spell.left < first


def _unusable(spell: Spell) -> Excluded | None:
    if spell.end is not None and spell.left is None:
        return Excluded.END_UNDATED
    if spell.end is not None and spell.entered is None:
        return Excluded.ENTRY_UNDATED
    if spell.left is not None and spell.entered is not None and spell.left < spell.entered:
        return Excluded.END_BEFORE_ENTRY
    return None


def caseload(of: Books, period: Period) -> Caseload:
    """M1 of a period that the bounds delimit (up to the last of them)."""
    first = bisect_right(of.bounds, period.first)
    after = bisect_right(of.bounds, min(period.last + timedelta(days=1), of.bounds[-1]))
    incoming, ended = dict.fromkeys(Beginning, 0), dict.fromkeys(End, 0)
    at_start = at_end = undated = touched = suspended = 0
    for cell, number in of.cells.items():
        came = -1 if cell.came is None else cell.came
        went = len(of.bounds) + 1 if cell.went is None else cell.went
        before, inside = came < first, first <= came < after
        at_start += number * (before and went >= first)
        at_end += number * (came < after <= went)
        touched += number * (came < after and went >= first)
        undated += number * (cell.came is None and went >= after)
        suspended += number * (cell.end is End.SUSPENDED and went < after)
        suspended -= number * (cell.beginning is Beginning.REACTIVATED and came < after)
        if inside:
            incoming[cell.beginning] += number
        if cell.end is not None and first <= went < after:
            ended[cell.end] += number
    return Caseload(
        **frame("M1", touched, of.excluded),
        period=period,
        open_at_start=at_start,
        incoming=incoming,
        ended=ended,
        open_at_end=at_end,
        suspended_at_end=suspended,
        undated=undated,
    )


def clearance(of: Caseload) -> Clearance:
    """M2: 100 * resolved / incoming; no rate where nothing came in."""
    moved = of.ended[End.MOVED_OUT]
    return Clearance(
        **frame("M2", of.came_in, of.excluded),
        period=of.period,
        incoming=of.came_in,
        resolved=of.resolved,
        moved_out=moved,
        percent=clearance_rate(of.came_in, of.resolved),
        of_those_kept=clearance_rate(of.came_in - moved, of.resolved),
        few=min(of.came_in, of.resolved) < FEW,
        blank=None if of.came_in else Blank.NO_NEW_CASES,
    )


def disposition(of: Caseload) -> Disposition:
    """M3: D * open at the end / resolved; no time where nothing was resolved, no turnover where nothing is open."""
    change = 100 * (of.open_at_end - of.open_at_start) / of.open_at_start if of.open_at_start else None
    return Disposition(
        **frame("M3", of.resolved, of.excluded),
        period=of.period,
        days=disposition_time(of.open_at_end, of.resolved, of.period.days_of_forecast),
        turnover=of.resolved / of.open_at_end if of.open_at_end else None,
        change_percent=change,
        few=min(of.came_in, of.resolved) < FEW,
        blank=None if of.resolved else Blank.NONE_RESOLVED,
    )


def clearance_rate(incoming: int, resolved: int) -> float | None:
    """Resolved for every hundred that came in; None where none came in (or fewer than none were kept)."""
    return 100 * resolved / incoming if incoming > 0 else None


def disposition_time(open_at_end: int, resolved: int, days: int) -> float | None:
    """How many days the open cases would take at the pace of `days` in which so many were resolved."""
    return days * open_at_end / resolved if resolved else None

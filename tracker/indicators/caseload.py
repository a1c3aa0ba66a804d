"""M1 caseload, M2 clearance, M3 disposition time."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.indicators.measured import Measured
from tracker.indicators.periods import Period
from tracker.indicators.words import Beginning, Blank, End

FEW = 5
"""Below so many incoming or resolved cases a rate is shown greyed to staff, and not at all to the public."""


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
    """Open spells whose day of entry nobody knows: in stock at both ends, in no flow."""

    @property
    def came_in(self) -> int:
        """All beginnings."""
        return sum(self.incoming.values())

    @property
    def resolved(self) -> int:
        """Decided, withdrawn and closed administratively."""
        return sum(self.ended[end] for end in (End.DECIDED, End.WITHDRAWN, End.ADMINISTRATIVE))

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

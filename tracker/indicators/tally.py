"""What is counted of the stays of one institution in one stage: enough for every figure of the sheet.

The database counts the plain stays, Python those that were suspended or corrected, by the same rules; tallies of both
are added, and so are those of all institutions of a kind.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self

from tracker.indicators import caseload
from tracker.indicators.ages import Limited, OpenCases, ages, open_cases
from tracker.indicators.caseload import Books, Cell
from tracker.indicators.durations import Cohort, cohort, duration, ways_out
from tracker.indicators.figures import StageFigures
from tracker.indicators.hand_overs import Wait
from tracker.indicators.limits import Limit, Verdict, on_time, verdict
from tracker.indicators.pathway import WITHIN, progression
from tracker.indicators.periods import Period
from tracker.indicators.spells import Spell
from tracker.indicators.words import End, Excluded

PERIODS = 4
"""How many periods are shown side by side."""


class Asked(NamedTuple):
    """For when figures are asked: the period, and the day up to which things are known to have happened."""

    period: Period
    as_of: date

    @property
    def periods(self) -> Sequence[Period]:
        """The periods side by side, oldest first."""
        return [self.period.earlier(back) for back in reversed(range(PERIODS))]

    @property
    def on(self) -> date:
        """The day on which open cases are counted: the last of the period, or as_of if that comes first."""
        return min(self.period.last, self.as_of)

    @property
    def year(self) -> Period:
        """The twelve months up to that day."""
        return Period(self.on - timedelta(days=364), self.on)

    @property
    def bounds(self) -> Sequence[date]:
        """What delimits the books of all periods, and of the last twelve months."""
        return caseload.bounds([*self.periods, self.year], self.on)

    @property
    def followed(self) -> date:
        """The last day of entry that leaves enough days to have come to the next stage."""
        return self.as_of - timedelta(days=WITHIN)


class Stay(NamedTuple):
    """A spell with what else is counted of it."""

    spell: Spell
    onward: bool = False
    """It ended by going to the next stage."""
    limits: Sequence[Limit] = ()
    running: datetime | None = None
    """When the limit ends, or ended, that ran on the day on which open cases are counted."""
    sender: str | None = None
    wait: Wait | None = None
    """How its hand-over went; None: there was none, or nobody knows when it was answered (`unanswerable`)."""
    unanswerable: bool = False


@dataclass
class Tally:
    """Counts; `+` adds those of another institution or of other stays."""

    cells: Counter[Cell] = field(default_factory=Counter)
    unbooked: Counter[Excluded] = field(default_factory=Counter)
    cohort: Counter[tuple[int, End | None]] = field(default_factory=Counter)
    uncohorted: Counter[Excluded] = field(default_factory=Counter)
    onward: Counter[tuple[int, bool]] = field(default_factory=Counter)
    young: int = 0
    ages: Counter[int] = field(default_factory=Counter)
    undated: int = 0
    suspended: int = 0
    with_limit: int = 0
    over: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    without_limit: int = 0
    waits: Counter[tuple[str | None, Wait]] = field(default_factory=Counter)
    unwaited: int = 0
    """Hand-overs of which nobody knows when they were answered."""

    def __add__(self, other: Self) -> "Tally":
        """The tally of both together."""
        return Tally(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


def tally(stays: Iterable[Stay], asked: Asked, *, since: datetime, until: datetime, on: datetime) -> Tally:
    """Counts stays. `since`: when the period begins; `until`, `on`: when the days `as_of` and `asked.on` are over."""
    made = Tally()
    for stay in stays:
        _count_books(stay, asked, made)
        _count_cohort(stay, asked, made)
        _count_stock(stay, asked, made, on)
        for limit in stay.limits:
            if since <= limit.due_at < on:
                made.verdicts[verdict(limit, until)] += 1
    return made


def _count_books(stay: Stay, asked: Asked, into: Tally) -> None:
    books = caseload.books([stay.spell], asked.bounds)
    into.cells.update(books.cells)
    into.unbooked.update(books.excluded)


def _count_cohort(stay: Stay, asked: Asked, into: Tally) -> None:
    came, entered = cohort([stay.spell], asked.period, asked.as_of), stay.spell.entered
    into.cohort.update(came.histogram)
    into.uncohorted.update(came.excluded)
    if entered is None or entered not in asked.period or entered > asked.as_of:
        return
    into.without_limit += not stay.limits
    if stay.wait is not None:
        into.waits[stay.sender, stay.wait] += 1
    into.unwaited += stay.unanswerable
    for days, end in came.histogram:
        if entered > asked.followed:
            into.young += 1
        else:
            into.onward[days, stay.onward and end is not None] += 1


def _count_stock(stay: Stay, asked: Asked, into: Tally, on: datetime) -> None:
    stock = open_cases([stay.spell], asked.on)
    into.ages.update(stock.histogram)
    into.undated += stock.undated
    into.suspended += stock.suspended
    if stay.running is not None and (stock.histogram or stock.undated):
        into.with_limit += 1
        into.over += stay.running < on


def stage_figures(stage: str, of: Tally, asked: Asked) -> StageFigures:
    """The sheet of one stage."""
    books = Books(asked.bounds, of.cells, of.unbooked)
    loads = [caseload.caseload(books, period) for period in asked.periods]
    came = Cohort(of.cohort, of.uncohorted)
    resolved = caseload.caseload(books, asked.year).resolved
    late = of.uncohorted + Counter({Excluded.FOLLOW_UP_TOO_SHORT: of.young})
    return StageFigures(
        stage=stage,
        caseload=loads,
        clearance=[caseload.clearance(load) for load in loads],
        disposition=[caseload.disposition(load) for load in loads],
        in_stage=duration(came),
        to_decision=duration(came, (End.DECIDED,)),
        ways_out=ways_out(came),
        on_time=on_time(of.verdicts, asked.period, without_limit=of.without_limit),
        ages=ages(
            OpenCases(asked.on, of.ages, of.undated, of.suspended),
            Limited(of.with_limit, of.over),
            resolved,
        ),
        progression=progression(of.onward, asked.period, stage, excluded=late),
    )

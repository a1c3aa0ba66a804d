"""The sheets: what pages, frozen reports and commands show, all at once and all from one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.indicators.ages import Ages
from tracker.indicators.caseload import Caseload, Clearance, Disposition
from tracker.indicators.comparison import Funnel
from tracker.indicators.detention import Detention
from tracker.indicators.durations import Duration, WaysOut
from tracker.indicators.hand_overs import HandOvers
from tracker.indicators.hearings import Hearings
from tracker.indicators.limits import OnTime
from tracker.indicators.measured import NotRecorded
from tracker.indicators.pathway import Attrition, Progression
from tracker.indicators.periods import Period
from tracker.indicators.protection import Protected, Told
from tracker.indicators.quality import Quality


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What figures were computed from; every figure cites it."""

    as_of: date
    """Valid time: as it stood at the end of this day."""
    known_at: datetime
    """Transaction time (UTC): from what had been recorded by then."""
    log_position: int | None
    """How many leaves the log had at `known_at`; None until histories are in a log."""
    checkpoint: str | None
    definitions: Mapping[str, int]
    """Version by indicator."""


@dataclass(frozen=True, kw_only=True)
class StageFigures:
    """One stage at one institution (or, in `peers`, at all institutions of its kind together)."""

    stage: str
    caseload: Sequence[Caseload]
    """The four periods that end with the asked one, oldest first."""
    clearance: Sequence[Clearance]
    disposition: Sequence[Disposition]
    in_stage: Duration
    """M4: any way out is an end."""
    to_decision: Duration
    """M4: a decision is the end; to move out is censored."""
    ways_out: WaysOut
    on_time: OnTime
    ages: Ages
    progression: Progression


@dataclass(frozen=True, kw_only=True)
class InstitutionFigures:
    """The page "institution". `peers`: the same for all institutions of its kind together, stage by stage."""

    code: str
    kind: str
    basis: Basis
    period: Period
    quality: Quality
    stages: Sequence[StageFigures]
    peers: Sequence[StageFigures]
    peer_count: int
    received: Sequence[HandOvers]
    """Hand-overs to it, by sender."""
    sent: Sequence[HandOvers]
    """Hand-overs from it, by receiver."""
    detention: Detention
    hearings: Hearings | NotRecorded
    orders: OnTime | NotRecorded
    protection: Protected
    told: Told
    others: Sequence[NotRecorded]
    """M17 and M18."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The page "compare": one indicator of one stage at every institution of a kind, in order of code."""

    basis: Basis
    period: Period
    stage: str
    kind: str
    indicator: str
    """M6, M8 or M10."""
    funnel: Funnel


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Where cases waited when the period ended (now, while it runs): one stage and status."""

    stage: str
    status: str
    cases: int
    median_days: int | None
    over_limit: int


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """The page "pathway". `area`: P-code; None: the whole installation."""

    basis: Basis
    period: Period
    area: str | None
    attrition: Attrition
    waiting: Sequence[Waiting]
    links: Sequence[HandOvers]
    """By kind of sender and receiver."""


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """One row of the overview for judicial affairs: what is stuck, where, since when."""

    institution: str
    stage: str
    status: str
    cases: int
    oldest_days: int
    over_limit: int
    limit_ended_days: int | None
    """Days since the first of their limits ended."""

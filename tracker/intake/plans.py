"""What is going to be written for one case, before the database has numbered it."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from tracker.gazetteer.matching import Gazetteer
from tracker.intake.days import Calendar
from tracker.intake.mapping import Mapping, Place
from tracker.procedure import Procedure
from tracker.vocabulary import EntryFlag


class Plain:
    """A row to be: its attributes are the columns of its table."""

    def __init__(self, **columns: Any) -> None:
        self.__dict__ = columns


class PlainTrack(Plain):
    """A track to be, before its first entry."""

    version = 0
    awaiting = assigned_to_id = None


@dataclass(eq=False, slots=True)
class Stay:
    """One track of a case, with what its number in the database decides."""

    row: Any
    place: Place
    parent: "Stay | None"
    opening: Any = None
    id: int | None = None


@dataclass(eq=False, slots=True)
class PlannedCase:
    """All that is written for one case, in order; the numbers that the database gives are filled in on the way."""

    row: Any
    stays: list[Stay] = field(default_factory=list)
    entries: list[tuple[Any, Stay | None]] = field(default_factory=list)
    orders: list[tuple[str, Stay, Any]] = field(default_factory=list)

    def latest(self, stage: str) -> Stay | None:
        """The newest track of a stage."""
        return next((stay for stay in reversed(self.stays) if stay.row.stage == stage), None)


class Occurrence(NamedTuple):
    """One event of the source: when, where, in its own words, and what is wrong with it."""

    at: datetime | None
    place: Place | None
    words: Map[str, str]
    flags: Sequence[EntryFlag]


@dataclass(frozen=True)
class Setting:
    """What a plan stands on besides the rows. `number_of`: of an institution, which is made where it is missing.

    `areas`: to look areas up by name, where the mapping asks for it.
    """

    mapping: Mapping
    procedure: Procedure
    calendar: Calendar
    import_id: int
    recorded_at: datetime
    area_ids: Map[str, int]
    number_of: Callable[[Place], int]
    areas: Gazetteer | None = None

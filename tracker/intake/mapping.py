"""What a mapping is once it is read: how the words of one source become the system's own."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from tracker.models import Effect
from tracker.vocabulary import Concern, InstitutionKind, Level, Urgency

Word = TypeVar("Word")


def fold(text: str) -> str:
    """A source's word as it is compared: case and spaces differ from row to row."""
    return " ".join(text.split()).casefold()


class IfOver(StrEnum):
    """What an act does where the stay that it is about has ended, or never began."""

    AGAIN = "again"
    NOTE = "note"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Source:
    """Where the records come from. `as_of`: the day up to which the source says it is complete."""

    code: str
    title: str
    as_of: date | None
    date_format: str
    delimiter: str
    not_named: frozenset[str]


@dataclass(frozen=True)
class AreaRow:
    """An area that the mapping makes where it is not there yet."""

    code: str
    name: str
    level: int
    parent: str | None


@dataclass(frozen=True)
class Place:
    """An institution of the source. `known`: False for the placeholder of those that the source does not name."""

    code: str
    name: str
    kind: InstitutionKind
    area: str | None
    parent: str | None = None
    known: bool = True


@dataclass(frozen=True)
class StageRow:
    """How stays of one stage begin: where, with which status when no event says so, and after which stages."""

    stage: str
    kind: InstitutionKind | None
    placeholder: Place
    begins: str
    after: tuple[str, ...]
    by_referral: bool
    kinds: frozenset[str]
    """What may hold this stage, in the country of the pack or elsewhere."""


@dataclass(frozen=True)
class Act:
    """One thing that an event does to one stay (stage "case": to the case as a whole)."""

    stage: str
    effect: Effect
    to: str | None
    """The status after it; None for a note, which keeps the status."""
    action: str
    begins: str
    dated: bool
    at: Place | None
    outcome: str | None
    reason: str | None
    order: str | None
    if_over: IfOver
    elsewhere: bool
    main: bool


@dataclass(frozen=True)
class Rule:
    """What an event word, with an outcome word, does: its own act among those before and after it."""

    event: str
    acts: tuple[Act, ...]
    left_out: bool

    @property
    def main(self) -> Act:
        """The event's own act; a rule that leaves its event out has none."""
        return next(act for act in self.acts if act.main)


@dataclass(frozen=True)
class Coded(Generic[Word]):
    """How a column, or nothing at all, becomes a word of ours."""

    column: str | None
    words: Map[str, Word] = field(default_factory=dict)
    default: Word | None = None
    matched: bool = False
    """Of areas: a word that is not listed is the area that it means for certain, if it means one."""

    def of(self, text: str) -> Word | None:
        """Our word for the source's; None where the mapping knows none."""
        return self.words.get(fold(text), self.default)


@dataclass(frozen=True)
class CaseColumns:
    """Where the facts of a case stand. `from_events`: in its first event, for a source without a table of cases."""

    from_events: bool
    reference: str
    received_on: str
    incident_on: str | None
    concern: Coded[Concern]
    urgency: Coded[Urgency]
    risk: Coded[Level]
    reprisal_risk: Coded[Level]
    area: Coded[str]
    registrar: Place
    owner: Place

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once; the reference is the first."""
        coded = (self.concern, self.urgency, self.risk, self.reprisal_risk, self.area)
        named = (self.reference, self.received_on, self.incident_on, *(word.column for word in coded))
        return tuple(dict.fromkeys(filter(None, named)))


@dataclass(frozen=True)
class EventColumns:
    """Where the facts of an event stand."""

    case_ref: str
    seq: str
    on: str
    event: str
    institution: str | None
    unit: str | None
    outcome: str | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once; the case's reference and the sequence number are the first two."""
        named = (self.case_ref, self.seq, self.on, self.event, self.institution, self.unit, self.outcome)
        return tuple(dict.fromkeys(filter(None, named)))


@dataclass(frozen=True)
class Mapping:
    """The whole file. Get it from `mapping_reader`."""

    source: Source
    areas: tuple[AreaRow, ...]
    places: Map[str, Place]
    """Institutions that the mapping itself describes, by the folded name by which the source knows them."""
    makes: tuple[Place, ...]
    """All institutions that the mapping describes, also those that no event names."""
    stages: Map[str, StageRow]
    cases: CaseColumns
    events: EventColumns
    rules: Map[tuple[str, str | None], Rule]
    """By folded event and outcome; outcome None: any other."""

    @property
    def named_areas(self) -> list[str]:
        """The codes of all areas that the mapping speaks of."""
        area = self.cases.area
        places = (*self.makes, *(row.placeholder for row in self.stages.values()))
        return [*filter(None, (*area.words.values(), area.default, *(place.area for place in places)))]

    def rule(self, event: str, outcome: str) -> Rule | None:
        """What this event with this outcome does; None where the mapping does not say."""
        word = fold(event)
        return self.rules.get((word, fold(outcome))) or self.rules.get((word, None))

    def knows(self, event: str) -> bool:
        """Whether any rule is about this event."""
        word = fold(event)
        return any(known == word for known, _ in self.rules)

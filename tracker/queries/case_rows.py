"""What a case file is made of, a row each, as the page shows them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from tracker.models import NO_LIMIT
from tracker.vocabulary import (
    AgeGroup,
    Channel,
    ClosureReason,
    Concern,
    ConsentDecision,
    DataClass,
    EntryFlag,
    Level,
    OrderKind,
    PartyRole,
    PerpetratorKind,
    ReleaseReason,
    Sex,
    Urgency,
)


class CaseFacts(NamedTuple):
    """What the record of the case says, none of it personal."""

    id: int
    reference: str
    concern: Concern
    urgency: Urgency
    risk: Level
    reprisal_risk: Level
    channel: Channel
    area_id: int | None
    occurred_on: date | None
    registered_at: datetime
    registrar_id: int
    owner_id: int
    closed_at: datetime | None
    closure_reason: ClosureReason | None
    entries: int
    source_ref: str | None


class Part(NamedTuple):
    """One track of the case, with the name of the institution that holds it and of the one that sent it."""

    id: int
    institution_id: int
    sender_id: int | None
    assigned_to_id: int | None
    jurisdiction_concern: bool
    reopened: bool
    stage: str
    status: str
    status_since: datetime | None
    open: bool
    entered_at: datetime | None
    left_at: datetime | None
    clock: str | None
    due_at: datetime
    reason: str | None
    awaiting: str | None
    next_on: date | None
    version: int
    institution: str
    sender: str | None

    @property
    def limit(self) -> datetime | None:
        """When the running clock ends; None where no limit is set."""
        return None if self.due_at == NO_LIMIT else self.due_at


class EntryRow(NamedTuple):
    """One entry of the history, with names; `note` only where the viewer may read it."""

    id: int
    n: int
    track_id: int | None
    stage: str
    action: str
    effect: str
    """An `Effect`."""
    status_after: str
    holder_id: int
    holder: str
    actor_id: int | None
    actor: str | None
    institution_id: int | None
    institution: str | None
    reason: str | None
    happened_at: datetime | None
    recorded_at: datetime
    detail: Mapping[str, Any]
    corrects_id: int | None
    import_id: int | None
    flag: EntryFlag | None
    note: str | None


class PersonRow(NamedTuple):
    """One person of the case."""

    id: int
    role: PartyRole
    name: str
    phone: str
    sex: Sex
    age_group: AgeGroup
    perpetrator_kind: PerpetratorKind | None
    institution_id: int | None
    institution: str | None


class NarrativeRow(NamedTuple):
    """One account, with the exact place."""

    text: str
    place: str
    recorded_at: datetime


class ConsentRow(NamedTuple):
    """One decision about sharing one class with one institution."""

    entry_id: int
    institution_id: int
    institution: str
    data_class: DataClass
    decision: ConsentDecision
    given_on: date


class CustodyRow(NamedTuple):
    """One person held, or held until `released_at`."""

    id: int
    track_id: int
    name: str
    institution: str
    arrested_at: datetime
    due_at: datetime | None
    released_at: datetime | None
    release_reason: ReleaseReason | None
    confirmed: bool
    """Whether somebody compared the limit in force with the law."""


class OrderRow(NamedTuple):
    """One order of a court."""

    kind: OrderKind
    due_on: date | None

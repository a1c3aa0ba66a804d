"""The shapes of what auditors read: nothing in them says whose a case is."""

from datetime import date, datetime
from typing import Any, NamedTuple

from tracker.models import NO_LIMIT, Effect
from tracker.vocabulary import (
    AdministrativeAct,
    Channel,
    ClosureReason,
    Concern,
    EntryFlag,
    Level,
    Role,
    Urgency,
)


class EntryRow(NamedTuple):
    """One act as auditors see it."""

    id: int
    n: int
    case: str | None
    alert: str | None
    stage: str
    action: str
    effect: Effect
    status_before: str | None
    status_after: str
    holder: str
    actor: str | None
    institution: str | None
    role: Role | None
    reason: str | None
    happened_at: datetime | None
    recorded_at: datetime
    due_at: datetime | None
    corrects: int | None
    """The number of the entry that it corrects."""
    flag: EntryFlag | None
    source: str | None
    """From where it was taken in."""
    procedure: str
    detail: dict[str, Any]


class TrackRow(NamedTuple):
    """One stay of a case at an institution."""

    stage: str
    holder: str
    sender: str | None
    status: str
    open: bool
    entered_at: datetime | None
    left_at: datetime | None
    due_at: datetime
    outcome: str | None
    next_on: date | None
    jurisdiction_concern: bool

    @property
    def limit(self) -> datetime | None:
        """When the running limit ends; None where none runs."""
        return None if self.due_at == NO_LIMIT else self.due_at


class CaseFacts(NamedTuple):
    """What is known of a case without knowing whose it is."""

    id: int
    reference: str
    concern: Concern
    urgency: Urgency
    risk: Level
    reprisal_risk: Level
    channel: Channel
    area: str | None
    registered_at: datetime
    registrar: str
    owner: str
    closed_at: datetime | None
    closure_reason: ClosureReason | None
    source: str | None


class AlertFacts(NamedTuple):
    """What is known of an alert without knowing whose it is."""

    id: int
    reference: str
    channel: Channel
    area: str | None
    received_at: datetime
    holder: str
    status: str
    case: str | None


class ActRow(NamedTuple):
    """One act of an administrator."""

    id: int
    recorded_at: datetime
    action: AdministrativeAct
    actor: str | None
    actor_institution: str | None
    person: str | None
    institution: str | None
    subject: str
    detail: dict[str, Any]

"""The way of one case of the caseload, entry by entry, as the procedure would have it."""

import random
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.rows import Rows
from tracker import mission, references
from tracker.models import NO_LIMIT, Effect
from tracker.vocabulary import (
    DECISIONS,
    AgeGroup,
    Channel,
    ClosureReason,
    Concern,
    ConsentDecision,
    DataClass,
    InstitutionKind,
    Level,
    NoActionReason,
    NotAcceptedReason,
    PartyRole,
    Role,
    Sex,
    Urgency,
)

if TYPE_CHECKING:
    from benchmarks.caseload import Holders

STALLS = 0.045
"""The chance, before each step, that a case goes no further."""

_NOTED = 0.3
_WORDS = (
    "statement taken",
    "witness contacted",
    "parties told",
    "visit planned",
    "transport arranged",
    "register seen",
)


class Stopped(Exception):  # noqa: N818 - the end of a story, not a fault
    """The case waits where it is."""


@dataclass
class Stay:
    """A track on its way to being a row."""

    id: int
    stage: str
    holder: int
    sender: int | None = None
    parent: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Who:
    """Somebody at an institution."""

    institution: int
    user: int
    role: Role


class Journey:
    """One case: `go` takes it as far as it gets until now."""

    def __init__(self, rows: Rows, holders: "Holders", rng: random.Random, until: datetime) -> None:
        self._rows, self._holders, self._rng, self._until = rows, holders, rng, until
        self._procedure = mission.current().procedure
        self._entries = 0
        self._closed: tuple[datetime, ClosureReason] | None = None
        self._stays: list[Stay] = []

    def go(self, number: int, begun: datetime, areas: list[int]) -> None:
        """Adds the rows of case `number`, registered at `begun`."""
        self._at = begun
        self._case = self._rows.take_id("protection_case")
        self._registrar = self._who(InstitutionKind.COMMUNITY_NETWORK, Role.FOCAL_POINT)
        self._owner = self._who(InstitutionKind.JUDICIAL_AFFAIRS, Role.JUDICIAL_OFFICER)
        self._urgency, self._risk = self._rng.choice(list(Urgency)), self._rng.choice(list(Level))
        with suppress(Stopped):
            self._walk()
        self._finish(number, begun, areas)

    def _walk(self) -> None:
        facts = {"urgency": self._urgency, "risk": self._risk, "reprisal_risk": Level.LOW, "consent": "given"}
        self._enter(None, "register", "open", Effect.MOVES, self._registrar, detail=facts, before="open")
        intake = self._open("referral", self._owner.institution, self._registrar, because="register")
        self._take(intake, "triage", "triaged", self._owner, days=0.1, urgency=self._urgency, risk=self._risk)
        if self._rng.random() < 0.14:
            self._take(intake, "close_at_intake", "closed", self._owner, days=1, reason=ClosureReason.OTHER)
            self._close(ClosureReason.OTHER)
            return
        self._refer(intake)

    def _refer(self, intake: Stay) -> None:
        station = self._who(InstitutionKind.POLICE_STATION, Role.POLICE_OFFICER)
        self._wait(2)
        institutions = {"institutions": [station.institution]}
        self._enter(None, "refer", "open", Effect.MOVES, self._owner, detail=institutions, before="open")
        sent = self._send("police", station.institution, self._owner)
        self._step(intake, "refer", "referred", self._owner)
        follow_up = self._open("judicial_follow_up", self._owner.institution, self._owner, because="refer")
        self._station(sent, station)
        self._tell_and_close(follow_up)

    def _station(self, track: Stay, officer: Who) -> None:
        self._take(track, "acknowledge", "acknowledged", officer, days=1.5)
        if self._rng.random() < 0.14:
            self._take(
                track, "not_accept", "not_accepted", officer, days=2, reason=NotAcceptedReason.OUT_OF_AREA
            )
            raise Stopped
        self._take(track, "accept", "accepted", officer, days=3, assigned_to_id=officer.user)
        self._take(track, "start_investigation", "under_investigation", officer, days=7)
        self._take(track, "record_measure", "under_investigation", officer, days=10, reason="statement_taken")
        if self._rng.random() < 0.28:
            self._take(track, "take_no_action", "no_action", officer, days=35, reason=NoActionReason.OTHER)
            self._feedback(officer, "take_no_action")
            return
        clerk = self._who(InstitutionKind.COUNTY_COURT, Role.COURT_CLERK)
        self._take(track, "forward", "forwarded", officer, days=35, target=clerk.institution)
        self._court(self._send("court", clerk.institution, officer, parent=track.id), clerk)

    def _court(self, track: Stay, clerk: Who) -> None:
        self._take(track, "acknowledge", "acknowledged", clerk, days=2)
        self._take(track, "accept", "accepted", clerk, days=4, assigned_to_id=clerk.user)
        sitting = (self._at + timedelta(days=self._rng.randint(5, 40))).date().isoformat()
        self._take(track, "list_hearing", "listed", clerk, days=9, next_on=sitting)
        self._take(track, "hear", "heard", clerk, days=25)
        outcome = self._rng.choice(DECISIONS)
        self._take(track, "decide", "decided", clerk, days=6, outcome=outcome, orders=[])
        self._feedback(clerk, "decide")

    def _feedback(self, decider: Who, because: str) -> None:
        self._due = self._open("feedback", self._registrar.institution, decider, because=because)

    def _tell_and_close(self, follow_up: Stay) -> None:
        self._take(self._due, "deliver_accepted", "delivered_accepted", self._registrar, days=9)
        self._take(follow_up, "resolve", "resolved", self._owner, days=30)
        self._wait(2)
        self._close(ClosureReason.OUTCOME_DELIVERED)

    def _close(self, reason: ClosureReason) -> None:
        self._enter(None, "close", "closed", Effect.ENDS, self._owner, before="open", reason=reason)
        self._closed = (self._at, reason)

    # --- one step ---------------------------------------------------------------------------------------------

    def _who(self, kind: InstitutionKind, role: Role) -> Who:
        return Who(*self._holders.pick(kind, self._rng), role)

    def _wait(self, days: float) -> None:
        wait = timedelta(days=days * min(20, self._rng.lognormvariate(0, 0.8)))
        self._at = (self._at + wait).replace(microsecond=0)
        if self._at >= self._until or self._rng.random() < STALLS:
            raise Stopped

    def _send(self, stage: str, institution: int, sender: Who, parent: int | None = None) -> Stay:
        stay = Stay(self._rows.take_id("track"), stage, institution, sender.institution, parent)
        detail = {"sender_id": sender.institution} | ({"parent_id": parent} if parent else {})
        self._begin(stay, "send", sender, detail)
        return stay

    def _open(self, stage: str, institution: int, actor: Who, *, because: str) -> Stay:
        stay = Stay(self._rows.take_id("track"), stage, institution)
        self._begin(stay, "open", actor, {"because": because})
        return stay

    def _begin(self, stay: Stay, action: str, actor: Who, detail: dict[str, Any]) -> None:
        self._stays.append(stay)
        stay.facts = {"entered_at": self._at, "version": 0}
        first = self._procedure.stages[stay.stage].first
        self._enter(stay, action, first, Effect.OPENS, actor, detail=detail)

    def _take(
        self,
        stay: Stay,
        action: str,
        after: str,
        actor: Who,
        *,
        days: float,
        reason: str | None = None,
        **said: Any,
    ) -> None:
        self._wait(days)
        self._step(stay, action, after, actor, reason=reason, detail=said)

    def _step(
        self,
        stay: Stay,
        action: str,
        after: str,
        actor: Who,
        *,
        reason: str | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        effect = Effect.MOVES
        if self._procedure.step(stay.stage, action).to == "=":
            effect = Effect.NOTES
        elif self._procedure.is_end(stay.stage, after):
            effect = Effect.ENDS
        before = stay.facts["status"]
        self._enter(stay, action, after, effect, actor, before=before, reason=reason, detail=detail)

    def _enter(
        self,
        stay: Stay | None,
        action: str,
        after: str,
        effect: Effect,
        actor: Who,
        *,
        before: str | None = None,
        reason: str | None = None,
        detail: dict[str, Any] | None = None,
    ) -> None:
        self._entries += 1
        clock, due_at = self._clock(stay, after, effect)
        entry = self._rows.add(
            "history_entry",
            case_id=self._case,
            track_id=stay.id if stay else None,
            n=self._entries,
            stage=stay.stage if stay else "case",
            action=action,
            effect=effect,
            status_before=before,
            status_after=after,
            holder_id=stay.holder if stay else self._owner.institution,
            actor_id=actor.user,
            institution_id=actor.institution,
            role=actor.role,
            reason=reason,
            happened_at=self._at,
            recorded_at=self._at,
            clock=clock,
            due_at=due_at,
            detail=detail or {},
            procedure=self._procedure.version,
        )
        if self._rng.random() < _NOTED:
            self._rows.add(
                "entry_note", entry_id=entry, text=f"{self._rng.choice(_WORDS)}; {self._rng.choice(_WORDS)}"
            )
        if action == "register":
            self._first = entry
        if stay is not None:
            self._project(stay, after, effect, clock, due_at, reason, detail or {})

    def _clock(self, stay: Stay | None, after: str, effect: Effect) -> tuple[str | None, datetime | None]:
        if stay is None or effect is Effect.NOTES:
            return None, None
        stage = self._procedure.stages[stay.stage]
        if after in stage.keeps_clock:
            return stay.facts["clock"], stay.facts["due_at"]
        return self._procedure.due(stay.stage, after, self._at, urgency=self._urgency, risk=self._risk)

    def _project(  # noqa: PLR0917 - as `tracker.history` does it, on plain values
        self,
        stay: Stay,
        after: str,
        effect: Effect,
        clock: str | None,
        due_at: datetime | None,
        reason: str | None,
        detail: dict[str, Any],
    ) -> None:
        facts = stay.facts
        facts["version"] += 1
        facts["assigned_to_id"] = detail.get("assigned_to_id", facts.get("assigned_to_id"))
        if effect is Effect.NOTES:
            return
        over = effect is Effect.ENDS
        facts |= {
            "status": after,
            "status_since": self._at,
            "open": not over,
            "left_at": self._at if over else None,
            "clock": clock,
            "due_at": due_at or NO_LIMIT,
            "reason": reason,
            "outcome": detail.get("outcome"),
            "next_on": detail.get("next_on"),
        }

    # --- the rows that are known at the end -------------------------------------------------------------------

    def _finish(self, number: int, begun: datetime, areas: list[int]) -> None:
        closed_at, closure_reason = self._closed or (None, None)
        self._rows.add(
            "protection_case",
            id=self._case,
            reference=references.new(),
            code=secrets.token_hex(16),
            concern=self._rng.choice(list(Concern)),
            urgency=self._urgency,
            risk=self._risk,
            reprisal_risk=Level.LOW,
            channel=Channel.CALL,
            area_id=self._rng.choice(areas),
            occurred_on=begun.date(),
            registered_at=begun,
            registrar_id=self._registrar.institution,
            owner_id=self._owner.institution,
            closed_at=closed_at,
            closure_reason=closure_reason,
            entries=self._entries,
        )
        for stay in self._stays:
            self._rows.add(
                "track",
                id=stay.id,
                case_id=self._case,
                institution_id=stay.holder,
                sender_id=stay.sender,
                parent_id=stay.parent,
                jurisdiction_concern=False,
                reopened=False,
                stage=stay.stage,
                **stay.facts,
            )
        self._add_people(number)

    def _add_people(self, number: int) -> None:
        for role, name in ((PartyRole.SURVIVOR, "Survivor"), (PartyRole.WITNESS, "Witness")):
            self._rows.add(
                "person",
                case_id=self._case,
                role=role,
                name=f"{name} {number}",
                phone=f"+2110000{number % 100_000:05d}",
                sex=self._rng.choice(list(Sex)),
                age_group=self._rng.choice(list(AgeGroup)),
            )
        self._rows.add(
            "narrative",
            case_id=self._case,
            text=f"Account {number}: " + "; ".join(self._rng.choices(_WORDS, k=8)),
            place="Near the market",
            recorded_at=self._at,
        )
        for stay in self._stays:
            for one in DataClass if stay.stage == "police" else ():
                self._rows.add(
                    "consent",
                    case_id=self._case,
                    institution_id=stay.holder,
                    data_class=one,
                    authorised_by="",
                    decision=ConsentDecision.GIVEN,
                    given_on=self._at.date(),
                    entry_id=self._first,
                )

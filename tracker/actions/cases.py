"""Registering a case, adding to it, closing and reopening it."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker import clock, mission, references
from tracker.actions import consent, reprisals, steps, tracks, walls
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused, say
from tracker.history import CASE_STAGE
from tracker.models import (
    Acting,
    Alert,
    Area,
    CaseKey,
    HistoryEntry,
    Institution,
    Narrative,
    Person,
    ProtectionCase,
    SearchTerm,
)
from tracker.models.person import NARRATIVE, sealed_as
from tracker.models.search_term import terms_of
from tracker.permissions import Permission, may
from tracker.queries import institutions
from tracker.vocabulary import (
    AgeGroup,
    Channel,
    Concern,
    ConsentDecision,
    DataClass,
    Level,
    PartyRole,
    PerpetratorKind,
    Sex,
    Urgency,
)


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """One person as the registrar writes them down; all of it is personal."""

    role: PartyRole
    name: str = ""
    phone: str = ""
    sex: Sex = Sex.NOT_RECORDED
    age_group: AgeGroup = AgeGroup.NOT_RECORDED
    perpetrator_kind: PerpetratorKind | None = None
    institution_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case as it is registered. `reported_at`: when the registrar heard of it."""

    concern: Concern
    area_id: int
    channel: Channel
    urgency: Urgency = Urgency.NORMAL
    risk: Level = Level.LOW
    assessment: reprisals.NewAssessment | None = None
    reported_at: datetime | None = None
    occurred_on: date | None = None
    people: Sequence[NewPerson] = field(default_factory=tuple)
    narrative: str = ""
    place: str = ""
    consent: ConsentDecision = ConsentDecision.NOT_POSSIBLE
    consent_institution_ids: Sequence[int] = field(default_factory=tuple)
    consent_classes: Collection[DataClass] = tuple(DataClass)
    note: str = ""
    """To whoever goes on with the case: it stays in the history."""


def register(new: NewCase, *, actor: Acting, alert: Alert | None = None, seen: int = 0) -> ProtectionCase:
    """Registers a case, with its people, account and consent, and makes its triage due.

    `alert`: the verified alert that it came from, which ends as this case (`seen`: its version).
    Where a person is accused, the case is hidden from that person's institution, and another one than that is
    responsible for it. Refuses a day in the future, an unknown area, who may not register, and (`ConflictOfInterest`)
    the actor's own institution as the accused person's.
    """
    if not may(actor.role, Permission.CASE_REGISTER):
        raise NotPermitted(say("Only community focal points and judicial officers register cases."))
    _check(new)
    if new.assessment is not None:
        reprisals.check(new.assessment)
    turning = steps.ready("turn_into_case", actor=actor, on=alert, seen=seen) if alert is not None else None
    case = _add(new, actor)
    step = mission.current().procedure.step(CASE_STAGE, "register")
    answers = steps.Answers(happened_at=new.reported_at, note=new.note)
    entry = steps.perform(step, actor=actor, on=case, answers=answers, detail=_facts(new))
    for person in new.people:
        put_into(case, person)
    if new.narrative or new.place:
        told = case.key.content.seal(NARRATIVE, text=new.narrative, place=new.place)
        db.session.add(Narrative(case_id=case.id, sealed=told, recorded_at=entry.recorded_at))
    if new.consent_institution_ids:
        consent.add(
            entry,
            new.consent,
            case=case,
            institution_ids=new.consent_institution_ids,
            classes=new.consent_classes,
        )
    if new.assessment is not None:
        reprisals.add(new.assessment, entry, case=case)
    if alert is not None and turning is not None:
        steps.perform(turning, actor=actor, on=alert, answers=steps.NOTHING_SAID)
        alert.case_id = case.id
    db.session.flush()
    walls.put_up(_implicated(new.people), case=case, actor=actor, entry=entry)
    return case


def responsible_for(new: NewCase, *, actor: Acting) -> Institution:
    """Which institution will answer for a case: the judicial affairs section for the area, never one behind the wall;
    the registering institution where there is none. Refuses (`ConflictOfInterest`) the actor's own as the accused's.
    """
    hidden = walls.behind(_implicated(new.people), actor=actor)
    return institutions.section_for(new.area_id, viewer=actor, without=hidden) or actor.institution


def add_person(person: NewPerson, *, actor: Acting, case: ProtectionCase, seen: int) -> Person:
    """Adds a person to a case; the history says that somebody was added, not who.

    Where the person is accused, the case is hidden from their institution at once (see `walls.wall_off`).
    """
    step = steps.ready("add_person", actor=actor, on=case, seen=seen)
    entry = steps.perform(
        step, actor=actor, on=case, answers=steps.NOTHING_SAID, detail={"party_role": person.role.value}
    )
    added = put_into(case, person)
    walls.put_up(_implicated([person]), case=case, actor=actor, entry=entry)
    return added


def put_into(case: ProtectionCase, person: NewPerson) -> Person:
    """Seals a person into a case; the act that this belongs to writes the history."""
    facts = {name: value for name, value in vars(person).items() if name not in ("name", "phone")}
    sealed = case.key.content.seal(sealed_as(person.role), name=person.name, phone=person.phone)
    added = Person(case_id=case.id, sealed=sealed, **facts)
    db.session.add(added)
    db.session.flush()
    found_by = terms_of(person.name, person.phone, (case.registrar_id, case.owner_id))
    db.session.add_all(SearchTerm(person_id=added.id, fingerprint=one) for one in sorted(found_by))
    return added


def close(*, actor: Acting, case: ProtectionCase, seen: int, answers: steps.Answers) -> HistoryEntry:
    """Closes a case; refused while any institution still has it."""
    step = steps.ready("close", actor=actor, on=case, seen=seen)
    if tracks.any_open(case):
        raise StepRefused(
            say(
                "An institution still has this case, or feedback is due. "
                "End or revoke each open part first, then close."
            )
        )
    return steps.perform(step, actor=actor, on=case, answers=answers)


def reopen(*, actor: Acting, case: ProtectionCase, seen: int, answers: steps.Answers) -> HistoryEntry:
    """Opens a closed case again; its triage is due."""
    return steps.take("reopen", actor=actor, on=case, seen=seen, answers=answers)


def _check(new: NewCase) -> None:
    wrong: dict[str, str] = {}
    if db.session.get(Area, new.area_id) is None:
        wrong["area_id"] = say("Choose the area where it happened.")
    if new.occurred_on and new.occurred_on > clock.day_of(clock.now(), mission.current().zone):
        wrong["occurred_on"] = say("This day is in the future. Enter the day on which it happened.")
    if wrong:
        raise BadInput(**wrong)


def _implicated(people: Iterable[NewPerson]) -> list[int]:
    """The institutions of those who are accused."""
    named = (one.institution_id for one in people if one.role in walls.ACCUSED)
    return [institution_id for institution_id in named if institution_id is not None]


def _add(new: NewCase, actor: Acting) -> ProtectionCase:
    registered_at = new.reported_at or clock.now()
    case = ProtectionCase(
        reference=references.new(),
        code=secrets.token_hex(16),
        concern=new.concern,
        urgency=new.urgency,
        risk=new.risk,
        reprisal_risk=new.assessment.settled if new.assessment else Level.LOW,
        channel=new.channel,
        area_id=new.area_id,
        occurred_on=new.occurred_on,
        registered_at=registered_at,
        registrar_id=actor.institution_id,
        owner_id=responsible_for(new, actor=actor).id,
        entries=0,
    )
    db.session.add(case)
    db.session.flush()
    case.key = CaseKey.new(case_id=case.id)
    return case


def _facts(new: NewCase) -> dict[str, str]:
    facts = {"urgency": new.urgency.value, "risk": new.risk.value, "consent": new.consent.value}
    return facts | ({"reprisal_risk": new.assessment.settled.value} if new.assessment else {})

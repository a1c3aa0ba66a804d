"""What police record besides the steps of the procedure: who is held, since when, and when released."""

from datetime import datetime

from sqlalchemy import select

from tracker.actions import cases, custody, steps
from tracker.db import db
from tracker.errors import BadInput, NotFound, StepRefused, say
from tracker.models import Acting, Custody, HistoryEntry, Person, Track
from tracker.vocabulary import AgeGroup, CustodyAct, PartyRole, ReleaseReason


def record_arrest(
    *,
    actor: Acting,
    track: Track,
    seen: int,
    arrested_at: datetime,
    person_id: int | None = None,
    name: str = "",
    age_group: AgeGroup = AgeGroup.NOT_RECORDED,
    note: str = "",
) -> Custody:
    """Records that a person is held: one already in the case, or a new accused by name. The law's limit begins.

    `age_group`: what a person's age is who is new, or whose age nobody recorded yet.
    """
    step = steps.ready("record_arrest", actor=actor, on=track, seen=seen)
    person = _person(track, person_id, name)
    if person.age_group is AgeGroup.NOT_RECORDED:
        person.age_group = age_group
    answers = steps.Answers(happened_at=arrested_at, note=note)
    entry = steps.perform(step, actor=actor, on=track, answers=answers)
    held = Custody(
        case_id=track.case_id,
        track_id=track.id,
        institution_id=track.institution_id,
        person_id=person.id,
        arrested_at=entry.happened_at,
        entry_id=entry.id,
    )
    custody.begin(held, actor=actor)
    return held


def record_release(
    *,
    actor: Acting,
    track: Track,
    seen: int,
    custody_id: int,
    released_at: datetime,
    reason: ReleaseReason,
    note: str = "",
) -> HistoryEntry:
    """Records that a person whom the police hold in their part of the case was released, and why."""
    step = steps.ready("record_release", actor=actor, on=track, seen=seen)
    held = db.session.get(Custody, custody_id)
    if held is None or held.track_id != track.id:
        raise NotFound(say("There is no such arrest in this case."))
    if held.released_at is not None:
        raise StepRefused(say("This person's release is recorded already."))
    if released_at < held.arrested_at:
        raise BadInput(released_at=say("The release lies before the arrest. Enter a later time."))
    answers = steps.Answers(happened_at=released_at, reason=reason, note=note)
    entry = steps.perform(step, actor=actor, on=track, answers=answers, detail={"custody": held.id})
    custody.add_event(held, entry.id, CustodyAct.RELEASE, {}, actor=actor)
    return entry


def _is_held(person: Person) -> bool:
    held = select(Custody.id).where(Custody.person_id == person.id, Custody.released_at.is_(None))
    return db.session.scalar(held.limit(1)) is not None


def _person(track: Track, person_id: int | None, name: str) -> Person:
    if person_id is not None:
        person = db.session.get(Person, person_id)
        if person is None or person.case_id != track.case_id:
            raise BadInput(person_id=say("Choose a person of this case."))
        if _is_held(person):
            raise BadInput(person_id=say("This person is held already. Record the release first."))
        return person
    if not name.strip():
        raise BadInput(
            name=say("Choose who is held, or enter the name of a person who is not in the case yet.")
        )
    return cases.put_into(track.case, cases.NewPerson(role=PartyRole.ACCUSED, name=name.strip()))

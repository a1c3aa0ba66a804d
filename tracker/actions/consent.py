"""Consent to share a case, asked and recorded before anything is shared, for each institution and class."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from tracker import clock, mission
from tracker.actions import gate, steps, taking_back
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, say
from tracker.models import Acting, Consent, HistoryEntry, Institution, ProtectionCase
from tracker.permissions import Permission, may
from tracker.visibility import ALLOWS
from tracker.vocabulary import ConsentDecision, DataClass, EndOfAccess

EVERYTHING = tuple(DataClass)


def record_consent(
    decision: ConsentDecision,
    *,
    actor: Acting,
    case: ProtectionCase,
    seen: int,
    institution_ids: Iterable[int],
    classes: Collection[DataClass] = EVERYTHING,
    given_on: date | None = None,
    note: str = "",
    authorised_by: str = "",
) -> HistoryEntry:
    """Records what the survivor decided about sharing these classes with each of these institutions.

    A yes to some classes is a no to the others; any other answer leaves the others as they were. An institution that
    may have nothing any more loses the case at once, whatever it was doing with it. Refuses (`BadInput`) a day in
    the future, no institution or an unknown one, and a best-interest override without why and who authorised it.
    """
    if not may(actor.role, Permission.CONSENT_RECORD):
        raise NotPermitted(say("Only those who register and refer cases record consent."))
    chosen = list(dict.fromkeys(institution_ids))
    _check(decision, chosen, note, authorised_by)
    step = steps.ready("record_consent", actor=actor, on=case, seen=seen)
    detail: dict[str, Any] = {"decision": decision.value, "institutions": chosen}
    if about := _some_of(classes):
        detail["classes"] = [one.value for one in about]
    entry = steps.perform(step, actor=actor, on=case, answers=steps.Answers(note=note), detail=detail)
    add(
        entry,
        decision,
        case=case,
        institution_ids=chosen,
        classes=classes,
        given_on=given_on,
        authorised_by=authorised_by,
    )
    own = {case.owner_id, case.registrar_id}
    lost = [one for one in chosen if one not in own and not gate.consented(case.id, one)]
    taking_back.take_back(case, lost, actor=actor, why=EndOfAccess.CONSENT_WITHDRAWN)
    return entry


def add(
    entry: HistoryEntry,
    decision: ConsentDecision,
    *,
    case: ProtectionCase,
    institution_ids: Iterable[int],
    classes: Collection[DataClass] = EVERYTHING,
    given_on: date | None = None,
    authorised_by: str = "",
) -> None:
    """Writes the decision for each institution and class beside the entry that records it."""
    today = clock.day_of(clock.now(), mission.current().zone)
    if given_on is not None and given_on > today:
        raise BadInput(given_on=say("This day is in the future. Enter the day on which consent was asked."))
    decided = _by_class(decision, classes or EVERYTHING)
    for institution_id in institution_ids:
        if db.session.get(Institution, institution_id) is None:
            raise BadInput(institution_ids=say("Choose institutions from the list."))
        for data_class, said in decided.items():
            db.session.add(
                Consent(
                    case_id=case.id,
                    institution_id=institution_id,
                    data_class=data_class,
                    decision=said,
                    authorised_by=authorised_by.strip() if said is ConsentDecision.BEST_INTEREST else "",
                    given_on=given_on or today,
                    entry_id=entry.id,
                )
            )
    db.session.flush()


def _check(
    decision: ConsentDecision, institution_ids: Collection[int], note: str, authorised_by: str
) -> None:
    if not institution_ids:
        raise BadInput(institution_ids=say("Choose at least one institution."))
    wrong = {}
    if decision in (ConsentDecision.BEST_INTEREST, ConsentDecision.NOT_POSSIBLE) and not note.strip():
        wrong["note"] = say("Write why the survivor was not asked.")
    if decision is ConsentDecision.BEST_INTEREST and not authorised_by.strip():
        wrong["authorised_by"] = say("Write who authorised it: name and office.")
    if wrong:
        raise BadInput(**wrong)


def _by_class(decision: ConsentDecision, classes: Collection[DataClass]) -> dict[DataClass, ConsentDecision]:
    """In the order of the list, so that rows of one decision always stand alike."""
    said = {one: decision for one in DataClass if one in classes}
    if decision in ALLOWS:
        return {one: said.get(one, ConsentDecision.DECLINED) for one in DataClass}
    return said


def _some_of(classes: Collection[DataClass]) -> list[DataClass]:
    """The classes where they are not all."""
    chosen = [one for one in DataClass if one in classes]
    return [] if len(chosen) in (0, len(DataClass)) else chosen

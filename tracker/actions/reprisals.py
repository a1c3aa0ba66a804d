"""Assessing the risk of reprisals, and agreeing as a second person that a case is shared all the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker import mission
from tracker.actions import harm, steps
from tracker.db import db
from tracker.errors import BadInput, StepRefused, say
from tracker.models import Acting, HistoryEntry, ProtectionCase, ReprisalAssessment
from tracker.models.assessment import SAID
from tracker.models.contact import Assessed, Contact
from tracker.procedure.reprisal import rank
from tracker.vocabulary import Level, ReprisalFactor


@dataclass(frozen=True, kw_only=True)
class NewAssessment:
    """What somebody found. `level`: None takes the one that the factors amount to."""

    factors: Sequence[ReprisalFactor] = ()
    level: Level | None = None
    lowered_because: str = ""
    mitigation: str = ""
    contact: Contact = field(default_factory=Contact)

    @property
    def proposed(self) -> Level:
        """The level that the procedure's table reckons from the factors."""
        return mission.current().procedure.reprisal.propose(self.factors)

    @property
    def settled(self) -> Level:
        """The level that holds."""
        return self.level or self.proposed


def assess(new: NewAssessment, *, actor: Acting, case: ProtectionCase, seen: int) -> HistoryEntry:
    """Assesses anew; the history says that it was done and the level, and nothing else.

    Refuses (`BadInput`) a level below the proposed one without its reason, and hours of which one is missing.
    """
    check(new)
    step = steps.ready("assess_reprisal", actor=actor, on=case, seen=seen)
    detail = {"reprisal_risk": new.settled.value}
    entry = steps.perform(step, actor=actor, on=case, answers=steps.NOTHING_SAID, detail=detail)
    add(new, entry, case=case)
    return entry


def agree(*, actor: Acting, case: ProtectionCase, seen: int) -> HistoryEntry:
    """Agrees, as a second person of the responsible institution, that a case at critical risk is shared.

    Refuses (`StepRefused`) where nothing waits for it, and who made the assessment.
    """
    step = steps.ready("agree_to_share", actor=actor, on=case, seen=seen)
    newest = harm.newest_of(case)
    if newest is None or newest.level is not Level.CRITICAL or newest.agreed_entry_id is not None:
        raise StepRefused(say("No assessment of this case waits for a second person."))
    if not newest.mitigated:
        raise StepRefused(say("Write first what protects the person: assess the risk of reprisals again."))
    if newest.entry.actor_id == actor.user_id:
        raise StepRefused(say("You made this assessment yourself. Somebody else must agree."))
    entry = steps.perform(step, actor=actor, on=case, answers=steps.NOTHING_SAID)
    newest.agreed_entry_id = entry.id
    db.session.flush()
    return entry


def check(new: NewAssessment) -> None:
    """Refuses (`BadInput`) what an assessment may not say."""
    wrong: dict[str, str] = {}
    if rank(new.settled) < rank(new.proposed) and not new.lowered_because.strip():
        wrong["lowered_because"] = say("Write why the risk is lower than the answers suggest.")
    if (new.contact.since is None) is not (new.contact.until is None):
        wrong["until"] = say("Enter both hours, from and until, or neither.")
    if wrong:
        raise BadInput(**wrong)


def add(new: NewAssessment, entry: HistoryEntry, *, case: ProtectionCase) -> None:
    """Writes the assessment beside the entry that records it, what is personal sealed."""
    said = Assessed(
        factors=tuple(new.factors),
        lowered_because=new.lowered_because.strip(),
        mitigation=new.mitigation.strip(),
        contact=new.contact,
    )
    made = ReprisalAssessment(
        case_id=case.id,
        entry_id=entry.id,
        proposed=new.proposed,
        level=new.settled,
        mitigated=bool(said.mitigation),
        sealed=case.key.content.seal(SAID, said=said.encode()),
    )
    db.session.add(made)
    db.session.flush()

"""Saying how two cases hang together. They are linked, never merged; each history says that it was said."""

from tracker import history
from tracker.actions import steps
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.models import Acting, CaseLink, ProtectionCase
from tracker.vocabulary import CaseTie


def link(tie: CaseTie, *, actor: Acting, case: ProtectionCase, other: ProtectionCase, seen: int) -> CaseLink:
    """Says what `other` is to `case`: the same person or incident, or not the same. The newest word holds.

    `other`: a case that the actor may know of. The histories of both say it, neither names the other.
    Refuses (`BadInput`) a case with itself, and what only a reported reprisal makes.
    """
    if case.id == other.id or tie is CaseTie.REPRISAL:
        raise BadInput(tie=say("Choose what the two cases are to each other."))
    for one in sorted((case, other), key=lambda each: each.id):
        history.lock(one)  # always in one order: two people who link the same pair wait, and neither for ever
    step = steps.ready("link_cases", actor=actor, on=case, seen=seen)
    entries = [
        steps.perform(step, actor=actor, on=one, answers=steps.NOTHING_SAID, detail={"tie": tie.value})
        for one in (case, other)
    ]
    made = CaseLink(case_id=case.id, other_id=other.id, tie=tie, entry_id=entries[0].id)
    db.session.add(made)
    db.session.flush()
    return made

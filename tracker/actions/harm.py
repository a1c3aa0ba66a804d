"""The reprisal gate: nothing is shared while somebody may be punished for it and nothing protects them."""

from datetime import datetime

from sqlalchemy import select

from tracker import mission
from tracker.db import db
from tracker.errors import BadInput, NotSafe, say
from tracker.models import Acting, ProtectionCase, ReprisalAssessment
from tracker.permissions import Permission, may
from tracker.queries import reprisals
from tracker.vocabulary import Level

GRAVE = (Level.HIGH, Level.CRITICAL)
"""The levels at which nothing is shared before something protects the person."""


def require_safe(*, actor: Acting, case: ProtectionCase) -> None:
    """Refuses (`NotSafe`) to share a case at high or critical risk of reprisals.

    Until a mitigation is written, and at critical risk until a second person agreed as well. Who hands on by law is
    not told why: the reason is part of what must not become known.
    """
    if case.reprisal_risk not in GRAVE:
        return
    newest = newest_of(case)
    mitigated = newest is not None and newest.mitigated
    agreed = newest is not None and newest.agreed_entry_id is not None
    if mitigated and (agreed or case.reprisal_risk is not Level.CRITICAL):
        return
    if not may(actor.role, Permission.CASE_REFER):
        raise NotSafe(say("This case cannot be handed on yet. Ask the institution that sent it to you."))
    if mitigated:
        raise NotSafe(
            say(
                "The risk of reprisals is critical: a second person of the responsible institution must agree "
                "before the case is shared."
            )
        )
    raise NotSafe(
        say(
            "The risk of reprisals is too high to share this case. Assess it, write what protects the person, "
            "then share."
        )
    )


def require_told_safely(case: ProtectionCase, *, at: datetime, confirmed: bool) -> None:
    """Refuses to tell the survivor without an assessment that still holds (`NotSafe`).

    Also (`BadInput`) outside the times at which the person may be reached, unless somebody has `confirmed` it.
    """
    newest = newest_of(case)
    if newest is None or not reprisals.holds(newest.entry):
        raise NotSafe(
            say("The case has changed since the risk of reprisals was assessed. Assess it again first.")
        )
    if not confirmed and not newest.said.contact.is_safe(at, mission.current().zone):
        raise BadInput(
            outside_safe_times=say(
                "This was outside the times at which the person is safely reached. "
                "Correct the time, or tick that it was safe all the same."
            )
        )


def newest_of(case: ProtectionCase) -> ReprisalAssessment | None:
    """The assessment in force, whoever asks: what is sealed in it stays sealed."""
    return db.session.scalar(
        select(ReprisalAssessment)
        .where(ReprisalAssessment.case_id == case.id)
        .order_by(ReprisalAssessment.id.desc())
        .limit(1)
    )

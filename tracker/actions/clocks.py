"""Confirming a legal limit: somebody compared it with the law in force, and puts their name to it."""

from sqlalchemy import select

from tracker import clock, mission
from tracker.actions import administration
from tracker.db import db
from tracker.errors import NotFound, OutOfDate, StepRefused, say
from tracker.models import Acting, ClockConfirmation
from tracker.permissions import Permission
from tracker.vocabulary import AdministrativeAct


def confirm(code: str, *, actor: Acting, hours: int) -> ClockConfirmation:
    """Confirms a limit of the procedure in force. `hours`: the limit that the person read, so that no other is meant.

    Refuses an unknown limit (`NotFound`), one that needs no confirmation (`StepRefused`), and one that is no longer
    what was read (`OutOfDate`). A limit that changed after it was confirmed is confirmed anew.
    """
    administration.require(actor, Permission.INSTITUTION_MANAGE)
    procedure = mission.current().procedure
    limit = procedure.clocks.get(code)
    if limit is None:
        raise NotFound(say("There is no such limit in the procedure in force."))
    if limit.hours != hours:
        raise OutOfDate(
            say("This limit has changed since you opened the page. Compare it with the law again.")
        )
    known = db.session.scalar(
        select(ClockConfirmation).where(
            ClockConfirmation.procedure == procedure.version, ClockConfirmation.clock == code
        )
    )
    if limit.confirmed or (known is not None and known.hours == hours):
        raise StepRefused(say("This limit is confirmed already."))
    confirmation = known or ClockConfirmation(procedure=procedure.version, clock=code)
    confirmation.hours, confirmation.confirmed_by_id = hours, actor.user_id
    confirmation.confirmed_at = clock.now()
    db.session.add(confirmation)
    db.session.flush()
    administration.record(
        AdministrativeAct.LIMIT_CONFIRMED,
        actor=actor,
        subject=code,
        procedure=procedure.version,
        hours=hours,
        basis=limit.basis,
        source=limit.source,
    )
    return confirmation

"""Looking into reading that was listed as unusual: by whom, and what came of it."""

from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused, say
from tracker.indicators.reading import Why
from tracker.models import Acting, ReadingReview
from tracker.permissions import Permission, may


def look_into(day: date, membership_id: int, why: Why, *, actor: Acting, note: str) -> ReadingReview:
    """Notes what an auditor found out about a finding.

    Refuses (`NotPermitted`) everybody but auditors and whoever it is about, (`BadInput`) no note, and (`StepRefused`)
    a second time.
    """
    if not may(actor.role, Permission.HISTORY_AUDIT) or membership_id == actor.id:
        raise NotPermitted(say("Only auditors look into this, and not into their own reading."))
    if not note.strip():
        raise BadInput(note=say("Say what you found out."))
    about = {"day": day, "membership_id": membership_id, "why": why}
    if db.session.scalar(sa.select(ReadingReview.id).filter_by(**about)) is not None:
        raise StepRefused(say("Somebody has looked into this before."))
    made = ReadingReview(**about, note=note.strip(), reviewed_by_id=actor.user_id, reviewed_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made

"""Taking a case back from institutions, whoever sent it to them and whatever they are doing with it."""

from collections.abc import Collection

from sqlalchemy import select

from tracker import mission
from tracker.actions import steps
from tracker.db import db
from tracker.models import Acting, ProtectionCase, Track
from tracker.vocabulary import EndOfAccess


def take_back(
    case: ProtectionCase, institution_ids: Collection[int], *, actor: Acting, why: EndOfAccess
) -> list[Track]:
    """Ends every open track of the case at these institutions, and gives them; the caller holds the case's lock.

    They end as "revoked", like a referral that its sender revoked: neither a figure nor a leaf of the log says why.
    """
    procedure = mission.current().procedure
    open_there = select(Track).where(
        Track.case_id == case.id, Track.institution_id.in_(institution_ids), Track.open
    )
    taken = list(db.session.scalars(open_there.order_by(Track.id)))
    for track in taken:
        answers = steps.Answers(reason=why.value)
        steps.perform(procedure.step(track.stage, "take_back"), actor=actor, on=track, answers=answers)
    return taken

"""What happens by time alone: a referral that nobody answered long after its limit."""

from datetime import timedelta

from sqlalchemy import select

from tracker import clock, history, mission
from tracker.actions import steps
from tracker.db import db
from tracker.models import Track

PATIENCE = timedelta(days=30)
"""How long after its limit an unacknowledged referral is kept open before it expires."""


def expire_unanswered(*, actor: None = None, limit: int = 500) -> int:
    """Ends at most `limit` referrals that nobody acknowledged; gives how many. Nobody's act: `actor` is None."""
    procedure = mission.current().procedure
    now = clock.now()
    stale = db.session.scalars(
        select(Track)
        .where(Track.open, Track.status == "sent", Track.due_at < now - PATIENCE)
        .order_by(Track.id)
        .limit(limit)
    ).all()
    expired = 0
    for track in stale:
        history.lock(track.case)
        db.session.refresh(track)
        step = procedure.step(track.stage, "expire")
        if track.status in step.sources:  # else somebody answered while we waited
            steps.perform(step, actor=actor, on=track, answers=steps.Answers(happened_at=now))
            expired += 1
    return expired

"""Many tracks at once, for tests of long lists: inserted in bulk, without the histories that they would have."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.models import Institution, ProtectionCase, Track

STATUSES = ("sent", "acknowledged", "accepted", "under_investigation", "suspect_identified", "file_ready")


def crowd(
    world: World, number: int, *, at: Institution | None = None, stage: str = "police", **facts: Any
) -> ProtectionCase:
    """Adds `number` open tracks of one case at an institution, their time limits an hour apart, statuses in turn."""
    case = world.register()
    place = at or world.station
    now = clock.now()
    usual = {
        "case_id": case.id,
        "institution_id": place.id,
        "sender_id": world.section.id,
        "stage": stage,
        "status_since": now,
        "entered_at": now,
        "version": 1,
        "open": True,
        "jurisdiction_concern": False,
        "reopened": False,
        "assigned_to_id": None,
        "awaiting": None,
    }
    rows = [
        {"status": STATUSES[n % len(STATUSES)], "due_at": now + timedelta(hours=n - number // 2, minutes=30)}
        | usual
        | facts
        for n in range(number)
    ]
    db.session.execute(sa.insert(Track), rows)
    db.session.commit()
    return case

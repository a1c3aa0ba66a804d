"""The addresses of a court's calendar as its clerks see them: never the address itself."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.models import Acting, CalendarAddress, Institution, Membership, UserAccount
from tracker.permissions import Permission, may


class AddressRow(NamedTuple):
    """One address that opens something."""

    id: int
    name: str
    by: str
    issued_at: datetime
    used_at: datetime | None


def of_court(*, viewer: Acting) -> list[AddressRow]:
    """The living addresses of the viewer's court, the newest first. Refuses (`NotPermitted`) who keeps no docket."""
    if not may(viewer.role, Permission.COURT_DOCKET):
        raise NotPermitted(say("Only the clerks of a court give out its calendar."))
    rows = db.session.execute(
        sa.select(
            CalendarAddress.id,
            CalendarAddress.name,
            UserAccount.full_name,
            CalendarAddress.issued_at,
            CalendarAddress.used_at,
        )
        .join(CalendarAddress.membership)
        .join(Membership.user)
        .join(Membership.institution)
        .where(
            Membership.institution_id == viewer.institution_id,
            Membership.ended_at.is_(None),
            UserAccount.active,
            Institution.active,
            CalendarAddress.revoked_at.is_(None),
        )
        .order_by(CalendarAddress.id.desc())
    )
    return [AddressRow._make(row) for row in rows]

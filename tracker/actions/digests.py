"""Once a day: who has something over its time limit is told so, without which, and without how many.

Not even a number: who reads somebody's mail would learn when one more case came, and where there is one case only.
"""

from sqlalchemy import select

from tracker.actions.outbox import notify
from tracker.db import db
from tracker.models import Institution, Membership, NoticeKind, UserAccount
from tracker.queries import told


def tell_of_overdue(*, actor: None = None) -> int:
    """Tells everybody at whose institution something that they may know of is over its limit; gives how many."""
    reached = (
        select(Membership)
        .join(Membership.user)
        .join(Membership.institution)
        .where(
            Membership.ended_at.is_(None),
            UserAccount.active,
            UserAccount.email_confirmed_at.is_not(None),
            Institution.active,
        )
        .order_by(Membership.id)
    )
    behind = {member.user_id for member in db.session.scalars(reached) if told.is_behind(viewer=member)}
    if behind:
        notify(NoticeKind.OVERDUE, actor=actor, user_ids=behind)
    return len(behind)

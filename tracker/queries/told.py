"""What a person may still be told of: asked when a mail goes out, by the same rules as every page."""

from collections.abc import Sequence

from sqlalchemy import select

from tracker import clock
from tracker.db import db
from tracker.models import Alert, Institution, Membership, ProtectionCase, Track, UserAccount
from tracker.visibility import visible_alerts, visible_cases, visible_tracks


def living(user_id: int, institution_id: int | None = None) -> Sequence[Membership]:
    """What an active person is today: everywhere, or at one institution."""
    asked = (
        select(Membership)
        .join(Membership.user)
        .join(Membership.institution)
        .where(
            Membership.user_id == user_id,
            Membership.ended_at.is_(None),
            UserAccount.active,
            Institution.active,
        )
        .order_by(Membership.id)
    )
    if institution_id is not None:
        asked = asked.where(Membership.institution_id == institution_id)
    return db.session.scalars(asked).all()


def knows_of(case_id: int, *, viewer: Membership) -> bool:
    """Whether the person may know now that there is such a case."""
    return db.session.scalar(visible_cases(viewer).where(ProtectionCase.id == case_id).limit(1)) is not None


def is_behind(*, viewer: Membership) -> bool:
    """Whether anything that waits at the person's own institution is over its time limit, as far as they may know."""
    now = clock.now()
    late = visible_tracks(viewer).where(
        Track.institution_id == viewer.institution_id, Track.open, Track.due_at < now
    )
    calls = visible_alerts(viewer).where(
        Alert.institution_id == viewer.institution_id, Alert.open, Alert.due_at < now
    )
    return any(db.session.scalar(asked.limit(1)) is not None for asked in (late, calls))

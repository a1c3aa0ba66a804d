"""Who may still be told of what: asked when a mail or an announcement goes out, by the same rules as every page."""

from collections.abc import Sequence

from sqlalchemy import Select, func, literal, select

from tracker import clock
from tracker.db import db
from tracker.models import Alert, HistoryEntry, Institution, Membership, ProtectionCase, Track, UserAccount
from tracker.visibility import not_walled, visible_alerts, visible_cases, visible_entries, visible_tracks


def living(user_id: int, institution_id: int | None = None) -> Sequence[Membership]:
    """What an active person is today: everywhere, or at one institution."""
    asked = _living().where(Membership.user_id == user_id)
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


def may_hear_of(entry_id: int, institution_id: int) -> bool:
    """Whether an institution's other systems may be told that there is such an entry.

    Somebody who works there must be able to read it, and a wall must hide it from nobody who does: who is walled off
    by another membership would count more news than changes, and learn of the case by the difference.
    """
    there = _living().where(Membership.institution_id == institution_id)
    one_of_each_role = {member.role: member for member in db.session.scalars(there)}
    if not any(_reads(entry_id, viewer=member) for member in one_of_each_role.values()):
        return False
    case_id = db.session.scalar(
        select(func.coalesce(HistoryEntry.case_id, Alert.case_id))
        .outerjoin(Alert, HistoryEntry.alert_id == Alert.id)
        .where(HistoryEntry.id == entry_id)
    )
    walled = there.where(~not_walled(UserAccount.id, literal(case_id))) if case_id else None
    return walled is None or db.session.scalar(walled.limit(1)) is None


def _reads(entry_id: int, *, viewer: Membership) -> bool:
    seen = visible_entries(viewer).where(HistoryEntry.id == entry_id)
    return db.session.scalar(seen.limit(1)) is not None


def _living() -> Select[Membership]:
    return (
        select(Membership)
        .join(Membership.user)
        .join(Membership.institution)
        .where(Membership.ended_at.is_(None), UserAccount.active, Institution.active)
        .order_by(Membership.id)
    )

"""Who broke the glass: for those who answer for the case, and for auditors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.models import (
    Acting,
    Emergency,
    HistoryEntry,
    Institution,
    Membership,
    ProtectionCase,
    UserAccount,
)
from tracker.permissions import Permission, may
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key
from tracker.queries.ranges import COUNT_LIMIT
from tracker.visibility import sees_case
from tracker.vocabulary import Role


class EmergencyRow(NamedTuple):
    """One opening of one case."""

    id: int
    case: str
    person: str
    role: Role
    institution: str
    reason: str | None
    opened_at: datetime
    ends_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None


def emergencies(
    *, viewer: Acting, after: str | None = None, before: str | None = None, size: int = PAGE_SIZE
) -> Page[EmergencyRow]:
    """Every opening of the cases that the viewer answers for, of all cases for auditors; the newest first.

    Refuses (`NotPermitted`) everybody else.
    """
    key: Any = Emergency.id
    statement = _rows(viewer)
    if (place := id_key(after or before)) is not None:
        statement = statement.where(key > place if before else key < place)
    statement = statement.order_by(key if before else key.desc()).limit(size + 1)
    rows = _read(statement)
    return cut(rows[::-1] if before else rows, size, lambda row: row.id, after=after, before=before)


def count_unacknowledged(*, viewer: Acting) -> int:
    """How many of them nobody who answers for the case has acknowledged, up to `COUNT_LIMIT`."""
    few = _asked(viewer).where(Emergency.acknowledged_at.is_(None)).with_only_columns(Emergency.id)
    return db.session.scalar(select(func.count()).select_from(few.limit(COUNT_LIMIT).subquery())) or 0


def _asked(viewer: Acting) -> Select[Any]:
    seen = select(Emergency).join(Emergency.case).where(sees_case(viewer))
    if may(viewer.role, Permission.HISTORY_AUDIT):
        return seen
    if not may(viewer.role, Permission.CASE_REFER):
        raise NotPermitted(say("Only who answers for a case sees who opened it in an emergency."))
    own = viewer.institution_id
    return seen.where(or_(ProtectionCase.owner_id == own, ProtectionCase.registrar_id == own))


def _rows(viewer: Acting) -> Select[*tuple[Any, ...]]:
    acknowledger = aliased(UserAccount)
    return (
        _asked(viewer)
        .join(UserAccount, UserAccount.id == Emergency.user_id)
        .join(Membership, Membership.id == Emergency.membership_id)
        .join(Institution, Institution.id == Emergency.institution_id)
        .join(HistoryEntry, HistoryEntry.id == Emergency.entry_id)
        .outerjoin(acknowledger, acknowledger.id == Emergency.acknowledged_by_id)
        .with_only_columns(
            Emergency.id,
            ProtectionCase.reference,
            UserAccount.full_name,
            Membership.role,
            Institution.name,
            HistoryEntry.reason,
            Emergency.opened_at,
            Emergency.ends_at,
            acknowledger.full_name,
            Emergency.acknowledged_at,
        )
    )


def _read(statement: Select[*tuple[Any, ...]]) -> Sequence[EmergencyRow]:
    return [EmergencyRow._make(row) for row in db.session.execute(statement)]

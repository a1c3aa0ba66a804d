"""What happened at the doors, for auditors."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.models import Acting, DoorRecord, UserAccount
from tracker.permissions import Permission, may
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key
from tracker.vocabulary import DoorAct


class DoorRow(NamedTuple):
    """One act at a door."""

    id: int
    at: datetime
    act: DoorAct
    person: str | None
    """None: the name that was typed is nobody's."""
    username: str | None
    page: str


def at_the_doors(
    person: str,
    *,
    viewer: Acting,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[DoorRow]:
    """Who came and who was refused, the newest first; `person`: a username or part of a name, "" for everybody.

    Refuses (`NotPermitted`) everybody but auditors.
    """
    if not may(viewer.role, Permission.HISTORY_AUDIT):
        raise NotPermitted(say("Only auditors read what happened at the doors."))
    key: Any = DoorRecord.id
    statement = select(
        DoorRecord.id,
        DoorRecord.at,
        DoorRecord.act,
        UserAccount.full_name,
        UserAccount.username,
        DoorRecord.page,
    ).outerjoin(DoorRecord.user)
    if person:
        named: Any = UserAccount.full_name
        wanted = or_(UserAccount.username == person.lower(), named.icontains(person, autoescape=True))
        statement = statement.where(wanted)
    if (place := id_key(after or before)) is not None:
        statement = statement.where(key > place if before else key < place)
    statement = statement.order_by(key if before else key.desc()).limit(size + 1)
    rows = [DoorRow._make(row) for row in db.session.execute(statement)]
    return cut(rows[::-1] if before else rows, size, lambda row: row.id, after=after, before=before)

"""The access log as it is read: who has read one case, and for auditors everything that anybody read.

Nothing of what was read stands here, nor what was typed to find it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from tracker import clock, mission, references
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Access, Acting, Alert, Institution, Membership, ProtectionCase, UserAccount
from tracker.permissions import Permission, may
from tracker.queries.cases import UNKNOWN, find
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key
from tracker.visibility import not_walled, visible_alerts, visible_cases
from tracker.vocabulary import AccessKind, Relation, Role

MOST_READERS = 500


class Reader(NamedTuple):
    """One person who was given something of a case, in one relation to it: how often, first and last."""

    person: str
    role: Role
    institution: str
    relation: Relation
    kind: AccessKind
    times: int
    first: datetime
    last: datetime


class AccessRow(NamedTuple):
    """One read, as auditors see it."""

    id: int
    read_at: datetime
    person: str
    username: str
    role: Role
    institution: str
    kind: AccessKind
    relation: Relation
    case: str | None
    alert: str | None
    page: str
    about: str | None
    """Of an export: what was taken."""
    number: int | None


class Asked(NamedTuple):
    """Which reads an auditor asks for: parts of names, a reference, a day of the mission area; empty: any."""

    person: str = ""
    institution: str = ""
    reference: str = ""
    day: date | None = None


def readers(typed: str, *, viewer: Acting) -> tuple[str, Sequence[Reader]]:
    """The reference of a case, and who has read it, the latest first: for those who answer for the case.

    Refuses (`NotFound`) whoever neither owns nor registered it, in the words for what does not exist.
    """
    case = find(typed, viewer=viewer)
    if viewer.institution_id not in (case.owner_id, case.registrar_id):
        raise NotFound(UNKNOWN)
    last = func.max(Access.read_at)
    who = (UserAccount.full_name, Membership.role, Institution.name, Access.relation, Access.kind)
    asked = (
        select(*who, func.count(), func.min(Access.read_at), last)
        .select_from(Access)
        .join(Access.user)
        .join(Access.membership)
        .join(Institution, Institution.id == Access.institution_id)
        .where(Access.case_id == case.id)
        .group_by(Access.membership_id, *who)
        .order_by(last.desc(), UserAccount.full_name)
        .limit(MOST_READERS)
    )
    return case.reference, [Reader._make(row) for row in db.session.execute(asked)]


def accesses(
    asked: Asked,
    *,
    viewer: Acting,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[AccessRow]:
    """What was read, the newest first.

    Refuses (`NotPermitted`) everybody but auditors, (`Mistyped`) a wrong reference,
    and (`NotFound`) one that nothing has.
    """
    if not may(viewer.role, Permission.HISTORY_AUDIT):
        raise NotPermitted(say("Only auditors read the access log."))
    key: Any = Access.id
    statement = _rows(viewer).where(*_conditions(asked, viewer))
    if (place := id_key(after or before)) is not None:
        statement = statement.where(key > place if before else key < place)
    statement = statement.order_by(key if before else key.desc()).limit(size + 1)
    rows = [AccessRow._make(row) for row in db.session.execute(statement)]
    return cut(rows[::-1] if before else rows, size, lambda row: row.id, after=after, before=before)


def _rows(viewer: Acting) -> Select[*tuple[Any, ...]]:
    about = func.coalesce(Access.case_id, Alert.case_id, 0)
    return (
        select(
            Access.id,
            Access.read_at,
            UserAccount.full_name,
            UserAccount.username,
            Membership.role,
            Institution.name,
            Access.kind,
            Access.relation,
            ProtectionCase.reference,
            Alert.reference,
            Access.page,
            Access.about,
            Access.number,
        )
        .join(Access.user)
        .join(Access.membership)
        .join(Institution, Institution.id == Access.institution_id)
        .outerjoin(ProtectionCase, ProtectionCase.id == Access.case_id)
        .outerjoin(Alert, Alert.id == Access.alert_id)
        .where(not_walled(viewer.user_id, about))
    )


def _conditions(asked: Asked, viewer: Acting) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.person:
        named = or_(UserAccount.username == asked.person, _like(UserAccount.full_name, asked.person))
        conditions.append(Access.user_id.in_(_ids(UserAccount.id, named)))
    if asked.institution:
        conditions.append(
            Access.institution_id.in_(_ids(Institution.id, _like(Institution.name, asked.institution)))
        )
    if asked.reference:
        conditions.append(_about(references.parse(asked.reference), viewer))
    if asked.day:
        zone = mission.current().zone
        conditions += [
            Access.read_at >= clock.start_of(asked.day, zone),
            Access.read_at <= clock.end_of(asked.day, zone),
        ]
    return conditions


def _about(reference: str, viewer: Acting) -> ColumnElement[bool]:
    cases = visible_cases(viewer).where(ProtectionCase.reference == reference)
    case_id: int | None = db.session.scalar(cases.with_only_columns(ProtectionCase.id))
    if case_id is not None:
        return Access.case_id == case_id
    alerts = visible_alerts(viewer).where(Alert.reference == reference)
    alert_id: int | None = db.session.scalar(alerts.with_only_columns(Alert.id))
    if alert_id is None:
        raise NotFound(say("There is no case or alert with this reference."))
    return Access.alert_id == alert_id


def _like(column: Any, words: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.icontains(words, autoescape=True)
    return found


def _ids(column: Any, condition: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(column).where(condition).limit(PAGE_SIZE)))

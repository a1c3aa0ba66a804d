"""Histories as auditors read them: who did what, when it happened and when it was recorded.

Columns are named one by one: no narrative, no note and no name of a person in a case is read at all, and of what an
entry says beside its columns only codes and days (`DETAILS`) leave this file.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from tracker import references
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import (
    Acting,
    AdministrationEntry,
    Alert,
    Area,
    HistoryEntry,
    ImportSource,
    Institution,
    ProtectionCase,
    Track,
    UserAccount,
)
from tracker.permissions import Permission, may
from tracker.queries.audit_rows import ActRow, AlertFacts, CaseFacts, EntryRow, TrackRow
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key
from tracker.visibility import sees_case, visible_alerts, visible_entries

DETAILS = frozenset(
    {
        "outcome",
        "next_on",
        "urgency",
        "risk",
        "because",
        "reopened",
        "decision",
        "classes",
        "orders",
        "flags",
        "party_role",
    }
)
"""What an entry may say besides its columns: codes of word lists and days, nothing that somebody typed."""

_UNKNOWN = "There is no case or alert with this reference."


def entries(
    *, viewer: Acting, after: str | None = None, before: str | None = None, size: int = PAGE_SIZE
) -> Page[EntryRow]:
    """The newest entries of all histories."""
    _require(viewer)
    rows = _read(_turned(_entries(viewer), HistoryEntry.id, after, before, size))
    return cut(rows[::-1] if before else rows, size, lambda row: row.id, after=after, before=before)


def kind_of(typed: str, *, viewer: Acting) -> tuple[str, str]:
    """ "case" or "alert", and the stored reference, of what a person typed.

    Refuses (`Mistyped`) what is no reference and (`NotFound`) one that nothing has.
    """
    _require(viewer)
    reference = references.parse(typed)
    if db.session.scalar(select(ProtectionCase.id).where(sees_case(viewer), _is_case(reference))) is not None:
        return "case", reference
    if db.session.scalar(visible_alerts(viewer).where(Alert.reference == reference)) is not None:
        return "alert", reference
    raise NotFound(say(_UNKNOWN))


def case(typed: str, *, viewer: Acting) -> CaseFacts:
    """The facts of one case."""
    _require(viewer)
    owner = aliased(Institution)
    row = db.session.execute(
        select(
            ProtectionCase.id,
            ProtectionCase.reference,
            ProtectionCase.concern,
            ProtectionCase.urgency,
            ProtectionCase.risk,
            ProtectionCase.reprisal_risk,
            ProtectionCase.channel,
            Area.name,
            ProtectionCase.registered_at,
            Institution.name,
            owner.name,
            ProtectionCase.closed_at,
            ProtectionCase.closure_reason,
            ImportSource.title,
        )
        .outerjoin(ProtectionCase.area)
        .join(Institution, Institution.id == ProtectionCase.registrar_id)
        .join(owner, owner.id == ProtectionCase.owner_id)
        .outerjoin(ImportSource, ImportSource.id == ProtectionCase.import_id)
        .where(sees_case(viewer), _is_case(references.parse(typed)))
    ).one_or_none()
    if row is None:
        raise NotFound(say(_UNKNOWN))
    return CaseFacts._make(row)


def alert(typed: str, *, viewer: Acting) -> AlertFacts:
    """The facts of one alert; who called and what they said are not read."""
    _require(viewer)
    row = db.session.execute(
        visible_alerts(viewer)
        .where(Alert.reference == references.parse(typed))
        .join(Institution, Institution.id == Alert.institution_id)
        .outerjoin(Area, Area.id == Alert.area_id)
        .outerjoin(ProtectionCase, ProtectionCase.id == Alert.case_id)
        .with_only_columns(
            Alert.id,
            Alert.reference,
            Alert.channel,
            Area.name,
            Alert.received_at,
            Institution.name,
            Alert.status,
            ProtectionCase.reference,
        )
    ).one_or_none()
    if row is None:
        raise NotFound(say(_UNKNOWN))
    return AlertFacts._make(row)


def history(of: CaseFacts | AlertFacts, *, viewer: Acting) -> Sequence[EntryRow]:
    """The whole history of a case or an alert, newest first."""
    _require(viewer)
    about = HistoryEntry.case_id if isinstance(of, CaseFacts) else HistoryEntry.alert_id
    return _read(_entries(viewer).where(about == of.id).order_by(HistoryEntry.n.desc()))


def entry(of: CaseFacts | AlertFacts, n: int, *, viewer: Acting) -> int:
    """The id of the n-th entry of a case or an alert. Refuses (`NotFound`) a number that it does not have."""
    _require(viewer)
    about = HistoryEntry.case_id if isinstance(of, CaseFacts) else HistoryEntry.alert_id
    found = db.session.scalar(select(HistoryEntry.id).where(about == of.id, HistoryEntry.n == n))
    if found is None:
        raise NotFound(say(_UNKNOWN))
    return found


def tracks(of: CaseFacts, *, viewer: Acting) -> Sequence[TrackRow]:
    """Where the case is and was, in the order in which it came there."""
    _require(viewer)
    sender = aliased(Institution)
    rows = db.session.execute(
        select(
            Track.stage,
            Institution.name,
            sender.name,
            Track.status,
            Track.open,
            Track.entered_at,
            Track.left_at,
            Track.due_at,
            Track.outcome,
            Track.next_on,
            Track.jurisdiction_concern,
        )
        .join(Institution, Institution.id == Track.institution_id)
        .outerjoin(sender, sender.id == Track.sender_id)
        .where(Track.case_id == of.id)
        .order_by(Track.id)
    )
    return [TrackRow._make(row) for row in rows]


def administration(
    *, viewer: Acting, after: str | None = None, before: str | None = None, size: int = PAGE_SIZE
) -> Page[ActRow]:
    """What administrators did, newest first."""
    _require(viewer)
    actor, person = aliased(UserAccount), aliased(UserAccount)
    at, institution = aliased(Institution), aliased(Institution)
    statement = (
        select(
            AdministrationEntry.id,
            AdministrationEntry.recorded_at,
            AdministrationEntry.action,
            actor.full_name,
            at.name,
            person.full_name,
            institution.name,
            AdministrationEntry.subject,
            AdministrationEntry.detail,
        )
        .outerjoin(actor, actor.id == AdministrationEntry.actor_id)
        .outerjoin(at, at.id == AdministrationEntry.actor_institution_id)
        .outerjoin(person, person.id == AdministrationEntry.person_id)
        .outerjoin(institution, institution.id == AdministrationEntry.institution_id)
    )
    turned = _turned(statement, AdministrationEntry.id, after, before, size)
    rows = [ActRow._make(row) for row in db.session.execute(turned)]
    return cut(rows[::-1] if before else rows, size, lambda row: row.id, after=after, before=before)


def _turned(
    statement: Select[*tuple[Any, ...]], key: Any, after: str | None, before: str | None, size: int
) -> Select[*tuple[Any, ...]]:
    """Newest first, from the row that was asked for; back from it in the opposite order."""
    if (place := id_key(after or before)) is not None:
        statement = statement.where(key > place if before else key < place)
    return statement.order_by(key if before else key.desc()).limit(size + 1)


def _entries(viewer: Acting) -> Select[*tuple[Any, ...]]:
    actor, holder = aliased(UserAccount), aliased(Institution)
    at, corrected = aliased(Institution), aliased(HistoryEntry)
    return (
        visible_entries(viewer)
        .outerjoin(actor, actor.id == HistoryEntry.actor_id)
        .outerjoin(at, at.id == HistoryEntry.institution_id)
        .join(holder, holder.id == HistoryEntry.holder_id)
        .outerjoin(corrected, corrected.id == HistoryEntry.corrects_id)
        .outerjoin(ImportSource, ImportSource.id == HistoryEntry.import_id)
        .with_only_columns(
            HistoryEntry.id,
            HistoryEntry.n,
            ProtectionCase.reference,
            Alert.reference,
            HistoryEntry.stage,
            HistoryEntry.action,
            HistoryEntry.effect,
            HistoryEntry.status_before,
            HistoryEntry.status_after,
            holder.name,
            actor.full_name,
            at.name,
            HistoryEntry.role,
            HistoryEntry.reason,
            HistoryEntry.happened_at,
            HistoryEntry.recorded_at,
            HistoryEntry.due_at,
            corrected.n,
            HistoryEntry.flag,
            ImportSource.title,
            HistoryEntry.procedure,
            HistoryEntry.detail,
        )
    )


def _read(statement: Select[*tuple[Any, ...]]) -> list[EntryRow]:
    rows = (EntryRow._make(row) for row in db.session.execute(statement))
    return [row._replace(detail=_said(row.detail)) for row in rows]


def _said(detail: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name in DETAILS}


def _is_case(reference: str) -> Any:
    return ProtectionCase.reference == reference


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.HISTORY_AUDIT):
        raise NotPermitted(say("Only auditors read all histories."))

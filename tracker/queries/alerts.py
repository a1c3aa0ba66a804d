"""Alerts as those who answer them see them: what waits for a call back, what has ended, and one with its history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from tracker import references
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import NO_LIMIT, Acting, Alert, Area, HistoryEntry, ProtectionCase
from tracker.permissions import Permission, may
from tracker.queries import noted
from tracker.queries.paging import PAGE_SIZE, Page, TimeKey, cut, id_key, time_key
from tracker.queries.ranges import COUNT_LIMIT
from tracker.visibility import not_walled, visible_alerts
from tracker.vocabulary import AccessKind, Channel, Relation


class AlertRow(NamedTuple):
    """One alert in a list: neither who called nor what they said."""

    id: int
    reference: str
    channel: Channel
    area: str | None
    received_at: datetime
    status: str
    due_at: datetime
    case: str | None
    """The reference of the case that it became."""
    area_code: str | None
    first_day: date | None = None
    last_day: date | None = None
    """Between which days it happened, of an alert of the past."""

    @property
    def limit(self) -> datetime | None:
        """When the running clock ends; None where no limit is set."""
        return None if self.due_at == NO_LIMIT else self.due_at


def waiting(
    *, viewer: Acting, after: str | None = None, before: str | None = None, size: int = PAGE_SIZE
) -> Page[AlertRow]:
    """The open alerts of the viewer's institution, what is longest over its limit first.

    Refuses (`NotPermitted`) roles that do not handle alerts.
    """
    key = time_key(after or before)
    alerts = _handled(viewer).where(Alert.open)
    if key is not None and before:
        alerts = alerts.where(Alert.due_at <= key.at, (Alert.due_at < key.at) | (Alert.id < key.id))
    elif key is not None:
        alerts = alerts.where(Alert.due_at >= key.at, (Alert.due_at > key.at) | (Alert.id > key.id))
    order = (Alert.due_at.desc(), Alert.id.desc()) if before else (Alert.due_at, Alert.id)
    rows = _read(alerts.order_by(*order), size, backwards=bool(before))
    return cut(rows, size, lambda row: TimeKey(row.due_at, row.id), after=after, before=before)


def ended(
    *, viewer: Acting, after: str | None = None, before: str | None = None, size: int = PAGE_SIZE
) -> Page[AlertRow]:
    """The alerts of the viewer's institution that have their answer, newest first."""
    key = id_key(after or before)
    alerts = _handled(viewer).where(~Alert.open)
    if key is not None:
        alerts = alerts.where(Alert.id > key if before else Alert.id < key)
    rows = _read(alerts.order_by(Alert.id if before else Alert.id.desc()), size, backwards=bool(before))
    return cut(rows, size, lambda row: row.id, after=after, before=before)


def count_waiting(*, viewer: Acting) -> int:
    """How many alerts of the viewer's institution are open, up to `COUNT_LIMIT`."""
    few = _handled(viewer).where(Alert.open).with_only_columns(Alert.id).limit(COUNT_LIMIT).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def find(typed: str, *, viewer: Acting) -> Alert:
    """The alert with that reference, with its contact, area and case.

    Refuses (`Mistyped`) what is no reference, and (`NotFound`) in the same words what does not exist and what the
    viewer may not know.
    """
    reference = references.parse(typed)
    alert: Alert | None = db.session.scalar(
        _handled(viewer)
        .where(Alert.reference == reference)
        .options(joinedload(Alert.contact), joinedload(Alert.area), joinedload(Alert.case))
    )
    if alert is None:
        raise NotFound(say("There is no alert with this reference that you may see."))
    noted.note(noted.Noted(AccessKind.ALERT, Relation.HOLDER, alert_id=alert.id))
    return alert


def history(alert: Alert, *, viewer: Acting) -> Sequence[HistoryEntry]:
    """What was done about an alert that the viewer has found, newest first, with names and notes."""
    return db.session.scalars(
        select(HistoryEntry)
        .join(Alert, HistoryEntry.alert_id == Alert.id)
        .where(
            HistoryEntry.alert_id == alert.id,
            Alert.institution_id == viewer.institution_id,
            not_walled(viewer.user_id, func.coalesce(Alert.case_id, 0)),
        )
        .options(
            joinedload(HistoryEntry.actor),
            joinedload(HistoryEntry.institution),
            joinedload(HistoryEntry.note),
        )
        .order_by(HistoryEntry.n.desc())
    ).all()


def _handled(viewer: Acting) -> Select[Any]:
    if not may(viewer.role, Permission.ALERT_HANDLE):
        raise NotPermitted(say("Only community focal points handle alerts."))
    return visible_alerts(viewer)


def _read(alerts: Select[Any], size: int, *, backwards: bool) -> list[AlertRow]:
    statement = (
        alerts.outerjoin(Area, Area.id == Alert.area_id)
        .outerjoin(ProtectionCase, ProtectionCase.id == Alert.case_id)
        .with_only_columns(
            Alert.id,
            Alert.reference,
            Alert.channel,
            Area.name,
            Alert.received_at,
            Alert.status,
            Alert.due_at,
            ProtectionCase.reference,
            Area.code,
            Alert.first_day,
            Alert.last_day,
        )
        .limit(size + 1)
    )
    rows = [AlertRow._make(row) for row in db.session.execute(statement)]
    return rows[::-1] if backwards else rows

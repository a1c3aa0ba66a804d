"""Alerts as those who answer them see them: what waits for a call back, what has ended, and one with its history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, exists, func, literal, select
from sqlalchemy.orm import joinedload

from tracker import references
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import NO_LIMIT, Acting, Alert, Area, GatewayMessage, HistoryEntry, ProtectionCase
from tracker.models.gateway import said_as
from tracker.permissions import Permission, may
from tracker.queries import noted
from tracker.queries.paging import PAGE_SIZE, Page, TimeKey, cut, id_key, time_key
from tracker.queries.ranges import COUNT_LIMIT
from tracker.visibility import not_walled, visible_alerts
from tracker.vocabulary import AccessKind, Channel, MessageKind, Relation, Urgency


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
    urgency: Urgency | None = None
    """The most urgent that a message of it says it is; None for what somebody logged."""
    messages: int = 0
    """How many messages a gateway brought to it; 0 for what somebody logged."""

    @property
    def limit(self) -> datetime | None:
        """When the running clock ends; None where no limit is set."""
        return None if self.due_at == NO_LIMIT else self.due_at


class Said(NamedTuple):
    """One message of an alert, opened."""

    n: int
    kind: MessageKind
    received_at: datetime
    phone: str
    text: str


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
            joinedload(HistoryEntry.source),
        )
        .order_by(HistoryEntry.n.desc())
    ).all()


def messages(alert: Alert, *, viewer: Acting, after: int = 0, size: int = PAGE_SIZE) -> list[Said]:
    """What a gateway brought to an alert that the viewer has found besides what began it, in order, from `after` on.

    What began it is the alert's contact, save where the messages of many stand together.
    """
    rows = db.session.scalars(
        select(GatewayMessage)
        .join(Alert, GatewayMessage.alert_id == Alert.id)
        .where(
            GatewayMessage.alert_id == alert.id,
            GatewayMessage.sealed.is_not(None),
            GatewayMessage.n > after,
            Alert.institution_id == viewer.institution_id,
            not_walled(viewer.user_id, func.coalesce(Alert.case_id, 0)),
        )
        .order_by(GatewayMessage.n)
        .limit(size)
    )
    content = alert.key.content
    opened = ((row, content.unseal(said_as(row.n), row.sealed)) for row in rows)
    return [Said(row.n, row.kind, row.received_at, said["phone"], said["text"]) for row, said in opened]


def count_messages(alert: Alert, *, viewer: Acting) -> int:
    """How many messages a gateway brought to an alert that the viewer has found; 0: somebody logged it."""
    assert viewer is not None  # noqa: S101
    counted = select(func.count()).where(GatewayMessage.alert_id == alert.id)
    return db.session.scalar(counted) or 0


def _handled(viewer: Acting) -> Select[Any]:
    if not may(viewer.role, Permission.ALERT_HANDLE):
        raise NotPermitted(say("Only community focal points handle alerts."))
    return visible_alerts(viewer)


def _read(alerts: Select[Any], size: int, *, backwards: bool) -> list[AlertRow]:
    brought = select(func.count()).where(GatewayMessage.alert_id == Alert.id).scalar_subquery()
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
            _said_urgency(),
            brought,
        )
        .limit(size + 1)
    )
    rows = [AlertRow._make(row) for row in db.session.execute(statement)]
    return rows[::-1] if backwards else rows


def _said_urgency() -> Any:
    """The first urgency of the word list, which is ordered, that a message of the alert says."""
    said = exists().where(GatewayMessage.alert_id == Alert.id)
    kind = GatewayMessage.urgency.type
    return case(
        *((said.where(GatewayMessage.urgency == one), literal(one, kind)) for one in Urgency), else_=None
    )

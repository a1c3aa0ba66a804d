"""The forms that a person sent by phone, as what they are now: what came of each, and what is left to do."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.errors import NotFound, say
from tracker.models import Acting, Alert, FieldFile, FieldForm, ProtectionCase
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key
from tracker.visibility import visible_alerts, visible_cases
from tracker.vocabulary import FormKind, HeldBack


class SentForm(NamedTuple):
    """One form. `reference`: of its alert or case; "" where the viewer may not know of it any more."""

    id: int
    kind: FormKind
    received_at: datetime
    held_back: HeldBack | None
    may_be_known: bool
    clock_wrong: bool
    looked_at: datetime | None
    refused: int
    """Files that were not kept."""
    missing: int
    """Files that it names and that did not come."""
    reference: str

    @property
    def waits(self) -> bool:
        """Whether something is left that its sender has not seen to."""
        return self.looked_at is None


def sent(*, viewer: Acting, after: str | None = None, before: str | None = None) -> Page[SentForm]:
    """What the viewer sent from where they work now, the newest first."""
    asked = _of(viewer)
    if (place := id_key(after or before)) is not None:
        asked = asked.where(FieldForm.id > place if before else FieldForm.id < place)
    key: Any = FieldForm.id
    asked = asked.order_by(key if before else key.desc()).limit(PAGE_SIZE + 1)
    rows = [_row(row) for row in db.session.execute(asked)]
    return cut(rows[::-1] if before else rows, PAGE_SIZE, lambda row: row.id, after=after, before=before)


def sent_form(form_id: int, *, viewer: Acting) -> SentForm:
    """One of them. Refuses (`NotFound`) anybody else's."""
    found = db.session.execute(_of(viewer).where(FieldForm.id == form_id)).first()
    if found is None:
        raise NotFound(say("There is no such record that you may see."))
    return _row(found)


def count_waiting(*, viewer: Acting) -> int:
    """How many of them have something left that was not seen to."""
    counted = select(func.count()).select_from(FieldForm)
    return db.session.scalar(counted.where(*_own(viewer), FieldForm.looked_at.is_(None))) or 0


def find(form_id: int, *, viewer: Acting) -> FieldForm:
    """One of them. Refuses (`NotFound`) anybody else's."""
    found = db.session.scalar(select(FieldForm).where(FieldForm.id == form_id, *_own(viewer)))
    if found is None:
        raise NotFound(say("There is no such record that you may see."))
    return found


def _row(row: Any) -> SentForm:
    of_case, of_alert = row[-2:]
    return SentForm._make((*row[:-2], of_case or of_alert or ""))


def _of(viewer: Acting) -> Any:
    case = aliased(ProtectionCase, visible_cases(viewer).subquery())
    alert = aliased(Alert, visible_alerts(viewer).subquery())
    return (
        select(
            FieldForm.id,
            FieldForm.kind,
            FieldForm.received_at,
            FieldForm.held_back,
            FieldForm.may_be_known,
            FieldForm.clock_wrong,
            FieldForm.looked_at,
            _files(FieldFile.refusal.is_not(None)),
            FieldForm.files - _files(),
            case.reference,
            alert.reference,
        )
        .outerjoin(case, case.id == FieldForm.case_id)
        .outerjoin(alert, alert.id == FieldForm.alert_id)
        .where(*_own(viewer))
    )


def _own(viewer: Acting) -> tuple[ColumnElement[bool], ...]:
    return (FieldForm.user_id == viewer.user_id, FieldForm.institution_id == viewer.institution_id)


def _files(*which: ColumnElement[bool]) -> Any:
    return select(func.count()).where(and_(FieldFile.form_id == FieldForm.id, *which)).scalar_subquery()

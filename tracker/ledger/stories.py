"""Histories while entries are appended to them: where each ends, and the key that seals what may be disclosed of it."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracker import bulk, personal
from tracker.ledger import sealing
from tracker.ledger.facts import Facts
from tracker.models import CaseKey, LogEntry, LogHistory
from tracker.models.history_entry import opened_note
from tracker.personal import Content

About = tuple[int | None, int | None]
"""A case's number or an alert's."""

ENTRY, HISTORY = cast(sa.Table, LogEntry.__table__), cast(sa.Table, LogHistory.__table__)
_KEY = cast(sa.Table, CaseKey.__table__)
_EARLIER = ENTRY.alias()
_LAST = sa.select(sa.func.max(_EARLIER.c.n)).where(_EARLIER.c.history_id == HISTORY.c.id).scalar_subquery()
_HISTORIES = (
    sa.select(
        HISTORY.c.case_id,
        HISTORY.c.alert_id,
        HISTORY.c.id,
        HISTORY.c.code,
        HISTORY.c.erased,
        sealing.WRAPPED,
        ENTRY.c.n,
        ENTRY.c.hash,
    )
    .select_from(HISTORY)
    .outerjoin(ENTRY, sa.and_(ENTRY.c.history_id == HISTORY.c.id, ENTRY.c.n == _LAST))
)
_OF_ONE = _HISTORIES.where(
    sa.or_(HISTORY.c.case_id == sa.bindparam("case"), HISTORY.c.alert_id == sa.bindparam("alert"))
)
_OF_MANY = _HISTORIES.where(
    sa.or_(
        HISTORY.c.case_id.in_(sa.bindparam("cases", expanding=True)),
        HISTORY.c.alert_id.in_(sa.bindparam("alerts", expanding=True)),
    )
)


class Story:
    """One history while entries are appended to it."""

    def __init__(self, row: Any) -> None:
        self.id, self.code, self.erased, self.wrapped = row.id, row.code, row.erased, row.wrapped
        self.n, self.last = -1 if row.n is None else row.n, row.hash or b""
        self._about = {"case_id": row.case_id, "alert_id": row.alert_id}

    @cached_property
    def key(self) -> AESGCM | None:
        """What seals its disclosures; None where nothing of it is disclosed any more."""
        return None if self.erased else AESGCM(personal.unwrap(self.wrapped, **self._about))

    def note(self, one: Facts) -> str | None:
        """The words of an entry's note."""
        return opened_note(Content(self.wrapped, **self._about), one.n, one.note)


def of(connection: sa.Connection, found: Sequence[Facts]) -> dict[About, Story]:
    """The histories of these entries, by the case or alert that each is of; begins those that are not there yet."""
    codes = {(one.case_id, one.alert_id): one.case_code for one in found}
    known = _known(connection, codes)
    if new := [about for about in codes if about not in known]:
        rows = [
            {
                "code": codes[about] or secrets.token_hex(16),
                "case_id": about[0],
                "alert_id": about[1],
                "erased": False,
            }
            for about in new
        ]
        bulk.insert(connection, HISTORY, rows)
        known |= _known(connection, new)
        _make_keys(connection, {about: known[about] for about in new})
    return known


def _make_keys(connection: sa.Connection, stories: Mapping[About, Story]) -> None:
    """The key of each that has none: of what was taken in from elsewhere, in bulk."""
    rows = []
    for (case_id, alert_id), story in stories.items():
        if story.wrapped is None:
            story.wrapped = personal.wrap(personal.new_key(), case_id=case_id, alert_id=alert_id)
            rows.append({"case_id": case_id, "alert_id": alert_id, "wrapped": story.wrapped})
    bulk.insert(connection, _KEY, rows)


def _known(connection: sa.Connection, abouts: Collection[About]) -> dict[About, Story]:
    return {(row.case_id, row.alert_id): Story(row) for row in _rows_of(connection, abouts)}


def _rows_of(connection: sa.Connection, abouts: Collection[About]) -> Iterable[Any]:
    if len(abouts) == 1:
        ((case, alert),) = abouts
        return connection.execute(_OF_ONE, {"case": case, "alert": alert})
    cases = [case for case, _ in abouts if case is not None]
    alerts = [alert for _, alert in abouts if alert is not None]
    return connection.execute(_OF_MANY, {"cases": cases, "alerts": alerts})

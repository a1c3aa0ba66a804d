"""What the log tells of a history entry: read from the rows as they were written, for whichever door they came by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.log.encoding import b64url
from tracker.log.leaf import Kind
from tracker.log.shown import DAY, PERSONAL, STEP, WEEK, iso_week
from tracker.models import (
    Alert,
    Area,
    Effect,
    EntryNote,
    HistoryEntry,
    Institution,
    ProtectionCase,
    UserAccount,
)

_KINDS = {"erase": Kind.ERASE, "disclose": Kind.DISCLOSE, "break_glass": Kind.ACCESS}
"""Acts with a kind of leaf of their own."""


class Facts(NamedTuple):
    """One entry, with what its numbers stand for."""

    id: int
    case_id: int | None
    alert_id: int | None
    case_code: str | None
    stage: str
    action: str
    effect: Effect
    before: str | None
    after: str
    holder: str
    institution: str | None
    role: str | None
    actor: str | None
    reason: str | None
    happened_at: datetime | None
    recorded_at: datetime
    detail: Mapping[str, Any]
    procedure: str
    corrects: int | None
    """The entry that it corrects."""
    imported: bool
    concern: str | None
    area: str | None
    n: int
    note: bytes | None
    """Sealed, as it is kept: who reads it into the log opens it with the key of the case."""

    @property
    def kind(self) -> Kind:
        """What its leaf is about; nothing else of the step stands in the leaf."""
        if self.action in _KINDS:
            return _KINDS[self.action]
        if self.action == "expire" and self.effect is Effect.NOTES:
            return Kind.ERASE  # no referral, but the time for which the case was kept
        if self.corrects is not None:
            return Kind.CORRECT
        if self.effect is Effect.OPENS:
            return Kind.OPEN
        return Kind.ASSIGN if "assigned_to_id" in self.detail else Kind.STATUS

    def values(
        self, logged_at: datetime, zone: ZoneInfo, corrects: int | None, note: str | None
    ) -> dict[str, Any]:
        """What may be disclosed, one value an audience (history.md section 2).

        `logged_at`: when the entry was appended, which never goes back; days are those of the mission area.
        `corrects`: the place in this history of the leaf that it corrects. `note`: the words of its note.
        """
        recorded = clock.day_of(logged_at, zone)
        happened = clock.day_of(self.happened_at, zone) if self.happened_at is not None else None
        return {
            STEP: self._step(corrects),
            WEEK: iso_week(recorded),
            DAY: {
                "recorded": recorded.isoformat(),
                "happened": happened.isoformat() if happened is not None else None,
            },
            PERSONAL: self._personal(note),
        }

    def _step(self, corrects: int | None) -> dict[str, Any]:
        step: dict[str, Any] = {
            "stage": self.stage,
            "effect": self.effect.value,
            "before": self.before,
            "after": self.after,
            "institution": self.holder,
            "procedure": self.procedure,
        }
        if corrects is not None:
            step["corrects"] = corrects
        if self.imported:
            step["imported"] = True
        return step

    def _personal(self, note: str | None) -> dict[str, Any]:
        return {
            "action": self.action,
            "actor": self.actor,
            "role": self.role,
            "by": self.institution,
            "happened_at": self.happened_at.isoformat() if self.happened_at is not None else None,
            "recorded_at": self.recorded_at.isoformat(),
            "reason": self.reason,
            "detail": self.detail,
            "concern": self.concern,
            "area": self.area,
            "note": b64url(sha256(note.encode()).digest()) if note is not None else None,
        }


_holder, _own = aliased(Institution), aliased(Institution)

_FACTS = (
    sa.select(
        HistoryEntry.id,
        HistoryEntry.case_id,
        HistoryEntry.alert_id,
        ProtectionCase.code,
        HistoryEntry.stage,
        HistoryEntry.action,
        HistoryEntry.effect,
        HistoryEntry.status_before,
        HistoryEntry.status_after,
        _holder.code,
        _own.code,
        HistoryEntry.role,
        UserAccount.username,
        HistoryEntry.reason,
        HistoryEntry.happened_at,
        HistoryEntry.recorded_at,
        HistoryEntry.detail,
        HistoryEntry.procedure,
        HistoryEntry.corrects_id,
        HistoryEntry.import_id.is_not(None),
        ProtectionCase.concern,
        Area.code,
        HistoryEntry.n,
        EntryNote.sealed,
    )
    .select_from(HistoryEntry)
    .join(_holder, _holder.id == HistoryEntry.holder_id)
    .outerjoin(_own, _own.id == HistoryEntry.institution_id)
    .outerjoin(UserAccount, UserAccount.id == HistoryEntry.actor_id)
    .outerjoin(ProtectionCase, ProtectionCase.id == HistoryEntry.case_id)
    .outerjoin(Alert, Alert.id == HistoryEntry.alert_id)
    .outerjoin(Area, Area.id == sa.func.coalesce(ProtectionCase.area_id, Alert.area_id))
    .outerjoin(EntryNote, EntryNote.entry_id == HistoryEntry.id)
    .order_by(HistoryEntry.id)
)


_OF_ONE = _FACTS.where(HistoryEntry.id == sa.bindparam("id"))
"""Most acts write one entry; a list of numbers would be spelled out anew each time."""


class Which(Enum):
    """How entries are named: one statement each, made once."""

    ENTRIES = _FACTS.where(HistoryEntry.id.in_(sa.bindparam("ids", expanding=True)))
    CASES = _FACTS.where(HistoryEntry.case_id.in_(sa.bindparam("ids", expanding=True)))


def read(connection: sa.Connection, which: Which, ids: Sequence[int]) -> list[Facts]:
    """The facts of the entries with these numbers, or of these cases, in the order in which they were recorded."""
    if which is Which.ENTRIES and len(ids) == 1:
        rows = connection.execute(_OF_ONE, {"id": ids[0]})
    else:
        rows = connection.execute(which.value, {"ids": ids})
    return [Facts._make(row) for row in rows]

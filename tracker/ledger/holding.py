"""One entry held against the log: whether what a page shows of it is what was recorded (history.md, section 3)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker import mission
from tracker.ledger import facts
from tracker.ledger.facts import Facts, Which
from tracker.ledger.store import Store
from tracker.log import leaf
from tracker.log.disclosures import opened
from tracker.log.leaf import CaseLeaf
from tracker.log.refusals import Malformed, NotProved
from tracker.log.shown import DAY, PERSONAL, STEP
from tracker.models import LogEntry, LogHistory
from tracker.models.case_key import content_of
from tracker.models.history_entry import opened_note


class Held(NamedTuple):
    """What was compared, by name of the field, and whether it is the same; `sealed`: whether there was anything to."""

    at: int
    entry: bytes
    fields: Mapping[str, bool]
    sealed: bool
    """False: the case was erased, or the leaf came back from a copy without what was sealed beside it."""


def hold(store: Store, entry_id: int) -> Held | None:
    """Opens what is sealed beside an entry's leaf and compares it with the entry's rows of today.

    None where it has no leaf. A seal that is broken, or not that of the leaf, makes every field differ.
    """
    one = facts.read(store.connection, Which.ENTRIES, [entry_id])[0]
    leaves = _leaves(store, one)
    row = leaves.get(entry_id)
    if row is None:
        return None
    corrected = leaves.get(one.corrects or 0)
    zone, at = mission.current().zone, corrected.n if corrected else None
    content = content_of(store.connection, case_id=one.case_id, alert_id=one.alert_id)
    now = _flat(one.values(one.recorded_at, zone, at, opened_note(content, one.n, one.note)))
    try:
        kept = store.disclosed([row.seq], [STEP, DAY, PERSONAL]).get(row.seq)
        if kept is None:
            return Held(row.seq, row.leaf, {}, False)
        found = leaf.parse(row.leaf)
        then = _flat(opened(found.digests if isinstance(found, CaseLeaf) else (), kept))
    except (Malformed, NotProved):
        return Held(row.seq, row.leaf, dict.fromkeys(now, False), True)
    return Held(
        row.seq, row.leaf, {name: _same(name, then, now) for name in sorted(then.keys() | now.keys())}, True
    )


def _leaves(store: Store, one: Facts) -> dict[int, sa.Row[*tuple[Any, ...]]]:
    """The leaves of an entry and of the one that it corrects, by entry; through their history, which has an index."""
    of_case = LogHistory.case_id == one.case_id
    rows = store.connection.execute(
        sa.select(LogEntry.entry_id, LogEntry.seq, LogEntry.n, LogEntry.leaf)
        .join(LogHistory, LogHistory.id == LogEntry.history_id)
        .where(of_case if one.case_id is not None else LogHistory.alert_id == one.alert_id)
        .where(LogEntry.entry_id.in_([one.id, one.corrects]))
    )
    return {row.entry_id: row for row in rows}


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values[PERSONAL], **values[STEP], **{f"{DAY}_{name}": day for name, day in values[DAY].items()}}


def _same(name: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """The day of the log may be later than the entry's own: the log's clock never goes back."""
    if name == f"{DAY}_recorded":
        return bool(now[name] <= then[name])
    return name in then and name in now and bool(then[name] == now[name])

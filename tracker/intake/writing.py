"""Writes planned cases in one transaction: cases, tracks with their parents first, entries, orders, and last leaves.

The database draws every number, never we: a number of our own would not move PostgreSQL's sequences on.
"""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from tracker import bulk
from tracker.intake.plans import PlannedCase, Stay
from tracker.ledger.append import append_entries
from tracker.ledger.facts import Which
from tracker.models import CourtOrder, HistoryEntry, ProtectionCase, Track

CASE, _TRACK = cast(sa.Table, ProtectionCase.__table__), cast(sa.Table, Track.__table__)
_ENTRY, _ORDER = cast(sa.Table, HistoryEntry.__table__), cast(sa.Table, CourtOrder.__table__)


def write(connection: sa.Connection, cases: Sequence[PlannedCase]) -> None:
    """Writes the cases with all that belongs to them; the caller commits."""
    numbers = _write_cases(connection, cases)
    _write_tracks(connection, cases, numbers)
    _write_entries(connection, cases, numbers)
    _write_orders(connection, cases, numbers)
    append_entries(connection, Which.CASES, numbers)


def _write_cases(connection: sa.Connection, cases: Sequence[PlannedCase]) -> list[int]:
    """Writes the cases; gives their numbers in the same order."""
    bulk.insert(connection, CASE, [case.row.__dict__ for case in cases])
    codes = [case.row.code for case in cases]
    found = connection.execute(sa.select(CASE.c.code, CASE.c.id).where(CASE.c.code.in_(codes)))
    numbers = dict(found.all())
    return [numbers[code] for code in codes]


def _write_tracks(connection: sa.Connection, cases: Sequence[PlannedCase], numbers: Sequence[int]) -> None:
    """Writes the tracks, generation after generation: a track names the one that it comes from."""
    waiting = [stay for case, number in zip(cases, numbers, strict=True) for stay in _of_case(case, number)]
    last = 0
    while waiting:
        ready = [stay for stay in waiting if stay.parent is None or stay.parent.id is not None]
        waiting = [stay for stay in waiting if stay.parent is not None and stay.parent.id is None]
        for stay in ready:
            _name_parent(stay)
        bulk.insert(connection, _TRACK, [stay.row.__dict__ for stay in ready])
        # Within one transaction numbers grow in the order of the rows, on both engines.
        new = sa.select(_TRACK.c.id).where(_TRACK.c.case_id.in_(numbers), _TRACK.c.id > last)
        made = connection.scalars(new.order_by(_TRACK.c.id)).all()
        for stay, number in zip(ready, made, strict=True):
            stay.id = last = number


def _of_case(case: PlannedCase, number: int) -> Sequence[Stay]:
    for stay in case.stays:
        stay.row.case_id = number
    return case.stays


def _name_parent(stay: Stay) -> None:
    if stay.parent is not None:
        stay.row.parent_id = stay.opening.detail["parent_id"] = stay.parent.id


def _write_entries(connection: sa.Connection, cases: Sequence[PlannedCase], numbers: Sequence[int]) -> None:
    rows: list[dict[str, Any]] = []
    for case, number in zip(cases, numbers, strict=True):
        for entry, stay in case.entries:
            entry.case_id = number
            entry.track_id = stay.id if stay is not None else None
            rows.append(entry.__dict__)
    bulk.insert(connection, _ENTRY, rows)


def _write_orders(connection: sa.Connection, cases: Sequence[PlannedCase], numbers: Sequence[int]) -> None:
    ordered = [(number, order) for case, number in zip(cases, numbers, strict=True) for order in case.orders]
    if not ordered:
        return
    wanted = sa.select(_ENTRY.c.case_id, _ENTRY.c.n, _ENTRY.c.id).where(
        _ENTRY.c.case_id.in_([number for number, _ in ordered])
    )
    entries = {(case_id, n): number for case_id, n, number in connection.execute(wanted)}
    rows = [
        {"case_id": number, "track_id": stay.id, "entry_id": entries[number, entry.n], "kind": kind}
        for number, (kind, stay, entry) in ordered
    ]
    bulk.insert(connection, _ORDER, rows)

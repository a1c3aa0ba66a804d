"""What was written before anything was sealed: it gets its keys and is sealed where it stands, after the migration."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from tracker import personal
from tracker.keyring import KEY_SIZE
from tracker.ledger import guards
from tracker.models import (
    Alert,
    AlertContact,
    CaseKey,
    EntryNote,
    HistoryEntry,
    Narrative,
    Person,
    ProtectionCase,
    SearchTerm,
)
from tracker.models.alert import CONTACT
from tracker.models.history_entry import noted_as
from tracker.models.person import NARRATIVE, sealed_as
from tracker.models.search_term import terms_of
from tracker.personal import Content

_AT_ONCE = 500
_IN_CLEAR = b"{"
"""What the migration left is JSON, and what is sealed never begins so."""

Rows = sa.Select[*tuple[Any, ...]]
Progress = Callable[[int], object]


class _Kind(NamedTuple):
    """One kind of rows in clear: which they are, as what a row is sealed, and the column of its number."""

    rows: Rows
    as_what: Callable[[Any], str]
    key: Any
    model: Any


def waiting(connection: sa.Connection) -> int:
    """How many rows are not sealed yet, and cases and alerts without a key of their own."""
    every = [_raw_keys(), *_keyless(), *(kind.rows for kind in _kinds())]
    return sum(
        connection.scalar(sa.select(sa.func.count()).select_from(rows.order_by(None).subquery())) or 0
        for rows in every
    )


def seal(engine: sa.Engine, progress: Progress) -> None:
    """Gives every case and alert its key, and seals what is personal, batch by batch; may be interrupted and run again.

    `progress` is told how many rows were dealt with. The tables' owner runs it: notes are append-only for others.
    """
    for batch in (_wrap, _give_keys, *(_sealer(kind) for kind in _kinds())):
        while done := _in_transaction(engine, batch):
            progress(done)


def _in_transaction(engine: sa.Engine, batch: Callable[[sa.Connection], int]) -> int:
    with engine.begin() as connection:
        return batch(connection)


def _raw_keys() -> Rows:
    return sa.select(CaseKey.id, CaseKey.case_id, CaseKey.alert_id, CaseKey.wrapped).where(
        sa.func.length(CaseKey.wrapped) == KEY_SIZE
    )


def _wrap(connection: sa.Connection) -> int:
    rows = connection.execute(_raw_keys().limit(_AT_ONCE)).all()
    for row in rows:
        wrapped = personal.wrap(row.wrapped, case_id=row.case_id, alert_id=row.alert_id)
        connection.execute(sa.update(CaseKey).where(CaseKey.id == row.id).values(wrapped=wrapped))
    return len(rows)


def _keyless() -> Iterator[Rows]:
    none = sa.null()
    of_case = sa.exists().where(CaseKey.case_id == ProtectionCase.id)
    yield sa.select(ProtectionCase.id.label("case_id"), none.label("alert_id")).where(~of_case)
    of_alert = sa.exists().where(CaseKey.alert_id == Alert.id)
    yield sa.select(none.label("case_id"), Alert.id.label("alert_id")).where(~of_alert)


def _give_keys(connection: sa.Connection) -> int:
    about = [row for rows in _keyless() for row in connection.execute(rows.limit(_AT_ONCE))]
    new = [
        {
            "case_id": case_id,
            "alert_id": alert_id,
            "wrapped": personal.wrap(personal.new_key(), case_id=case_id, alert_id=alert_id),
        }
        for case_id, alert_id in about
    ]
    if new:
        connection.execute(sa.insert(CaseKey), new)
    return len(new)


def _kinds() -> Sequence[_Kind]:
    case_of, alert_of = CaseKey.case_id, CaseKey.alert_id
    of_entry = sa.or_(case_of == HistoryEntry.case_id, alert_of == HistoryEntry.alert_id)
    return [
        _kind(Person, Person.id, case_of == Person.case_id, lambda row: sealed_as(row.role), Person.role),
        _kind(Narrative, Narrative.id, case_of == Narrative.case_id, lambda _row: NARRATIVE),
        _kind(AlertContact, AlertContact.alert_id, alert_of == AlertContact.alert_id, lambda _row: CONTACT),
        _kind(
            EntryNote,
            EntryNote.entry_id,
            of_entry,
            lambda row: noted_as(row.n),
            HistoryEntry.n,
            via=HistoryEntry,
        ),
    ]


def _kind(
    model: Any, key: Any, owner: Any, as_what: Callable[[Any], str], *more: Any, via: Any = None
) -> _Kind:
    columns = (key.label("number"), model.sealed, CaseKey.case_id, CaseKey.alert_id, CaseKey.wrapped, *more)
    rows = sa.select(*columns).select_from(model)
    rows = rows if via is None else rows.join(via, via.id == key)
    in_clear = sa.func.substr(model.sealed, 1, 1, type_=sa.LargeBinary()) == _IN_CLEAR
    return _Kind(rows.join(CaseKey, owner).where(in_clear), as_what, key, model)


def _sealer(kind: _Kind) -> Callable[[sa.Connection], int]:
    def batch(connection: sa.Connection) -> int:
        rows = connection.execute(kind.rows.limit(_AT_ONCE)).all()
        noted = kind.model is EntryNote and rows
        with guards.lifted(connection, EntryNote.__tablename__) if noted else nullcontext():
            for row in rows:
                _seal_row(connection, kind, row)
        return len(rows)

    return batch


def _seal_row(connection: sa.Connection, kind: _Kind, row: Any) -> None:
    words = orjson.loads(row.sealed)
    content = Content(row.wrapped, case_id=row.case_id, alert_id=row.alert_id)
    sealed = content.seal(kind.as_what(row), **words)
    connection.execute(sa.update(kind.model).where(kind.key == row.number).values(sealed=sealed))
    if kind.model is Person:
        _index(connection, row, words)


def _index(connection: sa.Connection, row: Any, words: dict[str, str]) -> None:
    of_case = sa.select(ProtectionCase.registrar_id, ProtectionCase.owner_id)
    institutions = connection.execute(of_case.where(ProtectionCase.id == row.case_id)).one()
    found = terms_of(words["name"], words["phone"], institutions)
    if found:
        rows = [{"person_id": row.number, "fingerprint": one} for one in found]
        connection.execute(sa.insert(SearchTerm), rows)

"""One key of the installation after another: what older ones sealed is sealed anew, while people go on working."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker import clock, keyring
from tracker.db import Base
from tracker.keyring import SEALED, Ring
from tracker.models import SealingKey

_AT_ONCE = 500
"""Rows in a transaction: some tenths of a second in which nobody else writes."""

Progress = Callable[[int], object]


class _Place(NamedTuple):
    """A column that holds what the installation's keys sealed, and the context of a row of it."""

    table: sa.Table
    column: sa.Column[Any]
    context: str


def sealed_by_others(connection: sa.Connection, ring: Ring) -> dict[str, int]:
    """How many rows each key but the newest sealed, by id."""
    return {key: number for key, number in sealed_rows(connection).items() if key != ring.sealing()}


def sealed_rows(connection: sa.Connection) -> dict[str, int]:
    """How many rows each key sealed, by id."""
    found = Counter[str]()
    for place in places():
        key = sa.func.substr(place.column, *keyring.ID_IN_SEALED, type_=sa.LargeBinary())
        asked = sa.select(key, sa.func.count()).where(place.column.is_not(None)).group_by(key)
        found.update({one.hex(): number for one, number in connection.execute(asked).all()})
    return dict(found)


def how_many(connection: sa.Connection) -> int:
    """How many rows `rewrap` looks at."""
    return sum(connection.scalar(sa.select(sa.func.count()).select_from(one.table)) or 0 for one in places())


def rewrap(engine: sa.Engine, ring: Ring, progress: Progress) -> int:
    """Seals anew, with the newest key, what others sealed, batch by batch; may be interrupted and run again.

    People go on working. Gives how many rows. `progress` is told how many were looked at.
    """
    return sum(_rewrap(engine, ring, place, progress) for place in places())


def retire(connection: sa.Connection, ring: Ring) -> list[str]:
    """Retires every key but the newest, once nothing is sealed by them any more; gives their ids. The caller commits.

    Their files stay, as `*.retired`: backups from before are read with them.
    """
    newest = ring.sealing()
    old = [key for key in ring.sealers() if key != newest]
    for key in old:
        ring.retire(key)
    now = {"retired_at": clock.now()}
    connection.execute(sa.update(SealingKey).where(SealingKey.key_id.in_(old)).values(now))
    return old


def places() -> Iterator[_Place]:
    """Every column that says in its `info` that it is sealed."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if context := column.info.get(SEALED):
                yield _Place(table, column, context)


def open_all(connection: sa.Connection, ring: Ring) -> None:
    """Opens everything once. Refuses (`CannotUnseal`) where something stays shut."""
    for place in places():
        last: Any = None
        while rows := connection.execute(_batch(place, last)).all():
            for row in rows:
                _opened(ring, place, row._mapping)
            last = rows[-1]._mapping[_number(place)]


def _rewrap(engine: sa.Engine, ring: Ring, place: _Place, progress: Progress) -> int:
    done, last = 0, None
    while True:
        with engine.begin() as connection:
            rows = connection.execute(_batch(place, last).with_for_update()).all()
            for row in rows:
                done += _rewrap_row(connection, ring, place, row._mapping)
        if not rows:
            return done
        last = rows[-1]._mapping[_number(place)]
        progress(len(rows))


def _rewrap_row(connection: sa.Connection, ring: Ring, place: _Place, row: Mapping[Any, Any]) -> bool:
    sealed = row[place.column]
    if sealed is None or keyring.key_of(sealed) == ring.sealing():
        return False
    again = ring.seal(_opened(ring, place, row), context=_context(place, row))
    number = _number(place)
    connection.execute(sa.update(place.table).where(number == row[number]).values({place.column: again}))
    return True


def _opened(ring: Ring, place: _Place, row: Mapping[Any, Any]) -> bytes:
    sealed = row[place.column]
    return b"" if sealed is None else ring.unseal(sealed, context=_context(place, row))


def _context(place: _Place, row: Mapping[Any, Any]) -> str:
    return place.context.format(**{column.name: row[column] for column in place.table.columns})


def _number(place: _Place) -> sa.Column[Any]:
    return place.table.primary_key.columns.values()[0]


def _batch(place: _Place, last: Any) -> sa.Select[*tuple[Any, ...]]:
    number = _number(place)
    asked = sa.select(*place.table.columns).order_by(number).limit(_AT_ONCE)
    return asked if last is None else asked.where(number > last)

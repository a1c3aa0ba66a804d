"""Many rows of one table into the database, close to what the driver itself costs.

SQLAlchemy writes the statement and says how each type is stored; what it says about a word, a day or an instant is
remembered, because an import has the same few thousand of them again and again.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

Processor = Callable[[Any], Any]

_REMEMBERED = 50_000


class Bulk:
    """Inserts rows with the same columns into one table."""

    def __init__(self, table: sa.Table, dialect: sa.Dialect, columns: Iterable[str]) -> None:
        names = list(columns)
        compiled = sa.insert(table).compile(dialect=dialect, column_keys=names)
        self._statement = str(compiled)
        self._order = compiled.positiontup
        """The columns by position, where the driver takes them so; None: it takes them by name."""
        processors = ((name, _processor(table.c[name].type, dialect)) for name in names)
        self._processors = [(name, processor) for name, processor in processors if processor is not None]

    def insert(self, connection: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Inserts the rows, in their order; there must be one."""
        connection.exec_driver_sql(self._statement, [self._stored(row) for row in rows])

    def _stored(self, row: Mapping[str, Any]) -> Any:
        values = {**row}
        for name, processor in self._processors:
            values[name] = processor(values[name])
        return values if self._order is None else tuple(map(values.__getitem__, self._order))


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows with the same columns into a table, in their order."""
    if rows:
        _bulk(table, connection.dialect, tuple(rows[0])).insert(connection, rows)


@lru_cache
def _bulk(table: sa.Table, dialect: sa.Dialect, columns: tuple[str, ...]) -> Bulk:
    return Bulk(table, dialect, columns)


def _processor(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Processor | None:
    """How a value of this type is handed to the driver; None: as it is."""
    processor = kind.dialect_impl(dialect).bind_processor(dialect)
    return processor if processor is None or isinstance(kind, sa.JSON) else _remembering(processor)


def _remembering(processor: Processor) -> Processor:
    remembered = lru_cache(_REMEMBERED)(processor)

    def process(value: Hashable) -> Any:
        return None if value is None else remembered(value)

    return process

"""The triggers that keep the log's tables append-only, lifted for one transaction by the tables' owner."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_OF_SQLITE = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
_OF_POSTGRESQL = sa.text(
    "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal"
)


@contextmanager
def lifted(connection: sa.Connection, *tables: str) -> Iterator[None]:
    """Inside, rows of these tables may be removed. All in one transaction: nobody else ever sees them unguarded."""
    lift = _lift_sqlite if connection.dialect.name == "sqlite" else _lift_postgresql
    back = [statement for table in tables for statement in lift(connection, table)]
    yield
    for statement in back:
        connection.exec_driver_sql(statement)


def _lift_sqlite(connection: sa.Connection, table: str) -> list[str]:
    triggers = connection.execute(_OF_SQLITE, {"table": table}).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    return [made for _, made in triggers]


def _lift_postgresql(connection: sa.Connection, table: str) -> list[str]:
    names = connection.scalars(_OF_POSTGRESQL, {"table": table}).all()
    for name in names:
        connection.exec_driver_sql(f'ALTER TABLE {table} DISABLE TRIGGER "{name}"')
    return [f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{name}"' for name in names]

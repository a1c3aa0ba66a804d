"""Rows on their way into the tables: gathered, then written by the fastest road that each engine has."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.db import Base

TABLES = ("protection_case", "track", "history_entry", "entry_note", "person", "narrative", "consent")


class Rows:
    """Rows of `TABLES` by table; ids are given here, so that rows can name each other before they are written."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._columns = {name: [c.name for c in Base.metadata.tables[name].columns] for name in TABLES}
        self._waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        self._ids = dict.fromkeys(TABLES, 0)

    def add(self, table: str, **values: Any) -> int:
        """A row for the table; gives its id, which may have been taken before."""
        if "id" in self._columns[table] and "id" not in values:
            values["id"] = self.take_id(table)
        self._waiting[table].append(tuple(_plain(values.get(name)) for name in self._columns[table]))
        return int(values.get("id", 0))

    def take_id(self, table: str) -> int:
        """The id of a row that will be added."""
        self._ids[table] += 1
        return self._ids[table]

    def write(self) -> None:
        """Writes what waits, in one transaction."""
        with self._engine.begin() as connection:
            for table in TABLES:
                if self._waiting[table]:
                    insert(connection, table, self._columns[table], self._waiting[table])
        self._waiting = {name: [] for name in TABLES}

    def tidy(self) -> None:
        """Lets PostgreSQL know how its tables look now, as it would find out by itself overnight."""
        if self._engine.dialect.name == "postgresql":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")


def insert(
    connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Inserts plain values: by executemany of the driver on SQLite, by COPY on PostgreSQL."""
    names = ", ".join(columns)
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("The connection is closed.")
    if connection.dialect.name == "sqlite":
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
        return
    cursor = driver.cursor()
    cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _plain(value: Any) -> Any:
    """As both engines keep it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value) if isinstance(value, str) else value

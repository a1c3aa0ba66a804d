"""Rows as the driver has them: out of one database and into another, with nothing in between."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tracker.db import Base

AT_ONCE = 20_000

Row = Sequence[Any]


def columns_of(table: str) -> list[str]:
    """The names of a table's columns."""
    return [column.name for column in Base.metadata.tables[table].columns]


def read(connection: sa.Connection, table: str, where: str = "true") -> list[Row]:
    """The rows of a table in the order of their numbers; `where` is a condition in SQL."""
    key = ", ".join(column.name for column in Base.metadata.tables[table].primary_key)
    columns = ", ".join(_readable(connection, name) for name in columns_of(table))
    cursor = connection.connection.cursor()
    cursor.execute(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {key}")
    return [*cursor.fetchall()]


def insert_into(connection: sa.Connection, table: str) -> str:
    """The statement that inserts a row of `read`, in the driver's own words."""
    columns = columns_of(table)
    if connection.dialect.name == "sqlite":
        marks = ["?"] * len(columns)
    else:
        marks = ["%s::json" if name == "detail" else "%s" for name in columns]
    return f"INSERT INTO {table} ({', '.join(map(_quoted, columns))}) VALUES ({', '.join(marks)})"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _readable(connection: sa.Connection, name: str) -> str:
    """JSON is read as text on PostgreSQL, so that it goes back as it came."""
    cast = "::text" if name == "detail" and connection.dialect.name == "postgresql" else ""
    return _quoted(name) + cast

"""The database: one typed `Base`, one `db`, and what both engines must be told at each connection.

SQLite (dependencies.md 4.2): the driver's own transactions lose updates silently and a deferred BEGIN that turns
into a write fails at once, so a transaction that may write begins IMMEDIATE. PostgreSQL: a transaction that may not
write is READ ONLY. Which of the two a transaction is says `read_only`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, registry

read_only: ContextVar[bool] = ContextVar("read_only", default=False)
"""True while a transaction begun in this context must not write: the database refuses, whatever the code does."""

BUSY_TIMEOUT_MS = 10_000


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC instant; SQLite drops the zone, so it is checked going in and put back coming out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive instant: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(enum: type[Enum]) -> list[str]:
    return [str(word.value) for word in enum]


def word_of(enum: type[Enum], name: str | None = None) -> sa.Enum:
    """The column type of a closed word list: text, and a CHECK that it is one of the words.

    `name`: the constraint's, where a table has two columns of one list.
    """
    return sa.Enum(
        enum,
        name=name or enum.__name__.lower(),
        native_enum=False,
        length=40,
        create_constraint=True,
        values_callable=_values,
    )


class Base(DeclarativeBase):
    """The base of every model; names of constraints are fixed so that migrations can name them."""

    registry = registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: Instant,
            Enum: sa.Enum(
                Enum, native_enum=False, length=40, create_constraint=True, values_callable=_values
            ),
            dict[str, Any]: sa.JSON,
        },
    )
    metadata = registry.metadata


# Asked whether it still lives before each use: after the database restarted, nobody's form meets a dead connection.
db = SQLAlchemy(metadata=Base.metadata, engine_options={"pool_pre_ping": True})


@contextmanager
def reading_only() -> Iterator[None]:
    """Transactions begun inside may not write."""
    token = read_only.set(True)
    try:
        yield
    finally:
        read_only.reset(token)


@sa.event.listens_for(Engine, "connect")
def _tune(dbapi_connection: Any, _record: object) -> None:
    if not _is_sqlite(dbapi_connection):
        return
    dbapi_connection.isolation_level = None  # we begin transactions ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is overwritten
        "recursive_triggers=ON",  # else INSERT OR REPLACE goes round the BEFORE DELETE triggers
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        dbapi_connection.execute(f"PRAGMA {pragma}")


@sa.event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    reading = read_only.get()
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        _set_query_only(connection, reading)
        driver.execute(
            "BEGIN" if reading else "BEGIN IMMEDIATE"
        )  # not by way of the engine: each page begins one
    else:
        driver.read_only = reading  # psycopg says it in its BEGIN


def forbid_writing(connection: Connection) -> None:
    """From now on the transaction that has begun on `connection` cannot write."""
    if connection.dialect.name == "sqlite":
        _set_query_only(connection, True)
    else:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _set_query_only(connection: Connection, reading: bool) -> None:
    """Only when it changes: after any such PRAGMA, SQLite prepares every statement of the connection anew."""
    if connection.info.get("query_only") is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only={int(reading)}")
        connection.info["query_only"] = reading


def _is_sqlite(dbapi_connection: object) -> bool:
    return type(dbapi_connection).__module__.startswith("sqlite3")

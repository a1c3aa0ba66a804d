"""Alembic's environment: run by `tracker.migrate`, on a URL or on a connection that is handed in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import tracker.models  # noqa: F401 - so that the metadata is whole
from tracker.db import Base, Instant


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Writes our own types as plain SQLAlchemy ones: a migration must not depend on today's code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def options() -> Mapping[str, Any]:
    """How the models are compared with the database."""
    return {
        "target_metadata": Base.metadata,
        "render_item": render_item,
        "render_as_batch": True,
        "compare_type": True,
        "compare_server_default": True,
    }


@contextmanager
def references_at_rest(connection: sa.Connection) -> Iterator[None]:
    """Inside, SQLite lets a table be written anew that others refer to (sqlite.org/lang_altertable.html, section 7).

    Afterwards it looks at all references once; refuses (`IntegrityError`) what leads nowhere.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101
    driver.execute("PRAGMA foreign_keys=OFF")  # before any transaction begins: within one it does nothing
    yield
    if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
        raise sa.exc.IntegrityError("PRAGMA foreign_key_check", None, ValueError(str(broken[:3])))


def run() -> None:
    """Migrates each in a transaction; PostgreSQL waits at most 10 s for a lock instead of stopping everybody."""
    engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.pool.NullPool)
    with engine.connect() as connection, references_at_rest(connection):
        context.configure(connection=connection, transaction_per_migration=True, **options())
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
            context.run_migrations()
    engine.dispose()


run()

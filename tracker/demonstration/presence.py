"""What a database holds before anything is written to it: nothing, the demonstration, or somebody's records."""

from enum import Enum
from pathlib import Path

import sqlalchemy as sa

from tracker.db import reading_only
from tracker.demonstration.places import OFFICE


class Presence(Enum):
    """What a database holds."""

    NOTHING = "nothing"
    DEMONSTRATION = "demonstration"
    RECORDS = "records"


def presence(url: str) -> Presence:
    """What the database at `url` holds; looks only, and makes no file."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite" and not (address.database and Path(address.database).exists()):
        return Presence.NOTHING
    engine = sa.create_engine(address, poolclass=sa.pool.NullPool)
    try:
        with reading_only(), engine.connect() as connection:
            return _look(connection)
    finally:
        engine.dispose()


def _look(connection: sa.Connection) -> Presence:
    tables = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    if "institution" in tables:
        institution = sa.table("institution", sa.column("code"))
        offices = connection.scalar(
            sa.select(sa.func.count()).select_from(institution).where(institution.c.code == OFFICE)
        )
        if offices:
            return Presence.DEMONSTRATION
    filled = any(
        connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1)).first()
        for table in sorted(tables)
    )
    return Presence.RECORDS if filled else Presence.NOTHING

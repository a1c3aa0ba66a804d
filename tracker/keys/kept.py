"""The installation's keys over its database: begun once, and never silently begun again.

The database remembers the id of every key that sealed something in it. So a folder that lacks one is noticed when
the service starts, and nobody goes on with a new key while what the lost one sealed stays shut for ever.
"""

import sqlalchemy as sa

from tracker import clock
from tracker.errors import BadSetting, say
from tracker.keyring import Ring
from tracker.models import SealingKey


def begin(connection: sa.Connection, ring: Ring) -> None:
    """Makes the first keys where this database has never known any, and notes which it knows. The caller commits.

    Refuses (`BadSetting`) where one that it knows is not there.
    """
    if not known(connection):
        ring.begin()
    require(connection, ring)
    _note(connection, ring)


def require(connection: sa.Connection, ring: Ring) -> None:
    """Refuses (`BadSetting`) an installation that lacks a key which this database knows."""
    there = {*ring.ids(), *ring.retired()}
    if missing := sorted(
        key for key, retired in known(connection).items() if not retired and key not in there
    ):
        raise BadSetting(
            say(
                "The key %(keys)s is not in %(folder)s. What it sealed cannot be read without it: put its file back "
                "from the safe. Never begin with new keys.",
                keys=", ".join(missing),
                folder=str(ring.folder),
            )
        )


def known(connection: sa.Connection) -> dict[str, bool]:
    """Every key that this database knows, by id, and whether it was retired."""
    asked = sa.select(SealingKey.key_id, SealingKey.retired_at.is_not(None))
    return dict(connection.execute(asked).all())


def add(connection: sa.Connection, ring: Ring) -> str:
    """A new key, which seals from now on; gives its id. The caller commits."""
    require(connection, ring)
    new = ring.add()
    _note(connection, ring)
    return new


def _note(connection: sa.Connection, ring: Ring) -> None:
    there, now = known(connection), clock.now()
    if new := [key for key in ring.ids() if key not in there]:
        connection.execute(sa.insert(SealingKey), [{"key_id": key, "added_at": now} for key in new])

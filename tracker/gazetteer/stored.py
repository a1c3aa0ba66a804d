"""The gazetteer of a database."""

from collections import defaultdict
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.gazetteer.matching import Gazetteer, Known
from tracker.models import Area, AreaName

_DATABASES = 2


def gazetteer(connection: sa.Connection | Session) -> Gazetteer:
    """The areas as they are now. They are read at each call, and made ready only when something has changed.

    `connection`: a connection, or a session. Ask once for many texts.
    """
    return _made(known(connection))


def known(connection: sa.Connection | Session) -> tuple[Known, ...]:
    """Every area with its other names, in order of number."""
    others: defaultdict[int, list[str]] = defaultdict(list)
    for area_id, name in connection.execute(sa.select(AreaName.area_id, AreaName.name).order_by(AreaName.id)):
        others[area_id].append(name)
    rows = connection.execute(
        sa.select(Area.id, Area.code, Area.name, Area.level, Area.parent_id, Area.active).order_by(Area.id)
    )
    return tuple(Known(*row, others=tuple(others.get(row[0], ()))) for row in rows)


@lru_cache(_DATABASES)
def _made(areas: tuple[Known, ...]) -> Gazetteer:
    return Gazetteer(areas)

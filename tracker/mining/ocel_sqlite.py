"""OCEL 2.0 as a database of SQLite: a table for each type of event and of object, and two of relations."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import IO

from tracker.mining.instances import Instance
from tracker.mining.objects import (
    EVENT_ATTRIBUTES,
    OBJECT_TYPES,
    Happening,
    Thing,
    happenings,
    institutions,
    things,
)

TYPE = "application/vnd.sqlite3"

_TABLES = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (
    ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (
    ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id),
    ocel_qualifier TEXT, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""


def write(
    instances: Iterable[Instance], file: IO[bytes], *, activities: Sequence[str], kinds: Sequence[str]
) -> int:
    """Writes the log of events of these activities at institutions of these kinds. Gives the number of cases."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        with closing(sqlite3.connect(path)) as database, database:
            number = _fill(database, instances, activities, kinds)
        with path.open("rb") as made:
            copyfileobj(made, file)
    return number


def _fill(
    database: sqlite3.Connection,
    instances: Iterable[Instance],
    activities: Sequence[str],
    kinds: Sequence[str],
) -> int:
    database.executescript(_TABLES)
    for name in sorted(activities):
        _add_type(database, "event", name, EVENT_ATTRIBUTES)
    for name, attributes in OBJECT_TYPES.items():
        _add_type(database, "object", name, attributes, changing=True)
    _add_things(database, list(institutions(kinds)))
    number = 0
    for instance in instances:
        _add_things(database, list(things(instance)))
        _add_happenings(database, list(happenings(instance)))
        number += 1
    return number


def _add_type(
    database: sqlite3.Connection, what: str, name: str, attributes: Sequence[str], *, changing: bool = False
) -> None:
    mapped = _mapped(name)
    database.execute(f"INSERT INTO {what}_map_type VALUES (?, ?)", (name, mapped))  # noqa: S608
    columns = [
        f"ocel_id TEXT{'' if changing else ' PRIMARY KEY'} REFERENCES {what} (ocel_id)",
        "ocel_time TIMESTAMP",
        *(["ocel_changed_field TEXT"] if changing else []),
        *(f'"{one}" TEXT' for one in attributes),
    ]
    database.execute(f'CREATE TABLE "{what}_{mapped}" ({", ".join(columns)})')


def _add_things(database: sqlite3.Connection, found: Sequence[Thing]) -> None:
    database.executemany("INSERT INTO object VALUES (?, ?)", [(one.name, one.type) for one in found])
    for one in found:
        first: dict[str, str] = {}
        for attribute in one.attributes:
            first.setdefault(attribute.name, attribute.value)
        begun = {name: value for name, value in first.items() if name in _always(one)}
        _insert(database, f"object_{_mapped(one.type)}", {"ocel_id": one.name, **begun}, _ALWAYS)
        for name, value, since in one.attributes:
            if name not in begun:
                changed = {"ocel_id": one.name, "ocel_changed_field": name, name: value}
                _insert(database, f"object_{_mapped(one.type)}", changed, _time(since))
    links = [(one.name, link.object_name, link.qualifier) for one in found for link in one.links]
    database.executemany("INSERT OR IGNORE INTO object_object VALUES (?, ?, ?)", links)


def _always(one: Thing) -> set[str]:
    return {attribute.name for attribute in one.attributes if _time(attribute.since) == _ALWAYS}


def _add_happenings(database: sqlite3.Connection, found: Sequence[Happening]) -> None:
    database.executemany("INSERT INTO event VALUES (?, ?)", [(one.name, one.type) for one in found])
    for one in found:
        _insert(
            database,
            f"event_{_mapped(one.type)}",
            {"ocel_id": one.name, **dict(one.attributes)},
            _time(one.at),
        )
    links = [(one.name, link.object_name, link.qualifier) for one in found for link in one.links]
    database.executemany("INSERT OR IGNORE INTO event_object VALUES (?, ?, ?)", links)


def _insert(database: sqlite3.Connection, table: str, values: dict[str, str], time: str) -> None:
    """Names of tables and columns are those of `_add_type`."""
    names = ", ".join(f'"{name}"' for name in ("ocel_time", *values))
    places = ", ".join("?" for _ in range(len(values) + 1))
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608
    database.execute(statement, (time, *values.values()))


def _mapped(name: str) -> str:
    """A type as the name of its table has it."""
    return re.sub(r"[^a-z]+", "_", name)


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


_ALWAYS = "1970-01-01 00:00:00"

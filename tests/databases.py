"""Fresh databases for tests, on both engines: real files, real commits, real triggers.

Each kind is migrated once a run, into a template; a test gets a copy of it. All processes of a run share
a folder, `Room`, with the PostgreSQL server and the templates. Each process has one database name of a kind,
so that an application made once can serve all its tests: who keeps an engine from one test to the next says so with
`keep`, and its connections are closed when, and only when, another database takes the place of the one they lead to.
"""

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import psycopg
import sqlalchemy as sa
from flask import Flask
from psycopg import sql

from tests import postgres
from tracker.db import db
from tracker.keyring import Ring

KINDS = ("sqlite", "postgresql")

KEYS = "TRACKER_KEYS_DIR"
_ROOM = "TRACKER_TEST_ROOM"
_PREFIX = "tracker-tests-"
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made there has a name that nobody foresees
_ENOUGH = 2 * 1024**3
_ALIVE = "alive"
_locks: dict[Path, IO[str]] = {}
"""The rooms that this process made: a lock that goes with the process says that the run goes on."""


@dataclass(frozen=True)
class Room:
    """The folder that the processes of one test run share."""

    folder: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Inside, no other process of this run is inside."""
        with (self.folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def keys(self) -> Path:
        """The keys of all that the tests seal, made once a run."""
        return self.folder / "keys"

    @property
    def server_folder(self) -> Path:
        """Where the PostgreSQL server of this run has its files."""
        return self.folder / "server"

    def name(self, owner: str) -> str:
        """A database name of this run, for servers that serve other runs too."""
        return f"tracker_{self.folder.name.removeprefix(_PREFIX)}_{owner}".lower().replace("-", "_")


def open_room() -> Room:
    """Makes the shared folder (in the first process of a run) and removes those of runs that were killed."""
    for left in (path for place in _places() for path in place.glob(f"{_PREFIX}*")):
        _clear(left)
    new = Path(tempfile.mkdtemp(prefix="new-", dir=_places()[0]))
    new.chmod(0o711)  # PostgreSQL's own user passes through to its folder
    lock = (new / _ALIVE).open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    folder = new.rename(new.with_name(f"{_PREFIX}{new.name.removeprefix('new-')}"))
    _locks[folder] = lock
    os.environ[_ROOM] = str(folder)
    Ring(Room(folder).keys).begin()
    os.environ[KEYS] = str(Room(folder).keys)
    return Room(folder)


def this_room() -> Room:
    """The folder of this run, in any of its processes."""
    return Room(Path(os.environ[_ROOM]))


def close_room(room: Room) -> None:
    """Stops what runs in the folder and removes it."""
    address = room.folder / "postgresql.url"
    if room.server_folder.exists():
        postgres.stop(room.server_folder)
    elif address.exists():
        _drop_all(sa.make_url(address.read_text()), room.name(""))
    shutil.rmtree(room.folder)
    if room.folder in _locks:
        _locks.pop(room.folder).close()


class _Kept:
    """What the two kinds share: whose connections to close when another database takes this one's place."""

    def __init__(self) -> None:
        self._closers: list[Callable[[], None]] = []

    def keep(self, close: Callable[[], None]) -> None:
        """From now on `close` is called before the database is replaced: it closes an engine's connections."""
        self._closers.append(close)

    def close(self) -> None:
        """Closes all connections that are kept."""
        for close in self._closers:
            close()


class Sqlite(_Kept):
    """One SQLite file, at the same place for every test of this process."""

    def __init__(self, room: Room, owner: str) -> None:
        super().__init__()
        self._template = room.folder / "template.sqlite"
        self._room = room
        self._file = room.folder / f"{owner}.sqlite"
        self.url = f"sqlite:///{self._file}"

    def empty(self) -> None:
        """Puts an empty database there."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)

    def fresh(self) -> None:
        """Puts a migrated database without records there."""
        self._make_template()
        self.empty()
        shutil.copyfile(self._template, self._file)

    def save(self) -> None:
        """Makes a backup, as an operator does every night."""
        self._copy(self._file, self._file.with_suffix(".backup"))

    def restore(self) -> None:
        """Puts the backup in the database's place. Nobody may be connected."""
        self.empty()
        self._copy(self._file.with_suffix(".backup"), self._file)

    @staticmethod
    def _copy(one: Path, other: Path) -> None:
        other.unlink(missing_ok=True)
        with closing(sqlite3.connect(one)) as source, closing(sqlite3.connect(other)) as target:
            source.backup(target)

    def _make_template(self) -> None:
        with self._room.alone():
            if self._template.exists():
                return
            half = self._room.folder / "half.sqlite"
            migrated(f"sqlite:///{half}")
            with closing(sqlite3.connect(half)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            half.rename(self._template)


class Postgresql(_Kept):
    """One PostgreSQL database, under the same name for every test of this process."""

    def __init__(self, room: Room, owner: str) -> None:
        super().__init__()
        self._room = room
        self._server = _server(room)
        self._name = room.name(owner)
        self._template = room.name("template")
        self._own: psycopg.Connection | None = None
        self._shape = ""
        self.url = self._at(self._name)

    def empty(self) -> None:
        """Puts an empty database there."""
        self._shape = ""
        self._create(self._name, "template0")

    def fresh(self) -> None:
        """Puts a migrated database without records there.

        One that is migrated already is emptied, which takes a hundredth of the time of making it anew.
        """
        if not self._shape or not self._emptied():
            self._make_template()
            self._create(self._name, self._template)
            self._own = _administer(self._server.set(database=self._name))
            self._shape = _shape(self._own)

    def save(self) -> None:
        """Makes a backup, as an operator does every night. Nobody may be connected."""
        self._create(f"{self._name}_backup", self._name)

    def restore(self) -> None:
        """Puts the backup in the database's place. Nobody may be connected."""
        self._create(self._name, f"{self._name}_backup")

    def _emptied(self) -> bool:
        """Takes all rows away; False when the tables and their triggers are not those of the template any more."""
        if self._own is None or self._own.broken:
            return False
        self._own.execute(_LEAVE_ALONE)
        if _shape(self._own) != self._shape:
            return False
        self._own.execute(_take_all_rows())
        return True

    def _make_template(self) -> None:
        made = self._room.folder / "postgresql.migrated"
        with self._room.alone():
            if not made.exists():
                self._create(self._template, "template0")
                migrated(self._at(self._template))
                made.touch()

    def close(self) -> None:
        """Closes all connections that are kept, and this object's own."""
        super().close()
        if self._own is not None:
            self._own.close()
            self._own = None

    def _create(self, name: str, template: str) -> None:
        self.close()
        with _administer(self._server) as connection:
            connection.execute(_DROP.format(sql.Identifier(name)))
            connection.execute(_CREATE.format(sql.Identifier(name), sql.Identifier(template)))

    def _at(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)


Database = Sqlite | Postgresql
MAKERS: dict[str, Callable[[Room, str], Database]] = {"sqlite": Sqlite, "postgresql": Postgresql}

_DROP = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
_CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
_LEAVE_ALONE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
"""Ends what an earlier test left in the middle of something."""
_SHAPE = """
    SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
        SELECT concat_ws('.', attrelid, attname, atttypid) FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        UNION ALL SELECT concat_ws('.', oid, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT version_num FROM alembic_version
        UNION ALL SELECT oid::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 1000000
    ) AS parts (part)
"""
"""What a test may have changed and must find again: columns, triggers, where the migrations stand, and that no table
has grown so long that what was deleted from it costs more than a new database."""
_EMPTY = """
DO $$
DECLARE
    name text;
    filled boolean;
    guard record;
BEGIN
    IF current_setting('is_superuser')::boolean THEN  -- all goes: nobody need look for what still points at a row
        SET LOCAL session_replication_role = replica;
    END IF;
    FOREACH name IN ARRAY ARRAY[{tables}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        CONTINUE WHEN NOT filled;
        FOR guard IN SELECT tgname FROM pg_trigger
            WHERE tgrelid = format('%I', name)::regclass AND tgenabled = 'A' AND NOT tgisinternal
        LOOP
            EXECUTE format('ALTER TABLE %I DISABLE TRIGGER %I', name, guard.tgname);
        END LOOP;
        EXECUTE format('DELETE FROM %I', name);
        FOR guard IN SELECT tgname FROM pg_trigger
            WHERE tgrelid = format('%I', name)::regclass AND tgenabled = 'D' AND NOT tgisinternal
        LOOP
            EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', name, guard.tgname);
        END LOOP;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""Deletes everything but the version of the migrations, in one statement, and lets numbers begin at 1 again."""


def dispose(app: Flask) -> None:
    """Closes the connections that an application keeps."""
    with app.app_context():
        db.engine.dispose()


def migrated(url: str) -> None:
    """Makes the tables of a new installation at `url`, and notes that its keys are those of this run."""
    from tracker import migrate
    from tracker.keys import kept

    migrate.upgrade(url)
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        kept.begin(connection, Ring(this_room().keys))
    engine.dispose()


def _server(room: Room) -> sa.URL:
    address = room.folder / "postgresql.url"
    with room.alone():
        if not address.exists():
            given = os.environ.get(postgres.OVERRIDE)
            url = sa.make_url(given) if given else postgres.start(room.server_folder)
            address.write_text(url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
        return sa.make_url(address.read_text())


def _administer(server: sa.URL) -> psycopg.Connection:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


def _shape(connection: psycopg.Connection) -> str:
    return str(connection.execute(_SHAPE).fetchone())


@cache
def _take_all_rows() -> sql.Composed:
    """`_EMPTY` for the tables of the models, those first that point at others."""
    from tracker.models import Area

    every = reversed(Area.metadata.sorted_tables)
    tables = [
        table.name for table in every if table.name != "sealing_key"
    ]  # the keys stay, and with them this
    return sql.SQL(_EMPTY).format(tables=sql.SQL(", ").join(map(sql.Literal, tables)))


def _drop_all(server: sa.URL, prefix: str) -> None:
    with _administer(server) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in names.fetchall():
            connection.execute(_DROP.format(sql.Identifier(name)))


def _places() -> list[Path]:
    """Where a room may be: in memory where there is enough of it (a container may have 64 MB), else on the disk."""
    disk = Path(tempfile.gettempdir())
    if not os.access(_MEMORY, os.W_OK | os.X_OK):
        return [disk]
    return [_MEMORY, disk] if shutil.disk_usage(_MEMORY).free > _ENOUGH else [disk, _MEMORY]


def _clear(folder: Path) -> None:
    """Removes what a killed run left; not what is of a living one (here or in a container), or somebody else's."""
    try:
        if folder.stat().st_uid != os.geteuid():
            return
        with (folder / _ALIVE).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            close_room(Room(folder))
    except (OSError, RuntimeError, psycopg.Error):
        return  # it lives, another run clears it away just now, or its server cannot be reached: no reason to stop

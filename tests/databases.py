"""Fresh databases for tests, on both engines: real files, real commits, real triggers.

Each kind is migrated once a run, into a template; a test gets a copy of it. All processes of a run share
a folder, `Room`, with the PostgreSQL server and the templates. Each process has one database name of a kind,
so that an application made once can serve all its tests: who keeps an engine from one test to the next must
call `engine.dispose()` between them.
"""

import fcntl
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from tests import postgres

KINDS = ("sqlite", "postgresql")

_ROOM = "TRACKER_TEST_ROOM"
_PREFIX = "protection-tracker-tests-"


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
    def server_folder(self) -> Path:
        """Where the PostgreSQL server of this run has its files."""
        return self.folder / "server"

    def name(self, owner: str) -> str:
        """A database name of this run, for servers that serve other runs too."""
        return f"tracker_{self.folder.name.removeprefix(_PREFIX)}_{owner}".lower().replace("-", "_")


def open_room() -> Room:
    """Makes the shared folder (in the first process of a run) and removes those of runs that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if left.stat().st_uid == os.geteuid() and not _lives(left):
            close_room(Room(left))
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # PostgreSQL's own user passes through to its folder
    os.environ[_ROOM] = str(folder)
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


class Sqlite:
    """One SQLite file, at the same place for every test of this process."""

    def __init__(self, room: Room, owner: str) -> None:
        self._template = room.folder / "template.sqlite"
        self._room = room
        self._file = room.folder / f"{owner}.sqlite"
        self.url = f"sqlite:///{self._file}"

    def empty(self) -> None:
        """Puts an empty database there."""
        for ending in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)

    def fresh(self) -> None:
        """Puts a migrated database without records there."""
        self._make_template()
        self.empty()
        shutil.copyfile(self._template, self._file)

    def _make_template(self) -> None:
        with self._room.alone():
            if self._template.exists():
                return
            half = self._room.folder / "half.sqlite"
            _migrate(f"sqlite:///{half}")
            with closing(sqlite3.connect(half)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            half.rename(self._template)


class Postgresql:
    """One PostgreSQL database, under the same name for every test of this process."""

    def __init__(self, room: Room, owner: str) -> None:
        self._room = room
        self._server = _server(room)
        self._name = room.name(owner)
        self._template = room.name("template")
        self._migrated = False
        self.url = self._at(self._name)

    def empty(self) -> None:
        """Puts an empty database there."""
        self._migrated = False
        self._create(self._name, "template0")

    def fresh(self) -> None:
        """Puts a migrated database without records there.

        One that is migrated already is emptied, which takes a hundredth of the time of making it anew.
        """
        self._make_template()
        if not self._migrated or not self._emptied():
            self._create(self._name, self._template)
            self._migrated = True

    def _emptied(self) -> bool:
        """Takes all rows away; False when the tables and their triggers are not those of the template any more."""
        _leave_alone(self._server, self._name)
        with _administer(self._server.set(database=self._name)) as own:
            if _shape(own) != self._shape_of_template():
                return False
            with own.transaction():
                _take_all_rows(own)
        return True

    def _shape_of_template(self) -> list[Any]:
        kept = self._room.folder / "postgresql.shape"
        with self._room.alone():
            if not kept.exists():
                with _administer(self._server.set(database=self._template)) as connection:
                    kept.write_text(json.dumps(_shape(connection)))
            return list(json.loads(kept.read_text()))

    def _make_template(self) -> None:
        made = self._room.folder / "postgresql.migrated"
        with self._room.alone():
            if not made.exists():
                self._create(self._template, "template0")
                _migrate(self._at(self._template))
                made.touch()

    def _create(self, name: str, template: str) -> None:
        with _administer(self._server) as connection:
            connection.execute(_DROP.format(sql.Identifier(name)))
            connection.execute(_CREATE.format(sql.Identifier(name), sql.Identifier(template)))

    def _at(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)


Database = Sqlite | Postgresql
MAKERS: dict[str, Callable[[Room, str], Database]] = {"sqlite": Sqlite, "postgresql": Postgresql}

_DROP = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
_CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
_SHAPE = (
    (
        "SELECT attrelid::regclass::text, attname, atttypid::regtype::text FROM pg_attribute "
        "WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1, 2"
    ),
    "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "SELECT version_num FROM alembic_version",
)
_GUARDS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal"
_DISABLE = sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}")
_ENABLE = sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}")
_RESTART = "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences"


def _migrate(url: str) -> None:
    from tracker import migrate

    migrate.upgrade(url)


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


def _leave_alone(server: sa.URL, name: str) -> None:
    """Ends what an earlier test left connected to the database."""
    with _administer(server) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


def _shape(connection: psycopg.Connection) -> list[Any]:
    """What a test may have changed and must find again: columns, triggers, and where the migrations stand."""
    return [list(map(list, connection.execute(asked).fetchall())) for asked in _SHAPE]


def _take_all_rows(connection: psycopg.Connection) -> None:
    """Deletes everything but the version of the migrations, and lets numbers begin at 1 again."""
    from tracker.models import Area

    guards = connection.execute(_GUARDS).fetchall()
    for table, trigger in guards:
        connection.execute(_DISABLE.format(sql.Identifier(table), sql.Identifier(trigger)))
    for model in reversed(Area.metadata.sorted_tables):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(model.name)))
    for table, trigger in guards:
        connection.execute(_ENABLE.format(sql.Identifier(table), sql.Identifier(trigger)))
    connection.execute(_RESTART)


def _drop_all(server: sa.URL, prefix: str) -> None:
    with _administer(server) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in names.fetchall():
            connection.execute(_DROP.format(sql.Identifier(name)))


def _lives(folder: Path) -> bool:
    """Whether the run that made `folder` still goes on: its process number is in the name."""
    return Path("/proc", folder.name.removeprefix(_PREFIX).split("-", maxsplit=1)[0]).exists()

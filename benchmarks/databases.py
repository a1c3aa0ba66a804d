"""Migrated databases that live as long as a measurement: a SQLite file, and PostgreSQL where it can be had."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

from tests import postgres
from tests.databases import KEYS
from tracker import keyring, migrate

KINDS = ("sqlite", "postgresql")


def why_not(kind: str) -> str | None:
    """A sentence when databases of this kind cannot be had here, else None."""
    return postgres.why_not() if kind == "postgresql" else None


class Databases:
    """Makes migrated databases of one kind in one folder."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self._keys_before = os.environ.get(KEYS)
        keyring.start(folder / "sealing-keys").begin()
        os.environ[KEYS] = str(folder / "sealing-keys")  # also for the processes that read the pages
        self._server = postgres.start(folder / "server") if kind == "postgresql" else None

    def make(self, name: str) -> str:
        """The address of a migrated database without records."""
        url = self._address(name)
        migrate.upgrade(url)
        return url

    def stop(self) -> None:
        """Ends what runs for these databases, and leaves the process the keys that it had."""
        del os.environ[KEYS]
        if self._keys_before is not None:
            os.environ[KEYS] = self._keys_before
            keyring.start(Path(self._keys_before))
        if self._server is not None:
            postgres.stop(self.folder / "server")

    def _address(self, name: str) -> str:
        if self._server is None:
            return f"sqlite:///{self.folder / name}.db"
        plain = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self._server.set(database=name).render_as_string(hide_password=False)


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    """A place for databases of this kind; it goes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="protection-tracker-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL's own user passes through to its folder
        made = Databases(kind, folder)
        try:
            yield made
        finally:
            made.stop()


def engine_of(url: str) -> sa.Engine:
    """An engine that keeps no connection: nothing may be open when another process begins to measure."""
    return sa.create_engine(url, poolclass=sa.NullPool)

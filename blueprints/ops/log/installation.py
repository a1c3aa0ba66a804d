"""This installation, as the commands of its log need it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import click
import sqlalchemy as sa

from tracker import config, keyring, migrate, mission
from tracker.config import Settings
from tracker.db import reading_only
from tracker.errors import BadSetting, CannotSign
from tracker.ledger import witnesses
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log.policy import Policy


class Installation(NamedTuple):
    """Its settings, its database, and who signs its log."""

    settings: Settings
    engine: sa.Engine
    signer: Signer

    def sign(self) -> None:
        """Signs a checkpoint over all that there is; where that is refused, says so and goes on with the last one."""
        try:
            with self.engine.begin() as connection:
                self.signer.sign(connection, at_once=True)
        except CannotSign as refusal:
            click.echo(str(refusal), err=True)

    @contextmanager
    def reading(self, *shown: str) -> Iterator[Store]:
        """The log as one transaction sees it, which writes nothing. `shown`: what its disclosures are."""
        with reading_only(), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's transactions see one moment as they are
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield Store(connection, shown) if shown else Store(connection)

    def policy(self) -> Policy:
        """Which witnesses there are; refuses (`BadSetting`) where nobody said so."""
        place = self.settings.log_policy
        if place is None:
            raise BadSetting(
                "No witnesses are known. Name them in a file, and the file in TRACKER_LOG_POLICY."
            )
        return witnesses.read_policy(place)


@contextmanager
def installation() -> Iterator[Installation]:
    """This installation, or the demonstration where `tracker log --demonstration` asks for it."""
    asked = click.get_current_context().obj is True
    settings = config.from_environment(demonstration=asked)
    if migrate.is_behind(settings.database_url):
        raise BadSetting("The database is not up to date with this release. Run: tracker db upgrade")
    mission.start(settings.country_pack, settings.time_zone)
    keyring.start(settings.keys_dir)
    engine = sa.create_engine(settings.database_url)
    try:
        yield Installation(settings, engine, Signer(settings.log_dir))
    finally:
        engine.dispose()

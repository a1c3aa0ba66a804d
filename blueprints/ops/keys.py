"""`tracker keys`: whether the installation's keys are there, and a new one in place of an old one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from tqdm import tqdm

from tracker import config, keyring, migrate
from tracker.db import reading_only
from tracker.errors import BadSetting
from tracker.keyring import Ring
from tracker.keys import kept, rotation


@click.group()
@click.option(
    "--demonstration", is_flag=True, help="The demonstration's keys, instead of this installation's."
)
@click.pass_context
def keys(ctx: click.Context, demonstration: bool) -> None:
    """The keys that open personal data. They lie in files outside the database: back them up apart from it."""
    ctx.obj = demonstration


@keys.command()
@click.pass_obj
def check(demonstration: bool) -> None:
    """Say which keys there are and what each sealed; exit code 2 where one is missing."""
    with _installation(demonstration) as (engine, ring), engine.connect() as connection, reading_only():
        click.echo(f"Keys: {ring.folder}")
        sealed = rotation.sealed_rows(connection)
        for key, retired in sorted(kept.known(connection).items()):
            click.echo(f"{key}  {_state(ring, key, retired)}  {sealed.get(key, 0)} rows")
        kept.require(connection, ring)
        rotation.open_all(connection, ring)
    click.echo("Every key is there, and opens what it sealed.")


@keys.command()
@click.pass_obj
def rotate(demonstration: bool) -> None:
    """Make a new key and seal with it what older ones sealed; goes on where it was interrupted. People go on working.

    Put a copy of the new key file in the safe at once. The old file stays, as *.retired, for backups from before:
    delete it when the last of them is gone.
    """
    with _installation(demonstration) as (engine, ring):
        with engine.begin() as connection:
            kept.require(connection, ring)
            unfinished = bool(rotation.sealed_by_others(connection, ring)) and len(ring.sealers()) > 1
            new = ring.sealing() if unfinished else kept.add(connection, ring)
            number = rotation.how_many(connection)
        with tqdm(total=number, unit=" rows", desc="Sealing anew", disable=None, file=sys.stderr) as bar:
            done = rotation.rewrap(engine, ring, bar.update)
        with engine.begin() as connection:
            old = rotation.retire(connection, ring)
        done += rotation.rewrap(engine, ring, lambda _: None)  # of who began before, and wrote meanwhile
    click.echo(f"Sealed anew: {done} rows. The key that seals is {new}; retired: {', '.join(old)}.")


def _state(ring: Ring, key: str, retired: bool) -> str:
    """What a key is for now, in words."""
    if key not in (*ring.ids(), *ring.retired()):
        return "deleted" if retired else "MISSING"
    if key in ring.sealers():
        return "seals" if key == ring.sealing() else "opens"
    return "retired" if retired else "finds names"


@contextmanager
def _installation(demonstration: bool) -> Iterator[tuple[sa.Engine, Ring]]:
    settings = config.from_environment(demonstration=demonstration)
    if migrate.is_behind(settings.database_url):
        raise BadSetting("The database is not up to date with this release. Run: tracker db upgrade")
    engine = sa.create_engine(settings.database_url)
    try:
        yield engine, keyring.start(settings.keys_dir)
    finally:
        engine.dispose()

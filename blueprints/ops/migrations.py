"""`tracker db`: Flask-Migrate's commands on this installation's database and migrations."""

import logging
import sys

import click
from flask import g
from flask_migrate import Migrate
from flask_migrate.cli import db as commands
from tqdm import tqdm

from blueprints import create_app
from tracker import keyring, migrate
from tracker.config import from_environment
from tracker.db import db, reading_only
from tracker.keys import kept, sealing
from tracker.ledger import bringing_in, erased
from tracker.paths import resource_dir

_OFFERED = (
    "upgrade",
    "current",
    "check",
    "history",
    "heads",
    "show",
    "downgrade",
    "stamp",
    "revision",
    "migrate",
)


@click.group()
@click.pass_context
def migrations(ctx: click.Context) -> None:
    """Bring the database to this release's tables, or say where it stands."""
    _tell_what_runs()
    settings = from_environment()
    migrate.make_room(settings.database_url)
    app = create_app(settings)
    extension = Migrate(app, db, directory=str(resource_dir("migrations")))
    extension.configure(lambda config: migrate.configured(config, settings.database_url))
    ctx.with_resource(app.app_context())
    ctx.call_on_close(db.engine.dispose)
    g.directory, g.x_arg = None, ()  # what Flask-Migrate's own group would set from its options


@migrations.result_callback()
@click.pass_context
def complete(ctx: click.Context, _done: object) -> None:
    """After an upgrade, does what no migration can; goes on where it was interrupted."""
    if ctx.invoked_subcommand == "upgrade":
        finish()


def finish() -> None:
    """Makes the first keys, seals what is personal, and gives every entry its leaf in the log."""
    with db.engine.begin() as connection:
        kept.begin(connection, keyring.current())
    _seal()
    _bring_into_the_log()


def _seal() -> None:
    with db.engine.connect() as connection, reading_only():
        waiting = sealing.waiting(connection)
    if waiting:
        with tqdm(total=waiting, unit=" rows", desc="Sealing", disable=None, file=sys.stderr) as bar:
            sealing.seal(db.engine, bar.update)
        erased.scrub(db.engine, whole=True)
        click.echo(f"Sealed: {waiting} rows with names, telephones, words and keys.")


def _bring_into_the_log() -> None:
    with db.engine.connect() as connection, reading_only():
        waiting = bringing_in.waiting(connection)
    if waiting:
        with tqdm(total=waiting, unit=" entries", desc="Into the log", disable=None, file=sys.stderr) as bar:
            bringing_in.bring_in(db.engine, bar.update)
        click.echo(f"Entries brought into the verifiable log: {waiting}.")


for _name in _OFFERED:
    migrations.add_command(commands.commands[_name])


def _tell_what_runs() -> None:
    log = logging.getLogger("alembic.runtime.migration")
    log.setLevel(logging.INFO)
    log.addFilter(lambda record: record.getMessage().startswith("Running"))

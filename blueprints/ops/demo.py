"""`tracker demo`: everything to look around in, made on this machine, out of nothing."""

import shutil
from pathlib import Path

import click
import sqlalchemy as sa

from blueprints import create_app
from blueprints.ops import migrations, serving
from tracker import demonstration, migrate
from tracker.config import Settings, from_environment
from tracker.db import db
from tracker.demonstration import Presence
from tracker.errors import BadSetting
from tracker.ledger.signing import Signer
from tracker.migrate import upgrade
from tracker.vocabulary import Role

_THREADS = 8
_LOG_NAME = "demonstration.tracker.example/log"


@click.command()
@click.option("--serve/--no-serve", default=True, help="Serve it, or only make its data.")
@click.option("--reset", is_flag=True, help="Throw its data away first, and make them anew.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535))
def demo(serve: bool, reset: bool, host: str, port: int) -> None:
    """Make a demonstration with invented cases, if there is none yet, and serve it.

    Its data are kept from one time to the next, in the data directory. It refuses a database with real records.
    """
    settings = from_environment(demonstration=True)
    door = serving.listen(host, port) if serve else None
    _make(settings.database_url, reset=reset)
    app = create_app(settings)
    with app.app_context():
        _fill(settings)
    _introduce(settings.database_url)
    if door is not None:
        click.echo(f"\n  Open {serving.address(door)} in a browser. Ctrl-C stops it.\n")
        if not serving.is_private(door):
            click.echo("  Everybody who can reach this machine can open it, and knows the password.\n")
        serving.serve(app, settings, door, threads=_THREADS)


def _make(url: str, *, reset: bool) -> None:
    """A migrated database, without anything in it or with the demonstration."""
    holds = demonstration.presence(url)
    if holds is Presence.RECORDS:
        raise BadSetting(
            "This database holds records that are not the demonstration's, and nothing was changed. "
            "Name another one in TRACKER_DATABASE_URL, or leave that setting out."
        )
    if reset and holds is Presence.DEMONSTRATION:
        _throw_away(url)
    upgrade(url)


def _throw_away(url: str) -> None:
    database = sa.make_url(url)
    if database.get_backend_name() != "sqlite":
        migrate.downgrade(url, "base")
        return
    for ending in ("", "-wal", "-shm"):
        Path(f"{database.database}{ending}").unlink(missing_ok=True)


def _fill(settings: Settings) -> None:
    if demonstration.presence(settings.database_url) is Presence.DEMONSTRATION:
        migrations.finish()
        return
    for left in (settings.log_dir, settings.keys_dir):  # an earlier one's keys and high-water mark
        shutil.rmtree(left, ignore_errors=True)
    migrations.finish()
    with click.progressbar(length=1000, label="Making the demonstration", show_eta=False) as bar:
        demonstration.seed(progress=lambda done, of: bar.update(1000 * done // of - bar.pos))
    db.session.commit()
    demonstration.publish_reports()
    db.session.commit()
    signer = Signer(settings.log_dir)
    signer.add_key(db.session.connection(), _LOG_NAME)
    signer.sign(db.session.connection())
    db.session.commit()


def _introduce(url: str) -> None:
    """What there is to sign in with, as a table."""
    rows = [("username", "password", "role", "institution")]
    rows += [
        (one.username, demonstration.PASSWORD, _said(one.role), demonstration.name_of(place))
        for one in demonstration.ACCOUNTS
        for place in one.institutions
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    click.echo("\n  The demonstration. Every person, institution and event in it is invented.\n")
    for row in rows:
        click.echo(
            "  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    click.echo(
        "\n  Who oversees needs a code as well as the password: the page that asks for it shows it here."
    )
    click.echo(f"\n  Its data: {sa.make_url(url).render_as_string()}")
    click.echo("  They are kept; `tracker demo --reset` (make demo-reset) makes them anew.")


def _said(role: Role) -> str:
    return role.value.replace("_", " ").replace("cso", "CSO")

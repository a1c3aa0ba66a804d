"""Serving pages by waitress, which needs nothing beside it: for the demonstration, one office, or behind a proxy."""

import logging
import signal
import socket
import sys
from ipaddress import ip_address

import click
import sqlalchemy as sa
from flask import Flask

from blueprints import create_app
from tracker import keyring, migrate
from tracker.config import Settings, from_environment
from tracker.db import db, reading_only
from tracker.errors import BadSetting
from tracker.keys import kept, sealing
from tracker.ledger import bringing_in

_MOST_WAITING = 1024
_LARGEST_REQUEST = 2_000_000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
def run(host: str, port: int, threads: int) -> None:
    """Serve this installation, with the settings of the environment.

    People must reach it by https: put a reverse proxy in front, and say so in TRACKER_TRUSTED_PROXIES.
    """
    settings = from_environment()
    if migrate.is_behind(settings.database_url):
        raise BadSetting("The database is not up to date with this release. Run: tracker db upgrade")
    app = create_app(settings)
    with app.app_context(), reading_only():
        try:
            _require_ready(db.session.connection())
        finally:
            db.session.remove()
            db.engine.dispose()
    door = listen(host, port)
    click.echo(f"Serving on {address(door)}. Ctrl-C stops it.")
    serve(app, settings, door, threads=threads)


def _require_ready(connection: sa.Connection) -> None:
    """Refuses (`BadSetting`) an installation that lacks a key, or in which something waits to be sealed or logged."""
    ring = keyring.current()
    kept.require(connection, ring)
    if not kept.known(connection):
        raise BadSetting("This installation has no keys yet. Run: tracker db upgrade")
    if sealing.waiting(connection):
        raise BadSetting("Names and words wait to be sealed. Run: tracker db upgrade")
    if bringing_in.waiting(connection):
        raise BadSetting("Entries wait for their place in the verifiable log. Run: tracker db upgrade")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; refuses (`BadSetting`) where that cannot be."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=_MOST_WAITING)
    except OSError as fault:
        why = (fault.strerror or str(fault)).partition(" (")[0]
        raise BadSetting(
            f"Cannot listen on {host}, port {port}: {why}. Choose another one by --host and --port."
        ) from fault


def address(door: socket.socket) -> str:
    """What to type into a browser."""
    host, port = door.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_private(door: socket.socket) -> bool:
    """Whether only this machine's own people can knock."""
    return ip_address(door.getsockname()[0]).is_loopback


def serve(app: Flask, settings: Settings, door: socket.socket, *, threads: int) -> None:
    """Answers requests until Ctrl-C or SIGTERM; what is being answered then is answered to the end."""
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits its turn is no news
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = create_server(
        app,
        sockets=[door],
        threads=threads,
        ident=None,
        max_request_body_size=_LARGEST_REQUEST,
        # Else waitress takes X-Forwarded-* away before the application, which trusts so many proxies, reads it.
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )
    server.run()

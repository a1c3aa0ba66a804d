"""What an operator, or a timer, runs now and then: expiring referrals, and proving that tracks equal histories."""

import sys
from typing import NoReturn

import click
from tqdm import tqdm

from blueprints import create_app
from tracker.actions import custody_alarms, expiry, rebuild
from tracker.config import from_environment
from tracker.db import db, reading_only

_MOST_SHOWN = 50


@click.command()
def expire() -> None:
    """End the referrals that nobody acknowledged long after their time limit. Run it once a day."""
    expired = 0
    with create_app(from_environment()).app_context():
        while ended := expiry.expire_unanswered():
            db.session.commit()
            expired += ended
    click.echo(f"Referrals expired: {expired}.")


@click.command()
def alarms() -> None:
    """Tell those outside whose limit of custody is near or has passed. Run it every few minutes.

    Each limit is told once, however often it runs.
    """
    told = 0
    with create_app(from_environment()).app_context():
        while raised := custody_alarms.raise_alarms():
            db.session.commit()
            told += raised
    click.echo(f"Limits told of: {told}.")


@click.command()
@click.option("--check", is_flag=True, help="Only say what differs; exit code 1 if anything does.")
def rebuild_tracks(check: bool) -> None:
    """Make every track anew from its history entries, or check that each equals them."""
    with create_app(from_environment()).app_context():
        if check:
            sys.exit(_check())
        with _bar() as bar:
            written = rebuild.rebuild(progress=bar.update)
        db.session.commit()
    click.echo(f"Fields written anew: {written}.")


def _check() -> int:
    found, gone_through = 0, rebuild.how_many()
    with reading_only(), _bar() as bar:
        for difference in rebuild.differences(progress=bar.update):
            found += 1
            if found <= _MOST_SHOWN:
                click.echo(str(difference))
    if not found:
        click.echo(f"Everything kept equals its history: {gone_through} cases and alerts.")
        return 0
    click.echo(f"Differences: {found}. `tracker rebuild-tracks` mends them.", err=True)
    return 1


def _bar() -> "tqdm[NoReturn]":
    return tqdm(total=rebuild.how_many(), unit=" cases", disable=None, file=sys.stderr)

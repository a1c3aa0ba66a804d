"""`tracker scan`: asks the scanner about the files that it did not see when they were added."""

import click

from blueprints import create_app
from tracker.actions import attachments
from tracker.config import from_environment
from tracker.db import db
from tracker.errors import BadSetting


@click.command()
def scan() -> None:
    """Have the files in quarantine scanned, and take away what erased cases left lying."""
    settings = from_environment()
    if settings.scanner is None:
        raise BadSetting("TRACKER_CLAMAV_SOCKET is not set: there is no scanner to ask.")
    with create_app(settings).app_context():
        number = 0
        for _id, state in attachments.scan_waiting(settings.attachments_dir, settings.scanner):
            db.session.commit()
            number += 1
            click.echo(state.value)
        click.echo(f"{number} scanned, {attachments.clear(settings.attachments_dir)} files cleared away.")

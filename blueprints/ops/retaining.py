"""`tracker retention`: closed cases lose what is personal once they were kept as long as the installation says."""

import click

from blueprints import create_app
from tracker.actions import attachments, retention
from tracker.config import from_environment
from tracker.db import db
from tracker.errors import BadSetting
from tracker.ledger import erased


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Count the cases, and change nothing.")
def retain(dry_run: bool) -> None:
    """Erase what is personal in cases that were closed TRACKER_RETENTION_MONTHS ago. It cannot be undone.

    Cases on legal hold stay. Stopped in between, it goes on where it was when it is started again.
    """
    settings = from_environment()
    months = settings.retention_months
    if not months:
        raise BadSetting("TRACKER_RETENTION_MONTHS is not set: cases are kept until somebody erases them.")
    with create_app(settings).app_context():
        due = retention.count_due(months)
        click.echo(f"{due.due} cases are due, {due.held} more are on legal hold.")
        if dry_run:
            return
        done = 0
        for number in retention.anonymise(months):
            db.session.commit()
            done += number
            click.echo(f"{done} of {due.due}")
        db.session.commit()
        attachments.clear(settings.attachments_dir)
        erased.scrub(db.engine)

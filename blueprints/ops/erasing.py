"""`tracker erase`: takes what is personal out of one case, for ever. Its history stays in the log, and verifies."""

import click
from sqlalchemy import select

from blueprints import create_app
from tracker.actions import attachments, erasure
from tracker.config import from_environment
from tracker.db import db
from tracker.errors import NotFound, say
from tracker.ledger import erased
from tracker.models import Membership, UserAccount
from tracker.permissions import Permission, may
from tracker.queries import cases


@click.command()
@click.argument("reference")
@click.option("--by", "username", required=True, help="The officer who decided it, by username.")
@click.option("--note", default="", help="Why, without anything personal: it stays in the history.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(reference: str, username: str, note: str, yes: bool) -> None:
    """Erase names, narratives, notes and the key of a closed case's disclosures. It cannot be undone.

    Backups and copies that were made earlier still hold them: destroy those too.
    """
    settings = from_environment()
    with create_app(settings).app_context():
        actor = _officer(username)
        case = cases.find(reference, viewer=actor)
        if not erased.is_erased(case):  # else only the files were left to be scrubbed
            if not yes:
                click.confirm(f"Erase case {case.reference}? This cannot be undone", abort=True)
            erasure.erase(case, actor=actor, note=note)
        db.session.commit()
        attachments.clear(settings.attachments_dir)
        erased.scrub(db.engine)
        click.echo(f"Erased: {case.reference}. Its history stays, without anything personal.")


def _officer(username: str) -> Membership:
    """What the person acts as; refuses (`NotFound`) one who may not erase cases."""
    theirs = db.session.scalars(
        select(Membership)
        .join(Membership.user)
        .where(UserAccount.username == username, UserAccount.active, Membership.ended_at.is_(None))
    )
    for one in theirs:
        if may(one.role, Permission.CASE_ERASE):
            return one
    raise NotFound(say("There is no judicial affairs officer with this username."))

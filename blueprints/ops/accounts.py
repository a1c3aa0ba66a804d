"""Accounts by command: the one with which an installation begins, and a way back for its only administrator."""

import click
from sqlalchemy import select

from blueprints import create_app
from tracker.actions import factor_resets, people
from tracker.config import from_environment
from tracker.db import db
from tracker.models import Institution, UserAccount
from tracker.vocabulary import InstitutionKind

_CODE = "administration"


@click.command()
@click.argument("username")
@click.option(
    "--institution", required=True, help="Where the administrator works; added if it is not there yet."
)
@click.option("--full-name", default="", help="The person's name; else the username.")
def create_administrator(username: str, institution: str, full_name: str) -> None:
    """Add the first account: an administrator, who then adds institutions and people on the pages.

    The password is printed once, and must be changed at the first sign-in.
    """
    with create_app(from_environment()).app_context():
        newcomer = people.add_first_administrator(
            username=username, full_name=full_name or username, institution=_institution(institution)
        )
        db.session.commit()
        click.echo(f"Username: {newcomer.account.username}")
        click.echo(f"Password: {newcomer.password}")
        click.echo("It is shown this once. The first sign-in asks for another one.")


@click.command()
@click.argument("username")
def give_recovery_code(username: str) -> None:
    """Give somebody who lost every second factor one recovery code; the factors that were there open nothing any more.

    For the day on which no two administrators are left who could do it on the pages. Auditors see that it was done.
    """
    with create_app(from_environment()).app_context():
        person = db.session.scalar(select(UserAccount).where(UserAccount.username == username.lower()))
        if person is None:
            raise click.ClickException(f"There is no account {username!r}.")
        code = factor_resets.give_by_command(person)
        db.session.commit()
        click.echo(f"Recovery code: {code}")
        click.echo("It is shown this once, opens once with the password, and leads to a new second factor.")


def _institution(name: str) -> Institution:
    known = db.session.scalar(select(Institution).where(Institution.name == name))
    return known or Institution(code=_CODE, name=name, kind=InstitutionKind.ADMINISTRATION)

"""The keys that sign the log: a new one, and the end of an old one."""

import click

from blueprints.ops.log.installation import installation
from tracker.errors import CannotSign
from tracker.log.keys import VerifierKey


@click.command()
@click.argument("name")
def keygen(name: str) -> None:
    """Make a key for the log called NAME, such as tracker.example.org/log.

    The first one begins the log. A second one signs beside the first until `tracker log retire`, so that verifiers
    have time to learn of it. The file is for its owner alone and is never written over: keep a copy in a safe.
    """
    with installation() as here:
        with here.engine.begin() as connection:
            verifier = here.signer.add_key(connection, name)
        here.sign()
        click.echo(f"Verifier key: {verifier}")
        click.echo(
            f"The private key is in {here.settings.log_dir}. Publish the verifier key on paper and elsewhere."
        )


@click.command()
@click.argument("verifier_key", required=False)
def retire(verifier_key: str | None) -> None:
    """Sign no more with VERIFIER_KEY (default: the oldest of two).

    The log notes it, and a last checkpoint is signed with both keys.
    """
    with installation() as here:
        keys = here.signer.verifiers()
        if not keys:
            raise CannotSign("This log has no key yet. Make one: tracker log keygen NAME")
        old = VerifierKey.parse(verifier_key) if verifier_key else keys[0]
        with here.engine.begin() as connection:
            here.signer.retire(connection, old)
        with here.engine.begin() as connection:
            here.signer.sign(connection, at_once=True)
        here.signer.put_away(old)
        click.echo(f"Retired: {old}")

"""The table of `tracker log`'s commands."""

import click

from blueprints.ops.commands import Commands

_COMMANDS = {
    "verify": ("blueprints.ops.log.verifying:verify_log", "Check a log, a receipt or one case's history."),
}


@click.group(cls=Commands, places=_COMMANDS)
def log() -> None:
    """The verifiable log of all histories.

    Whoever checks it needs `verify` alone, and nothing of an installation.
    """

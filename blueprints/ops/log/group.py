"""The table of `tracker log`'s commands."""

import click

from blueprints.ops.commands import Commands

_COMMANDS = {
    "keygen": ("blueprints.ops.log.keeping:keygen", "Make a key that signs this installation's log."),
    "retire": ("blueprints.ops.log.keeping:retire", "Sign no more with the older of two keys."),
    "export": ("blueprints.ops.log.copying:export", "Copy the log into a folder, for a stick or a mirror."),
    "receipt": ("blueprints.ops.log.copying:receipt", "Write the receipt of a case or an alert."),
    "push": ("blueprints.ops.log.witnesses:push", "Have the witnesses cosign the newest checkpoint."),
    "request": ("blueprints.ops.log.witnesses:request", "Write what a witness needs, for a stick."),
    "cosign": ("blueprints.ops.log.witnesses:cosign", "Take in the line that a witness gave back."),
    "recover": ("blueprints.ops.log.recovering:recover", "Bring leaves back that a restored database lacks."),
    "verify": ("blueprints.ops.log.verifying:verify_log", "Check a log, a receipt or one case's history."),
}


@click.group(cls=Commands, places=_COMMANDS)
@click.option(
    "--demonstration", is_flag=True, help="The log of the demonstration, instead of this installation's."
)
@click.pass_context
def log(ctx: click.Context, demonstration: bool) -> None:
    """The verifiable log of all histories.

    Whoever checks it needs `verify` alone, and nothing of an installation.
    """
    ctx.obj = demonstration

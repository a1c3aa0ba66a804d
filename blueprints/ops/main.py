"""The `tracker` command. Each of its commands is imported when it is called for, and no sooner."""

import logging
import sys
from importlib import import_module
from importlib.metadata import version

import click
from sqlalchemy.exc import DBAPIError

from tracker.errors import Refusal

_COMMANDS = {
    "run": ("blueprints.ops.serving:run", "Serve this installation."),
    "demo": ("blueprints.ops.demo:demo", "Make a demonstration and serve it."),
    "db": ("blueprints.ops.migrations:migrations", "Bring the database to this release's tables."),
    "create-administrator": ("blueprints.ops.accounts:create_administrator", "Add the first account."),
    "import": ("blueprints.ops.importing:import_group", "Take in cases from other systems' files."),
    "rebuild-tracks": ("blueprints.ops.upkeep:rebuild_tracks", "Check that tracks equal their histories."),
    "expire": ("blueprints.ops.upkeep:expire", "End referrals that nobody answered."),
    "witness": ("blueprints.ops.witnessing:witness", "See that a log only grows, and sign it."),
    "procedure": ("blueprints.ops.drawing:procedure", "Print the procedure as a drawing."),
}
"""Where each command is, and what it is for, so that neither `--help` nor another command imports it."""

_REFUSED = 2
_INTERRUPTED = 130


class Commands(click.Group):
    """A group whose commands stand in a table of places."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which an installation needs them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in `--help`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in _COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("protection-tracker"), prog_name="Protection Tracker")
def tracker() -> None:
    """Protection Tracker: runs an installation, or a demonstration.

    Settings come from the environment; the README lists them. `tracker demo` needs none.
    """


def main() -> None:
    """Runs the command line. What the system refuses is a sentence and exit code 2; Ctrl-C is quiet."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        code = tracker.main(standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        code = wrong.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = _INTERRUPTED
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        code = _REFUSED
    except DBAPIError as fault:
        click.echo(f"The database refused: {str(fault.orig).strip().splitlines()[0]}", err=True)
        code = _REFUSED
    sys.exit(code if isinstance(code, int) else 0)

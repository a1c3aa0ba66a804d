"""The `tracker` command. Each of its commands is imported when it is called for, and no sooner."""

import logging
import sys
from importlib.metadata import version

import click
from sqlalchemy.exc import DBAPIError

from blueprints.ops.commands import Commands
from tracker.errors import Refusal

_COMMANDS = {
    "run": ("blueprints.ops.serving:run", "Serve this installation."),
    "demo": ("blueprints.ops.demo:demo", "Make a demonstration and serve it."),
    "db": ("blueprints.ops.migrations:migrations", "Bring the database to this release's tables."),
    "create-administrator": ("blueprints.ops.accounts:create_administrator", "Add the first account."),
    "give-recovery-code": (
        "blueprints.ops.accounts:give_recovery_code",
        "A new start for an administrator who lost every second factor.",
    ),
    "keys": ("blueprints.ops.keys:keys", "Check the keys of personal data, or make a new one."),
    "import": ("blueprints.ops.importing:import_group", "Take in cases from other systems' files."),
    "rebuild-tracks": ("blueprints.ops.upkeep:rebuild_tracks", "Check that tracks equal their histories."),
    "erase": ("blueprints.ops.erasing:erase", "Erase what is personal in a case, for ever."),
    "retention": ("blueprints.ops.retaining:retain", "Erase what is personal in cases closed long ago."),
    "scan": ("blueprints.ops.scanning:scan", "Scan files that wait for it."),
    "expire": ("blueprints.ops.upkeep:expire", "End referrals that nobody answered."),
    "alarms": ("blueprints.ops.upkeep:alarms", "Tell of limits of custody that are near or over."),
    "worker": ("blueprints.ops.worker:worker", "Deliver mail, and do what is due by time."),
    "log": ("blueprints.ops.log.group:log", "Verify, export and sign the log of all histories."),
    "witness": ("blueprints.ops.witnessing:witness", "See that a log only grows, and sign it."),
    "indicators": ("blueprints.ops.indicators:indicators", "Print how an institution performs."),
    "export": ("blueprints.ops.exporting:export", "De-identified histories for process mining."),
    "reports": ("blueprints.ops.reporting:reports_group", "Publish reports, and recompute them."),
    "procedure": ("blueprints.ops.drawing:procedure", "Print the procedure as a drawing."),
}
"""Where each command is, and what it is for; in the order in which an installation needs them."""

_REFUSED = 2
_INTERRUPTED = 130


@click.group(
    cls=Commands,
    places=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
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

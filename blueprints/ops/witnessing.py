"""`tracker witness`: what civil society runs to see that a log only grows. Needs nothing of an installation."""

import sys
from pathlib import Path
from typing import IO

import click

from blueprints.ops import witness_memory
from tracker.errors import BadSetting

_FOLDER = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="witness",
    show_default=True,
    help="The witness's folder: its key, the logs that it follows, its memory.",
)


@click.group()
def witness() -> None:
    """Be a witness: see that a log only grows, and sign that you have seen it.

    A witness cosigns a checkpoint only when it continues the last one that it cosigned. It sees sizes and hashes,
    never an entry. It needs no database and no setting.
    """


@witness.command()
@click.argument("name")
@_FOLDER
def keygen(name: str, folder: Path) -> None:
    """Make a new witness. NAME is its name for ever, such as witness.example.org/monitor."""
    verifier = witness_memory.create(folder, name)
    click.echo(f"Verifier key: {verifier}")
    click.echo(
        "Give it to whoever runs or verifies the log: it is no secret. What is in the folder, is.", err=True
    )


@witness.command()
@click.argument("verifier_key")
@_FOLDER
def follow(verifier_key: str, folder: Path) -> None:
    """Follow the log with this verifier key. A key that takes another one's place is added the same way."""
    click.echo(f"Following {witness_memory.follow(folder, verifier_key).name}.")


@witness.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8010, show_default=True, type=click.IntRange(0, 65_535))
@click.option("--prefix", default="", help="What stands in the address before /add-checkpoint.")
@_FOLDER
def serve_witness(host: str, port: int, prefix: str, folder: Path) -> None:
    """Answer POST add-checkpoint (c2sp.org/tlog-witness) until Ctrl-C.

    Put a reverse proxy that speaks https in front where others are to reach it.
    """
    from blueprints.ops import serving, witness_server

    opened = witness_memory.open_witness(folder)
    if not opened.logs:
        raise BadSetting("The witness follows no log yet. Name one: tracker witness follow VERIFIER_KEY")
    door = serving.listen(host, port)
    prefix = f"/{stripped}" if (stripped := prefix.strip("/")) else ""
    click.echo(f"Witnessing on {serving.address(door)}{prefix}/add-checkpoint. Ctrl-C stops it.")
    witness_server.serve(witness_server.Application(opened, prefix), door, threads=4)


@witness.command()
@click.argument("file", type=click.File("rb"), default="-")
@_FOLDER
def sign(file: IO[bytes], folder: Path) -> None:
    """Cosign the request in FILE (or on standard input), as `tracker log request` wrote it onto a stick.

    Prints one line for `tracker log cosign`. Exit code 1: refused, and why.
    """
    from blueprints.ops.witness_server import LARGEST_REQUEST

    answer = witness_memory.open_witness(folder).answer(file.read(LARGEST_REQUEST))
    if answer.status == 200:
        click.echo(answer.body, nl=False)
        return
    click.echo(_refused(answer.status, answer.body.strip()), err=True)
    sys.exit(1)


def _refused(status: int, says: str) -> str:
    if status == 409:
        return f"This witness last saw {says} entries. Ask for a request that begins there: --from {says}"
    return f"Not cosigned: {says}"

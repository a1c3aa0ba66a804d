"""Where a log is read from by the commands, and how they print what it says."""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from blueprints.ops.log.address import Address
from tracker.errors import BadSetting
from tracker.log.readers import Folder, Reader

TOKEN = "VERIFIER_TOKEN"  # noqa: S105 - the name of the variable that holds it


@contextmanager
def opened(source: str) -> Iterator[Reader]:
    """The log in a folder or at an address, there with the token of the environment."""
    if "://" in source:
        with closing(Address(source, os.environ.get(TOKEN))) as address:
            yield address
    elif Path(source).is_dir():
        yield Folder(Path(source))
    else:
        raise BadSetting(f"There is neither a folder nor a file {source}.")


def say_lines(lines: Iterable[str]) -> None:
    """Prints; what a log says about itself is not to steer the reader's terminal."""
    for line in lines:
        click.echo("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line))

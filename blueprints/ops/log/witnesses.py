"""Witnesses of this installation's log: over the network, and with a stick."""

import sys
from pathlib import Path
from typing import IO

import click

from blueprints.ops.log.installation import Installation, installation
from blueprints.ops.log.posting import Unreachable, post
from tracker import files
from tracker.errors import BadSetting, Refusal
from tracker.ledger import witnesses
from tracker.log import checkpoints
from tracker.log.encoding import number
from tracker.log.keys import VerifierKey
from tracker.log.policy import Policy
from tracker.log.refusals import Malformed
from tracker.log.witness import SIZE

_LARGEST_ANSWER = 64 * 1024


@click.command()
@click.option(
    "--times", default=3, show_default=True, type=click.IntRange(1, 20), help="Ask each witness so often."
)
def push(times: int) -> None:
    """Sign a checkpoint and have the witnesses of TRACKER_LOG_POLICY cosign it. Run it every few minutes.

    Exit code 0: the policy is met. 1: it is not, and which witnesses are missing.
    """
    with installation() as here:
        rules = here.policy()
        here.sign()
        for name, address in rules.addresses.items():
            if address:
                click.echo(f"{name}: {_push(here, rules.witnesses[name], address, times)}")
        if missing := _missing(here, rules):
            click.echo(f"The policy is not met. Not seen by: {', '.join(missing)}.", err=True)
            sys.exit(1)
    click.echo("The policy is met.")


def _push(here: Installation, key: VerifierKey, address: str, times: int) -> str:
    """Asks one witness, from the size that it says it saw last, until it cosigns; gives what to tell people."""
    with here.reading() as store:
        old, size = witnesses.last_seen(store.connection, key), store.size()
    says = ""
    for _ in range(times):
        if old > size:
            here.signer.seen_beyond(old)
            return f"it has seen {old} entries, and here are {size}: this database was restored from an older copy"
        try:
            old, says = _ask(here, key, address, old)
        except Unreachable as why:
            says = str(why)
        except Refusal as wrong:
            return f"its answer cannot be used: {wrong}"
        if says == _COSIGNED:
            return says
    return says


_COSIGNED = "cosigned"


def _ask(here: Installation, key: VerifierKey, address: str, old: int) -> tuple[int, str]:
    """Asks once; gives from which size to ask next, and what to tell people."""
    with here.reading() as store:
        body = witnesses.request(store, old).encode()
    answer = post(address, body)
    if answer.status == 409 and answer.content_type == SIZE:
        return number(answer.body.strip()), f"it saw {answer.body.strip()} entries last"
    if answer.status != 200:
        return old, f"it refuses ({answer.status})"
    _take(here, answer.body, [key])
    return old, _COSIGNED


def _take(here: Installation, lines: str, known: list[VerifierKey]) -> int:
    """Keeps cosignatures; gives the size of the checkpoint that they are for."""
    with here.engine.begin() as connection:
        return witnesses.take(connection, lines, known)


def _missing(here: Installation, rules: Policy) -> list[str]:
    """The witnesses that the newest checkpoint still needs; none where the policy is met."""
    with here.reading() as store:
        note = store.checkpoint()
    if note is None:
        return list(rules.witnesses)
    seen = checkpoints.open_signed(note, here.signer.verifiers(), rules.witnesses.values()).seen
    return [] if rules.met_by(seen) else rules.missing(seen)


@click.command()
@click.option("--from", "old", type=click.IntRange(0), help="What the witness saw last (it says so).")
@click.option("--witness", "name", help="Its name in the policy: begin where it is known to have been last.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file.")
def request(old: int | None, name: str | None, out: Path | None) -> None:
    """Sign a checkpoint and write what a witness without a network needs: for `tracker witness sign`."""
    with installation() as here:
        here.sign()
        with here.reading() as store:
            if name is not None and old is None:
                old = witnesses.last_seen(store.connection, _known(here.policy(), name))
            body = witnesses.request(store, old or 0).encode()
    if out is None:
        click.echo(body.decode("utf-8"), nl=False)
    else:
        files.write_whole(out, body)


def _known(rules: Policy, name: str) -> VerifierKey:
    if name not in rules.witnesses:
        raise BadSetting(
            f"The policy has no witness {name!r}. It has {', '.join(rules.witnesses) or 'none'}."
        )
    return rules.witnesses[name]


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
def cosign(file: IO[bytes]) -> None:
    """Take in the line in FILE (or on standard input) that a witness gave back. Twice does no harm."""
    try:
        lines = file.read(_LARGEST_ANSWER).decode("utf-8").strip() + "\n"
    except UnicodeDecodeError as wrong:
        raise Malformed("This is not a witness's line.") from wrong
    with installation() as here:
        rules = here.policy()
        size = _take(here, lines, list(rules.witnesses.values()))
        click.echo(f"The checkpoint of {size} entries is cosigned.")
        if missing := _missing(here, rules):
            click.echo(f"The policy is not met by the newest checkpoint. Not seen by: {', '.join(missing)}.")

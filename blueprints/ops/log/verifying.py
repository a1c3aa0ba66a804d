"""`tracker log verify`: what an outsider runs, with nothing of an installation."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from blueprints.ops.log.address import MOST_BYTES, Address
from blueprints.ops.log.findings import Listed, shown, told
from blueprints.ops.log.sources import opened, say_lines
from tracker import files
from tracker.errors import BadSetting
from tracker.log import checkpoints, histories, policy, receipts
from tracker.log.histories import FORMAT
from tracker.log.keys import VerifierKey
from tracker.log.leaf import Leaf
from tracker.log.legality import Judge
from tracker.log.policy import Policy
from tracker.log.refusals import NotProved
from tracker.log.report import Break, Report
from tracker.log.verify import Progress, Trust, verify

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("log", metavar="DIR|URL|FILE")
@click.option(
    "--vkey", "vkeys", multiple=True, metavar="KEY", help="The log's verifier key; twice while two sign."
)
@click.option(
    "--remember", type=_FILE, help="Keeps the last good checkpoint here, and holds the log against it."
)
@click.option(
    "--policy", "policy_file", type=_FILE, help="Which witnesses must have seen it (c2sp.org/tlog-policy)."
)
@click.option("--hashes-only", is_flag=True, help="Check the tree alone: for a copy without entries.")
@click.option(
    "--list", "every", is_flag=True, help="Name the place of every erasure, correction, access and key."
)
@click.option("--progress/--no-progress", default=None, help="Show a progress bar (default: on a terminal).")
def verify_log(  # noqa: PLR0917 - one argument an option
    log: str,
    vkeys: tuple[str, ...],
    remember: Path | None,
    policy_file: Path | None,
    hashes_only: bool,
    every: bool,
    progress: bool | None,
) -> None:
    """Check that nothing in a log was altered, back-dated, removed or put in between.

    DIR is a copy of a log, URL a log that is served, FILE a receipt or one case's history. Over the network, entries
    are read with the token in VERIFIER_TOKEN; without one, the tree of hashes alone is checked.

    Exit code 0: all that was checked holds. 1: something does not, and each break is named. 2: it could not be checked.
    """
    rules = _policy(policy_file)
    keys = [*map(VerifierKey.parse, vkeys), *(rules.logs if rules else ())]
    if not keys:
        raise BadSetting("Give the log's verifier key, from somebody you trust: --vkey KEY")
    known = _remembered(remember)
    trust = Trust(keys=keys, policy=rules, remembered=known)
    if Path(log).is_file():
        report = _check_file(Path(log), trust)
    else:
        report = _check_log(log, trust, hashes_only, every, progress)
        if remember and report.whole and report.note:
            files.write_whole(remember, report.note)
    sys.exit(0 if report.whole else 1)


def _check_log(log: str, trust: Trust, hashes_only: bool, every: bool, progress: bool | None) -> Report:
    with opened(log) as reader, _bar(progress) as moved:
        entries = not hashes_only and not (isinstance(reader, Address) and not reader.guarded)
        judge, listed = Judge(reader), Listed(every)
        report = verify(reader, replace(trust, legality=judge), listed.take, entries=entries, progress=moved)
    say_lines(told(report, trust, judge=judge, listed=listed, entries=entries))
    return report


def _check_file(file: Path, trust: Trust) -> Report:
    """A receipt or a history: what one entry or one case can show alone."""
    data = _read(file)
    seen: list[str] = []

    def see(piece: histories.Piece, found: Leaf, values: dict[str, Any]) -> None:
        seen.append(f"  entry {piece.position}: {found.kind}, {shown(values)}")

    if data.startswith(receipts.HEADER.encode()):
        report = histories.check_receipt(receipts.parse(data), trust, see)
    elif data.lstrip().startswith(b"{"):
        report = histories.check(histories.parse(data), trust, see)
    else:
        raise BadSetting(f"{file} is neither a receipt nor a history of the format {FORMAT}.")
    if trust.remembered is not None:
        _hold_against(report, trust.remembered, trust)
    say_lines([*seen, *told(report, trust, alone=True)])
    return report


def _hold_against(report: Report, remembered: bytes, trust: Trust) -> None:
    """One file has no proof that the log grew: it can be compared with a checkpoint of its own size alone."""
    try:
        then = checkpoints.open_signed(remembered, trust.keys).checkpoint
    except NotProved as wrong:
        raise BadSetting(f"The remembered checkpoint: {wrong}") from wrong
    now = report.checkpoint
    if now is not None and (now.origin, now.size) != (then.origin, then.size):
        raise BadSetting(
            f"The file ends at {now.size} entries and {then.size} are remembered: the whole log alone shows that one "
            "continues the other. Verify the log with --remember, and the file without."
        )
    if now is not None and now.root != then.root:
        report.add(Break.REMEMBERED, f"It is not of the log of {then.size} entries that is remembered.")


def _policy(place: Path | None) -> Policy | None:
    if place is None:
        return None
    try:
        return policy.parse(_read(place).decode("utf-8"))
    except UnicodeDecodeError as wrong:
        raise BadSetting(f"{place} is not a policy: it is not UTF-8.") from wrong


def _remembered(place: Path | None) -> bytes | None:
    """None at the first visit: the file is made when all holds."""
    if place is None:
        return None
    if not place.parent.is_dir():
        raise BadSetting(f"The folder of {place} is not there.")
    return _read(place) if place.exists() else None


def _read(place: Path) -> bytes:
    try:
        with place.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as wrong:
        raise BadSetting(f"{place} cannot be read: {wrong.strerror}.") from wrong
    if len(data) > MOST_BYTES:
        raise BadSetting(f"{place} is too large.")
    return data


@contextmanager
def _bar(wanted: bool | None) -> Iterator[Progress]:
    shown = sys.stderr.isatty() if wanted is None else wanted
    with tqdm(unit=" entries", disable=not shown, file=sys.stderr) as bar:

        def moved(done: int, whole: int) -> None:
            bar.total = whole
            bar.update(done - bar.n)

        yield moved

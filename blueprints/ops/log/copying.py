"""What leaves the house: a copy of the log, and receipts."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import sqlalchemy as sa
from tqdm import tqdm

from blueprints.ops.log.installation import installation
from tracker import files, references
from tracker.errors import BadSetting, NotFound, say
from tracker.ledger import papers
from tracker.ledger.export import Export, Progress
from tracker.log.shown import DAY, PERSONAL, STEP, WEEK
from tracker.models import Alert, ProtectionCase


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--disclosures", is_flag=True, help="With step and day of every entry: for accredited verifiers."
)
@click.option("--hashes-only", is_flag=True, help="Without entries: for anybody.")
@click.option("--progress/--no-progress", default=None, help="Show a progress bar (default: on a terminal).")
def export(folder: Path, disclosures: bool, hashes_only: bool, progress: bool | None) -> None:
    """Copy the log into DIR, where `tracker log verify DIR` and other people's software check it.

    A second run copies what is new. One that was interrupted is simply started again.
    """
    if disclosures and hashes_only:
        raise BadSetting("Choose one of --disclosures and --hashes-only.")
    with installation() as here:
        here.sign()
        with here.reading() as store:
            copy = Export(store, folder, entries=not hashes_only, disclosures=disclosures)
            shown = sys.stderr.isatty() if progress is None else progress
            with tqdm(unit=" files", disable=not shown, file=sys.stderr) as bar:

                def moved(done: int, whole: int) -> None:
                    bar.total = whole
                    bar.update(done - bar.n)

                written = _written(copy, moved)
    click.echo(
        f"{copy.checkpoint.origin}: {copy.checkpoint.size} entries, {written} files written to {folder}."
    )
    for key in here.signer.verifiers():
        click.echo(f"Verifier key, to hand over by another way: {key}")


def _written(copy: Export, progress: Progress) -> int:
    try:
        return copy.write(progress)
    except OSError as fault:
        raise BadSetting(
            f"The copy is not whole: {fault.strerror}. Start it again when that is mended."
        ) from fault


@click.command()
@click.argument("reference")
@click.option(
    "--entry", type=click.IntRange(1), help="The entry's number in the history (default: the newest)."
)
@click.option(
    "--show",
    "names",
    multiple=True,
    type=click.Choice([STEP, WEEK, DAY, PERSONAL]),
    help="What the bearer may see of the entry (default: step and day).",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file.")
def receipt(reference: str, entry: int | None, names: tuple[str, ...], out: Path | None) -> None:
    """Write the receipt (c2sp.org/tlog-proof) of an entry of the case or alert REFERENCE."""
    with installation() as here:
        here.sign()
        with here.reading() as store:
            seqs = _seqs(store.connection, references.parse(reference))
            if entry is not None and entry > len(seqs):
                raise BadSetting(f"{reference} has {len(seqs)} entries.")
            data = papers.receipt(store, seqs[entry - 1 if entry else -1], names or papers.RECEIPT).encode()
    if out is None:
        click.echo(data.decode("utf-8"), nl=False)
    else:
        files.write_whole(out, data)


def _seqs(connection: sa.Connection, reference: str) -> Sequence[int]:
    case = connection.scalar(sa.select(ProtectionCase.id).where(ProtectionCase.reference == reference))
    alert = connection.scalar(sa.select(Alert.id).where(Alert.reference == reference))
    seqs = papers.seqs_of(connection, case_id=case, alert_id=alert) if case or alert else ()
    if not seqs:
        raise NotFound(say("There is no case and no alert with this reference."))
    return seqs

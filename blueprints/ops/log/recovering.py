"""After a restore: the leaves that a copy still has come back, and the log can be signed again."""

import sys
from collections.abc import Iterator
from contextlib import suppress

import click
import sqlalchemy as sa
from tqdm import tqdm

from blueprints.ops.log.address import Address
from blueprints.ops.log.findings import told
from blueprints.ops.log.installation import Installation, installation
from blueprints.ops.log.sources import TOKEN, opened, say_lines
from tracker.errors import BadSetting, CannotSign
from tracker.ledger import recovery, witnesses
from tracker.ledger.recovery import Recovered
from tracker.log.encoding import unb64
from tracker.log.readers import WITNESSED, Reader
from tracker.log.refusals import NotProved
from tracker.log.report import Report
from tracker.log.verify import Trust, verify
from tracker.models import LogHistory, ProtectionCase


@click.command()
@click.option(
    "--from", "source", required=True, metavar="DIR|URL", help="A copy of this log, with its entries."
)
def recover(source: str) -> None:
    """Bring back the leaves that a database restored from a backup lacks, from a copy or mirror of the log.

    The copy is verified with this log's keys first. Leaves come back, not what they said: that was lost with the
    database, and is entered again by people who know it. What was written since the restore gets new leaves.
    """
    with installation() as here, opened(source) as copy:
        report = _verified(here, copy)
        size = report.checkpoint.size if report.checkpoint else 0
        with (
            tqdm(total=size, unit=" leaves", disable=None, file=sys.stderr) as bar,
            here.engine.begin() as connection,
        ):
            done = recovery.recover(connection, copy, size, bar.update)
            _keep_checkpoints(here, connection, copy, report)
            erased = _references(connection, done)
        say_lines(_told(done, erased))
        _still_behind(here, size)
        here.sign()


def _verified(here: Installation, copy: Reader) -> Report:
    keys = here.signer.verifiers()
    if not keys:
        raise CannotSign("The keys of this log are not there. Put its key file back first.")
    if isinstance(copy, Address) and not copy.guarded:
        raise BadSetting(f"Leaves are read with a verifier's token: put it into {TOKEN}.")
    trust = Trust(keys=keys)
    report = verify(copy, trust)
    if not report.whole:
        say_lines(told(report, trust))
        raise NotProved("The copy does not hold, so nothing was taken from it.")
    return report


def _keep_checkpoints(here: Installation, connection: sa.Connection, copy: Reader, report: Report) -> None:
    keys = here.signer.verifiers()
    lines = (copy.read(WITNESSED) or b"").decode("ascii", "replace").split()
    witnessed = [unb64(line) for line in lines]
    recovery.keep_checkpoints(connection, [*witnessed, report.note or b""], keys)
    known = list(here.policy().witnesses.values()) if here.settings.log_policy else []
    for note in witnessed if known else ():
        with suppress(NotProved):  # seen by a witness whom the policy does not name any more
            witnesses.take(connection, note.decode("utf-8").rpartition("\n\n")[2], known)


def _references(connection: sa.Connection, done: Recovered) -> list[str]:
    """The cases that had been erased, by the references under which their content is here again."""
    asked = sa.select(ProtectionCase.reference).join(LogHistory, LogHistory.case_id == ProtectionCase.id)
    return list(connection.scalars(asked.where(LogHistory.code.in_(done.erased))))


def _told(done: Recovered, erased: list[str]) -> Iterator[str]:
    brought = done.size - done.common
    yield f"The copy has {done.size} entries, of which the database had {done.common}. Brought back: {brought}."
    if brought:
        yield f"  of cases and alerts that the database has, without what they said: {done.known}"
        yield f"  of cases and alerts that it does not have any more: {done.unknown}"
        yield f"Written since the restore, with new leaves after those: {done.again}"
        yield "Not brought back: what the lost entries said. The log says where (notice “recovered”)."
    if erased:
        yield f"These cases had been erased and are here again from the backup. Erase them again: {', '.join(erased)}"


def _still_behind(here: Installation, size: int) -> None:
    """Ends with exit code 1 where leaves are lacking still, so that nothing can be signed."""
    mark = here.signer.high_water()
    if mark is not None and mark.size > size:
        click.echo(
            f"The copy ends at {size} entries and {mark.size} were signed: a newer copy is needed.", err=True
        )
        sys.exit(1)

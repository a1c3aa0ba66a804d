"""The verification of a whole log from its files alone (history.md, section 4, items 1 to 7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.log import notes, sightings, tiles
from tracker.log.checkpoints import Checkpoint, Signed, open_signed, parse_text
from tracker.log.content import Content, Watch
from tracker.log.keys import VerifierKey
from tracker.log.past import Past, cosigned, remembered
from tracker.log.policy import Policy
from tracker.log.readers import CHECKPOINT, Reader
from tracker.log.rebuild import Rebuild
from tracker.log.refusals import Malformed, NotProved
from tracker.log.report import Break, Report
from tracker.log.shown import Legality, Shown
from tracker.log.sightings import Bounds, Sighting
from tracker.log.tiles import WIDTH

Progress = Callable[[int, int], object]
"""progress(done, all): told after each bundle how many of all entries were gone through."""


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What the verifier has from elsewhere: the log's keys, and what else it would believe only if it held.

    `remembered`: a signed checkpoint from an earlier visit. Without it or a policy with witnesses, a log that was
    rewritten and signed anew with the real key passes: nothing in its files could tell.
    """

    keys: Sequence[VerifierKey]
    policy: Policy | None = None
    remembered: bytes | None = None
    legality: Legality | None = None


def verify(
    reader: Reader,
    trust: Trust,
    watch: Watch | None = None,
    *,
    entries: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Reads a log once, bundle by bundle, and names every break by kind and place.

    `entries`: False for who may read the hashes alone. Then the tree is built from them, and nothing is known of what
    the entries say (items 3 to 7). Memory: a bundle, the tiles above it, and 300 bytes for each case.
    """
    report = Report()
    seen = sightings.read(reader, trust.keys, trust.policy, report) if trust.policy else []
    data = reader.read(CHECKPOINT)
    if data is None:
        report.add(Break.CHECKPOINT, "There is no checkpoint.")
        return report
    report.note = data
    report.checkpoint = checkpoint = judge_checkpoint(data, trust, report, seen)
    if checkpoint is None:
        return report
    past = Past(
        [*remembered(trust.remembered, trust.keys, checkpoint, report), *cosigned(seen, checkpoint, report)],
        report,
    )
    rebuild = Rebuild(reader, report, entries=entries)
    content = Content(reader, report, Shown(report, trust.legality, Bounds(seen, report)), watch)
    for bundle in tiles.bundles_of_size(checkpoint.size):
        before = rebuild.entries
        taken = rebuild.take(bundle)
        if taken is None:
            report.add(Break.ROOT, "The rest cannot be checked without this bundle.", bundle.number * WIDTH)
            return report
        past.take(before, taken.hashes)
        if entries:
            content.take(bundle, taken)
        report.entries = rebuild.entries.size
        if progress:
            progress(report.entries, checkpoint.size)
    rebuild.finish()
    _compare_root(rebuild, checkpoint, report)
    return report


def judge_checkpoint(data: bytes, trust: Trust, report: Report, seen: list[Sighting]) -> Checkpoint | None:
    """Item 1: the signature and the quorum, which is one more sighting; None where there is no checkpoint to read.

    A checkpoint that is falsely signed is still held against the entries.
    """
    try:
        unproved = parse_text(notes.parse(data).text)
    except Malformed as wrong:
        report.add(Break.CHECKPOINT, str(wrong))
        return None
    try:
        signed = open_signed(data, trust.keys, trust.policy.witnesses.values() if trust.policy else ())
    except NotProved as wrong:
        report.add(Break.SIGNATURE, str(wrong))
        return unproved
    if trust.policy:
        _quorum(trust.policy, signed, report, seen)
    return signed.checkpoint


def _quorum(policy: Policy, signed: Signed, report: Report, seen: list[Sighting]) -> None:
    report.witnesses = len(signed.seen)
    if one := sightings.sighting(policy, signed):
        seen.append(one)
    elif not policy.met_by(signed.seen):
        missing = ", ".join(policy.missing(signed.seen))
        report.add(Break.WITNESSES, f"The quorum {policy.quorum} is not met. Not seen by: {missing}.")


def _compare_root(rebuild: Rebuild, checkpoint: Checkpoint, report: Report) -> None:
    """Item 2: the root. Says which of the two, entries or tiles, the signature is for."""
    if rebuild.entries.root() == checkpoint.root:
        return
    if rebuild.tiles.root() == checkpoint.root:
        says = "The tiles lead to the signed root and the entries do not: entries were changed after signing."
    else:
        says = "Neither the entries nor the tiles lead to the signed root."
    report.add(Break.ROOT, says)

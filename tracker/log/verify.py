"""The verification of a whole log from its files alone (history.md, section 4, items 1 to 6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.log import leaf, notes, tiles
from tracker.log.chains import Chains
from tracker.log.checkpoints import Checkpoint, open_signed, parse_text
from tracker.log.disclosures import unpack_lines
from tracker.log.keys import VerifierKey
from tracker.log.leaf import Leaf, Notice
from tracker.log.policy import Policy
from tracker.log.readers import CHECKPOINT, Reader, read_items
from tracker.log.rebuild import Rebuild, Taken
from tracker.log.refusals import Malformed, NotProved
from tracker.log.report import Break, Report
from tracker.log.shown import Legality, Shown
from tracker.log.tiles import WIDTH, Tile

Watch = Callable[[int, Leaf], None]
"""watch(position, leaf): told of every leaf, for a progress bar or a list for people to read (item 10)."""


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


def verify(reader: Reader, trust: Trust, watch: Watch | None = None) -> Report:
    """Reads a log once, bundle by bundle, and names every break by kind and place.

    Memory: a bundle, the tiles above it, and 300 bytes for each case.
    """
    report = Report()
    report.checkpoint = checkpoint = _checkpoint(reader, trust, report)
    if checkpoint is None:
        return report
    then = _remembered(trust, checkpoint, report)
    rebuild, content = Rebuild(reader, report), _Content(reader, report, trust.legality, watch)
    for bundle in tiles.bundles_of_size(checkpoint.size):
        before = rebuild.entries
        taken = rebuild.take(bundle)
        if taken is None:
            report.add(Break.ROOT, "The rest cannot be checked without this bundle.", bundle.number * WIDTH)
            return report
        if then and before.size < then.size <= rebuild.entries.size:
            _compare_remembered(then, before.extend(taken.hashes[: then.size - before.size]).root(), report)
        content.take(bundle, taken)
        report.entries = rebuild.entries.size
    rebuild.finish()
    _compare_root(rebuild, checkpoint, report)
    return report


def _checkpoint(reader: Reader, trust: Trust, report: Report) -> Checkpoint | None:
    """Item 1: the signature and the quorum. A checkpoint that is falsely signed is still held against the entries."""
    data = reader.read(CHECKPOINT)
    if data is None:
        report.add(Break.CHECKPOINT, "There is no checkpoint.")
        return None
    witnesses = trust.policy.witnesses.values() if trust.policy else ()
    try:
        unproved = parse_text(notes.parse(data).text)
    except Malformed as wrong:
        report.add(Break.CHECKPOINT, str(wrong))
        return None
    try:
        signed = open_signed(data, trust.keys, witnesses)
    except NotProved as wrong:
        report.add(Break.SIGNATURE, str(wrong))
        return unproved
    report.witnesses = len(signed.seen)
    if trust.policy and not trust.policy.met_by(signed.seen):
        missing = ", ".join(trust.policy.missing(signed.seen))
        report.add(Break.WITNESSES, f"The quorum {trust.policy.quorum} is not met. Not seen by: {missing}.")
    return signed.checkpoint


def _remembered(trust: Trust, now: Checkpoint, report: Report) -> Checkpoint | None:
    """Item 1: the checkpoint last seen, to be compared with the tree as it was at its size."""
    if trust.remembered is None:
        return None
    try:
        then = open_signed(trust.remembered, trust.keys).checkpoint
    except (Malformed, NotProved) as wrong:
        report.add(Break.REMEMBERED, f"The remembered checkpoint: {wrong}")
        return None
    if then.origin != now.origin:
        report.add(Break.REMEMBERED, f"The remembered checkpoint is of {then.origin}.")
    elif then.size > now.size:
        report.add(
            Break.REMEMBERED,
            f"The log had {then.size} entries and has {now.size}: entries were removed from its end.",
            now.size,
        )
    else:
        return then
    return None


def _compare_remembered(then: Checkpoint, root: bytes, report: Report) -> None:
    if root != then.root:
        report.add(
            Break.REMEMBERED,
            f"The first {then.size} entries are not those that the remembered checkpoint signed.",
        )


def _compare_root(rebuild: Rebuild, checkpoint: Checkpoint, report: Report) -> None:
    """Item 2: the root. Says which of the two, entries or tiles, the signature is for."""
    if rebuild.entries.root() == checkpoint.root:
        return
    if rebuild.tiles.root() == checkpoint.root:
        says = "The tiles lead to the signed root and the entries do not: entries were changed after signing."
    else:
        says = "Neither the entries nor the tiles lead to the signed root."
    report.add(Break.ROOT, says)


class _Content:
    """Items 3 to 6: what the entries say."""

    def __init__(
        self, reader: Reader, report: Report, legality: Legality | None, watch: Watch | None
    ) -> None:
        self._reader, self._report, self._watch = reader, report, watch
        self._chains, self._shown = Chains(report), Shown(report, legality)

    def take(self, bundle: Tile, taken: Taken) -> None:
        """Reads the entries of a bundle, and their disclosures where there are any."""
        disclosures = self._disclosures(bundle)
        first = bundle.number * WIDTH
        for at, (entry, leaf_hash) in enumerate(zip(taken.entries, taken.hashes, strict=False)):
            try:
                found = leaf.parse(entry)
            except Malformed as wrong:
                self._report.add(Break.LEAF, str(wrong), first + at)
                continue
            self._take_leaf(first + at, found, leaf_hash, disclosures[at] if disclosures else "")

    def _take_leaf(self, position: int, found: Leaf, leaf_hash: bytes, disclosures: str) -> None:
        self._report.leaves[found.kind] += 1
        if self._watch:
            self._watch(position, found)
        if isinstance(found, Notice):
            self._shown.notice(found)
            return
        self._chains.take(position, found, leaf_hash)
        if disclosures:
            self._shown.take(position, found, disclosures.split("~"))

    def _disclosures(self, bundle: Tile) -> Sequence[str]:
        tile = bundle._replace(level=tiles.DISCLOSURES)
        try:
            return read_items(self._reader, tile, unpack_lines) or ()
        except Malformed as wrong:
            self._report.add(Break.UNREADABLE, f"{tile.path()}: {wrong}", bundle.number * WIDTH)
            return ()

"""One case's history as one file, which whoever may read it can check alone: leaves, disclosures, proofs, checkpoint.

    {"format": "protection-tracker/history@v1",
     "checkpoint": "<the signed note>",
     "entries": [{"index": 311, "leaf": "<the leaf's own bytes>", "disclosures": ["<RFC 9901>", ...],
                  "proof": ["<base64>", ...]}, ...]}

Every entry of the case is there, from number 0 on, so that the chain shows that none was left out; an entry of which
the reader may know nothing has no disclosures. A leaf with its disclosures is what an SD-JWT library opens, and an
entry with the checkpoint is a receipt (`receipts`).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tracker.log import leaf, proofs, receipts
from tracker.log.chains import Chains
from tracker.log.disclosures import opened
from tracker.log.encoding import LARGEST, b64, unb64_hash
from tracker.log.leaf import CaseLeaf, Leaf
from tracker.log.receipts import MOST_HASHES, Receipt
from tracker.log.refusals import Malformed, NotProved
from tracker.log.report import Break, Report
from tracker.log.shown import STEP, WEEK
from tracker.log.tree import leaf_hash
from tracker.log.verify import Trust, judge_checkpoint

FORMAT: Final = "protection-tracker/history@v1"

See = Callable[["Piece", Leaf, dict[str, Any]], None]
"""see(piece, leaf, values): told of every entry that holds, with what is disclosed of it, for people to read."""


class Piece(NamedTuple):
    """One entry: its place in the log, its leaf, what is disclosed of it, and the proof that it is there."""

    position: int
    entry: bytes
    disclosures: Sequence[str]
    proof: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class History:
    """The entries of one case, in order, and the signed checkpoint to which their proofs lead."""

    pieces: Sequence[Piece]
    note: bytes

    def encode(self) -> bytes:
        """The file's bytes."""
        listed = [
            {
                "index": piece.position,
                "leaf": piece.entry.decode("ascii"),
                "disclosures": [*piece.disclosures],
                "proof": [*map(b64, piece.proof)],
            }
            for piece in self.pieces
        ]
        whole = {"format": FORMAT, "checkpoint": self.note.decode("utf-8"), "entries": listed}
        return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def parse(data: bytes) -> History:
    """The history of a file. Believes nothing of it: `check` does that."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as wrong:
        raise Malformed("This is not the file of a history.") from wrong
    match found:
        case {"format": str(name), "checkpoint": str(note), "entries": [*entries]} if name == FORMAT:
            return History(tuple(map(_piece, entries)), _bytes(note, "utf-8"))
    raise Malformed(f"The file of a history has the format {FORMAT}, a checkpoint and entries.")


def _piece(entry: Any) -> Piece:
    match entry:
        case {"index": int(index), "leaf": str(text), "disclosures": [*shown], "proof": [*proof]} if (
            0 <= index <= LARGEST
            and not isinstance(index, bool)
            and len(proof) <= MOST_HASHES
            and all(isinstance(one, str) for one in (*shown, *proof))
        ):
            return Piece(index, _bytes(text, "ascii"), tuple(shown), tuple(map(unb64_hash, proof)))
    raise Malformed("An entry of a history has its index, leaf, disclosures and proof.")


def _bytes(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as wrong:
        raise Malformed("The file of a history holds characters that cannot be there.") from wrong


def check(history: History, trust: Trust, see: See | None = None) -> Report:
    """Checks all that one case's entries can show (history.md, section 4, items 1, 3, 4 and 9, and the weeks' order).

    Whether the case goes on after the last entry, and whether the checkpoint continues one that was remembered, only
    the whole log can show.
    """
    report = Report()
    order = _Order(report)

    def seen(piece: Piece, found: Leaf, values: dict[str, Any]) -> None:
        order.take(piece, found, values)
        if see:
            see(piece, found, values)

    _check_pieces(history.pieces, history.note, trust, report, seen)
    if not history.pieces:
        report.add(Break.NUMBER, "There is no entry in this history.")
    return report


def check_receipt(receipt: Receipt, trust: Trust, see: See | None = None) -> Report:
    """Checks a receipt that carries its leaf (history.md, section 4, items 1, 4 and 9); refuses one without."""
    if receipt.extra is None:
        raise Malformed("The receipt does not carry its leaf, so there is nothing to check.")
    entry, shown = receipts.unpack_extra(receipt.extra)
    report = Report()
    pieces = [Piece(receipt.index, entry, shown, receipt.proof)]
    _check_pieces(pieces, receipt.note, trust, report, see or (lambda *_: None))
    return report


def _check_pieces(pieces: Sequence[Piece], note: bytes, trust: Trust, report: Report, see: See) -> None:
    report.checkpoint = checkpoint = judge_checkpoint(note, trust, report, [])
    if checkpoint is None:
        return
    for piece in pieces:
        report.entries += 1
        try:
            proofs.check_inclusion(
                leaf_hash(piece.entry), piece.position, checkpoint.size, piece.proof, checkpoint.root
            )
        except NotProved as wrong:
            report.add(Break.PROOF, str(wrong), piece.position)
        _open(piece, report, see)


def _open(piece: Piece, report: Report, see: See) -> None:
    try:
        found = leaf.parse(piece.entry)
    except Malformed as wrong:
        report.add(Break.LEAF, str(wrong), piece.position)
        return
    report.leaves[found.kind] += 1
    try:
        values = opened(found.digests if isinstance(found, CaseLeaf) else (), piece.disclosures)
    except (Malformed, NotProved) as wrong:
        report.add(Break.DISCLOSURE, str(wrong), piece.position)
        values = {}
    report.opened += len(values)
    see(piece, found, values)


class _Order:
    """The entries are those of one case, one after the other."""

    def __init__(self, report: Report) -> None:
        self._report, self._chains = report, Chains(report)
        self._case: str | None = None
        self._position, self._week = -1, ""

    def take(self, piece: Piece, found: Leaf, values: dict[str, Any]) -> None:
        if not isinstance(found, CaseLeaf) or self._case not in (None, found.case):
            self._report.add(Break.LEAF, "This is not an entry of the same case.", piece.position)
            return
        self._case = found.case
        self._chains.take(piece.position, found, leaf_hash(piece.entry))
        if piece.position <= self._position:
            self._report.add(
                Break.NUMBER, f"It stands before entry {self._position} in the log.", piece.position
            )
        self._position = piece.position
        self._judge(piece, values)

    def _judge(self, piece: Piece, values: dict[str, Any]) -> None:
        if not isinstance(values.get(STEP, {}), dict):
            self._report.add(Break.DISCLOSURE, "The step is not a step.", piece.position)
        week = values.get(WEEK, self._week)
        if not isinstance(week, str):
            self._report.add(Break.DAY, "The week cannot be read.", piece.position)
        elif week < self._week:
            self._report.add(Break.DAY, f"The week goes back: {week}, after {self._week}.", piece.position)
        else:
            self._week = week

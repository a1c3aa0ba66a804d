"""Receipts: a proof that one entry is in the log, complete on one sheet of paper (c2sp.org/tlog-proof)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.log import proofs
from tracker.log.checkpoints import Signed, open_signed
from tracker.log.encoding import b64, number, unb64, unb64_hash
from tracker.log.keys import VerifierKey
from tracker.log.refusals import Malformed
from tracker.log.tree import leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an entry stands, the proof, the signed checkpoint, and what else was put in (not proved by itself)."""

    index: int
    proof: Sequence[bytes]
    note: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The receipt's bytes (tlog-proof, Format)."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {b64(self.extra)}")
        lines += [f"index {self.index}", *map(b64, self.proof), "", ""]
        return "\n".join(lines).encode() + self.note


def parse(data: bytes) -> Receipt:
    """The receipt of these bytes (tlog-proof, Format). Believes nothing of it: `check` does that."""
    head, blank, note = data.partition(b"\n\n")
    if not blank or not head.isascii():
        raise Malformed("A receipt has an empty line before its checkpoint.")
    header, *lines = head.decode("ascii").split("\n")
    if header != HEADER:
        raise Malformed(f"A receipt begins with {HEADER}.")
    extra = unb64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index ") or len(lines) > MOST_HASHES + 1:
        raise Malformed("A receipt has an index and then its proof.")
    return Receipt(number(lines[0][6:]), tuple(map(unb64_hash, lines[1:])), note, extra)


def check(
    receipt: Receipt, entry: bytes, log_keys: Iterable[VerifierKey], witnesses: Iterable[VerifierKey] = ()
) -> Signed:
    """The checkpoint in which the entry is shown to be (tlog-proof; RFC 6962 section 2.1.1).

    Refuses (`NotProved`) when log or witness signed falsely, or when the proof does not lead to the signed root.
    """
    signed = open_signed(receipt.note, log_keys, witnesses)
    proofs.check_inclusion(
        leaf_hash(entry), receipt.index, signed.checkpoint.size, receipt.proof, signed.checkpoint.root
    )
    return signed


def pack_extra(leaf: bytes, disclosures: Iterable[str]) -> bytes:
    """What we put into `extra`: the leaf and what its bearer may see of it, joined by ~ as RFC 9901 section 4 does."""
    return b"~".join([leaf, *(one.encode("ascii") for one in disclosures)])


def unpack_extra(extra: bytes) -> tuple[bytes, list[str]]:
    """The leaf and the disclosures that `pack_extra` joined."""
    leaf, *disclosures = extra.split(b"~")
    try:
        return leaf, [one.decode("ascii") for one in disclosures]
    except UnicodeDecodeError as wrong:
        raise Malformed("A disclosure is ASCII.") from wrong

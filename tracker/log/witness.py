"""The witness protocol, without its server and its file (c2sp.org/tlog-witness)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracker.log import proofs
from tracker.log.checkpoints import Checkpoint, open_signed, parse_text
from tracker.log.encoding import b64, number, unb64_hash
from tracker.log.keys import SigningKey, VerifierKey
from tracker.log.notes import parse as parse_note
from tracker.log.refusals import Malformed, NotProved
from tracker.log.tree import EMPTY_ROOT

MOST_HASHES = 63
TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks a witness: from which size, the proof, and the signed checkpoint."""

    old: int
    proof: Sequence[bytes]
    note: bytes

    def encode(self) -> bytes:
        """The body of the request (tlog-witness, add-checkpoint)."""
        return "\n".join([f"old {self.old}", *map(b64, self.proof), "", ""]).encode() + self.note


def parse_request(body: bytes) -> Request:
    """The request of a body (tlog-witness, add-checkpoint); refuses every deviation."""
    head, blank, note = body.partition(b"\n\n")
    if not blank or not head.isascii():
        raise Malformed("A request has an empty line before its checkpoint.")
    first, *lines = head.decode("ascii").split("\n")
    if not first.startswith("old ") or len(lines) > MOST_HASHES:
        raise Malformed("A request begins with the old size, and has at most 63 hashes.")
    return Request(number(first[4:]), tuple(map(unb64_hash, lines)), note)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer, and the checkpoint to store first, or None to store nothing."""

    status: int
    body: str
    content_type: str = TEXT
    store: Checkpoint | None = None


def decide(
    body: bytes,
    *,
    logs: Mapping[str, Sequence[VerifierKey]],
    latest: Callable[[str], Checkpoint | None],
    key: SigningKey,
    time: int,
) -> Answer:
    """The answer to `POST add-checkpoint` (tlog-witness, add-checkpoint), at `time` (POSIX seconds).

    `logs`: the keys of each origin that this witness follows. `latest`: the checkpoint of an origin that it cosigned
    last. The caller holds one lock from before `latest` is asked until `store` is on the disk, and answers after.
    """
    try:
        request = parse_request(body)
        checkpoint = parse_text(parse_note(request.note).text)
    except Malformed as wrong:
        return Answer(400, f"{wrong}\n")
    if checkpoint.origin not in logs:
        return Answer(404, "This witness does not follow this log.\n")
    try:
        open_signed(request.note, logs[checkpoint.origin])
    except NotProved as wrong:
        return Answer(403, f"{wrong}\n")
    return _compare(request, checkpoint, latest(checkpoint.origin), key, time)


def _compare(
    request: Request, new: Checkpoint, last: Checkpoint | None, key: SigningKey, time: int
) -> Answer:
    if request.old > new.size:
        return Answer(400, "The old size is larger than the checkpoint's.\n")
    last = last or Checkpoint(new.origin, 0, EMPTY_ROOT)
    if request.old != last.size:
        return Answer(409, f"{last.size}\n", SIZE)
    try:
        _check_growth(last, new, request.proof)
    except (Malformed, NotProved) as wrong:
        return Answer(422, f"{wrong}\n")
    return Answer(200, key.cosign(new.text(), time).line(), store=new)


def _check_growth(last: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Refuses unless `new` begins with `last` (tlog-witness: the proof from nothing is empty, and so is its root)."""
    if last.size:
        proofs.check_consistency(last.size, new.size, proof, last.root, new.root)
    elif proof or (new.size == 0 and new.root != EMPTY_ROOT):
        raise NotProved("From an empty log there is nothing to prove.")

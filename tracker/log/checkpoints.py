"""Checkpoints: the signed size and root of a log (c2sp.org/tlog-checkpoint)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.log import cosignatures, notes
from tracker.log.encoding import b64, number, unb64_hash
from tracker.log.keys import COSIGNATURE, SigningKey, VerifierKey
from tracker.log.notes import Note, is_name
from tracker.log.refusals import Malformed, NotProved


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Which log, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text: three lines, no extension lines (tlog-checkpoint, Note text)."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


def parse_text(text: str) -> Checkpoint:
    """The checkpoint of a note's text (tlog-checkpoint, Note text); refuses extension lines, as we write none."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise Malformed("A checkpoint has three lines: origin, size and root.")
    if not is_name(lines[0]):
        raise Malformed("A checkpoint begins with its log's name.")
    return Checkpoint(lines[0], number(lines[1]), unb64_hash(lines[2]))


def sign(checkpoint: Checkpoint, *keys: SigningKey) -> bytes:
    """The signed checkpoint (tlog-checkpoint, Signatures): by one key, or by two while one follows the other.

    Refuses a key whose name is not the origin. The caller never signs two checkpoints of which one is not the
    beginning of the other: nothing here could know.
    """
    if not keys or any(key.name != checkpoint.origin for key in keys):
        raise Malformed(f"A checkpoint of {checkpoint.origin} is signed by keys of that name.")
    text = checkpoint.text()
    return Note(text, tuple(key.sign(text) for key in keys)).encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that its log signed, and when each known witness says that it saw it (POSIX seconds)."""

    checkpoint: Checkpoint
    note: Note
    seen: Mapping[VerifierKey, int]


def open_signed(
    data: bytes, log_keys: Iterable[VerifierKey], witnesses: Iterable[VerifierKey] = ()
) -> Signed:
    """The checkpoint of a signed note (tlog-checkpoint, Signatures).

    Refuses (`NotProved`) one that no key of the log of this origin signed, and one with a false signature of any of
    these keys.
    """
    note = notes.parse(data)
    checkpoint = parse_text(note.text)
    found = notes.verified(note, [*log_keys, *witnesses])
    if not any(key.name == checkpoint.origin and key.kind != COSIGNATURE for key, _ in found):
        raise NotProved(f"No known key of {checkpoint.origin} signed this checkpoint.")
    seen = {key: cosignatures.unpack(one.data)[0] for key, one in found if key.kind == COSIGNATURE}
    return Signed(checkpoint, note, seen)


def add_cosignatures(data: bytes, lines: str, witnesses: Iterable[VerifierKey]) -> bytes:
    """The checkpoint with what a witness answered (tlog-witness, add-checkpoint; tlog-cosignature, Format).

    Takes the signatures of these witnesses alone, one of each, the newest; refuses (`NotProved`) a false one, and an
    answer without any.
    """
    note = notes.parse(data)
    found = notes.verified(Note(note.text, notes.parse_lines(lines)), witnesses)
    fresh = {(one.name, one.key_id): one for _, one in found}
    kept = tuple(one for one in note.signatures if (one.name, one.key_id) not in fresh)
    return Note(note.text, (*kept, *fresh.values())).encode()

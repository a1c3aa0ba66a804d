"""Signed notes (c2sp.org/signed-note): a text and the signature lines under it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from tracker.log.encoding import b64, unb64
from tracker.log.refusals import Malformed, NotProved

MOST_SIGNATURES = 100
"""signed-note asks for at least 16 and advises a limit; Go's reader has this one."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_DASH = "\N{EM DASH} "


def is_name(name: str) -> bool:
    """Whether a key may have this name: not empty, no Unicode space, no plus (signed-note, Format)."""
    return bool(_NAME.fullmatch(name))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed, by which key, and what the key's kind makes of the text."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> str:
        """The line with its newline (signed-note, Signatures)."""
        return f"{_DASH}{self.name} {b64(self.key_id + self.data)}\n"


class Verifier(Protocol):
    """A key that somebody trusts."""

    @property
    def name(self) -> str:
        """The name in its signature lines."""

    @property
    def key_id(self) -> bytes:
        """The four bytes in its signature lines."""

    def holds(self, text: str, data: bytes) -> bool:
        """Whether `data` is this key's signature under the text."""


Key = TypeVar("Key", bound=Verifier)


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signatures, of which nothing is believed yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note's bytes (signed-note, Format); refuses what `parse` would not read back."""
        data = f"{self.text}\n{''.join(one.line() for one in self.signatures)}".encode()
        if parse(data) != self:
            raise Malformed("This text cannot be a note's.")
        return data


def parse(data: bytes) -> Note:
    """A note from its bytes (signed-note, Format); refuses every deviation. Believes no signature."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Malformed("A note is UTF-8.") from wrong
    if _CONTROL.search(whole):
        raise Malformed("A note has no control character but the newline.")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise Malformed("A note has an empty line before its signatures.")
    return Note(text + "\n", parse_lines(lines))


def parse_lines(lines: str) -> tuple[Signature, ...]:
    """Signature lines alone, at least one, as a note and a witness's answer have them (signed-note, Signatures)."""
    if not lines.endswith("\n"):
        raise Malformed("A signature line ends in a newline.")
    found = lines[:-1].split("\n")
    if len(found) > MOST_SIGNATURES:
        raise Malformed(f"More than {MOST_SIGNATURES} signatures.")
    return tuple(map(_signature, found))


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_name(name):
        raise Malformed(f"{line[:60]!r} is not a signature line.")
    data = unb64(encoded)
    if len(data) < 5:
        raise Malformed("A signature is four bytes of key id and at least one more.")
    return Signature(name, data[:4], data[4:])


def verified(note: Note, keys: Iterable[Key]) -> list[tuple[Key, Signature]]:
    """The signatures of known keys, each with its key (signed-note, Signatures).

    Unknown keys are ignored, also where name or id alone is a known one. Refuses (`NotProved`) the whole note when a
    known key's signature is false, or when no known key signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found = []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.holds(note.text, signature.data):
            raise NotProved(f"The signature of {key.name} is false.")
        found.append((key, signature))
    if not found:
        raise NotProved("No key that is known here signed this.")
    return found

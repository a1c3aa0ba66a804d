"""Salted disclosures: what can be shown, withheld and erased, one audience at a time (RFC 9901 section 4)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from tracker.log import canonical
from tracker.log.encoding import b64url, unb64url
from tracker.log.refusals import Malformed, NotProved

DIGESTS: Final = 6
"""So many digests has every leaf, whatever it tells: the rest are decoys, so that their number says nothing."""

SALT_SIZE: Final = 16
RANDOMNESS: Final = DIGESTS * SALT_SIZE
"""Random bytes that one leaf needs: a 128-bit salt for each disclosure and each decoy (RFC 9901 section 9.3)."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosure, opened."""

    salt: str
    name: str
    value: Any


def disclose(salt: bytes, name: str, value: Any) -> str:
    """The disclosure of a value (RFC 9901 section 4.2.1): base64url of the JSON list of salt, name and value."""
    return b64url(canonical.encode([b64url(salt), name, value]))


def digest(disclosure: str) -> str:
    """Its digest (RFC 9901 section 4.2.3): over the disclosure's own characters, never over its JSON."""
    return b64url(sha256(disclosure.encode("ascii")).digest())


def open_disclosure(disclosure: str) -> Disclosure:
    """What a disclosure says (RFC 9901 section 4.2.1); refuses all but a named value."""
    try:
        found = json.loads(unb64url(disclosure))
    except (ValueError, RecursionError) as wrong:
        raise Malformed("This is not a disclosure.") from wrong
    match found:
        case [str(salt), str(name), value] if name not in ("_sd", "..."):
            return Disclosure(salt, name, value)
    raise Malformed("A disclosure is a list of salt, name and value.")


def opened(digests: Iterable[str], disclosures: Iterable[str]) -> dict[str, Any]:
    """What disclosures of one leaf say, by name (RFC 9901 section 7.1).

    Refuses (`NotProved`) one whose digest is not among the leaf's, and two of one name.
    """
    known, found = set(digests), dict[str, Any]()
    for disclosure in disclosures:
        shown = open_disclosure(disclosure)
        if digest(disclosure) not in known:
            raise NotProved(f"The disclosure of {shown.name!r} is not the one that was recorded.")
        if shown.name in found:
            raise NotProved(f"{shown.name!r} is disclosed twice.")
        found[shown.name] = shown.value
    return found


@dataclass(frozen=True, slots=True)
class Sealed:
    """Values by name, each now a disclosure to keep, and the digests for the leaf, which show nothing."""

    disclosures: Mapping[str, str]
    digests: tuple[str, ...]


def seal(values: Mapping[str, Any], randomness: bytes) -> Sealed:
    """Disclosures and sorted digests of some values, with decoys up to `DIGESTS` (RFC 9901 sections 4.2.4 and 4.2.5).

    `randomness`: `RANDOMNESS` bytes, from `secrets.token_bytes` and never used again.
    """
    if len(randomness) != RANDOMNESS or len(values) > DIGESTS:
        raise Malformed(f"A leaf has {DIGESTS} digests, and as many salts.")
    salts = [randomness[at : at + SALT_SIZE] for at in range(0, RANDOMNESS, SALT_SIZE)]
    made = {
        name: disclose(salt, name, value) for salt, (name, value) in zip(salts, values.items(), strict=False)
    }
    decoys = [b64url(sha256(salt).digest()) for salt in salts[len(values) :]]
    return Sealed(made, tuple(sorted([*map(digest, made.values()), *decoys])))


def pack_lines(entries: Iterable[Iterable[str]]) -> bytes:
    """The file of disclosures beside an entry bundle: one line an entry, its disclosures joined by ~, maybe none."""
    return "".join("~".join(disclosures) + "\n" for disclosures in entries).encode("ascii")


def unpack_lines(data: bytes, width: int) -> list[str]:
    """The lines that `pack_lines` wrote; refuses a file that has not exactly `width`."""
    lines = data.split(b"\n")
    if not data.isascii() or len(lines) != width + 1 or lines[-1]:
        raise Malformed(f"The file does not hold {width} lines.")
    return data.decode("ascii").split("\n")[:-1]

"""The leaf: what stands in the log for ever, and so says nothing of a person or of a step (history.md, section 2).

Its grammar is small enough for one pattern. What fits it is canonical JSON (RFC 8785) of exactly these fields, so a
leaf is checked, and never written anew.
"""

import re
from enum import StrEnum
from operator import lt
from typing import Final, NamedTuple

from tracker.log.disclosures import DIGESTS
from tracker.log.encoding import b64url
from tracker.log.refusals import Malformed

FIRST: Final = ""
"""The `prev` of a case's entry 0."""


class Kind(StrEnum):
    """What a leaf is about. The last four concern the whole log, and their thing is known by name and digest."""

    OPEN = "open"
    STATUS = "status"
    ASSIGN = "assign"
    CORRECT = "correct"
    DISCLOSE = "disclose"
    ERASE = "erase"
    ACCESS = "access"
    KEY = "key"
    PROCEDURE = "procedure"
    REPORT = "report"
    CONFIG = "config"


NOTICES: Final = frozenset({Kind.KEY, Kind.PROCEDURE, Kind.REPORT, Kind.CONFIG})

_KINDS: Final = {str(kind): kind for kind in Kind}
_DIGEST: Final = r"[\w-]{43}"
_CASE = re.compile(
    rf'\{{"_sd":\["({_DIGEST}(?:","{_DIGEST}){{{DIGESTS - 1}}})"\],"case":"([0-9a-f]{{32}})",'
    rf'"kind":"({"|".join(kind for kind in Kind if kind not in NOTICES)})",'
    rf'"n":(0|[1-9][0-9]{{0,14}}),"prev":"({_DIGEST})?","v":1\}}',
    re.ASCII,
)
_NOTICE = re.compile(
    rf'\{{"digest":"({_DIGEST})","kind":"({"|".join(sorted(NOTICES))})",'
    r'"of":"([ !#-\[\]-}]{1,200})","v":1\}',
    re.ASCII,
)


class CaseLeaf(NamedTuple):
    """Entry `n` of one case's history: `prev` is the hash of entry n - 1, `digests` what may be disclosed."""

    kind: Kind
    case: str
    n: int
    prev: str
    digests: tuple[str, ...]

    def encode(self) -> bytes:
        """The leaf's bytes (history.md, section 2); refuses what `parse` would refuse."""
        listed = '","'.join(self.digests)
        return _read_back(
            self,
            f'{{"_sd":["{listed}"],"case":"{self.case}","kind":"{self.kind}",'
            f'"n":{self.n},"prev":"{self.prev}","v":1}}',
        )


class Notice(NamedTuple):
    """Something public that the log vouches for: a key, a procedure, a report or a setting, by name and digest."""

    kind: Kind
    of: str
    digest: str

    def encode(self) -> bytes:
        """The leaf's bytes (history.md, section 2); refuses what `parse` would refuse."""
        return _read_back(self, f'{{"digest":"{self.digest}","kind":"{self.kind}","of":"{self.of}","v":1}}')


Leaf = CaseLeaf | Notice


def _read_back(leaf: Leaf, text: str) -> bytes:
    if parse(data := text.encode()) != leaf:
        raise Malformed("The leaf would not be read as it was given.")
    return data


def parse(entry: bytes) -> Leaf:
    """The leaf of an entry's bytes (history.md, section 2); refuses all but the one spelling of a leaf."""
    try:
        text = entry.decode("ascii")
    except UnicodeDecodeError as wrong:
        raise Malformed("A leaf is ASCII.") from wrong
    if found := _CASE.fullmatch(text):
        listed, case, kind, n, prev = found.groups(FIRST)
        digests = tuple(listed.split('","'))
        # Sorted, so that their place says nothing (RFC 9901 section 4.2.4); none twice (section 7.1).
        if (prev == FIRST) == (n == "0") and all(map(lt, digests, digests[1:])):
            return CaseLeaf(_KINDS[kind], case, int(n), prev, digests)
    if found := _NOTICE.fullmatch(text):
        digest, kind, of = found.groups()
        return Notice(_KINDS[kind], of, digest)
    raise Malformed("This is not a leaf of a history.")


def link(leaf_hash: bytes) -> str:
    """The `prev` of the entry that follows the one with this leaf hash (history.md, section 2)."""
    return b64url(leaf_hash)

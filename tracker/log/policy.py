"""Which witnesses must have seen a checkpoint before it is believed (c2sp.org/tlog-policy)."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from tracker.log.encoding import number
from tracker.log.keys import COSIGNATURE, ED25519, VerifierKey
from tracker.log.refusals import Malformed

NONE = "none"

_FORBIDDEN = re.compile(r"[^\t\n\x20-\x7e\x80-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs and witnesses by their keys (with an address or ""), groups of k of n, and the quorum's name."""

    logs: Mapping[VerifierKey, str]
    witnesses: Mapping[str, VerifierKey]
    addresses: Mapping[str, str]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def met_by(self, seen: Collection[VerifierKey]) -> bool:
        """Whether cosignatures of these keys make up the quorum (tlog-policy, Defining a witness group)."""
        return self.quorum == NONE or self._has(self.quorum, seen)

    def missing(self, seen: Collection[VerifierKey]) -> list[str]:
        """The names of the witnesses that have not cosigned, in the file's order."""
        return [name for name, key in self.witnesses.items() if key not in seen]

    def _has(self, name: str, seen: Collection[VerifierKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name] in seen
        needed, members = self.groups[name]
        return sum(self._has(member, seen) for member in members) >= needed


def parse(text: str) -> Policy:
    """The policy of a file (tlog-policy, Policy file syntax and structure); refuses a broken one, naming the line."""
    if _FORBIDDEN.search(text):
        raise Malformed("A policy file has no control character but tab and newline.")
    draft = _Draft()
    for at, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            draft.take(*words)
        except (Malformed, TypeError) as wrong:
            raise Malformed(f"Line {at} of the policy cannot be read: {wrong}") from wrong
    if draft.quorum is None:
        raise Malformed("The policy has no quorum line.")
    return Policy(draft.logs, draft.witnesses, draft.addresses, draft.groups, draft.quorum)


@dataclass
class _Draft:
    """What the lines so far say. Each method is a line's first word; its arguments are the others."""

    logs: dict[VerifierKey, str] = field(default_factory=dict)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str | None = None
    grouped: set[str] = field(default_factory=set)

    def take(self, word: str, *rest: str) -> None:
        lines: dict[str, Callable[..., None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        if word not in lines:
            raise Malformed(f"{word!r} is not log, witness, group or quorum.")
        lines[word](*rest)

    def _log(self, key: str, address: str = "") -> None:
        self.logs[self._new_key(key, ED25519)] = address

    def _witness(self, name: str, key: str, address: str = "") -> None:
        self._free(name)
        self.witnesses[name] = self._new_key(key, COSIGNATURE)
        self.addresses[name] = address

    def _group(self, name: str, needed: str, *members: str) -> None:
        self._free(name)
        if not members or len(set(members)) != len(members) or self.grouped & set(members):
            raise Malformed("a group has members, and none is a member twice.")
        for member in members:
            self._known(member)
        least = {"any": 1, "all": len(members)}.get(needed) or number(needed)
        if not 1 <= least <= len(members):
            raise Malformed(f"{least} of {len(members)} cannot be.")
        self.grouped |= set(members)
        self.groups[name] = (least, members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise Malformed("there is a quorum already.")
        if name != NONE:
            self._known(name)
        self.quorum = name

    def _new_key(self, text: str, kind: int) -> VerifierKey:
        key = VerifierKey.parse(text)
        if key.kind != kind:
            raise Malformed(f"the key of {key.name} is of another kind.")
        known = self.logs if kind == ED25519 else self.witnesses.values()
        if any(key.public == other.public for other in known):
            raise Malformed(f"the key of {key.name} stands here twice.")
        return key

    def _free(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise Malformed(f"the name {name!r} is taken.")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise Malformed(f"{name!r} is not defined on a line before.")

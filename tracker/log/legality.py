"""Whether every step was open under the procedure in force (history.md, section 4, item 5)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

from tracker.log.encoding import b64url
from tracker.log.leaf import CaseLeaf, Kind
from tracker.log.readers import Reader
from tracker.log.refusals import Malformed

NOTICES: Final = "notices"
"""The folder with what the digests of notices are of, one file a digest."""

WHOLE_CASE: Final = "case"
"""The stage of what is done to the case as a whole, wherever it is."""


class Stage(NamedTuple):
    """A stage: the status with which it begins, those in which it waits for somebody, and those in which it is over."""

    first: str
    statuses: frozenset[str]
    ends: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The steps that a procedure allows: stages by code, and moves as (stage, before, after)."""

    stages: Mapping[str, Stage]
    moves: frozenset[tuple[str, str, str]]


def parse(data: bytes) -> Table | None:
    """The table of a procedure's file; None where it only names a version, of which nobody kept the table."""
    try:
        found = json.loads(data)
        if found.keys() == {"version"}:
            return None
        stages = {
            code: Stage(one["first"], frozenset(one["statuses"]), frozenset(one["ends"]))
            for code, one in found["stages"].items()
        }
        moves = frozenset(
            (step["stage"], before, step["to"]) for step in found["steps"] for before in step["from"]
        )
        return Table(stages, moves)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise Malformed("This is not the table of a procedure.") from wrong


class Judge:
    """Remembers where each case stands, at each stage and institution, and judges one step after the other.

    A corrected or withdrawn step may lead back to any status of its stage: the `correct` leaf is listed for people to
    read. So may an imported one: it says what its source said. Where a leaf of the case was not disclosed, the
    next step at each place is taken as it says; so is every step under a procedure whose table is not there.
    """

    def __init__(self, reader: Reader) -> None:
        """`reader`: where the tables of the procedures are."""
        self._reader = reader
        self._tables: dict[str, Table | None] = {}
        self._stands: dict[str, dict[tuple[str, str], str]] = {}
        self._last: dict[str, int] = {}
        self._gaps: set[str] = set()
        self.imported = 0
        """Steps that an import brought in, which no procedure bound."""
        self.unjudged = 0
        """Steps under a procedure of which the log has no table."""

    def __call__(self, procedure: str, leaf: CaseLeaf, step: Mapping[str, Any]) -> str | None:
        """What is wrong with the step of a leaf, or None (see `shown.Legality`)."""
        wrong = None
        if procedure not in self._tables:
            wrong = self._read(procedure)
        try:
            stage, before, after = _text(step["stage"]), step["before"], _text(step["after"])
            institution = "" if stage == WHOLE_CASE else _text(step["institution"])
        except (KeyError, TypeError):
            return "The step does not say its stage, statuses and institution."
        if leaf.n != self._last.get(leaf.case, -1) + 1:
            self._stands.pop(leaf.case, None)
            self._gaps.add(leaf.case)
        whole = leaf.case not in self._gaps
        self._last[leaf.case] = leaf.n
        stands = self._stands.setdefault(leaf.case, {})
        stood = stands.get((stage, institution))
        stands[stage, institution] = after
        table = self._tables[procedure]
        if table is None:
            self.unjudged += 1
            return wrong
        free = leaf.kind is Kind.CORRECT or self._is_import(step)
        return wrong or _judge(table, stage, stood, before, after, free=free, whole=whole)

    def _is_import(self, step: Mapping[str, Any]) -> bool:
        imported = step.get("imported") is True
        self.imported += imported
        return imported

    def _read(self, digest: str) -> str | None:
        self._tables[digest] = None
        path = f"{NOTICES}/{digest}"
        data = self._reader.read(path)
        if data is None:
            return f"The procedure in force is not there: {path}. Steps under it are not judged."
        if b64url(sha256(data).digest()) != digest:
            return f"{path} is not the procedure that the log vouches for. Steps under it are not judged."
        try:
            self._tables[digest] = parse(data)
        except Malformed as wrong:
            return f"{path}: {wrong}"
        return None


def _judge(
    table: Table, stage: str, stood: str | None, before: Any, after: str, *, free: bool, whole: bool
) -> str | None:
    known = table.stages.get(stage)
    if known is None or after not in known.statuses | known.ends:
        return f"The procedure has no status {after!r} in the stage {stage!r}."
    if free:
        return None
    if before is None or (stood is None and before == after and whole):
        return _wrong_beginning(known, stage, stood, after)
    if stood != before and (whole or stood is not None):
        return f"{stage}: it stood at {stood!r}, and the step says that it stood at {before!r}."
    legal = before == after or (stage, before, after) in table.moves
    return None if legal else f"{stage}: no step leads from {before!r} to {after!r}."


def _wrong_beginning(known: Stage, stage: str, stood: str | None, after: str) -> str | None:
    if stood in known.statuses:
        return f"{stage}: it begins again while it stands at {stood!r}."
    return None if after == known.first else f"{stage} begins with {known.first!r}, not with {after!r}."


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value

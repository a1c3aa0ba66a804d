"""What a verification found: every break, by kind and place."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tracker.log.checkpoints import Checkpoint

MOST_KEPT: Final = 1000
"""So many breaks are kept with their place; those beyond are counted, so that memory stays bounded."""


class Break(StrEnum):
    """In which way a log does not hold."""

    CHECKPOINT = "checkpoint"
    """The checkpoint is missing or unreadable."""
    SIGNATURE = "signature"
    """It is not signed by the log's key, or a signature is false."""
    WITNESSES = "witnesses"
    """Fewer witnesses cosigned it than the policy asks for."""
    WITNESSED = "witnessed"
    """It does not continue a checkpoint that witnesses cosigned, or such a checkpoint is not one."""
    REMEMBERED = "remembered"
    """It does not continue the checkpoint that was remembered: entries were removed or rewritten."""
    MISSING = "missing"
    """A file is not there."""
    UNREADABLE = "unreadable"
    """A file is not in its format."""
    ENTRY = "entry"
    """An entry does not have the hash that its tile says."""
    TILE = "tile"
    """A hash of a tile above the leaves is not the hash of the tile below it."""
    PROOF = "proof"
    """An inclusion proof does not lead from its entry to the signed root."""
    ROOT = "root"
    """The entries do not lead to the signed root."""
    LEAF = "leaf"
    """An entry is not a leaf of a history."""
    NUMBER = "number"
    """The entries of a case are not numbered 0, 1, 2 and so on."""
    LINK = "link"
    """An entry does not name the hash of the one before it in its case."""
    DISCLOSURE = "disclosure"
    """What is disclosed is not what was recorded."""
    STEP = "step"
    """A step was not open under the procedure in force."""
    DAY = "day"
    """A day of recording goes back, or says something that cannot be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One break. `position`: the entry of the log, counted from 0; None where it is no single entry's."""

    kind: Break
    position: int | None
    says: str

    def __str__(self) -> str:
        """One line for people."""
        where = "log" if self.position is None else f"entry {self.position}"
        return f"{where}: {self.kind}: {self.says}"


@dataclass
class Report:
    """What was checked and what did not hold."""

    checkpoint: Checkpoint | None = None
    note: bytes | None = None
    """The checkpoint as it was read: what to remember, when all holds."""
    witnesses: int = 0
    entries: int = 0
    opened: int = 0
    lag: int = 0
    """The most days between a day of recording and its first sighting: so far back could an entry have been dated."""
    lag_at: int | None = None
    """The entry with that lag."""
    unseen: int = 0
    """Entries with a disclosed day that no sighting covers yet: their day is not bounded."""
    leaves: Counter[str] = field(default_factory=Counter)
    breaks: Counter[Break] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all held."""
        return not self.breaks

    def add(self, kind: Break, says: str, position: int | None = None) -> None:
        """Writes a break down."""
        self.breaks[kind] += 1
        if len(self.findings) < MOST_KEPT:
            self.findings.append(Finding(kind, position, says))

    def note_lag(self, position: int, days: int) -> None:
        """Keeps the largest lag and its entry."""
        if self.lag_at is None or days > self.lag:
            self.lag, self.lag_at = days, position

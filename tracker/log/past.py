"""Checkpoints of earlier days, held against the tree as it grows (history.md, section 4, items 1 and 7)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tracker.log.checkpoints import Checkpoint, open_signed
from tracker.log.keys import VerifierKey
from tracker.log.refusals import Malformed, NotProved
from tracker.log.report import Break, Report
from tracker.log.sightings import Sighting
from tracker.log.tree import Frontier


class Mark(NamedTuple):
    """A size at which the tree had a known root, and what to say when it had not."""

    size: int
    root: bytes
    kind: Break
    says: str


def remembered(
    note: bytes | None, keys: Sequence[VerifierKey], now: Checkpoint, report: Report
) -> Iterator[Mark]:
    """Item 1: the checkpoint last seen."""
    if note is None:
        return
    try:
        then = open_signed(note, keys).checkpoint
    except (Malformed, NotProved) as wrong:
        report.add(Break.REMEMBERED, f"The remembered checkpoint: {wrong}")
        return
    if then.origin != now.origin:
        report.add(Break.REMEMBERED, f"The remembered checkpoint is of {then.origin}.")
    elif then.size > now.size:
        report.add(
            Break.REMEMBERED,
            f"The log had {then.size} entries and has {now.size}: entries were removed from its end.",
            now.size,
        )
    else:
        says = f"The first {then.size} entries are not those that the remembered checkpoint signed."
        yield Mark(then.size, then.root, Break.REMEMBERED, says)


def cosigned(seen: Iterable[Sighting], now: Checkpoint, report: Report) -> Iterator[Mark]:
    """Item 7: every checkpoint that witnesses cosigned is one that this log went through."""
    for size, root, _ in seen:
        if size > now.size:
            says = (
                f"Witnesses saw {size} entries and the log has {now.size}: entries were removed from its end."
            )
            report.add(Break.WITNESSED, says, now.size)
        else:
            says = f"The first {size} entries are not those that witnesses cosigned."
            yield Mark(size, root, Break.WITNESSED, says)


class Past:
    """Compares the growing tree with the roots that it is known to have had."""

    def __init__(self, marks: Iterable[Mark], report: Report) -> None:
        """The marks may come in any order."""
        self._marks, self._report = sorted(marks, reverse=True), report

    def take(self, before: Frontier, hashes: Sequence[bytes]) -> None:
        """Looks at every mark that lies within the next hashes."""
        while self._marks and self._marks[-1].size <= before.size + len(hashes):
            mark = self._marks.pop()
            if before.extend(hashes[: mark.size - before.size]).root() != mark.root:
                self._report.add(mark.kind, mark.says)

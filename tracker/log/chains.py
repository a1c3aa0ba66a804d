"""Each case's entries, numbered and linked (history.md, section 4, item 3)."""

from typing import NamedTuple

from tracker.log.leaf import FIRST, CaseLeaf, link
from tracker.log.report import Break, Report


class _Last(NamedTuple):
    n: int
    hash: bytes
    position: int


class Chains:
    """Remembers the last entry of each case: memory grows with the cases, not with the entries."""

    def __init__(self, report: Report) -> None:
        """No case has an entry yet."""
        self._report = report
        self._last: dict[str, _Last] = {}

    def take(self, position: int, leaf: CaseLeaf, leaf_hash: bytes) -> None:
        """Holds the next entry against the last one of its case, and names every way in which it does not follow."""
        last = self._last.get(leaf.case)
        expected = last.n + 1 if last else 0
        if leaf.n != expected:
            self._report.add(Break.NUMBER, _wrong_number(leaf, last, expected), position)
        elif leaf.prev != (link(last.hash) if last else FIRST):
            before = f"entry {last.position} of the log, as it stands there" if last else "nothing"
            self._report.add(
                Break.LINK, f"Entry {leaf.n} of case {leaf.case} does not follow {before}.", position
            )
        self._last[leaf.case] = _Last(leaf.n, leaf_hash, position)


def _wrong_number(leaf: CaseLeaf, last: _Last | None, expected: int) -> str:
    if leaf.n > expected:
        return f"Case {leaf.case}: entries {expected} to {leaf.n - 1} are missing before entry {leaf.n}."
    was = f" Entry {last.n} is at {last.position} of the log." if last else ""
    return f"Case {leaf.case}: entry {leaf.n} stands where entry {expected} should.{was}"

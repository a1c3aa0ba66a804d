"""What a verification found, in sentences for people."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tracker.log.encoding import b64
from tracker.log.leaf import Kind, Leaf, Notice
from tracker.log.legality import Judge
from tracker.log.report import MOST_KEPT, Report
from tracker.log.shown import DAY, STEP, WEEK
from tracker.log.verify import Trust

_TO_BE_READ: Final = {
    Kind.ERASE: "Erasures",
    Kind.CORRECT: "Corrections",
    Kind.ACCESS: "Emergency accesses",
    Kind.KEY: "Keys",
    Kind.CONFIG: "Settings and recoveries",
}
"""The leaves that are listed for people to read (history.md, section 4, item 10)."""

FORGERY: Final = (
    "Note: there is neither a policy with witnesses nor a remembered checkpoint. A log that its owner rewrote and "
    "signed anew with the same key would pass. Use --remember FILE at every visit, or --policy FILE."
)


class Listed:
    """Gathers the leaves that people should read."""

    def __init__(self, every: bool) -> None:
        """`every`: with the place of each."""
        self.every = every
        self.places: dict[Kind, list[str]] = defaultdict(list)

    def take(self, position: int, leaf: Leaf) -> None:
        """Looks at one leaf."""
        if self.every and leaf.kind in _TO_BE_READ:
            what = leaf.of if isinstance(leaf, Notice) else f"case {leaf.case}, entry {leaf.n}"
            self.places[leaf.kind].append(f"entry {position}: {what}")


def shown(values: Mapping[str, Any]) -> str:
    """What is disclosed of an entry, in a few words; it is judged elsewhere, and may be anything."""
    step, day = values.get(STEP), values.get(DAY)
    when = (
        values.get(WEEK) or (day.get("recorded") if isinstance(day, dict) else None) or "time not disclosed"
    )
    if not isinstance(step, dict):
        return f"{when}, step not disclosed"
    return f"{when}, {step.get('stage')}: {step.get('before')} -> {step.get('after')}"


def told(
    report: Report,
    trust: Trust,
    *,
    judge: Judge | None = None,
    listed: Listed | None = None,
    entries: bool = True,
    alone: bool = False,
) -> Iterator[str]:
    """The whole report, line by line; the last one says whether all held.

    `entries`: whether entries were read. `alone`: one receipt or one case's history, not a log.
    """
    yield from _what(report, trust, alone)
    if entries and not alone and listed is not None and judge is not None:
        yield from _read(report, listed, judge)
    if not entries:
        yield "Not checked: what the entries say. Hashes alone were read; entries need a copy or a token."
    yield from map(str, report.findings)
    if (more := report.breaks.total() - MOST_KEPT) > 0:
        yield f"... and {more} more."
    if not trust.policy and trust.remembered is None:
        yield FORGERY
    yield _verdict(report)


def _what(report: Report, trust: Trust, alone: bool) -> Iterator[str]:
    checkpoint = report.checkpoint
    if checkpoint is None:
        return
    yield f"Log: {checkpoint.origin}"
    yield f"Checkpoint: {checkpoint.size} entries, root {b64(checkpoint.root)}"
    yield f"Entries checked: {report.entries}"
    if trust.policy:
        yield f"Witnesses who cosigned this checkpoint: {report.witnesses} of {len(trust.policy.witnesses)}"
    if alone:
        yield "Whether more entries follow, and that the log only grew, is seen in the whole log alone."


def _read(report: Report, listed: Listed, judge: Judge) -> Iterator[str]:
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(report.leaves.items()))
    yield f"Leaves: {kinds or 'none'}"
    for kind, words in _TO_BE_READ.items():
        yield f"{words}: {report.leaves[kind]}"
        yield from (f"  {place}" for place in listed.places[kind])
    if not report.opened:
        yield "Not checked: what happened and when. No disclosures are in this copy."
        return
    yield f"Disclosures opened: {report.opened}"
    if judge.imported:
        yield f"Imported steps, which say what their source said: {judge.imported}"
    if judge.unjudged:
        yield f"Not checked: {judge.unjudged} steps under a procedure whose table is not in the log."
    if report.lag_at is not None:
        yield f"Back-dating is bounded by witnesses: at most {report.lag} days (entry {report.lag_at})."
    if report.unseen:
        yield f"Entries whose day no witness bounds yet: {report.unseen}"


def _verdict(report: Report) -> str:
    if report.whole:
        return "All that was checked holds."
    kinds = ", ".join(f"{number} {kind}" for kind, number in report.breaks.most_common())
    return f"It does NOT hold. Breaks: {kinds}."

"""What was disclosed: that it is what was recorded, that steps were legal, that no day goes back.

history.md, section 4, items 4 to 7.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from tracker.log.disclosures import opened
from tracker.log.leaf import CaseLeaf, Kind, Notice
from tracker.log.refusals import Malformed, NotProved
from tracker.log.report import Break, Report
from tracker.log.sightings import Bounds

STEP: Final = "step"
DAY: Final = "day"
WEEK: Final = "week"
PERSONAL: Final = "personal"

Legality = Callable[[str, CaseLeaf, Mapping[str, Any]], str | None]
"""legality(digest of the procedure in force, leaf, its step): what is wrong with the step, or None.

It is asked of every disclosed step in the log's order, so it may remember where each case stands.
"""


class Shown:
    """Takes the disclosures of one entry after the other."""

    def __init__(self, report: Report, legality: Legality | None, bounds: Bounds) -> None:
        """No procedure is in force yet, and no day was seen."""
        self._report, self._legality, self._bounds = report, legality, bounds
        self._procedures: dict[str, str] = {}
        self._latest: dict[str, tuple[str, int]] = {}

    def notice(self, leaf: Notice) -> None:
        """A procedure is in force from its leaf on."""
        if leaf.kind is Kind.PROCEDURE:
            self._procedures[leaf.of] = leaf.digest

    def take(self, position: int, leaf: CaseLeaf, disclosures: Sequence[str]) -> None:
        """Holds the disclosures of an entry against its leaf and against what came before."""
        try:
            values = opened(leaf.digests, disclosures)
        except (Malformed, NotProved) as wrong:
            self._report.add(Break.DISCLOSURE, str(wrong), position)
            return
        self._report.opened += len(values)
        if STEP in values:
            self._step(position, leaf, values[STEP])
        if wrong_day := self._days(position, values):
            self._report.add(Break.DAY, wrong_day, position)

    def _step(self, position: int, leaf: CaseLeaf, step: Any) -> None:
        if not isinstance(step, dict):
            self._report.add(Break.DISCLOSURE, "The step is not a step.", position)
            return
        if wrong := self._wrong_step(leaf, step):
            self._report.add(Break.STEP, wrong, position)

    def _wrong_step(self, leaf: CaseLeaf, step: Mapping[str, Any]) -> str | None:
        procedure = self._procedures.get(str(step.get("procedure")))
        if procedure is None:
            return f"The procedure {step.get('procedure')!r} was not in the log before this step."
        return self._legality(procedure, leaf, step) if self._legality else None

    def _days(self, position: int, values: Mapping[str, Any]) -> str | None:
        """What is wrong with day and week, or None. Both are written so that their texts sort as time goes."""
        try:
            if DAY in values:
                recorded = date.fromisoformat(values[DAY]["recorded"])
                happened = values[DAY]["happened"]
                if happened is not None and date.fromisoformat(happened) > recorded:
                    return f"It is said to have happened on {happened}, after it was recorded on {recorded}."
                if values.get(WEEK, iso_week(recorded)) != iso_week(recorded):
                    return f"Recorded on {recorded}, which is not in {values[WEEK]}."
                return self._forward(DAY, str(recorded), position) or self._bounds.take(position, recorded)
            return self._forward(WEEK, str(values[WEEK]), position) if WEEK in values else None
        except (TypeError, ValueError, KeyError):
            return "The day cannot be read."

    def _forward(self, name: str, value: str, position: int) -> str | None:
        latest, where = self._latest.get(name, ("", -1))
        if value < latest:
            return f"The {name} goes back: {value}, after {latest} at entry {where}."
        self._latest[name] = (value, position)
        return None


def iso_week(day: date) -> str:
    """The ISO week of a day, as the `week` disclosure has it: 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"

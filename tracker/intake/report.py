"""What became of every row: counted by reason, with the first rows of each reason by line."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tracker.vocabulary import EntryFlag

EXAMPLES = 100
"""So many rows of each reason are named by line; the rest are counted."""


class File(StrEnum):
    """One of the two tables of a source."""

    CASES = "cases"
    EVENTS = "events"


class RefusedFor(StrEnum):
    """Why a row was not taken in."""

    MALFORMED = "malformed_row"
    MISSING = "missing_required"
    SEQ_UNREADABLE = "seq_unreadable"
    DUPLICATE_CASE = "duplicate_case"
    DUPLICATE_EVENT = "duplicate_event"
    CASE_UNKNOWN = "case_unknown"
    CASE_REFUSED = "case_refused"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IN_THE_FUTURE = "date_in_the_future"
    WORD_UNKNOWN = "word_unknown"
    EVENT_UNKNOWN = "event_unknown"
    OUTCOME_UNKNOWN = "outcome_unknown"
    INSTITUTION_OF_ANOTHER_KIND = "institution_of_another_kind"
    TOO_LONG = "too_long"
    LEFT_OUT = "left_out_by_the_mapping"


@dataclass(frozen=True)
class Refused:
    """One row that was not taken in, and why, in a sentence."""

    file: File
    line: int
    why: RefusedFor
    sentence: str


@dataclass
class Tally:
    """What became of some rows; tallies add up."""

    cases: int = 0
    cases_there: int = 0
    events: int = 0
    events_there: int = 0
    entries: int = 0
    tracks: int = 0
    orders: int = 0
    institutions: int = 0
    flagged: Counter[tuple[EntryFlag, File]] = field(default_factory=Counter)
    flagged_entries: Counter[EntryFlag] = field(default_factory=Counter)
    refused: Counter[tuple[RefusedFor, File]] = field(default_factory=Counter)
    examples: dict[RefusedFor, list[Refused]] = field(default_factory=dict)

    def refuse(self, row: Refused, rows: int = 1) -> None:
        """Counts a row that was not taken in (`rows`: so many like it, of which this one is named)."""
        self.refused[row.why, row.file] += rows
        named = self.examples.setdefault(row.why, [])
        if len(named) < EXAMPLES:
            named.append(row)

    def add(self, other: "Tally") -> None:
        """Adds what another tally counted."""
        for name in (
            "cases",
            "cases_there",
            "events",
            "events_there",
            "entries",
            "tracks",
            "orders",
            "institutions",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.flagged += other.flagged
        self.flagged_entries += other.flagged_entries
        self.refused += other.refused
        for why, rows in other.examples.items():
            named = self.examples.setdefault(why, [])
            named += rows[: EXAMPLES - len(named)]


@dataclass
class Report:
    """What an import did, whole."""

    source: str
    title: str
    read: dict[File, int] = field(default_factory=dict)
    ignored_columns: dict[File, tuple[str, ...]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0
    finished: bool = False

    @property
    def rows_a_second(self) -> float:
        """Rows read, of both files, in a second of the whole run."""
        return sum(self.read.values()) / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as `--report` writes it."""
        tally = self.tally
        return {
            "source": {"code": self.source, "title": self.title},
            "finished": self.finished,
            "rows_read": _by_file(self.read),
            "cases_loaded": tally.cases,
            "cases_already_there": tally.cases_there,
            "events_loaded": tally.events,
            "events_already_there": tally.events_there,
            "entries": tally.entries,
            "tracks": tally.tracks,
            "orders": tally.orders,
            "institutions_made": tally.institutions,
            "flagged": _by_reason(tally.flagged),
            "flagged_entries": {flag.value: n for flag, n in sorted(tally.flagged_entries.items())},
            "refused": {
                why: {
                    "rows": counts,
                    "examples": [_example(row) for row in tally.examples.get(RefusedFor(why), [])],
                }
                for why, counts in _by_reason(tally.refused).items()
            },
            "ignored_columns": {file.value: list(names) for file, names in self.ignored_columns.items()},
            "seconds": round(self.seconds, 2),
            "rows_a_second": round(self.rows_a_second),
        }


def _by_file(counts: Mapping[File, int]) -> dict[str, int]:
    return {file.value: n for file, n in counts.items()}


def _by_reason(counts: Mapping[tuple[Any, File], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (reason, file), n in sorted(counts.items()):
        found.setdefault(reason.value, {})[file.value] = n
    return found


def _example(row: Refused) -> dict[str, Any]:
    return {"file": row.file.value, "line": row.line, "reason": row.sentence}

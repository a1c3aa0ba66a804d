"""Puts the rows of both tables side by side, case by case, whatever order the files are in.

The rows wait in a private SQLite file that the operating system forgets with the process: memory stays the same for
any size, and rows that come twice, or belong to no case, are found before anything is written.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from tracker.intake.errors import NotReady, UnreadableFile
from tracker.intake.mapping import Mapping
from tracker.intake.report import File, Refused, RefusedFor, Report
from tracker.intake.tables import Table, open_table

Fields = Sequence[str]

_LONGEST_REFERENCE = 120
_LARGEST_NUMBER = 2**62
_PRAGMAS = ("journal_mode=OFF", "synchronous=OFF", "cache_size=2048")
"""Of a file that nobody misses: 8 MB of it are in memory, the rest is on the disk."""


@dataclass(frozen=True)
class EventRow:
    """One row of the events; the fields stand in the order of `EventColumns.columns`."""

    line: int
    fields: Fields


@dataclass(frozen=True)
class CaseRows:
    """One case of the source with all its events in order; fields in the order of `CaseColumns.columns`."""

    line: int
    reference: str
    fields: Fields
    events: Sequence[EventRow]


class Staging:
    """The rows of one source, ready to be taken case by case. Get it from `staged`."""

    def __init__(self, store: sqlite3.Connection, mapping: Mapping, report: Report) -> None:
        self._store, self._mapping, self._report = store, mapping, report
        self._case_columns = mapping.cases.columns
        wanted = mapping.events
        self._event_columns = tuple(
            dict.fromkeys((*wanted.columns, *(self._case_columns if mapping.cases.from_events else ())))
        )
        self._required = {
            File.CASES: [(0, mapping.cases.reference)],
            File.EVENTS: [
                (self._event_columns.index(name), name)
                for name in (wanted.case_ref, wanted.seq, wanted.event)
            ],
        }

    @property
    def cases(self) -> int:
        """How many cases there are to take in."""
        return int(self._store.execute("SELECT count(*) FROM cases").fetchone()[0])

    def batches(self, size: int) -> Iterator[list[CaseRows]]:
        """The cases in the order of their file, `size` at a time."""
        cases = self._store.execute("SELECT * FROM cases ORDER BY line")
        while batch := list(islice(cases, size)):
            events = self._events_of(batch[0][0], batch[-1][0])
            yield [
                CaseRows(line, reference, fields, events.get(reference, ()))
                for line, reference, *fields in batch
            ]

    def _events_of(self, first: int, last: int) -> dict[str, list[EventRow]]:
        rows = self._store.execute(
            "SELECT events.* FROM cases CROSS JOIN events ON events.ref = cases.ref "
            "WHERE cases.line BETWEEN ? AND ? ORDER BY cases.line, events.seq",
            (first, last),
        )
        width = len(self._mapping.events.columns)
        return {
            reference: [EventRow(line, fields[:width]) for line, _, _, *fields in events]
            for reference, events in groupby(rows, key=lambda row: row[1])
        }

    # --- filling -----------------------------------------------------------------------------------------------------

    def take_events(self, table: Table) -> None:
        """Reads the events, and refuses rows without what every event needs, and those that come twice."""
        self._take(File.EVENTS, table, self._event_columns, "line INTEGER PRIMARY KEY, ref TEXT, seq INTEGER")
        self._store.execute("CREATE INDEX events_in_order ON events (ref, seq)")
        self._refuse(
            File.EVENTS,
            RefusedFor.DUPLICATE_EVENT,
            "The event %(seq)s of case %(ref)s comes a second time.",
            "EXISTS (SELECT 1 FROM events AS other WHERE other.ref = events.ref AND other.seq = events.seq "
            "AND other.line < events.line)",
        )

    def take_cases(self, table: Table) -> None:
        """Reads the cases, and refuses rows without a reference and those that come twice."""
        self._take(File.CASES, table, self._case_columns, "line INTEGER PRIMARY KEY, ref TEXT")
        self._store.execute("CREATE INDEX cases_by_ref ON cases (ref)")
        self._refuse(
            File.CASES,
            RefusedFor.DUPLICATE_CASE,
            "The case %(ref)s comes a second time.",
            "EXISTS (SELECT 1 FROM cases AS other WHERE other.ref = cases.ref AND other.line < cases.line)",
        )
        self._refuse(
            File.EVENTS,
            RefusedFor.CASE_UNKNOWN,
            "There is no case %(ref)s in the table of cases.",
            "NOT EXISTS (SELECT 1 FROM cases WHERE cases.ref = events.ref)",
        )

    def make_cases(self) -> None:
        """Makes each case of its first event, for a source without a table of cases."""
        names = self._names(File.EVENTS, self._event_columns)
        picked = ", ".join(names[self._event_columns.index(column)] for column in self._case_columns)
        self._make(File.CASES, self._case_columns, "line INTEGER PRIMARY KEY, ref TEXT")
        first = "SELECT min(first.seq) FROM events AS first WHERE first.ref = events.ref"
        rows = f"SELECT line, ref, {picked} FROM events WHERE seq = ({first})"  # noqa: S608 - our names
        self._store.execute(f"INSERT INTO cases {rows}")
        self._store.execute("CREATE INDEX cases_by_ref ON cases (ref)")

    def _take(self, file: File, table: Table, columns: Sequence[str], keys: str) -> None:
        places = table.places(columns)
        self._report.ignored_columns[file] = tuple(name for name in table.columns if name not in columns)
        self._make(file, columns, keys)
        marks = ", ".join("?" * (len(columns) + keys.count(",") + 1))
        read = self._read(file, table, lambda row: [row[place] for place in places])
        rows = map(_case, read) if file is File.CASES else self._numbered(read)
        self._store.executemany(f"INSERT INTO {file} VALUES ({marks})", rows)  # noqa: S608 - our names

    def _read(
        self, file: File, table: Table, pick: Callable[[list[str]], Fields]
    ) -> Iterator[tuple[int, Fields]]:
        """The wanted fields of each row that is one, counting every row."""
        width, count = len(table.columns), 0
        for line, row in table.rows:
            count += 1
            if len(row) != width:
                self._bad(
                    file, line, RefusedFor.MALFORMED, f"The row has {len(row)} fields instead of {width}."
                )
            elif any("\0" in text for text in row):
                self._bad(file, line, RefusedFor.MALFORMED, "The row has a character that is no text (NUL).")
            elif self._complete(file, line, fields := pick(row)):
                yield line, fields
        self._report.read[file] = count

    def _complete(self, file: File, line: int, fields: Fields) -> bool:
        reference = fields[0].strip()
        for number, name in self._required[file]:
            if not fields[number].strip():
                self._bad(file, line, RefusedFor.MISSING, f"The column {name!r} is empty.")
                return False
        if len(reference) > _LONGEST_REFERENCE:
            self._bad(
                file,
                line,
                RefusedFor.TOO_LONG,
                f"The reference has more than {_LONGEST_REFERENCE} characters.",
            )
            return False
        return True

    def _numbered(self, rows: Iterable[tuple[int, Fields]]) -> Iterator[Sequence[object]]:
        for line, fields in rows:
            try:
                seq = int(fields[1])
            except ValueError:
                what = f"The sequence number {fields[1]!r} of the event is no whole number."
                self._bad(File.EVENTS, line, RefusedFor.SEQ_UNREADABLE, what)
                continue
            if abs(seq) > _LARGEST_NUMBER:
                what = "The sequence number of the event is too large."
                self._bad(File.EVENTS, line, RefusedFor.SEQ_UNREADABLE, what)
                continue
            yield line, fields[0].strip(), seq, *fields

    def _make(self, file: File, columns: Sequence[str], keys: str) -> None:
        self._store.execute(f"CREATE TABLE {file} ({keys}, {', '.join(self._names(file, columns))})")

    @staticmethod
    def _names(file: File, columns: Sequence[str]) -> list[str]:
        return [f"{file}_{number}" for number in range(len(columns))]

    def _bad(self, file: File, line: int, why: RefusedFor, sentence: str) -> None:
        self._report.tally.refuse(Refused(file, line, why, sentence))

    def _refuse(self, file: File, why: RefusedFor, sentence: str, condition: str) -> None:
        """Takes the rows that meet a condition out again, and says so."""
        columns = "line, ref, seq" if file is File.EVENTS else "line, ref, 0"
        rows = f"FROM {file} WHERE {condition}"
        for line, ref, seq in self._store.execute(f"SELECT {columns} {rows} ORDER BY line"):
            self._bad(file, line, why, sentence % {"ref": ref, "seq": seq})
        self._store.execute(f"DELETE {rows}")


def _case(row: tuple[int, Fields]) -> Sequence[object]:
    line, fields = row
    return line, fields[0].strip(), *fields


@contextmanager
def staged(cases: Path | None, events: Path, mapping: Mapping, report: Report) -> Iterator[Staging]:
    """The rows of the files of one source.

    Refuses (`UnreadableFile`) files that do not fit the mapping, and (`NotReady`) a machine without room for them.
    """
    _check_files(cases, mapping)
    try:
        with closing(sqlite3.connect("", isolation_level=None)) as store:
            for pragma in _PRAGMAS:
                store.execute(f"PRAGMA {pragma}")
            staging = Staging(store, mapping, report)
            store.execute("BEGIN")
            _fill(staging, cases, events, mapping.source.delimiter)
            store.execute("COMMIT")
            yield staging
    except sqlite3.Error as wrong:
        raise NotReady(
            f"There is no room for the rows in the folder for temporary files: {wrong}."
        ) from wrong


def _fill(staging: Staging, cases: Path | None, events: Path, delimiter: str) -> None:
    with open_table(events, delimiter) as table:
        staging.take_events(table)
    if cases is None:
        staging.make_cases()
        return
    with open_table(cases, delimiter) as table:
        staging.take_cases(table)


def _check_files(cases: Path | None, mapping: Mapping) -> None:
    if mapping.cases.from_events and cases is not None:
        raise UnreadableFile(
            "This mapping makes each case of its first event (`cases.from_events`). Leave the table of cases out."
        )
    if not mapping.cases.from_events and cases is None:
        raise UnreadableFile("This mapping needs a table of cases. Give its file with --cases.")

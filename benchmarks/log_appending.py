"""What it costs to append events to the log, against raw inserts of the very rows that this wrote."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from benchmarks import raw
from benchmarks.databases import engine_of
from tracker.ledger.append import append_entries
from tracker.ledger.facts import Which

TABLES = ("log_history", "log_entry", "log_disclosure", "log_notice", "log_node")
_HEAD = ("size", "frontier", "last_at", "procedure", "complete")


class Spent(NamedTuple):
    """Seconds of CPU and of the clock."""

    cpu: float
    clock: float


class Stopwatch:
    """Adds up what happens inside its blocks, block by block."""

    def __init__(self) -> None:
        self._spent: list[Spent] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Inside, it runs."""
        cpu, clock = process_time(), perf_counter()
        yield
        self._spent.append(Spent(process_time() - cpu, perf_counter() - clock))

    def each(self, events: int) -> Spent:
        """An event's share of the median block, of so many events: whatever else the machine did falls out."""
        return Spent(*(median(column) / events for column in zip(*self._spent, strict=True)))


class Twins:
    """Two SQLite databases that get the same rows in turn: events and leaves by the log, and by the driver alone.

    Both insert the event itself by the driver. The driver alone reads nothing, hashes nothing and seals nothing.
    """

    def __init__(self, ours: str, bare: str) -> None:
        self._ours, self._bare = engine_of(ours).connect(), engine_of(bare).connect()
        self._driver = _driver(self._bare)
        self._next = dict.fromkeys(TABLES, 0)
        self._insert = {name: raw.insert_into(self._bare, name) for name in ("history_entry", *TABLES)}

    def take(self, events: Sequence[raw.Row], ours: Stopwatch, bare: Stopwatch) -> None:
        """One transaction in each."""
        with ours.running(), self._ours.begin():
            _driver(self._ours).executemany(self._insert["history_entry"], events)
            append_entries(self._ours, Which.ENTRIES, [event[0] for event in events])
        rows, head = self._rows(), self._head()
        with bare.running():
            self._driver.execute("BEGIN IMMEDIATE")
            self._driver.executemany(self._insert["history_entry"], events)
            for name, new in rows:
                self._driver.executemany(self._insert[name], new)
            self._driver.execute(f"UPDATE log_head SET {', '.join(f'{name} = ?' for name in _HEAD)}", head)
            self._driver.execute("COMMIT")

    def close(self) -> None:
        """Lets both go."""
        self._ours.close()
        self._bare.close()

    def _rows(self) -> list[tuple[str, list[raw.Row]]]:
        found = []
        for name in TABLES:
            if new := raw.read(self._ours, name, f"rowid >= {self._next[name]}"):
                found.append((name, new))
            self._next[name] = self._number(f"SELECT coalesce(max(rowid) + 1, 0) FROM {name}")
        self._ours.rollback()
        return found

    def _number(self, asked: str) -> int:
        return int(_driver(self._ours).execute(asked).fetchone()[0])

    def _head(self) -> raw.Row:
        row: raw.Row = _driver(self._ours).execute(f"SELECT {', '.join(_HEAD)} FROM log_head").fetchone()
        return row


def _driver(connection: Any) -> Any:
    return connection.connection.driver_connection


def grow(
    twins: Twins, events: Iterator[raw.Row], many: int, each: int, tell: Callable[[int], object]
) -> tuple[Spent, Spent]:
    """Appends `many` events, `each` in a transaction; gives what one cost by the log, and by the driver alone."""
    ours, bare = Stopwatch(), Stopwatch()
    for _ in range(many // each):
        twins.take([*islice(events, each)], ours, bare)
        tell(each)
    return ours.each(each), bare.each(each)

"""Eight clients of PostgreSQL that append at once, an event a transaction: through the log, and by the driver alone."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from threading import Barrier
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks import log_events, raw
from benchmarks.databases import engine_of
from tracker import mission
from tracker.ledger.append import append_entries
from tracker.ledger.facts import Which

CLIENTS = 8
_OF_A_LEAF = ("log_history", "history_entry", "log_entry", "log_disclosure")


class Ended(NamedTuple):
    """How many events a client wrote, when it began and when it ended: on one clock for all processes."""

    done: int
    began: float
    at: float


def appended(url: str, cases: int) -> float:
    """Events a second through the log: each waits for the head of the log, from its leaf to its commit."""
    return _together(_append, url, cases)


def inserted(written: str, empty: str) -> float:
    """Events a second when the rows that were written are inserted by the driver alone, and nobody waits for anybody.

    So the head is not written, and the trigger is off that refuses a leaf that is not the next one.
    """
    with engine_of(empty).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE log_entry DISABLE TRIGGER USER")
        cursor = connection.connection.cursor()
        with engine_of(written).connect() as source:
            notices = raw.read(source, "log_entry", "entry_id IS NULL")
        cursor.executemany(raw.insert_into(connection, "log_entry"), notices)
    return _together(_insert, empty, written)


def _together(work: Callable[..., Ended], url: str, source: Any) -> float:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(CLIENTS) as pool:
        together = manager.Barrier(CLIENTS)
        ended = pool.starmap(
            work, [(url, source, number, together) for number in range(CLIENTS)], chunksize=1
        )
    done, began, at = zip(*ended, strict=True)
    return float(sum(done) / (max(at) - min(began)))


def _append(url: str, cases: int, number: int, together: Barrier) -> Ended:
    mission.current()
    mine = [event for event in log_events.events(cases) if event[1] % CLIENTS == number]
    with engine_of(url).connect() as connection:
        insert = raw.insert_into(connection, "history_entry")

        def take(event: raw.Row) -> None:
            with connection.begin():
                connection.exec_driver_sql(insert, tuple(event))
                append_entries(connection, Which.ENTRIES, [event[0]])

        return _timed(mine, take, together)


def _insert(url: str, written: str, number: int, together: Barrier) -> Ended:
    mine = [*_leaves(written, number)]
    with engine_of(url).connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        driver: Any = connection.connection.driver_connection
        statements = {name: raw.insert_into(connection, name) for name in _OF_A_LEAF}

        def take(rows: Sequence[tuple[str, raw.Row]]) -> None:
            cursor = driver.cursor()
            for name, row in rows:
                cursor.execute(statements[name], row)
            driver.commit()

        return _timed(mine, take, together)


def _leaves(written: str, number: int) -> Iterator[list[tuple[str, raw.Row]]]:
    """The rows of each event of one client, in its order; a history's own row comes before its first leaf."""
    mine = f"case_id % {CLIENTS} = {number}"
    with engine_of(written).connect() as source:
        histories = {row[0]: row for row in raw.read(source, "log_history", mine)}
        entries = {row[0]: row for row in raw.read(source, "history_entry", mine)}
        leaves = [row for row in raw.read(source, "log_entry") if row[1] in histories]
        sealed = {row[0]: row for row in raw.read(source, "log_disclosure")}
    for leaf in leaves:
        first = [("log_history", histories[leaf[1]])] if leaf[2] == 0 else []
        yield [
            *first,
            ("history_entry", entries[leaf[3]]),
            ("log_entry", leaf),
            ("log_disclosure", sealed[leaf[0]]),
        ]


def _timed(turns: Sequence[Any], take: Callable[[Any], object], together: Barrier) -> Ended:
    together.wait()
    began = perf_counter()
    for turn in turns:
        take(turn)
    return Ended(len(turns), began, perf_counter())

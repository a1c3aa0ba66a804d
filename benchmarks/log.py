"""What the log costs, against what it cannot be faster than: the table of history.md section 8, in one run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import log_appending, log_clients, log_events, log_reading
from benchmarks.databases import Databases, engine_of
from benchmarks.log_appending import Spent, Twins
from tests.interop import golang

_BULK, _SINGLE = 256, 1_000
_OF_CLIENTS = 400
"""Cases whose entries the eight clients write."""


class Cost(NamedTuple):
    """One row: what the log takes, what nothing could do without, their ratio, and the ratio that is aimed for.

    `unit`: of both. A target without a unit is a ratio.
    """

    name: str
    unit: str
    bare: float
    ours: float
    target: str

    def figures(self) -> dict[str, Any]:
        """As a report has it; `ratio`: how many times the raw limit, or the share of it where it is a rate."""
        return {**self._asdict(), "ratio": self.ours / self.bare}


def of_sqlite(made: Databases, leaves: int, tell: Callable[[int], object]) -> list[Cost]:
    """Six of the rows, on a log of so many leaves; `tell` hears how many events are done."""
    cases = -(-(leaves + _SINGLE) // log_events.EACH)
    ours, bare = made.make("log"), made.make("log_raw")
    for url in (ours, bare):
        log_events.found(url, cases)
    return [*_appending(ours, bare, cases, leaves, tell), *_reading(ours, made.folder)]


def _appending(
    ours: str, bare: str, cases: int, leaves: int, tell: Callable[[int], object]
) -> Iterator[Cost]:
    twins, events = Twins(ours, bare), log_events.events(cases)
    bulk = log_appending.grow(twins, events, leaves, _BULK, tell)
    single = log_appending.grow(twins, events, _SINGLE, 1, tell)
    twins.close()
    yield from _two("one event a commit", single, "<= 1.25")
    yield from _two("256 events a commit", bulk, "<= 1.6")


def _two(name: str, spent: tuple[Spent, Spent], target: str) -> Iterator[Cost]:
    by_log, by_driver = spent
    yield Cost(f"{name}, CPU", "us", by_driver.cpu * 1e6, by_log.cpu * 1e6, target)
    yield Cost(f"{name}, clock", "us", by_driver.clock * 1e6, by_log.clock * 1e6, target)


def _reading(url: str, folder: Path) -> Iterator[Cost]:
    engine = engine_of(url)
    log_reading.signed(engine, folder / "keys")
    log_reading.exported(engine, folder / "copy")
    yield from _verifying(folder)
    yield Cost(
        "root from the database",
        "CPU s",
        log_reading.read_and_hashed(engine),
        log_reading.rebuilt(engine),
        "<= 1.4",
    )
    proof, kept = log_reading.proved(engine), log_reading.stored(engine)
    yield Cost("inclusion proof, tile known", "CPU us", proof.bare * 1e6, proof.warm * 1e6, "<= 50 us")
    yield Cost("inclusion proof, tile read", "CPU us", proof.bare * 1e6, proof.cold * 1e6, "")
    yield Cost("storage of the log", "bytes", kept.payload, kept.tables, "<= 1.1")


def _verifying(folder: Path) -> Iterator[Cost]:
    """Each against the Go program that does the same work."""
    if golang.why_not():
        return
    verifier = golang.build(folder)
    for name, ours, what in (
        ("tree and tiles", log_reading.rebuilt_from_files, "rebuild"),
        ("all of it", log_reading.verified, "log"),
    ):
        go = log_reading.verified_by_go(folder / "copy", verifier, what)
        yield Cost(f"verify files, {name} (raw: Go)", "CPU s", go, ours(folder / "copy"), "<= 2")


def of_postgresql(made: Databases) -> list[Cost]:
    """Eight clients at once, in events a second."""
    ours, bare = made.make("log"), made.make("log_raw")
    for url in (ours, bare):
        log_events.found(url, _OF_CLIENTS)
    by_log = log_clients.appended(ours, _OF_CLIENTS)
    by_driver = log_clients.inserted(ours, bare)
    return [Cost("8 clients", "events/s", by_driver, by_log, ">= 1,000/s")]


def table(costs: list[dict[str, Any]]) -> Iterator[str]:
    """The rows of `Cost.figures` as lines to print."""
    yield f"  {'log':<42}{'unit':>9}{'raw':>11}{'log':>11}{'x raw':>8}  aim"
    for one in costs:
        yield (
            f"  {one['name']:<42}{one['unit']:>9}{one['bare']:>11,.2f}{one['ours']:>11,.2f}"
            f"{one['ratio']:>8.2f}  {one['target']}"
        )

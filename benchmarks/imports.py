"""What the import costs, against raw inserts of the very rows that it wrote into a database of its own."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from benchmarks import raw
from benchmarks.databases import engine_of
from benchmarks.log_appending import TABLES as LOG_TABLES
from tracker import mission
from tracker.intake import mapping_reader
from tracker.intake.loading import Loader
from tracker.intake.report import Report
from tracker.intake.staging import staged

MAPPING = "traffic-fines"
TABLES = (
    "area",
    "import_source",
    "institution",
    "protection_case",
    "track",
    "history_entry",
    "log_head",
    *LOG_TABLES,
)
_HEADINGS = ("case_ref", "seq", "on", "event", "institution", "unit", "outcome")


class Speed(NamedTuple):
    """Rows a second of CPU and of the clock: read from the source, and written to the tables."""

    name: str
    rows: int
    cpu_seconds: float
    seconds: float


def write_source(place: Path, cases: int, seed: int) -> int:
    """A file of events as a police force would export it; gives how many rows it has."""
    rng = random.Random(seed)  # noqa: S311 - the same file each time
    with place.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(_HEADINGS)
        rows = list(_events(cases, rng))
        out.writerows(rows)
    return len(rows)


def _events(cases: int, rng: random.Random) -> Iterator[tuple[str, int, str, str, str, str, str]]:
    for case in range(1, cases + 1):
        day = date(2006, 1, 1) + timedelta(days=rng.randrange(2000))
        for seq, (event, institution) in enumerate(_way(rng), start=1):
            yield f"F{case}", seq, day.isoformat(), event, institution, "", "NIL" if seq == 1 else ""
            day += timedelta(days=rng.randrange(10, 90))


def _way(rng: random.Random) -> Iterator[tuple[str, str]]:
    yield "Create Fine", "POLICE"
    if rng.random() < 0.3:
        yield "Payment", "POLICE"
        return
    yield "Send Fine", "POLICE"
    yield "Insert Fine Notification", "POLICE"
    yield "Add penalty", "POLICE"
    yield ("Payment", "POLICE") if rng.random() < 0.4 else ("Send for Credit Collection", "CREDIT COLLECTION")


def imported(url: str, source: Path, rows: int) -> Speed:
    """Takes the file in by the importer, through a mapping that is shipped."""
    here = mission.start(None, ZoneInfo("Africa/Juba"))
    mapping = mapping_reader.open_mapping(MAPPING, here.procedure)
    report = Report(mapping.source.code, mapping.source.title)
    engine = engine_of(url)
    cpu, clock = process_time(), perf_counter()
    with staged(None, source, mapping, report) as staging:
        Loader(engine, mapping, here.procedure, here.zone).load(staging, report, lambda _number: None)
    return Speed("import", rows, process_time() - cpu, perf_counter() - clock)


def raw_inserts(written: str, empty: str, rows: int, names: Sequence[str] = TABLES) -> Speed:
    """Inserts the rows of the database `written` into the database `empty` by executemany of the driver, no more."""
    with engine_of(written).connect() as source:
        source.execute(sa.select(1))
        tables = {name: raw.read(source, name) for name in names}
    with engine_of(empty).begin() as connection:
        connection.execute(sa.select(1))
        cpu, clock = process_time(), perf_counter()
        driver = connection.connection.cursor()
        for name, values in tables.items():
            for first in range(0, len(values), raw.AT_ONCE):
                driver.executemany(raw.insert_into(connection, name), values[first : first + raw.AT_ONCE])
        connection.connection.commit()
        return Speed("raw", rows, process_time() - cpu, perf_counter() - clock)

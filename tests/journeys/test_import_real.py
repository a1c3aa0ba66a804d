"""Real records are taken in whole: 36,190 felony cases of one county, and 10,000 traffic fines.

The files are read where they lie: beside the checkout, or where TRACKER_SHARED_DATA says. Without them nothing runs.
"""

import csv
import fcntl
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from blueprints.ops.importing import import_group
from tests import databases
from tests.conftest import LOG_KEY
from tests.interop.golang import Verifier
from tracker import clock, migrate
from tracker.actions import rebuild
from tracker.db import db, reading_only
from tracker.ledger.export import Export
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log.keys import write_key_file
from tracker.models import Institution, Membership, UserAccount
from tracker.queries import queues
from tracker.vocabulary import Role

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("TRACKER_SHARED_DATA") or ROOT.parent / "shared" / "data")
FELONY, FINES = DATA / "cook-felony", DATA / "traffic-fines"

pytestmark = pytest.mark.skipif(
    not (FELONY.is_dir() and FINES.is_dir()),
    reason=f"The real records are not at {DATA} (TRACKER_SHARED_DATA).",
)

SECRET = "only for this test: 0123456789 abcdefghij"
SLICE = 3000
BUSIEST = "cook-felony-chicago-pd"
DISPOSED = """
    stage = 'court' AND (status IN ('decided', 'adjourned_sine_die') OR status = 'transferred'
    AND institution_id <> (SELECT id FROM institution WHERE code = 'cook-felony-circuit-court'))
"""


def _arguments(folder: Path, mapping: str, report: Path) -> list[str]:
    tables = {name: folder / f"{name}.csv.gz" for name in ("cases", "events")}
    given = [
        argument for name, file in tables.items() if file.exists() for argument in (f"--{name}", str(file))
    ]
    return ["cases", *given, "--mapping", mapping, "--report", str(report)]


def _take(url: str, folder: Path, mapping: str, report: Path) -> dict[str, Any]:
    """The report of an import."""
    environment = {"TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": SECRET}
    result = CliRunner(env=environment).invoke(import_group, _arguments(folder, mapping, report))
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _cut(source: Path, target: Path, cases: int) -> Path:
    """The first cases of a source, with their events."""
    target.mkdir(exist_ok=True)
    with gzip.open(source / "events.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header, wanted = next(rows), dict[str, None]()
        events = [
            row
            for row in rows
            if row[0] in wanted or (len(wanted) < cases and not wanted.update({row[0]: None}))
        ]
    _write(target / "events.csv.gz", [header, *events])
    if (source / "cases.csv.gz").exists():
        with gzip.open(source / "cases.csv.gz", "rt", encoding="utf-8", newline="") as file:
            _write(target / "cases.csv.gz", list(islice(csv.reader(file), cases + 1)))
    return target


def _write(place: Path, rows: list[list[str]]) -> None:
    with gzip.open(place, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


class Ground:
    """A database with real records in it."""

    def __init__(self, url: str) -> None:
        self.url, self.engine = url, sa.create_engine(url)
        self.app = Flask("tracker")
        self.app.config["SQLALCHEMY_DATABASE_URI"] = url
        db.init_app(self.app)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        with reading_only(), self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement))]

    def number(self, statement: str) -> int:
        """The one number that the database answers."""
        ((number,),) = self.rows(f"SELECT count(*) FROM {statement}")
        return int(number)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Inside, the domain's queries ask this database."""
        with self.app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()

    def officer(self) -> Membership:
        """Somebody who works at the busiest police service."""
        station = db.session.scalars(sa.select(Institution).where(Institution.code == BUSIEST)).one()
        user = UserAccount(username="officer", full_name="Officer", password_hash="", created_at=clock.now())
        db.session.add(Membership(user=user, institution=station, role=Role.POLICE_OFFICER))
        db.session.commit()
        return db.session.scalars(sa.select(Membership)).one()

    def plan_of(self, ask: Callable[[], Any]) -> str:
        """How the database goes about the one statement that `ask` sends."""
        sent: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            if statement.startswith("SELECT"):
                sent.append((statement, parameters))

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        ((statement, parameters),) = sent
        how = "EXPLAIN QUERY PLAN" if self.engine.dialect.name == "sqlite" else "EXPLAIN"
        with reading_only(), self.engine.connect() as connection:
            return "\n".join(
                str(row[-1]) for row in connection.exec_driver_sql(f"{how} {statement}", parameters)
            )


@pytest.fixture(scope="module")
def felony() -> Iterator[tuple[Ground, dict[str, Any]]]:
    """All felony cases, on SQLite, and the report of their import; made once for all processes of a run."""
    folder = databases.this_room().folder
    place, made = folder / "felony.db", folder / "felony.json"
    with (folder / "felony.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make_felony(f"sqlite:///{place}", made)
    ground = Ground(f"sqlite:///{place}")
    yield ground, json.loads(made.read_text(encoding="utf-8"))
    ground.engine.dispose()


def _make_felony(url: str, made: Path) -> None:
    migrate.upgrade(url)
    began = time.process_time()
    report = _take(url, FELONY, "cook-felony", made.with_suffix(".report"))
    made.write_text(json.dumps({**report, "cpu": time.process_time() - began}), encoding="utf-8")


@pytest.fixture(scope="module")
def felony_slice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first felony cases."""
    return _cut(FELONY, tmp_path_factory.mktemp("slice"), SLICE)


# --- whole ------------------------------------------------------------------------------------------------------------


def test_every_case_and_every_event_is_taken_in(felony: tuple[Ground, dict[str, Any]]):
    ground, report = felony
    assert report["rows_read"] == {"cases": 36_190, "events": 118_740}
    assert (report["cases_loaded"], report["events_loaded"], report["refused"]) == (36_190, 118_740, {})
    assert report["entries"] == ground.number("history_entry") == 225_456
    assert report["tracks"] == ground.number("track") == 104_529
    assert report["orders"] == ground.number("court_order") == 4_108
    assert report["cpu"] < 60


def test_dirty_rows_are_flagged_and_counted_by_reason(felony: tuple[Ground, dict[str, Any]]):
    ground, report = felony
    assert report["flagged"] == {
        "after_cut_off": {"cases": 38, "events": 1_194},
        "before_referral": {"events": 1_178},
        "date_in_the_future": {"events": 8},
        "date_missing": {"events": 5_463},
        "institution_unknown": {"events": 251},
    }
    found = dict(ground.rows("SELECT flag, count(*) FROM history_entry WHERE flag IS NOT NULL GROUP BY flag"))
    assert found == report["flagged_entries"]
    assert report["ignored_columns"]["cases"] == [
        "group_ref",
        "arrested_on",
        "place",
        "referring_institution",
        "referring_unit",
        "status",
    ]


def test_a_day_in_2109_is_left_out_and_kept_in_the_words_of_the_source(felony: tuple[Ground, dict[str, Any]]):
    ground, _ = felony
    found = ground.rows(
        "SELECT DISTINCT happened_at IS NULL, json_extract(detail, '$.source.on') FROM history_entry "
        "WHERE flag = 'date_in_the_future' AND json_extract(detail, '$.source') IS NOT NULL ORDER BY 2"
    )
    assert {missing for missing, _ in found} == {1}
    assert {day[:4] for _, day in found} == {"2109", "2219"}
    ((latest, recorded),) = ground.rows("SELECT max(happened_at), max(recorded_at) FROM history_entry")
    assert latest < recorded


def test_go_verifies_the_log_of_every_imported_entry(
    felony: tuple[Ground, dict[str, Any]], go: Verifier, tmp_path: Path
):
    """Copied as an operator copies it, save that the key is of this test, and read by other people's code."""
    ground, report = felony
    write_key_file(tmp_path / "1.key", LOG_KEY)
    with ground.engine.begin() as connection:
        signed = Signer(tmp_path).sign(connection)
    with reading_only(), ground.engine.connect() as connection:
        Export(Store(connection), tmp_path / "log").write()
    assert signed.size == report["entries"] + 1, "and the procedure in force"
    answer = go("log", tmp_path / "log", LOG_KEY.verifier())
    assert answer.out == f"{signed.size} entries hold\n", answer.err


@pytest.mark.parametrize(
    ("words", "tracks", "number"),
    [
        ("referred", "stage = 'police'", 36_190),
        ("initiated", "stage = 'prosecution' AND status = 'charged'", 28_886),
        (
            "arraigned",
            "institution_id = (SELECT id FROM institution WHERE code = 'cook-felony-circuit-court')",
            17_235,
        ),
        ("disposed", DISPOSED, 11_322),
        ("sentenced", "stage = 'enforcement'", 4_108),
    ],
)
def test_the_way_through_the_institutions_can_be_counted(
    felony: tuple[Ground, dict[str, Any]], words: str, tracks: str, number: int
):
    ground, _ = felony
    assert ground.number(f"history_entry WHERE json_extract(detail, '$.source.event') = '{words}'") == number
    assert ground.number(f"track WHERE {tracks}") == number


def test_the_institutions_are_there(felony: tuple[Ground, dict[str, Any]]):
    ground, report = felony
    assert dict(ground.rows("SELECT kind, count(*) FROM institution GROUP BY kind")) == {
        "judicial_affairs": 1,
        "police_station": 191,
        "prosecution": 1,
        "county_court": 8,
    }
    assert report["institutions_made"] == 201
    ((name, cases),) = ground.rows(
        "SELECT i.name, count(*) FROM track t JOIN institution i ON i.id = t.institution_id "
        "WHERE t.stage = 'police' GROUP BY i.id ORDER BY 2 DESC LIMIT 1"
    )
    assert (name, cases) == ("CHICAGO PD", 24_619)
    assert ground.rows(
        "SELECT i.name, count(*) FROM history_entry h JOIN institution i ON i.id = h.holder_id "
        "WHERE h.flag = 'institution_unknown' GROUP BY i.id ORDER BY 2 DESC"
    ) == [("Police service not named, Cook County", 241), ("Court not named, Cook County", 10)]


def test_tracks_are_what_the_entries_say(felony: tuple[Ground, dict[str, Any]]):
    """In one statement for all; the test of a slice plays every entry again."""
    ground, _ = felony
    last = "SELECT track_id, max(n) AS n FROM history_entry WHERE effect <> 'notes' GROUP BY track_id"
    assert not ground.rows(
        f"SELECT t.id FROM track t LEFT JOIN ({last}) last ON last.track_id = t.id LEFT JOIN history_entry h "
        "ON h.case_id = t.case_id AND h.n = last.n WHERE h.id IS NULL OR h.status_after <> t.status "
        "OR (h.effect = 'ends') = t.open OR h.happened_at IS NOT t.status_since LIMIT 1"
    )
    assert not ground.rows(
        "SELECT c.id FROM protection_case c JOIN history_entry h ON h.case_id = c.id "
        "GROUP BY c.id HAVING max(h.n) <> c.entries OR count(*) <> c.entries LIMIT 1"
    )


def test_a_second_run_adds_nothing(felony: tuple[Ground, dict[str, Any]], tmp_path: Path):
    ground, _ = felony
    report = _take(ground.url, FELONY, "cook-felony", tmp_path / "report.json")
    assert (report["cases_loaded"], report["cases_already_there"]) == (0, 36_190)
    assert (report["events_loaded"], report["events_already_there"]) == (0, 118_740)
    assert (report["entries"], report["institutions_made"]) == (0, 0)
    assert ground.number("history_entry") == 225_456


def test_the_queue_of_the_busiest_police_service_opens_by_index(felony: tuple[Ground, dict[str, Any]]):
    ground, _ = felony
    with ground.asking():
        officer = ground.officer()
        with reading_only():
            plan = ground.plan_of(lambda: queues.queue(viewer=officer, stages=["police"]))
            began = time.process_time()
            page = queues.queue(viewer=officer, stages=["police"])
            cost = time.process_time() - began
    assert len(page.rows) == 50
    assert page.after
    assert "USING COVERING INDEX ix_track_waiting (institution_id=? AND stage=?" in plan
    assert "SCAN t" not in plan
    assert cost < 0.1


# --- both engines -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ground(database_url: str) -> Iterator[Ground]:
    """An empty database on each engine."""
    made = Ground(database_url)
    yield made
    made.engine.dispose()


@pytest.mark.only_on("postgresql")
def test_both_engines_hold_the_same_and_read_by_index(
    ground: Ground, felony: tuple[Ground, dict[str, Any]], felony_slice: Path, tmp_path: Path
):
    whole, _ = felony
    report = _take(ground.url, felony_slice, "cook-felony", tmp_path / "report.json")
    assert (report["cases_loaded"], report["refused"]) == (SLICE, {})
    told = (
        "SELECT c.source_ref, h.n, h.stage, h.action, h.effect, h.status_after, i.code, h.flag, t.stage "
        "FROM protection_case c JOIN history_entry h ON h.case_id = c.id JOIN institution i ON i.id = h.holder_id "
        f"LEFT JOIN track t ON t.id = h.track_id WHERE c.source_ref <= 'F{SLICE:05}' ORDER BY c.source_ref, h.n"
    )
    assert ground.rows(told) == whole.rows(told)
    with ground.asking():
        officer = ground.officer()
        with reading_only():
            assert not [str(one) for one in rebuild.differences()]
            plan = ground.plan_of(lambda: queues.queue(viewer=officer, stages=["police"]))
    assert "ix_track_waiting" in plan
    assert "Seq Scan on track" not in plan


def test_traffic_fines_are_taken_in_with_events_alone(ground: Ground, tmp_path: Path):
    whole = ground.engine.dialect.name == "sqlite"
    source = FINES if whole else _cut(FINES, tmp_path / "slice", SLICE)
    report = _take(ground.url, source, "traffic-fines", tmp_path / "report.json")
    cases = 10_000 if whole else SLICE
    assert (report["cases_loaded"], report["refused"], report["flagged"]) == (cases, {}, {})
    assert report["events_loaded"] == report["rows_read"]["events"]
    if whole:
        assert report["events_loaded"] == 34_724
        assert ground.number("track WHERE outcome = 'appeal_allowed'") == 140
        assert ground.number("track WHERE stage = 'police' AND status = 'forwarded'") == 3_387
    else:
        with ground.asking(), reading_only():
            assert not [str(one) for one in rebuild.differences()]


# --- killed -----------------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_a_killed_import_leaves_whole_cases_and_goes_on(
    ground: Ground, felony: tuple[Ground, dict[str, Any]], felony_slice: Path, tmp_path: Path
):
    program = "from blueprints.ops.main import main; main()"
    arguments = _arguments(felony_slice, "cook-felony", tmp_path / "report.json")
    environment = {**os.environ, "TRACKER_DATABASE_URL": ground.url, "TRACKER_SECRET_KEY": SECRET}
    with subprocess.Popen(
        [sys.executable, "-c", program, "import", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    ) as running:
        while running.poll() is None and ground.number("protection_case") < 500:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL, "it was killed on its way"
    before = ground.number("protection_case")
    assert 500 <= before < SLICE

    report = _take(ground.url, felony_slice, "cook-felony", tmp_path / "report.json")
    assert (report["cases_already_there"], report["cases_loaded"]) == (before, SLICE - before)
    told = f"SELECT source_ref, entries FROM protection_case WHERE source_ref <= 'F{SLICE:05}' ORDER BY 1"
    assert ground.rows(told) == felony[0].rows(told)
    assert ground.number("history_entry") == sum(entries for _, entries in ground.rows(told))

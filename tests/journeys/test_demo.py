"""The demonstration: everything is in it, nothing of it is real, and it stays as it was left."""

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from blueprints import create_app
from tests import canaries, databases
from tests.command import SECRET, demonstration, tracker
from tests.web.careful_client import CarefulClient
from tests.web.crawl import everything
from tracker import demonstration as told
from tracker import keyring, procedure, references
from tracker.config import from_environment
from tracker.db import db, reading_only
from tracker.demonstration import Presence, places, words
from tracker.models import AlertContact, EntryNote, Institution, Narrative, Person
from tracker.procedure import Procedure
from tracker.vocabulary import Concern, InstitutionKind, Role

_DATABASE = "demonstration.db"


@pytest.fixture(scope="module")
def made() -> Path:
    """The data directory of a demonstration; nobody writes to it."""
    return demonstration(databases.this_room())


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    """A data directory of one's own."""
    return Path(shutil.copytree(made, tmp_path / "data"))


@pytest.fixture(scope="module")
def ask(made: Path) -> Callable[[str], Sequence[Any]]:
    """Asks the demonstration's database something in SQL; gives the rows."""

    def answer(sql: str) -> Sequence[Any]:
        engine = sa.create_engine(_url(made), poolclass=sa.NullPool)
        with reading_only(), engine.connect() as connection:
            return connection.execute(sa.text(sql)).all()

    return answer


class Told(NamedTuple):
    """What people told, opened with the demonstration's keys."""

    people: str
    callers: set[str]
    accounts: set[str]
    notes: set[str]

    def secrets(self) -> set[str]:
        """What nobody may find who was not told."""
        short = {one[:30] for one in self.accounts} | {one[20:50] for one in self.notes if len(one) > 50}
        return {one for one in (*self.people.split("\n"), *self.callers, *short) if len(one) > 5}


@pytest.fixture(scope="module")
def people(made: Path) -> Told:
    """What is personal in the demonstration."""
    keyring.start(made / "demonstration-keys")
    engine = sa.create_engine(_url(made), poolclass=sa.NullPool)
    with reading_only(), Session(engine) as session:
        named = [f"{one.name}\n{one.phone}" for one in session.scalars(sa.select(Person))]
        contacts = session.scalars(sa.select(AlertContact)).all()
        told = Told(
            "\n".join(named),
            {word for one in contacts for word in (one.name, one.phone, one.message)},
            {one.text for one in session.scalars(sa.select(Narrative))},
            {one.text for one in session.scalars(sa.select(EntryNote))},
        )
    keyring.start(databases.this_room().keys)
    return told


@pytest.fixture(scope="module")
def rules() -> Procedure:
    return procedure.load("ssd")


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / _DATABASE}"


def _references(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with reading_only(), engine.connect() as connection:
        return set(connection.scalars(sa.text("SELECT reference FROM protection_case")))


# --- the command --------------------------------------------------------------------------------------------------


def test_running_it_again_keeps_what_is_there(copied: Path, tmp_path: Path):
    before = _references(_url(copied))
    done = tracker("demo", "--no-serve", home=tmp_path, TRACKER_DATA_DIR=str(copied))
    assert done.returncode == 0, done.stderr
    assert _references(_url(copied)) == before


def test_a_reset_makes_it_anew(copied: Path, tmp_path: Path):
    before = _references(_url(copied))
    done = tracker("demo", "--no-serve", "--reset", home=tmp_path, TRACKER_DATA_DIR=str(copied))
    assert done.returncode == 0, done.stderr
    after = _references(_url(copied))
    assert len(after) == len(before)
    assert not after & before


@pytest.mark.only_on("postgresql")
def test_it_is_made_on_postgresql_too(database_url: str, tmp_path: Path):
    """And what a demonstration was there before goes, on the server as in a file."""
    _found_office(database_url)
    assert told.presence(database_url) is Presence.DEMONSTRATION
    done = tracker(
        "demo",
        "--no-serve",
        "--reset",
        home=tmp_path,
        TRACKER_DATABASE_URL=database_url,
        TRACKER_DATA_DIR=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert len(_references(database_url)) >= 150


def test_it_refuses_a_database_with_real_records(database_url: str, tmp_path: Path):
    _found_office(database_url, code="mission-headquarters")
    assert told.presence(database_url) is Presence.RECORDS
    for words_ in (["--no-serve"], ["--no-serve", "--reset"]):
        done = tracker(
            "demo", *words_, home=tmp_path, TRACKER_DATABASE_URL=database_url, TRACKER_DATA_DIR=str(tmp_path)
        )
        assert done.returncode == 2
        assert "nothing was changed" in done.stderr
    assert _references(database_url) == set()


def test_it_refuses_the_tables_of_another_program(empty_database_url: str):
    engine = sa.create_engine(empty_database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE recipe (name VARCHAR(20))"))
    assert told.presence(empty_database_url) is Presence.NOTHING
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO recipe VALUES ('kisra')"))
    assert told.presence(empty_database_url) is Presence.RECORDS


def _found_office(url: str, code: str = places.OFFICE) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(Institution).values(code=code, name="Office", kind=InstitutionKind.ADMINISTRATION)
        )


def test_the_accounts_that_it_prints_open_its_pages(copied: Path, tmp_path: Path):
    done = tracker("demo", "--no-serve", home=tmp_path, TRACKER_DATA_DIR=str(copied))
    printed = re.findall(rf"^  (\S+) +({re.escape(told.PASSWORD)}) ", done.stdout, re.MULTILINE)
    assert len(printed) == len(Role)
    app = create_app(from_environment({"TRACKER_DATA_DIR": str(copied)}, demonstration=True))
    app.test_client_class = CarefulClient
    try:
        for username, password in printed:
            _sign_in(app.test_client(), username, password)
    finally:
        with app.app_context():
            db.engine.dispose()


def _sign_in(client: Any, username: str, password: str) -> None:
    answer = client.send("/sign-in", username=username, password=password)
    assert answer.status_code == 303, answer.text
    if answer.location.startswith("/sign-in/factor"):
        shown = re.search(r"the code now is (\d{6})", client.get("/sign-in/factor").text)
        assert shown, "the page of the demonstration shows the code, unless it was used"
        assert client.send("/sign-in/factor", code=shown[1]).status_code == 303
    assert client.get("/").status_code in (200, 302, 303)


def test_a_published_report_is_recomputed_from_a_copy_of_the_log(copied: Path, ask: Any, tmp_path: Path):
    ((content,),) = ask(
        "SELECT content FROM report WHERE institution_id IS NOT NULL AND content LIKE '%wun-riak-police%' "
        "ORDER BY period DESC LIMIT 1"
    )
    (tmp_path / "report.json").write_text(content)
    told_where = {"TRACKER_DATA_DIR": str(copied)}
    exported = tracker(
        "log", "--demonstration", "export", "copy", "--disclosures", home=tmp_path, **told_where
    )
    assert exported.returncode == 0, exported.stderr
    verified = tracker("reports", "verify", "report.json", "--log", "copy", home=tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "its digest is in the log." in verified.stdout
    assert re.search(r"Recomputed and equal: [1-9]\d+ numbers", verified.stdout)
    (tmp_path / "report.json").write_text(content.replace('["came_in",', '["came_in",1'))
    forged = tracker("reports", "verify", "report.json", "--log", "copy", home=tmp_path)
    assert forged.returncode == 1
    assert "its digest is NOT in the log" in forged.stdout
    assert "DIFFERS: caseload police came_in" in forged.stdout


def test_a_monitor_s_pages_and_files_hold_nobody_s_name_phone_or_words(copied: Path, ask: Any, people: Told):
    """Every page and every download that links lead a monitor to, the published reports among them."""
    app = create_app(from_environment({"TRACKER_DATA_DIR": str(copied)}, demonstration=True))
    app.test_client_class = CarefulClient
    client = app.test_client()
    try:
        _sign_in(client, "monitor", told.PASSWORD)
        read = everything(
            client, "/", "/reports/", "/monitor/", without="/xlsx"
        )  # which say what the CSV does
    finally:
        with app.app_context():
            db.engine.dispose()
    for kind in ("/csv", "/json", "/histories?"):
        assert [address for address in read if kind in address], kind
    text = "\n".join(read.values())
    secret = people.secrets() | {str(cell) for sql in _IDENTIFYING for (cell,) in ask(sql)}
    assert len(secret) > 300
    assert [one for one in secret if one in text] == []


_IDENTIFYING = (
    "SELECT reference FROM protection_case",
    "SELECT reference FROM alert",
    "SELECT full_name FROM user_account WHERE username <> 'monitor'",
)


# --- what is in it ------------------------------------------------------------------------------------------------


def test_every_status_and_every_end_of_every_stage_occurs(ask: Any, rules: Procedure):
    there = {
        tuple(row) for row in ask("SELECT stage, status FROM track UNION SELECT stage, status FROM alert")
    }
    there |= {
        ("case", "closed" if closed else "open") for (closed,) in ask("SELECT closed_at FROM protection_case")
    }
    wanted = {(code, word) for code, stage in rules.stages.items() for word in (*stage.statuses, *stage.ends)}
    assert wanted - there <= {(stage, "revoked") for stage in _NOT_TAKEN_BACK} | {("alert", "historical")}


_NOT_TAKEN_BACK = ("referral", "enforcement", "judicial_follow_up", "feedback")
"""Where only a wall or a withdrawn consent takes a case back, which no story of the demonstration tells. Nor has
anybody brought alerts of the past along (`tracker import alerts`)."""


def test_there_is_enough_to_look_at(ask: Any):
    (counts,) = ask(
        "SELECT (SELECT count(*) FROM protection_case), (SELECT count(*) FROM alert),"
        " (SELECT count(*) FROM institution), (SELECT count(*) FROM area)"
    )
    assert [number >= least for number, least in zip(counts, (150, 40, 16, 12), strict=True)] == [True] * 4


def test_every_kind_of_institution_of_the_country_is_there(ask: Any, rules: Procedure):
    of_the_country = {kind for stage in rules.stages.values() for kind in stage.kinds} - {"gendarmerie"}
    others = {"prison", "health_service", "audit_body", "administration"}
    assert {kind for (kind,) in ask("SELECT kind FROM institution")} >= (of_the_country | others) - _ELSEWHERE


_ELSEWHERE = {"peace_court", "first_instance_court"}
"""Courts of other countries' packs."""


_ADJOURNED = "SELECT 1 FROM history_entry WHERE action = 'adjourn' GROUP BY track_id"
_IN_COURT = "SELECT case_id FROM track WHERE open AND stage = 'court'"


@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("over its limit", "SELECT 1 FROM track WHERE open AND due_at < CURRENT_TIMESTAMP"),
        ("adjourned thrice", _ADJOURNED + " HAVING count(*) = 3"),
        ("returned by a prosecutor", "SELECT 1 FROM track WHERE status = 'returned_for_investigation'"),
        ("reopened", "SELECT 1 FROM track WHERE reopened AND open"),
        ("disputed", "SELECT 1 FROM history_entry WHERE action = 'deliver_disputed'"),
        ("held too long", "SELECT 1 FROM custody WHERE released_at IS NULL AND due_at < CURRENT_TIMESTAMP"),
        ("released", "SELECT 1 FROM custody WHERE released_at IS NOT NULL"),
        ("corrected", "SELECT 1 FROM history_entry WHERE action = 'correct'"),
        ("withdrawn", "SELECT 1 FROM history_entry WHERE action = 'withdraw'"),
        ("a question waits", "SELECT 1 FROM track WHERE open AND awaiting = 'sender'"),
        ("a question answered", "SELECT 1 FROM track WHERE open AND awaiting = 'holder'"),
        ("beyond jurisdiction", "SELECT 1 FROM track WHERE jurisdiction_concern"),
        ("in two places", "SELECT 1 FROM track WHERE open AND stage = 'police' AND case_id IN (" + _IN_COURT + ")"),
        ("consent declined", "SELECT 1 FROM consent WHERE decision = 'declined'"),
        ("orders", "SELECT 1 FROM court_order"),
    ],
)  # fmt: skip
def test_it_shows(what: str, sql: str, ask: Any):
    assert ask(sql), what


def test_somebody_told_in_arabic(people: Told):
    assert [one for one in people.accounts if one.startswith("تقول")]


def test_its_files_hold_no_name_no_telephone_and_no_word_of_anybody_in_clear(made: Path, people: Told):
    """The database with its journal, the log's files, attachments, and all else in the folder.

    Every family's name is looked for, and of what people told so much that the search takes a second.
    """
    secret = sorted(people.secrets())
    assert len(secret) > 300
    files = b"".join(path.read_bytes() for path in made.rglob("*") if path.is_file())
    assert canaries.found(files, *told.CANARIES, *secret[::20]) == []


def test_its_times_are_those_of_people_at_work(ask: Any):
    (span,) = ask(
        "SELECT min(recorded_at), max(recorded_at), sum(happened_at > recorded_at) FROM history_entry"
    )
    first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in span[:2])
    assert span[2] == 0
    assert timedelta(days=365) < last - first < timedelta(days=440)
    recorded = [at for (at,) in ask("SELECT recorded_at FROM history_entry ORDER BY id")]
    assert recorded == sorted(recorded)


def test_what_is_kept_equals_the_histories(copied: Path, tmp_path: Path):
    settings = {
        "TRACKER_SECRET_KEY": SECRET,
        "TRACKER_COUNTRY_PACK": "ssd",
        "TRACKER_DATABASE_URL": _url(copied),
    }
    done = tracker("rebuild-tracks", "--check", home=tmp_path, **settings)
    assert done.returncode == 0, done.stdout
    engine = sa.create_engine(_url(copied), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE track SET status = 'accepted' WHERE id = 1"))
    done = tracker("rebuild-tracks", "--check", home=tmp_path, **settings)
    assert done.returncode == 1
    assert "status of track 1 is accepted" in done.stdout
    assert "Fields written anew: 1." in tracker("rebuild-tracks", home=tmp_path, **settings).stdout
    assert tracker("rebuild-tracks", "--check", home=tmp_path, **settings).returncode == 0


def test_nothing_in_it_is_old_enough_to_expire_today(copied: Path, tmp_path: Path):
    done = tracker("expire", home=tmp_path, TRACKER_SECRET_KEY=SECRET, TRACKER_DATABASE_URL=_url(copied))
    assert done.stdout == "Referrals expired: 0.\n"


def test_its_references_are_such_as_are_typed(made: Path):
    assert all(references.parse(one) == one for one in _references(_url(made)))


# --- what it is made from -----------------------------------------------------------------------------------------


def test_there_is_a_note_for_each_step_that_needs_one(rules: Procedure):
    needed = {step.name for step in rules.steps.values() if step.asks.get("note") == "!" and not step.act}
    assert needed - words.NOTES.keys() == set()


def test_there_is_an_account_of_each_concern_that_comes_up():
    assert words.WEIGHTS.keys() == words.NARRATIVES.keys()
    assert set(words.WEIGHTS) <= set(Concern)


def test_a_canary_sings_only_where_somebody_is_named(ask: Any, people: Told):
    """Names of the people in cases are names of nobody and nothing else, so that a test can look for them anywhere."""
    public = " ".join([*people.notes, *(str(row) for sql in _PUBLIC for row in ask(sql))])
    assert [one for one in told.CANARIES if one in public] == []
    assert [one for one in told.CANARIES if one not in people.people] == []


_PUBLIC = (
    "SELECT name FROM area",
    "SELECT name FROM institution",
    "SELECT full_name FROM user_account",
)

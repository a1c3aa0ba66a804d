"""A database from before anything was sealed is brought up to date: nothing is lost, and nothing stays in clear."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import canaries, databases
from tests.command import here
from tests.world import World
from tracker import keyring, migrate, personal
from tracker.actions import cases
from tracker.db import db
from tracker.keys import kept, sealing
from tracker.ledger import guards
from tracker.ledger.store import Store
from tracker.models import (
    AlertContact,
    CaseKey,
    EntryNote,
    LogEntry,
    Narrative,
    Person,
    ProtectionCase,
    SealingKey,
)
from tracker.paths import resource_dir
from tracker.queries import search
from tracker.queries.case_file import case_file
from tracker.vocabulary import PartyRole

NAME, PHONE, TOLD, PLACE = "Nyakuoth Malual", "+211 912 345 678", "They took the goats", "Thiangrial well"
CALLED, NOTED = "Achol Wieu", "Her brother knows the driver"
SECRETS = (NAME, PHONE, TOLD, PLACE, CALLED, NOTED)

_CLEAR = (
    (Person, "id", ("name", "phone")),
    (Narrative, "id", ("text", "place")),
    (AlertContact, "alert_id", ("name", "phone", "message")),
    (EntryNote, "entry_id", ("text",)),
)


@pytest.fixture
def old(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ProtectionCase:
    """A case, an alert and a note in the database of an earlier release, in clear, and no key anywhere."""
    person = cases.NewPerson(role=PartyRole.SURVIVOR, name=NAME, phone=PHONE)
    world.an_alert(name=CALLED, phone=PHONE, message=TOLD)
    case = world.a_case("police:accepted", people=[person], narrative=TOLD, place=PLACE)
    world.take("start_investigation", world.track(case, "police"), note=NOTED)
    clear = [
        (f"UPDATE {model.__tablename__} SET {', '.join(f'{name} = :{name}' for name in names)} WHERE {key} = :key",
         {"key": getattr(row, key)} | {name: getattr(row, name) for name in names})
        for model, key, names in _CLEAR
        for row in db.session.scalars(sa.select(model))
    ]  # fmt: skip
    keys = [
        {"case": one.case_id, "alert": one.alert_id, "key": _raw(one)}
        for one in db.session.scalars(sa.select(CaseKey))
    ]
    db.session.commit()
    db.engine.dispose()
    migrate.downgrade(world.database_url, _before())
    _put_back(clear, keys)
    monkeypatch.setenv("TRACKER_DATABASE_URL", world.database_url)
    monkeypatch.setenv("TRACKER_SECRET_KEY", "only for this test: 0123456789 abcdefghij")
    monkeypatch.setenv(databases.KEYS, str(tmp_path / "keys"))
    return case


def _before() -> str:
    """The migration before the one that sealed what is personal."""
    (file,) = (resource_dir("migrations") / "versions").glob("*_sealed_content.py")
    found = re.search(r'down_revision = "(\d+)"', file.read_text())
    assert found
    return found[1]


def _raw(key: CaseKey) -> bytes:
    return personal.unwrap(key.wrapped, case_id=key.case_id, alert_id=key.alert_id)


def _put_back(clear: list[tuple[str, dict[str, Any]]], keys: list[dict[str, Any]]) -> None:
    with db.engine.begin() as connection, guards.lifted(connection, "entry_note"):
        for statement, values in clear:
            connection.execute(sa.text(statement), values)
        given = "UPDATE log_history SET key = :key WHERE case_id = :case OR alert_id = :alert"
        connection.execute(sa.text(given), keys)
    db.engine.dispose()


def test_what_was_in_clear_is_sealed_and_read_as_before(world: World, old: ProtectionCase):
    assert canaries.found(canaries.files_of(world.database_url), *SECRETS), (
        "an earlier release had it in clear"
    )
    done = here("db", "upgrade")
    assert done.returncode == 0, done.stderr
    assert "Sealed: " in done.stdout
    assert canaries.found(canaries.files_of(world.database_url), *SECRETS) == []
    assert canaries.found(canaries.tables_of(world.database_url), *SECRETS) == []
    assert sealing.waiting(db.session.connection()) == 0

    file = case_file(old.reference, viewer=world.judicial_officer)
    assert [(one.name, one.phone) for one in file.people] == [(NAME, PHONE)]
    assert [(one.text, one.place) for one in file.narratives] == [(TOLD, PLACE)]
    assert NOTED in [entry.note for entry in file.entries]
    assert db.session.scalars(sa.select(AlertContact)).one().name == CALLED
    assert [row.reference for row in search.by_person("malual", viewer=world.focal_point)] == [old.reference]
    seqs = db.session.scalars(sa.select(LogEntry.seq).where(LogEntry.entry_id.is_not(None))).all()
    assert len(Store(db.session.connection()).disclosed(seqs, ["step"])) == len(seqs), (
        "the log opens as before"
    )

    db.session.commit()
    again = here("db", "upgrade")
    assert (again.returncode, "Sealed" in again.stdout) == (0, False)
    assert here("keys", "check").stdout.endswith("Every key is there, and opens what it sealed.\n")
    assert here("keys", "rotate").returncode == 0
    db.session.expire_all()
    assert case_file(old.reference, viewer=world.judicial_officer).people[0].name == NAME
    _as_found()


def test_nothing_is_served_before_it_is_sealed_or_once_a_key_is_lost(
    world: World, old: ProtectionCase, tmp_path: Path
):
    migrate.upgrade(world.database_url)
    refused = here("run", "--port", "0")
    assert (refused.returncode, refused.stderr) == (
        2,
        "This installation has no keys yet. Run: tracker db upgrade\n",
    )
    with db.engine.begin() as connection:
        kept.begin(connection, keyring.current())
    refused = here("run", "--port", "0")
    assert refused.stderr == "Names and words wait to be sealed. Run: tracker db upgrade\n"
    sealing.seal(db.engine, lambda _: None)
    (lost,) = (tmp_path / "keys").glob("001-*.key")
    lost.unlink()
    for command in (("run", "--port", "0"), ("db", "upgrade"), ("keys", "rotate"), ("keys", "check")):
        refused = here(*command)
        assert refused.returncode == 2, command
        assert "put its file back from the safe. Never begin with new keys." in refused.stderr, command
    assert [path.name for path in (tmp_path / "keys").glob("0*")] == []
    _as_found()


def _as_found() -> None:
    """The next test's database knows the keys of the run again."""
    db.session.rollback()
    db.session.execute(sa.delete(SealingKey))
    kept.begin(db.session.connection(), keyring.start(databases.this_room().keys))
    db.session.commit()

"""Personal content at rest: sealed for its case alone, nowhere in clear, and shut without the installation's keys."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import canaries, databases
from tests.world import World
from tracker import keyring
from tracker.actions import addresses, cases
from tracker.db import db
from tracker.errors import BadSetting, CannotUnseal
from tracker.keyring import Ring
from tracker.keys import kept, rotation
from tracker.models import CaseKey, EntryNote, Person, ProtectionCase, SealingKey
from tracker.models.history_entry import opened_note
from tracker.queries.case_file import case_file
from tracker.vocabulary import PartyRole

NAME, PHONE, TOLD, PLACE = (
    "Nyakuoth Malual",
    "+211 912 345 678",
    "They took the goats at dusk",
    "Thiangrial well",
)
NOTED, CALLED = "Her brother knows the driver", "Achol Wieu"
SECRETS = (NAME, PHONE, TOLD, PLACE, NOTED, CALLED, "Malual", "goats", "driver")


@pytest.fixture
def case(world: World) -> ProtectionCase:
    """A case whose words can be looked for, which came from an alert with a caller's name."""
    world.an_alert(name=CALLED, phone=PHONE, message=TOLD)
    person = cases.NewPerson(role=PartyRole.SURVIVOR, name=NAME, phone=PHONE)
    case = world.a_case("police:accepted", people=[person], narrative=TOLD, place=PLACE)
    world.take("start_investigation", world.track(case, "police"), note=NOTED)
    return case


@pytest.fixture
def own_keys(world: World, tmp_path: Path) -> Iterator[Ring]:
    """Keys of this test alone, which it may lose; the database knows them, and forgets what the test did to them."""
    shutil.copytree(databases.this_room().keys, tmp_path / "keys")
    yield keyring.start(tmp_path / "keys")
    db.session.rollback()
    db.session.execute(sa.delete(SealingKey))
    kept.begin(db.session.connection(), Ring(databases.this_room().keys))
    db.session.commit()


def _person(case: ProtectionCase) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.case_id == case.id)).one()


def test_neither_the_files_nor_the_tables_of_the_database_hold_a_personal_word(
    world: World, case: ProtectionCase
):
    assert canaries.found(canaries.tables_of(world.database_url), *SECRETS) == []
    assert canaries.found(canaries.files_of(world.database_url), *SECRETS) == []
    file = case_file(case.reference, viewer=world.judicial_officer)
    assert [(one.name, one.phone) for one in file.people] == [(NAME, PHONE)]
    assert [(one.text, one.place) for one in file.narratives] == [(TOLD, PLACE)]
    assert NOTED in [entry.note for entry in file.entries]


def test_the_scanner_finds_a_word_in_every_disguise():
    for hidden in (NAME.encode(), NAME.encode().hex().encode(), NAME.encode("utf-16-le")):
        assert canaries.found(b"..." + hidden + b"...", NAME) == [NAME]
    from base64 import b64encode

    for before in range(6):
        assert canaries.found(b64encode(b"x" * before + NAME.encode() + b"and more"), NAME) == [NAME]
    assert canaries.found("call 211 +211912345678", PHONE) == [PHONE]
    assert canaries.found(b"nothing of the sort", *SECRETS) == []


def test_what_is_moved_to_another_case_another_person_or_another_entry_stays_shut(
    world: World, case: ProtectionCase
):
    person, other = _person(case), _person(world.register())
    theirs = other.sealed
    other.sealed = person.sealed
    with pytest.raises(CannotUnseal, match="belongs elsewhere"):
        assert other.name
    other.sealed = theirs
    person.role = PartyRole.ALLEGED_PERPETRATOR
    with pytest.raises(CannotUnseal):
        assert person.name
    note = db.session.scalars(sa.select(EntryNote)).first()
    assert opened_note(note.entry.key.content, note.entry.n, note.sealed)
    with pytest.raises(CannotUnseal):
        opened_note(note.entry.key.content, note.entry.n + 1, note.sealed)
    db.session.rollback()


def test_a_case_does_not_open_with_the_key_of_another(world: World, case: ProtectionCase):
    other = world.register()
    mine, theirs = case.key.wrapped, other.key.wrapped
    case.key.wrapped, other.key.wrapped = theirs, mine
    with pytest.raises(CannotUnseal):
        assert _person(case).name
    db.session.rollback()


def test_equal_names_are_sealed_differently_and_as_long(world: World):
    people = [
        cases.NewPerson(role=PartyRole.WITNESS, name=name) for name in ("Deng", "Deng", "Nyakuoth wal Malual")
    ]
    case = world.register(people=people)
    sealed = db.session.scalars(sa.select(Person.sealed).where(Person.case_id == case.id)).all()
    assert len(set(sealed)) == 3
    assert len({len(one) for one in sealed}) == 1


def test_a_new_key_takes_over_while_people_work_and_the_old_one_is_retired(
    world: World, case: ProtectionCase, own_keys: Ring
):
    old = own_keys.sealing()
    new = kept.add(db.session.connection(), own_keys)
    db.session.commit()
    db.session.expire_all()
    assert _person(case).name == NAME, "the old key still opens"
    meanwhile = world.register()
    assert keyring.key_of(meanwhile.key.wrapped) == new
    seen: list[int] = []
    before = rotation.sealed_by_others(db.session.connection(), own_keys)
    db.session.commit()
    assert rotation.rewrap(db.engine, own_keys, seen.append) == sum(before.values()) > 0
    assert rotation.rewrap(db.engine, own_keys, seen.append) == 0, (
        "an interrupted run goes on, a second does nothing"
    )
    assert rotation.retire(db.session.connection(), own_keys) == [old]
    db.session.commit()
    assert {keyring.key_of(one) for one in db.session.scalars(sa.select(CaseKey.wrapped))} == {new}
    next(own_keys.folder.glob("*.retired")).unlink()
    rotation.open_all(db.session.connection(), keyring.start(own_keys.folder))
    kept.require(db.session.connection(), keyring.current())
    db.session.expire_all()
    assert _person(case).name == NAME


def test_a_lost_key_is_named_and_no_other_is_made_in_its_place(
    world: World, case: ProtectionCase, own_keys: Ring
):
    for lost in own_keys.folder.glob("*.key"):
        kept_aside = lost.rename(own_keys.folder.parent / lost.name)
        for refused in (kept.require, kept.begin, kept.add):
            with pytest.raises(BadSetting, match="put its file back from the safe"):
                refused(db.session.connection(), keyring.start(own_keys.folder))
        kept_aside.rename(lost)
    shutil.rmtree(own_keys.folder)
    with pytest.raises(BadSetting, match="Never begin with new keys"):
        kept.begin(db.session.connection(), own_keys)
    assert not own_keys.folder.exists()
    with pytest.raises(CannotUnseal):
        case_file(case.reference, viewer=world.judicial_officer)


def test_a_new_installation_gets_its_keys_and_notes_which(world: World, tmp_path: Path):
    db.session.execute(sa.delete(SealingKey))
    ring = Ring(tmp_path / "new")
    kept.begin(db.session.connection(), ring)
    assert set(kept.known(db.session.connection())) == set(ring.ids())
    kept.begin(db.session.connection(), ring)
    assert len(ring.ids()) == 2
    db.session.rollback()


def test_without_the_table_of_keys_a_dump_opens_nothing(world: World, case: ProtectionCase):
    person = _person(case)
    db.session.execute(sa.delete(CaseKey))
    db.session.commit()
    with pytest.raises(CannotUnseal, match="Bring the table case_key back"):
        case_file(case.reference, viewer=world.judicial_officer)
    assert person.sealed


def test_every_column_that_the_installation_s_keys_seal_says_so_and_is_rotated(world: World, own_keys: Ring):
    """Whoever keeps a sealed column names its context in the model: else a rotation would leave it behind."""
    world.focal_point.user.email = None
    addresses.put(world.focal_point.user, "abuk@example.org")
    db.session.commit()
    kept.add(db.session.connection(), own_keys)
    db.session.commit()
    rotation.rewrap(db.engine, own_keys, lambda _: None)
    assert rotation.sealed_by_others(db.session.connection(), own_keys) == {}
    db.session.expire_all()
    assert addresses.read(world.focal_point.user) == "abuk@example.org"

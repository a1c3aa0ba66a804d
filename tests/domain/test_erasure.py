"""Erasing a case: nothing personal is left of it, in no table and no file; the log and all other cases verify."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import canaries
from tests.world import World
from tracker.actions import cases, erasure, steps
from tracker.db import db
from tracker.errors import CannotUnseal, NotPermitted, StepRefused
from tracker.ledger import erased
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log.keys import SigningKey, write_key_file
from tracker.log.verify import Trust, verify
from tracker.models import (
    EntryNote,
    HistoryEntry,
    LogDisclosure,
    LogHistory,
    Person,
    ProtectionCase,
    SearchTerm,
)
from tracker.vocabulary import PartyRole

KEY = SigningKey("tracker.example/tests", bytes(range(32)))
NAME, PHONE, TOLD = "Nyandeng-the-erased", "+211900777111", "Narrative-to-be-erased by the river"


@pytest.fixture
def closed(world: World) -> ProtectionCase:
    """A closed case with a name, a narrative and notes that can be looked for."""
    person = cases.NewPerson(role=PartyRole.SURVIVOR, name=NAME, phone=PHONE)
    case = world.a_case("referral:registered", people=[person], narrative=TOLD)
    steps.take(
        "triage",
        actor=world.judicial_officer,
        on=world.track(case, "referral"),
        seen=world.track(case, "referral").version,
        answers=world.answers_for(_step("referral", "triage"), world.track(case, "referral"), note=TOLD),
    )
    db.session.commit()
    for track in world.tracks(case):
        if track.open:
            world.walk(track, "closed")
    assert case.status == "closed"
    return case


def _step(stage: str, name: str):
    from tracker import mission

    return mission.current().procedure.step(stage, name)


def _terms_of(case: ProtectionCase) -> int:
    asked = sa.select(sa.func.count()).select_from(SearchTerm).join(Person, Person.id == SearchTerm.person_id)
    return db.session.scalar(asked.where(Person.case_id == case.id)) or 0


def test_names_notes_and_the_key_are_gone_from_the_tables_and_from_the_file(
    world: World, closed: ProtectionCase
):
    key = closed.key.wrapped
    notes = db.session.scalars(sa.select(EntryNote.sealed)).all()
    sealed = db.session.scalars(sa.select(LogDisclosure.sealed)).all()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EntryNote))
    other = world.register()

    erasure.erase(closed, actor=world.judicial_officer, note="Asked for by the survivor.")
    db.session.commit()
    erased.scrub(db.engine)

    bytes_left = canaries.files_of(world.database_url)
    assert canaries.found(bytes_left, NAME, PHONE, TOLD) == []
    assert key not in bytes_left
    assert not [one for one in notes if one in bytes_left]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchTerm)) == _terms_of(other)
    left = set(db.session.scalars(sa.select(LogDisclosure.sealed)))
    assert left
    assert len(left) == other.entries, "those of the other case alone"
    assert not [one for one in set(sealed) - left if one in bytes_left]


def test_the_log_and_all_other_cases_verify_and_an_erase_leaf_says_so(
    world: World, closed: ProtectionCase, tmp_path: Path
):
    write_key_file(tmp_path / "1.key", KEY)
    world.register()
    erasure.erase(closed, actor=world.judicial_officer)
    db.session.commit()
    Signer(tmp_path).sign(db.session.connection())
    report = verify(Store(db.session.connection()), Trust(keys=[KEY.verifier()]))
    assert report.findings == []
    assert report.leaves["erase"] == 1
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(HistoryEntry))
    assert report.entries == entries + 1
    assert world.entries(closed)[-1].action == "erase"


def test_an_alert_loses_its_caller_with_the_case_that_it_became(world: World):
    alert = world.an_alert("case", name=NAME, phone=PHONE, message=TOLD)
    for track in world.tracks(alert.case):
        if track.open:
            world.walk(track, "closed")
    erasure.erase(alert.case, actor=world.judicial_officer)
    db.session.commit()
    db.session.refresh(alert)
    assert (alert.contact.name, alert.contact.phone, alert.contact.message) == ("", "", "")
    erased_too = sa.select(LogHistory.erased).where(LogHistory.alert_id == alert.id)
    assert db.session.scalars(erased_too).all() == [True]


def test_what_a_stolen_copy_of_the_rows_holds_cannot_be_read_once_the_case_is_erased(
    world: World, closed: ProtectionCase
):
    person = db.session.scalars(sa.select(Person).where(Person.case_id == closed.id)).first()
    copied = person.sealed
    assert person.name == NAME
    erasure.erase(closed, actor=world.judicial_officer)
    db.session.commit()
    assert person.name == ""
    person.sealed = copied
    with pytest.raises(CannotUnseal):
        assert person.name


def test_what_is_written_after_an_erasure_can_be_read(world: World, closed: ProtectionCase):
    entry = erasure.erase(closed, actor=world.judicial_officer, note="Asked for.")
    db.session.commit()
    db.session.expire_all()
    assert entry.note.text == "Asked for."


def test_only_the_responsible_section_erases_only_what_is_closed_and_only_once(
    world: World, closed: ProtectionCase
):
    with pytest.raises(NotPermitted):
        erasure.erase(closed, actor=world.police_officer)
    with pytest.raises(NotPermitted):
        erasure.erase(closed, actor=world.focal_point)
    with pytest.raises(StepRefused, match="Close the case first"):
        erasure.erase(world.register(), actor=world.judicial_officer)
    erasure.erase(closed, actor=world.judicial_officer)
    db.session.commit()
    with pytest.raises(StepRefused, match="erased before"):
        erasure.erase(closed, actor=world.judicial_officer)


def test_a_note_of_a_case_that_was_not_erased_cannot_be_removed(world: World, closed: ProtectionCase):
    with pytest.raises(sa.exc.IntegrityError, match="append-only until its case is erased"):
        db.session.execute(sa.delete(EntryNote))
    db.session.rollback()

"""A database restored from an older copy: the log is not signed, work goes on, and a mirror brings the leaves back."""

import shutil
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import Database
from tests.log import maker
from tests.office import Office, a_witness, answering
from tests.world import World
from tracker import clock, history, mission
from tracker.db import db
from tracker.history import Act
from tracker.models import Effect, LogDisclosure, LogEntry, LogHistory, ProtectionCase


@pytest.fixture
def office(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An installation with some work in it, and a log."""
    world.a_case("police:accepted")
    return Office(tmp_path, world.database_url, monkeypatch)


def _alone(act: Callable[[], None]) -> None:
    """Does something to the database while nobody is connected to it."""
    db.session.commit()
    db.engine.dispose()
    act()


def test_the_leaves_come_back_from_a_mirror_and_signing_goes_on(
    office: Office, world: World, database: Database, tmp_path: Path
):
    vkey, mirror, remember = office.keygen(), tmp_path / "mirror", tmp_path / "remembered"
    kept = world.register()
    reference = kept.reference
    _alone(database.save)
    key = a_witness(tmp_path / "cso", vkey)
    with answering(tmp_path / "cso") as address:
        rules = office.trust((key, address))
        track = world.track(world.a_case("police:accepted"), "police")  # lost with the database
        world.take("start_investigation", track)
        office.log("push")
        office.log("export", mirror, "--disclosures")
        _verified(office, mirror, vkey, remember, rules)
        _alone(database.restore)
        said = office.log("push", code=1)
        assert "restored from an older copy" in said
        assert "left as it is" in office.log("export", mirror, "--disclosures", code=2)
        _go_on(world, reference)
        said = office.log("export", tmp_path / "other", "--disclosures")
        assert "restored from an older copy and written to since" in said
        assert "removed from its end" in _refused(office, tmp_path / "other", vkey, remember)
        said = office.log("recover", "--from", mirror)
        assert "Brought back: " in said
        assert "The log says where" in said
        assert "The policy is met." in office.log("push")
        office.log("export", mirror, "--disclosures")
    said = _verified(office, mirror, vkey, remember, rules)
    assert "Settings and recoveries: 1" in said
    assert "Brought back: 0." in office.log("recover", "--from", mirror)
    paper = tmp_path / "paper"
    office.log("receipt", reference, "--out", paper)
    assert "triaged" in office.log("verify", paper, "--vkey", vkey)


def _go_on(world: World, reference: str) -> None:
    """People read and record as if nothing had happened."""
    page = world.sign_in(world.judicial_officer).get(f"/cases/{reference}")
    assert page.status_code == 200
    case = db.session.scalars(sa.select(ProtectionCase).where(ProtectionCase.reference == reference)).one()
    world.take("triage", world.track(case, "referral"))
    world.a_case("police:accepted")


def _verified(office: Office, copy: Path, vkey: str, remember: Path, rules: Path) -> str:
    return office.log("verify", copy, "--vkey", vkey, "--remember", remember, "--policy", rules)


def _refused(office: Office, copy: Path, vkey: str, remember: Path) -> str:
    return office.log("verify", copy, "--vkey", vkey, "--remember", remember, code=1)


def test_a_copy_that_is_too_old_or_does_not_hold_is_told_apart_and_what_was_erased_stays_so(
    office: Office, world: World, database: Database, tmp_path: Path
):
    vkey, old, new = office.keygen(), tmp_path / "old", tmp_path / "new"
    case = world.register()
    reference = case.reference
    _alone(database.save)
    office.log("export", old)
    _erase(world, case)
    office.log("export", new, "--disclosures")
    _alone(database.restore)
    bad = shutil.copytree(new, tmp_path / "bad")
    maker.edit(next((bad / "tile/entries").rglob("000*/*")), 100, b"X")
    assert "does not hold, so nothing was taken from it" in office.log("recover", "--from", bad, code=2)
    assert "token" in office.log("recover", "--from", "http://127.0.0.1:1/log", code=2)
    assert "a newer copy is needed" in office.log("recover", "--from", old, code=1)
    said = office.log("recover", "--from", new)
    assert f"Erase them again: {reference}" in said
    assert "that the database has, without what they said: 1" in said
    office.log("export", tmp_path / "after", "--disclosures")
    assert "Erasures: 1" in office.log("verify", tmp_path / "after", "--vkey", vkey)
    paper = office.log("receipt", reference, "--entry", "1")
    assert "~" not in b64decode(paper.splitlines()[1].removeprefix("extra ")).decode()
    with pytest.raises(sa.exc.IntegrityError, match="append-only"):
        db.session.execute(sa.text("DELETE FROM log_entry"))
    db.session.rollback()


def _erase(world: World, case: ProtectionCase) -> None:
    """What erasing a case does to the log: its last leaf says so, and its key goes with what could be disclosed."""
    act = Act(
        action="erase",
        stage="case",
        effect=Effect.NOTES,
        status_before="open",
        status_after="open",
        holder_id=case.owner_id,
        procedure=mission.current().procedure.version,
        happened_at=clock.now(),
    )
    history.record(act, actor=world.judicial_officer, about=case)
    db.session.commit()
    code = sa.select(LogHistory.id).where(LogHistory.case_id == case.id).scalar_subquery()
    leaves = sa.select(LogEntry.seq).where(LogEntry.history_id == code)
    db.session.execute(sa.delete(LogDisclosure).where(LogDisclosure.seq.in_(leaves)))
    db.session.execute(sa.update(LogHistory).where(LogHistory.case_id == case.id).values(erased=True))
    db.session.commit()

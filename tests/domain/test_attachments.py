"""Files on a case: sealed, scanned, shared as the survivor said, and gone when the case is erased."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests import files, post_office
from tests.world import World
from tracker.actions import attachments, erasure
from tracker.db import db
from tracker.errors import BadInput, CannotUnseal, NotFound, NotPermitted, StepRefused
from tracker.models import Attachment, Membership, ProtectionCase
from tracker.queries import attachments as queries
from tracker.queries import noted
from tracker.vocabulary import AccessKind, AttachmentState, DataClass, Relation

TITLE = "Statement of Nyandeng.pdf"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    """Where the contents lie."""
    return tmp_path / "attachments"


def add(case: ProtectionCase, by: Membership, folder: Path, **other: Any) -> Attachment:
    """A file, committed."""
    usual = {"title": TITLE, "data": files.PDF, "data_class": DataClass.NARRATIVE, "folder": folder}
    added = attachments.attach(case, actor=by, **usual | other)
    db.session.commit()
    return added


def test_a_file_is_kept_sealed_under_a_random_name_and_comes_back_whole(world: World, folder: Path):
    case = world.register()
    added = add(case, world.focal_point, folder)
    (path,) = folder.iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == (added.name, 0o600)
    assert files.PDF[:8] not in path.read_bytes()
    assert b"Nyandeng" not in (added.sealed or b"")
    noted.begin()
    got = queries.download(case.reference, added.id, folder, viewer=world.judicial_officer)
    assert (got.title, got.data) == (TITLE, files.PDF)
    assert noted.Noted(AccessKind.ATTACHMENT, Relation.OWNER, case_id=case.id) in noted.take()
    entry = world.entries(case)[-1]
    assert (entry.action, entry.id, entry.detail) == ("attach", added.entry_id, {})


def test_what_was_changed_or_exchanged_on_the_disk_does_not_open(world: World, folder: Path):
    case = world.register()
    first, second = (add(case, world.focal_point, folder) for _ in range(2))
    one, other = (folder / item.name for item in (first, second))
    one.write_bytes(other.read_bytes())
    other.write_bytes(other.read_bytes()[:-1] + b"x")
    for item in (first, second):
        with pytest.raises(CannotUnseal):
            queries.download(case.reference, item.id, folder, viewer=world.focal_point)
    one.unlink()
    with pytest.raises(NotFound):
        queries.download(case.reference, first.id, folder, viewer=world.focal_point)


def test_only_who_works_on_the_whole_case_adds_files_and_only_so_many(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    track = world.sent_to_police()
    for stranger in (world.police_officer, world.auditor, world.cso_monitor, world.administrator):
        with pytest.raises((NotPermitted, NotFound)):
            add(track.case, stranger, folder)
    with pytest.raises(NotFound):
        add(track.case, world.court_clerk, folder)
    monkeypatch.setattr(attachments, "MOST_OF_A_CASE", 2 * len(files.PDF))
    for _ in range(2):
        add(track.case, world.focal_point, folder)
    with pytest.raises(StepRefused, match="50 MB"):
        add(track.case, world.focal_point, folder)


def test_a_title_holds_nothing_but_a_name(world: World, folder: Path):
    case = world.register()
    for sent, kept in (
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\note.pdf", "note.pdf"),
        ('a"b\r\n<c>.pdf', "abc.pdf"),
        ("x" * 300 + ".pdf", "x" * 117 + ".pdf"),
        ("شهادة.pdf", "شهادة.pdf"),
    ):
        added = add(case, world.focal_point, folder, title=sent)
        title = queries.download(case.reference, added.id, folder, viewer=world.focal_point).title
        assert title == kept


def test_the_scanner_is_asked_and_what_it_did_not_see_does_not_leave(
    world: World, folder: Path, tmp_path: Path
):
    case, place = world.register(), tmp_path / "clamd"
    with files.scanner(place):
        assert add(case, world.focal_point, folder, scanner=place).state is AttachmentState.SCANNED
        with pytest.raises(BadInput, match="harmful"):
            add(case, world.focal_point, folder, data=files.PDF + files.EICAR, scanner=place)
    with files.scanner(place, silent=True):
        late = add(case, world.focal_point, folder, scanner=place)
    infected = add(case, world.focal_point, folder, data=files.PDF + files.EICAR, scanner=place)
    for one in (late, infected):
        assert one.state is AttachmentState.QUARANTINED
        with pytest.raises(StepRefused):
            queries.download(case.reference, one.id, folder, viewer=world.focal_point)
    assert list(attachments.scan_waiting(folder, place)) == []
    with files.scanner(place):
        verdicts = [state for _id, state in attachments.scan_waiting(folder, place)]
    assert verdicts == [AttachmentState.SCANNED, AttachmentState.INFECTED]
    assert queries.download(case.reference, late.id, folder, viewer=world.focal_point).data
    with pytest.raises(StepRefused):
        queries.download(case.reference, infected.id, folder, viewer=world.focal_point)


def test_the_worker_has_waiting_files_scanned_while_others_write_and_a_lost_one_keeps_none_waiting(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder, place = tmp_path / "attachments", tmp_path / "clamd"
    case = world.register()
    with files.scanner(place, silent=True):
        lost, late = (add(case, world.focal_point, folder, scanner=place) for _ in range(2))
    (folder / lost.name).unlink()

    elsewhere = sa.create_engine(db.engine.url, poolclass=sa.NullPool)

    def write() -> None:
        with elsewhere.begin() as connection:
            connection.execute(sa.update(Membership).values(ended_at=Membership.ended_at))

    with files.scanner(place, meanwhile=write):
        post_office.run_worker(world.app, None, scanner=place, data_dir=tmp_path)
    assert [lost.state, late.state] == [AttachmentState.QUARANTINED, AttachmentState.SCANNED]
    assert "Files scanned: 1." in capsys.readouterr().out


def test_an_erased_case_has_no_file_any_more(world: World, folder: Path):
    case = world.a_case("case:closed")
    other = world.register()
    gone, stays = add(case, world.focal_point, folder), add(other, world.focal_point, folder)
    erasure.erase(case, actor=world.judicial_officer)
    db.session.commit()
    (folder / "left-behind").write_bytes(b"x")
    assert attachments.clear(folder) == 1
    with world.travel(hours=2):
        assert attachments.clear(folder) == 1
    assert [path.name for path in folder.iterdir()] == [stays.name]
    assert (gone.sealed, gone.state) == (None, AttachmentState.ERASED)
    with pytest.raises(NotFound):
        queries.download(case.reference, gone.id, folder, viewer=world.judicial_officer)
    with pytest.raises(StepRefused):
        add(case, world.judicial_officer, folder)


def test_what_is_not_committed_leaves_no_record(world: World, folder: Path):
    case = world.register()
    attachments.attach(
        case,
        actor=world.focal_point,
        title=TITLE,
        data=files.PDF,
        data_class=DataClass.MEDICAL,
        folder=folder,
    )
    db.session.rollback()
    assert db.session.scalars(sa.select(Attachment)).all() == []

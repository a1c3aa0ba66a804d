"""`tracker import list`: what a person may bring, brought from the command line in their name."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import command
from tests.sheet_files import CASE_HEADINGS, case_row, cells, xlsx
from tests.world import World
from tracker.db import db
from tracker.models import AdministrationEntry, ProtectionCase, SheetRow
from tracker.vocabulary import AdministrativeAct

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def place(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and an environment in which the command finds the world's database."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", world.database_url)
    monkeypatch.setenv("TRACKER_SECRET_KEY", command.SECRET)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    return tmp_path


def how_many(model: type) -> int:
    """Asked anew, and given back: the command is another writer."""
    db.session.rollback()
    found = db.session.query(model).count()
    db.session.rollback()
    return found


def test_a_list_is_taken_in_by_command_once_and_its_errors_are_written_to_a_file(world: World, place: Path):
    headings = ["Incident", *CASE_HEADINGS[2:]]
    rows = [case_row(number)[1:] for number in range(3)]
    file, errors = place / "list.xlsx", place / "errors.xlsx"
    file.write_bytes(xlsx(headings, *rows, case_row(9, risk="no")[1:]))
    words = [
        "import",
        "list",
        str(file),
        "--kind",
        "cases",
        "--as",
        "focal_point",
        "--column",
        "concern=incident",
    ]
    dry = command.here(*words, "--dry-run")
    assert dry.returncode == 1, "there is something to mend"
    assert how_many(ProtectionCase) == 0
    done = command.here(*words, "--errors", str(errors))
    assert (done.returncode, done.stderr) == (1, "")
    assert "line 5: Risk to the survivor: " in done.stdout
    assert len(cells(errors.read_bytes())) == 2
    assert how_many(ProtectionCase) == 3
    assert how_many(SheetRow) == 0, "nothing of the file stays"
    command.here(*words)
    assert how_many(ProtectionCase) == 3
    entry = db.session.scalars(
        sa.select(AdministrationEntry).where(AdministrationEntry.action == AdministrativeAct.SHEET_TAKEN_IN)
    ).one()
    assert entry.detail == {"taken": 3, "there": 0, "wrong": 1, "by": "command"}
    assert entry.actor_id == world.focal_point.user_id


def test_what_cannot_be_is_said_in_a_sentence(world: World, place: Path):
    file = place / "list.csv"
    file.write_text("a,b\n1,2\n")
    for words, said in {
        (str(file), "--as", "nobody"): "There is no account 'nobody' that works here.",
        (str(file), "--as", "police_officer"): "Your role does not take in lists of this kind.",
        (str(file), "--as", "focal_point", "--column", "x=a"): "There is no field 'x'.",
    }.items():
        done = command.here("import", "list", *words, "--kind", "cases")
        assert done.returncode == 2
        assert said in done.stderr

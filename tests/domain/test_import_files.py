"""An import takes files as they are, goes on where it stopped, and says in a sentence what it cannot read."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.outside import A_CASE, A_COMPLAINT, CASES, EVENTS, MAPPING, Ground, many, whole_way
from tracker.errors import Refusal
from tracker.intake import loading, writing

# --- order, again, interrupted ----------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[2]


def test_the_order_of_the_files_does_not_matter(ground: Ground):
    cases, events = many(30)
    report = ground.take(cases[::-1], sorted(events, key=lambda row: (row[3], row[0])))
    assert report["cases_loaded"] == 30
    assert report["refused"] == {}
    assert len(ground.history("D7")) == 10
    assert ground.history("D7") == ground.history("D29")


def test_a_second_run_adds_nothing(ground: Ground):
    ground.take([A_CASE], whole_way())
    before = [
        ground.rows(f"SELECT count(*) FROM {table}") for table in ("history_entry", "track", "institution")
    ]
    report = ground.run()
    assert (report["cases_loaded"], report["cases_already_there"], report["events_already_there"]) == (
        0,
        1,
        7,
    )
    assert (report["entries"], report["tracks"], report["institutions_made"]) == (0, 0, 0)
    assert before == [
        ground.rows(f"SELECT count(*) FROM {table}") for table in ("history_entry", "track", "institution")
    ]


def test_a_later_file_adds_the_cases_that_are_new(ground: Ground):
    ground.take([A_CASE], [A_COMPLAINT])
    report = ground.take([A_CASE, ("D2", *A_CASE[1:])], [A_COMPLAINT, ("D2", *A_COMPLAINT[1:])])
    assert (report["cases_loaded"], report["cases_already_there"], report["institutions_made"]) == (1, 1, 0)


def test_an_interrupted_run_goes_on_where_it_stopped(ground: Ground, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(loading, "BATCH", 10)
    batches = []

    def interrupted(*arguments: Any) -> None:
        writing.write(*arguments)
        batches.append(arguments)
        if len(batches) == 3:
            raise KeyboardInterrupt  # in the middle of a transaction

    monkeypatch.setattr("tracker.intake.loading.write", interrupted)
    report = ground.take(*many(45))
    assert (ground.exit_code, report["finished"], report["cases_loaded"]) == (130, False, 20)
    assert ground.rows("SELECT count(*) FROM protection_case") == [(20,)]

    report = ground.run()
    assert (ground.exit_code, report["cases_loaded"], report["cases_already_there"]) == (0, 25, 20)
    assert ground.rows("SELECT count(*) FROM history_entry") == [(450,)]
    assert ground.rows("SELECT count(*) FROM court_order") == [(45,)]


def test_a_reference_that_was_drawn_twice_is_drawn_again(ground: Ground, monkeypatch: pytest.MonkeyPatch):
    drawn = iter(["CCCC-CCCC-CCCC"] * 3 + ["DDDD-DDDD-DDDD", "FFFF-FFFF-FFFF"])
    monkeypatch.setattr("tracker.references.new", lambda: next(drawn))
    ground.take([A_CASE], [])
    report = ground.take([A_CASE, ("D2", *A_CASE[1:]), ("D3", *A_CASE[1:])], [])
    assert report["cases_loaded"] == 2


def test_what_the_database_refuses_again_and_again_is_raised(ground: Ground, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.references.new", lambda: "CCCC-CCCC-CCCC")
    with pytest.raises(IntegrityError):
        ground.take([A_CASE, ("D2", *A_CASE[1:])], [])
    assert ground.rows("SELECT count(*) FROM protection_case") == [(0,)]


# --- files ------------------------------------------------------------------------------------------------------------


def test_gzip_is_known_by_its_content_and_a_byte_order_mark_is_no_letter(ground: Ground):
    ground.write("cases.csv", CASES, [A_CASE])
    plain = ground.write("events.csv", EVENTS, [A_COMPLAINT]).read_bytes()
    (ground.folder / "events.csv").write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain))
    assert ground.run()["events_loaded"] == 1


def test_a_source_without_a_table_of_cases_makes_them_of_their_first_events(ground: Ground):
    mapping = MAPPING.replace("[cases]", "[cases]\nfrom_events = true").replace('"reçu"', '"jour"')
    mapping = mapping.replace('incident_on = "faits"\n', "").replace('column = "objet"', 'column = "suite"')
    mapping = mapping.replace(
        'risk = { column = "risque", default = "low", words = { "élevé" = "high" } }\n', ""
    )
    ground.write(
        "events.csv",
        EVENTS,
        [
            ("D1", "2", "12/01/2024", "Note", "Poste Ndosho", "", ""),
            ("D1", "1", "10/01/2024", "Plainte", "Poste Ndosho", "", "viol"),
        ],
    )
    report = ground.run(mapping=mapping, cases=None)
    assert ground.history()[0] == ("case", "opens", "open", "2024-01-09", "")
    assert (report["cases_loaded"], report["events_loaded"], report["rows_read"]) == (1, 2, {"events": 2})


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "its first line must name the columns"),
    "a column is missing": (
        lambda _: b"dossier;no;jour\n",
        "has no column 'acte', which the mapping names. Its columns are dossier, no, jour",
    ),
    "a column twice": (lambda _: b"dossier;no;jour;no\n", "two columns called 'no'"),
    "not text": (lambda content: content + b"\xff\xfe", "is not UTF-8 text"),
    "half a gzip": (lambda content: gzip.compress(content)[:-20], "is a damaged gzip file"),
    "an open quote": (lambda content: content + b'"D1;2', "is no readable table at line 3"),
}


@pytest.mark.parametrize("how", DAMAGE)
@pytest.mark.only_on("sqlite")
def test_a_damaged_file_is_refused_with_a_sentence(ground: Ground, how: str):
    damage, sentence = DAMAGE[how]
    ground.write("cases.csv", CASES, [A_CASE])
    place = ground.write("events.csv", EVENTS, [A_COMPLAINT])
    place.write_bytes(damage(place.read_bytes()))
    with pytest.raises(Refusal, match=sentence):
        ground.run()
    assert ground.rows("SELECT count(*) FROM protection_case") == [(0,)]


@pytest.mark.only_on("sqlite")
def test_a_file_that_is_not_there_is_refused_with_a_sentence(ground: Ground):
    with pytest.raises(Refusal, match=r"events\.csv cannot be read: No such file"):
        ground.run()
    (ground.folder / "events.csv").mkdir()
    with pytest.raises(Refusal, match=r"events\.csv cannot be read: Is a directory"):
        ground.run()


@pytest.mark.only_on("sqlite")
def test_the_table_of_cases_is_asked_for_or_refused(ground: Ground):
    ground.write("cases.csv", CASES, [A_CASE])
    ground.write("events.csv", EVENTS, [A_COMPLAINT])
    with pytest.raises(Refusal, match="Give its file with --cases"):
        ground.run(cases=None)
    with pytest.raises(Refusal, match="Leave the table of cases out"):
        ground.run(mapping=MAPPING.replace("[cases]", "[cases]\nfrom_events = true"))


@pytest.mark.only_on("sqlite")
def test_what_cannot_work_is_refused_before_anything_is_read(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(Refusal, match="report cannot be written"):
        ground.run("--report", str(tmp_path / "nowhere" / "report.json"))
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    ground.write("cases.csv", CASES, [A_CASE])
    ground.write("events.csv", EVENTS, [A_COMPLAINT])
    with pytest.raises(Refusal, match="no tables yet"):
        ground.run()


@pytest.mark.only_on("sqlite")
def test_a_code_of_another_kind_of_institution_is_refused(ground: Ground):
    ground.take([A_CASE], [])
    with pytest.raises(Refusal, match="'kivu-tripaix' already, of the kind 'peace_court'"):
        ground.take(
            [A_CASE],
            [],
            mapping=MAPPING.replace('kind = "peace_court"\nparent', 'kind = "high_court"\nparent'),
        )


@pytest.mark.only_on("sqlite")
def test_an_area_that_nobody_described_is_refused(ground: Ground):
    with pytest.raises(Refusal, match="There is no area 'CD62'"):
        ground.take([A_CASE], [], mapping=MAPPING.replace('always = "CD61"', 'always = "CD62"'))


@pytest.mark.only_on("sqlite")
def test_a_machine_without_room_is_told_so(ground: Ground, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.intake.staging._PRAGMAS", ("journal_mode=OFF", "max_page_count=5"))
    with pytest.raises(Refusal, match="no room for the rows in the folder for temporary files"):
        ground.take(*many(100))


@pytest.mark.only_on("sqlite")
def test_a_report_that_cannot_be_written_takes_nothing_back(ground: Ground):
    (ground.folder / "report.json").mkdir()
    with pytest.raises(Refusal, match="is taken in, but the report cannot be written"):
        ground.take([A_CASE], [A_COMPLAINT])
    assert ground.rows("SELECT count(*) FROM protection_case") == [(1,)]


@pytest.mark.only_on("sqlite")
def test_on_the_command_line_a_refusal_is_a_sentence_and_status_2(ground: Ground):
    (ground.folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    program = "from blueprints.ops.main import main; main()"
    given = ["--cases", "nowhere.csv", "--events", "nowhere.csv", "--mapping", "mapping.toml"]
    done = subprocess.run(
        [sys.executable, "-c", program, "import", "cases", *given],
        cwd=ground.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "nowhere.csv cannot be read: No such file or directory.\n"

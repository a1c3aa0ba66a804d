"""Records of another system are taken in whole, flagged or refused with line and reason, through a mapping alone."""

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from blueprints.ops.importing import import_group
from tracker import mission, procedure
from tracker.actions import rebuild
from tracker.db import db, reading_only
from tracker.errors import Refusal
from tracker.intake import loading, mapping_reader, writing
from tracker.intake.places import code_of

# A source in its own words: none of them stands in the code.
MAPPING = """
[source]
code = "kivu"
title = "Registre du parquet"
as_of = 2024-12-31
date_format = "%d/%m/%Y"
delimiter = ";"
not_named = ["inconnu"]

[[areas]]
code = "CD"
name = "RD Congo"

[[areas]]
code = "CD61"
name = "Nord-Kivu"
level = 1
parent = "CD"

[[institutions]]
code = "kivu-section"
name = "Section judiciaire"
kind = "judicial_affairs"
area = "CD61"

[[institutions]]
code = "kivu-parquet"
name = "Parquet de Goma"
kind = "prosecution"
area = "CD61"
known_as = ["Parquet", "Parquet, bureau 2"]

[[institutions]]
code = "kivu-tripaix"
name = "Tripaix"
kind = "peace_court"
parent = "kivu-parquet"

[stages.police]
kind = "police_station"
unknown = "Poste inconnu"
area = "CD61"

[stages.prosecution]
unknown_kind = "prosecution"
unknown = "Parquet inconnu"
begins = "under_review"
after = ["police"]

[stages.court]
unknown_kind = "peace_court"
unknown = "Tribunal inconnu"
begins = "accepted"
after = ["court", "prosecution"]

[stages.enforcement]
unknown_kind = "peace_court"
unknown = "Tribunal inconnu"
after = ["court"]

[cases]
reference = "dossier"
received_on = "reçu"
incident_on = "faits"
owner = "kivu-section"
registrar = "kivu-section"
area = { always = "CD61" }
risk = { column = "risque", default = "low", words = { "élevé" = "high" } }

[cases.concern]
column = "objet"
words = { "Viol" = "rape", "Coups" = "physical_assault" }

[events]
case_ref = "dossier"
seq = "no"
on = "jour"
event = "acte"
institution = "lieu"
unit = "bureau"
outcome = "suite"

[[rules]]
event = "Plainte"
stage = "police"
to = "accepted"

[[rules]]
event = "Note"
stage = "police"

[[rules]]
event = "Parquet saisi"
stage = "prosecution"
to = "under_review"
then = [{ stage = "police", to = "forwarded" }]

[[rules]]
event = "Classement"
outcomes = ["sans suite"]
stage = "prosecution"
to = "declined"
reason = "insufficient_evidence"

[[rules]]
event = "Audience"
stage = "court"
to = "listed"

[[rules]]
event = "Jugement"
outcomes = ["condamné"]
stage = "court"
to = "decided"
outcome = "convicted"
first = [{ stage = "court", to = "transferred", elsewhere = true }]

[[rules]]
event = "Peine"
stage = "enforcement"
to = "pending"
order = "sentence"

[[rules]]
event = "Exécution"
stage = "enforcement"
to = "implemented"
if_over = "note"
then = [{ stage = "case", to = "closed", reason = "outcome_delivered" }]

[[rules]]
event = "Archives"
stage = "case"

[[rules]]
event = "Brouillon"
leave_out = true
"""

CASES = ("dossier", "reçu", "faits", "objet", "risque", "témoin")
EVENTS = ("dossier", "no", "jour", "acte", "lieu", "bureau", "suite")
A_CASE = ("D1", "10/01/2024", "08/01/2024", "viol", "", "")
A_COMPLAINT = ("D1", "1", "10/01/2024", "Plainte", "Poste Ndosho", "", "")

Row = Sequence[str]


class Ground:
    """A database and a folder; files are written there and taken in as an operator would."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder, self.engine = folder, sa.create_engine(url)

    def write(self, name: str, header: Row, rows: Sequence[Row]) -> Path:
        """A table of the source."""
        place = self.folder / name
        with place.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([header, *rows])
        return place

    def take(self, cases: Sequence[Row], events: Sequence[Row], mapping: str = MAPPING) -> dict[str, Any]:
        """The report after taking these rows in."""
        self.write("cases.csv", CASES, cases)
        self.write("events.csv", EVENTS, events)
        return self.run(mapping=mapping)

    def run(self, *more: str, mapping: str = MAPPING, cases: str | None = "cases.csv") -> dict[str, Any]:
        """The report after taking in the files that are there; a refusal is raised."""
        (self.folder / "mapping.toml").write_text(mapping, encoding="utf-8")
        report = self.folder / "report.json"
        arguments = ["--events", str(self.folder / "events.csv"), "--report", str(report)]
        if cases:
            arguments += ["--cases", str(self.folder / cases)]
        arguments += ["--mapping", str(self.folder / "mapping.toml"), *more]
        result = CliRunner().invoke(import_group, ["cases", *arguments])
        if isinstance(result.exception, Refusal):
            raise result.exception
        self.printed, self.exit_code = result.output, result.exit_code
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What the database answers."""
        with reading_only(), self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def history(self, reference: str = "D1") -> list[tuple[str, ...]]:
        """The entries of a case: stage, effect, status, day (UTC), flag."""
        found = self.rows(
            "SELECT h.stage, h.effect, h.status_after, h.happened_at, h.flag FROM history_entry h "
            "JOIN protection_case c ON c.id = h.case_id WHERE c.source_ref = :ref ORDER BY h.n",
            ref=reference,
        )
        return [
            (stage, effect, after, str(at)[:10] if at else "", flag or "")
            for stage, effect, after, at, flag in found
        ]

    def tracks(self, reference: str = "D1") -> list[tuple[Any, ...]]:
        """The tracks of a case: stage, status, open, institution."""
        return self.rows(
            "SELECT t.stage, t.status, t.open, i.code FROM track t JOIN protection_case c ON c.id = t.case_id "
            "JOIN institution i ON i.id = t.institution_id WHERE c.source_ref = :ref ORDER BY t.id",
            ref=reference,
        )

    def details(self, event: str) -> dict[str, Any]:
        """The detail of the entry of an event."""
        found = self.rows("SELECT detail FROM history_entry ORDER BY id")
        details = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in found]
        one: dict[str, Any] = next(it for it in details if it.get("source", {}).get("event") == event)
        return one


@pytest.fixture
def ground(
    bare_app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ground]:
    """A fresh database on each engine, and an empty folder."""
    monkeypatch.setenv("TRACKER_DATABASE_URL", database_url)
    monkeypatch.setenv("TRACKER_SECRET_KEY", "only for this test: 0123456789 abcdefghij")
    made = Ground(database_url, tmp_path)
    yield made
    with bare_app.app_context(), reading_only():
        differing = [str(one) for one in rebuild.differences()]
        db.session.remove()
        db.engine.dispose()
    made.engine.dispose()
    assert not differing, "tracks equal what the entries say, whatever a test took in"
    mission.start(None, ZoneInfo("Africa/Juba"))


def _whole_way(reference: str = "D1") -> list[Row]:
    return [
        (reference, "1", "10/01/2024", "Plainte", "Poste Ndosho", "bureau 3", ""),
        (reference, "2", "12/01/2024", "Note", "Poste Ndosho", "", ""),
        (reference, "3", "20/01/2024", "Parquet saisi", "Parquet, bureau 2", "", ""),
        (reference, "4", "03/02/2024", "Audience", "Tripaix", "", ""),
        (reference, "5", "04/03/2024", "JUGEMENT", "Tripaix", "", "Condamné "),
        (reference, "6", "05/03/2024", "Peine", "Tripaix", "", ""),
        (reference, "7", "01/06/2024", "Exécution", "Tripaix", "", ""),
    ]


# --- what is taken in -------------------------------------------------------------------------------------------------


def test_a_case_is_taken_in_with_its_whole_way(ground: Ground):
    report = ground.take([A_CASE], _whole_way())
    assert ground.tracks() == [
        ("police", "forwarded", False, "kivu-poste-ndosho"),
        ("prosecution", "under_review", True, "kivu-parquet"),
        ("court", "decided", False, "kivu-tripaix"),
        ("enforcement", "implemented", False, "kivu-tripaix"),
    ]
    assert ground.history() == [
        ("case", "opens", "open", "2024-01-09", ""),  # midnight in Juba is the evening before in UTC
        ("police", "opens", "accepted", "2024-01-09", ""),
        ("police", "notes", "accepted", "2024-01-11", ""),
        ("prosecution", "opens", "under_review", "2024-01-19", ""),
        ("police", "ends", "forwarded", "2024-01-19", ""),
        ("court", "opens", "listed", "2024-02-02", ""),
        ("court", "ends", "decided", "2024-03-03", ""),
        ("enforcement", "opens", "pending", "2024-03-04", ""),
        ("enforcement", "ends", "implemented", "2024-05-31", ""),
        ("case", "ends", "closed", "2024-05-31", ""),
    ]
    assert (report["cases_loaded"], report["events_loaded"]) == (1, 7)
    assert (report["entries"], report["tracks"], report["orders"]) == (10, 4, 1)
    assert report["institutions_made"] == 4
    assert report["rows_read"] == {"cases": 1, "events": 7}
    assert report["ignored_columns"] == {"cases": ["témoin"], "events": []}
    assert report["finished"]
    assert "Cases taken in" in ground.printed


def test_the_facts_of_a_case_are_kept(ground: Ground):
    ground.take([("D1", "10/01/2024", "08/01/2024", "  VIOL ", "Élevé", "")], _whole_way())
    ((row),) = ground.rows(
        "SELECT c.concern, c.risk, c.channel, c.occurred_on, c.closure_reason, c.source_ref, a.code, s.code, "
        "i.code, i.title FROM protection_case c JOIN area a ON a.id = c.area_id "
        "JOIN institution s ON s.id = c.owner_id JOIN import_source i ON i.id = c.import_id"
    )
    assert tuple(map(str, row)) == (
        "rape",
        "high",
        "imported",
        "2024-01-08",
        "outcome_delivered",
        "D1",
        "CD61",
        "kivu-section",
        "kivu",
        "Registre du parquet",
    )


def test_an_entry_says_who_recorded_it_and_keeps_the_words_of_the_source(ground: Ground):
    ground.take([A_CASE], _whole_way())
    found = ground.rows("SELECT DISTINCT actor_id, role, import_id IS NULL, procedure FROM history_entry")
    assert found == [(None, None, False, procedure.load().version)]
    assert ground.details("Plainte") == {
        "source": {"event": "Plainte", "institution": "Poste Ndosho", "unit": "bureau 3"},
        "precision": "day",
    }
    assert ground.details("JUGEMENT")["source"]["outcome"] == "Condamné "
    assert ground.details("JUGEMENT")["outcome"] == "convicted"


def test_a_track_knows_where_it_came_from(ground: Ground):
    ground.take([A_CASE], _whole_way())
    assert ground.rows(
        "SELECT t.stage, p.stage, s.code FROM track t LEFT JOIN track p ON p.id = t.parent_id "
        "LEFT JOIN institution s ON s.id = t.sender_id ORDER BY t.id"
    ) == [
        ("police", None, None),
        ("prosecution", "police", "kivu-poste-ndosho"),
        ("court", "prosecution", "kivu-parquet"),
        ("enforcement", "court", None),
    ]


def test_a_stay_whose_beginning_nobody_told_begins_without_a_day(ground: Ground):
    ground.take([A_CASE], [("D1", "1", "04/03/2024", "Jugement", "Tripaix", "", "condamné")])
    assert ground.history()[1:] == [
        ("court", "opens", "accepted", "", ""),
        ("court", "ends", "decided", "2024-03-03", ""),
    ]


def test_a_decision_elsewhere_transfers_the_open_stay(ground: Ground):
    ground.take(
        [A_CASE],
        [
            ("D1", "1", "03/02/2024", "Audience", "Tripaix", "", ""),
            ("D1", "2", "04/03/2024", "Jugement", "inconnu", "", "condamné"),
        ],
    )
    assert ground.tracks() == [
        ("court", "transferred", False, "kivu-tripaix"),
        ("court", "decided", False, "kivu-tribunal-inconnu"),
    ]


def test_a_stay_that_ended_begins_again(ground: Ground):
    ground.take(
        [A_CASE],
        [
            A_COMPLAINT,
            ("D1", "2", "20/01/2024", "Classement", "Parquet", "", "Sans suite"),
            ("D1", "3", "25/01/2024", "Parquet saisi", "Parquet", "", ""),
        ],
    )
    assert ground.tracks()[1:] == [
        ("prosecution", "declined", False, "kivu-parquet"),
        ("prosecution", "under_review", True, "kivu-parquet"),
    ]
    assert ground.rows("SELECT reopened FROM track ORDER BY id") == [(False,), (False,), (True,)]


def test_what_cannot_end_twice_is_noted(ground: Ground):
    ground.take([A_CASE], [*_whole_way(), ("D1", "8", "02/06/2024", "Exécution", "Tripaix", "", "")])
    assert ground.history()[-2:] == [
        ("enforcement", "notes", "implemented", "2024-06-01", ""),
        ("case", "notes", "closed", "2024-06-01", ""),
    ]


def test_a_status_with_a_clock_runs_from_when_it_happened(ground: Ground):
    ground.take([A_CASE], _whole_way()[:3])
    ((clock, due, since),) = ground.rows(
        "SELECT clock, due_at, status_since FROM track WHERE stage = 'prosecution'"
    )
    hours = procedure.load().clocks["decide_to_charge"].hours
    assert clock == "decide_to_charge"
    assert hours == 720
    assert (str(since)[:10], str(due)[:10]) == ("2024-01-19", "2024-02-18")


def test_an_order_is_followed_from_its_entry(ground: Ground):
    ground.take([A_CASE], _whole_way())
    assert ground.rows(
        "SELECT o.kind, t.stage, h.status_after FROM court_order o JOIN track t ON t.id = o.track_id "
        "JOIN history_entry h ON h.id = o.entry_id"
    ) == [("sentence", "enforcement", "pending")]


# --- dirty rows: taken in with a flag ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "flag", "kept"),
    [
        ("", "date_missing", ""),
        ("31/31/2024", "date_unreadable", ""),
        ("12/05/2109", "date_in_the_future", ""),
        ("01/01/0001", "before_referral", "0001-01-01"),
        ("09/01/2024", "before_referral", "2024-01-08"),
        ("01/01/2025", "after_cut_off", "2024-12-31"),
    ],
)
def test_a_bad_day_is_flagged(ground: Ground, day: str, flag: str, kept: str):
    report = ground.take([A_CASE], [("D1", "1", day, "Plainte", "Poste Ndosho", "", "")])
    if day.endswith("0001"):  # before the calendar of the zone: there is no such instant in UTC
        flag, kept = "date_unreadable", ""
    assert ground.history()[1] == ("police", "opens", "accepted", kept, flag)
    assert report["flagged"] == {flag: {"events": 1}}
    assert report["flagged_entries"] == {flag: 1}
    assert ground.details("Plainte")["source"].get("on", "") == ("" if kept else day)


def test_an_institution_that_the_source_does_not_name_has_a_placeholder(ground: Ground):
    report = ground.take(
        [A_CASE],
        [
            ("D1", "1", "10/01/2024", "Plainte", " INCONNU ", "", ""),
            ("D1", "2", "10/01/2025", "Audience", "Tribunal dont le mapping ne sait rien", "", ""),
        ],
    )
    assert [code for *_, code in ground.tracks()] == ["kivu-poste-inconnu", "kivu-tribunal-inconnu"]
    assert report["flagged"] == {"after_cut_off": {"events": 1}, "institution_unknown": {"events": 2}}
    assert ground.details("Audience")["also_flagged"] == ["after_cut_off"]


def test_a_bad_day_of_the_incident_is_left_out_and_flagged(ground: Ground):
    report = ground.take([("D1", "10/01/2024", "01/01/2200", "Viol", "", "")], [])
    assert ground.history() == [("case", "opens", "open", "2024-01-09", "date_in_the_future")]
    assert ground.rows("SELECT occurred_on FROM protection_case") == [(None,)]
    assert report["flagged"] == {"date_in_the_future": {"cases": 1}}


# --- dirty rows: refused ----------------------------------------------------------------------------------------------


def _refused(report: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    return {
        why: [(row["file"], row["line"]) for row in found["examples"]]
        for why, found in report["refused"].items()
    }


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("D1", "2", "11/01/2024", "Danse", "Poste Ndosho", "", ""), "event_unknown"),
        (("D1", "2", "11/01/2024", "Jugement", "Tripaix", "", "relaxé"), "outcome_unknown"),
        (("D1", "2", "11/01/2024", "Brouillon", "", "", ""), "left_out_by_the_mapping"),
        (("D9", "1", "11/01/2024", "Plainte", "Poste Ndosho", "", ""), "case_unknown"),
        (("D1", "1", "11/01/2024", "Note", "Poste Ndosho", "", ""), "duplicate_event"),
        (("D1", "ii", "11/01/2024", "Note", "Poste Ndosho", "", ""), "seq_unreadable"),
        (("D1", "9" * 30, "11/01/2024", "Note", "Poste Ndosho", "", ""), "seq_unreadable"),
        (("D1", "2", "11/01/2024", " ", "Poste Ndosho", "", ""), "missing_required"),
        (("", "2", "11/01/2024", "Note", "Poste Ndosho", "", ""), "missing_required"),
        (("D" * 121, "2", "11/01/2024", "Note", "Poste Ndosho", "", ""), "too_long"),
        (("D1", "2", "11/01/2024", "Note"), "malformed_row"),
        (("D1", "2", "11/01/2024", "Note", "Poste\0", "", ""), "malformed_row"),
        (("D1", "2", "11/01/2024", "Plainte", "Tripaix", "", ""), "institution_of_another_kind"),
    ],
)
def test_a_row_that_says_nothing_sound_is_refused_with_its_line(ground: Ground, row: Row, why: str):
    report = ground.take([A_CASE], [A_COMPLAINT, row])
    assert _refused(report) == {why: [("events", 3)]}
    assert report["events_loaded"] == 1
    assert len(ground.history()) == 2
    assert "Not taken in" in ground.printed


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("D2", "", "", "Viol", "", ""), "missing_required"),
        (("D2", "2024-01-10", "", "Viol", "", ""), "date_unreadable"),
        (("D2", "10/01/2109", "", "Viol", "", ""), "date_in_the_future"),
        (("D2", "10/01/2024", "", "Chapeau", "", ""), "word_unknown"),
    ],
)
def test_a_case_that_lacks_what_every_case_has_is_refused_with_its_events(ground: Ground, row: Row, why: str):
    report = ground.take([A_CASE, row], [A_COMPLAINT, ("D2", *A_COMPLAINT[1:])])
    assert _refused(report) == {why: [("cases", 3)], "case_refused": [("events", 3)]}
    assert (report["cases_loaded"], report["events_loaded"]) == (1, 1)


def test_a_case_that_comes_twice_is_taken_in_once(ground: Ground):
    report = ground.take([A_CASE, A_CASE, A_CASE], [A_COMPLAINT])
    assert _refused(report) == {"duplicate_case": [("cases", 3), ("cases", 4)]}
    assert report["cases_loaded"] == 1


def test_a_hundred_rows_of_a_reason_are_named_and_all_are_counted(ground: Ground):
    report = ground.take([A_CASE], [("D1", str(n), "", "Danse", "", "", "") for n in range(150)])
    assert report["refused"]["event_unknown"]["rows"] == {"events": 150}
    assert len(report["refused"]["event_unknown"]["examples"]) == 100


# --- order, again, interrupted ----------------------------------------------------------------------------------------


def _many(number: int) -> tuple[list[Row], list[Row]]:
    cases: list[Row] = [(f"D{n}", *A_CASE[1:]) for n in range(number)]
    return cases, [row for n in range(number) for row in _whole_way(f"D{n}")]


def test_the_order_of_the_files_does_not_matter(ground: Ground):
    cases, events = _many(30)
    report = ground.take(cases[::-1], sorted(events, key=lambda row: (row[3], row[0])))
    assert report["cases_loaded"] == 30
    assert report["refused"] == {}
    assert len(ground.history("D7")) == 10
    assert ground.history("D7") == ground.history("D29")


def test_a_second_run_adds_nothing(ground: Ground):
    ground.take([A_CASE], _whole_way())
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
    report = ground.take(*_many(45))
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


# --- mappings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", mapping_reader.shipped())
@pytest.mark.parametrize("pack", [None, *procedure.PACKS])
def test_the_shipped_mappings_fit_every_procedure(name: str, pack: str | None):
    assert mapping_reader.open_mapping(name, procedure.load(pack)).source.code == name


def test_both_mappings_are_shipped():
    assert mapping_reader.shipped() == ("cook-felony", "traffic-fines")


def test_no_word_of_a_source_is_in_the_code():
    words = re.compile(r"cook|felony|traffic|fines|referred|arraigned|disposed|prefecture", re.IGNORECASE)
    for path in [*Path(loading.__file__).parent.glob("*.py"), Path("blueprints/ops/importing.py")]:
        assert not words.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("[source]", "[source", "not readable TOML"),
        ('code = "kivu"', 'code = "Kivu!"', "line 2, `source.code` must be at most"),
        ('title = "Registre du parquet"', "", "`source.title` must be a text"),
        ("as_of = 2024-12-31", 'as_of = "2024"', "`source.as_of` must be a day"),
        ('delimiter = ";"', 'delimiter = ";;"', "must be one character"),
        ('delimiter = ";"', 'colour = "red"', "`source.colour` is no key of a mapping; here stand"),
        ('kind = "judicial_affairs"', 'kind = "club"', "`institutions[1].kind` is 'club', which is none of"),
        ('parent = "kivu-parquet"', 'parent = "kivu-x"', "no institution described above"),
        (
            'known_as = ["Parquet",',
            'known_as = ["Section judiciaire",',
            "by which another institution is known",
        ),
        ("level = 1", 'level = "one"', "must be a whole number"),
        ("[stages.police]", "[stages.alert]", "`stages.alert` is 'alert', which is no stage"),
        ('kind = "police_station"', 'kind = "prison"', "cannot hold the stage 'police'"),
        ('begins = "under_review"', 'begins = "charged"', "no status of 'prosecution'"),
        ('after = ["police"]', 'after = ["polis"]', "`stages.prosecution.after` is 'polis'"),
        ('registrar = "kivu-section"', 'registrar = "kivu-tripaix"', "cannot hold the stage 'feedback'"),
        ('owner = "kivu-section"', 'owner = "nobody"', "no institution of this mapping"),
        ('"Viol" = "rape"', '"Viol" = "theft"', "is 'theft', which is none of"),
        ('default = "low"', 'default = "lowish"', "`cases.risk.default` is 'lowish'"),
        ('area = { always = "CD61" }', 'area = "CD61"', "`cases.area` must be a table"),
        ('seq = "no"', "", "`events.seq` must be a text"),
        (
            'to = "accepted"',
            'to = "acepted"',
            "(Plainte).to` is 'acepted', which is no status or end of 'police'",
        ),
        ('stage = "police"\nto', 'stage = "cavalry"\nto', "which is no stage described under"),
        ('outcome = "convicted"', 'outcome = "guilty"', "(Jugement).outcome` is 'guilty'"),
        ('reason = "insufficient_evidence"', 'reason = "because"', "(Classement).reason` is 'because'"),
        ('to = "listed"', 'to = "listed"\nreason = "other"', "where the procedure asks for none"),
        ('to = "listed"', 'to = "listed"\nat = "kivu-parquet"', "cannot hold the stage 'court'"),
        ('to = "listed"', 'to = "listed"\naction = "dance"', "no step of 'court'"),
        ('to = "listed"', 'to = "listed"\norder = "sentence"', "of the stage 'enforcement' begins"),
        ('to = "listed"', 'to = "listed"\nelsewhere = true', "in `first` and `then` only"),
        ('to = "listed"', 'to = "listed"\nif_over = "nothing"', "every event leaves an entry"),
        ('to = "listed"', 'to = "listed"\nif_over = "perhaps"', "is 'perhaps', which is none of"),
        ('to = "listed"', 'to = "listed"\nthen = "police"', "must be a list of tables"),
        ('order = "sentence"', 'order = "sentence"\noutcome = "convicted"', "in the stage 'court' only"),
        ('to = "closed", reason = "outcome_delivered"', 'to = "closed"', "must say why the case is closed"),
        (
            'event = "Note"',
            'event = "Plainte"',
            "every other outcome of 'Plainte', for which there is a rule",
        ),
        ("leave_out = true", 'leave_out = "yes"', "must be true or false"),
        ('outcomes = ["condamné"]', 'outcomes = "condamné"', "must be a list of texts"),
    ],
)
def test_a_broken_mapping_is_refused_with_its_place(right: str, wrong: str, sentence: str):
    assert right in MAPPING
    with pytest.raises(Refusal, match=re.escape(sentence)):
        mapping_reader.read(MAPPING.replace(right, wrong, 1), procedure.load())


def test_a_mapping_needs_rules():
    with pytest.raises(Refusal, match="nothing says what an event does"):
        mapping_reader.read(MAPPING[: MAPPING.index("[[rules]]")], procedure.load())


def test_the_line_of_a_rule_is_named():
    text = MAPPING.replace('to = "listed"', 'to = "lost"')
    line = text[: text.index('event = "Audience"')].count("\n")
    with pytest.raises(Refusal, match=rf"In line {line}, `rules\[5\] \(Audience\).to` is 'lost'"):
        mapping_reader.read(text, procedure.load())


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_mapping_that_cannot_be_read_is_refused(name: str):
    with pytest.raises(Refusal, match="cannot be read"):
        mapping_reader.open_mapping(name, procedure.load())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Poste Ndosho", " POSTE  ndosho", True),
        ("Poste de Goma", "Poste de Goma 2", False),
        ("Poste été", "Poste etc", False),
        ("شرطة جوبا", "شرطة ملكال", False),
        ("Poste شرطة جوبا", "Poste شرطة ملكال", False),
        ("P" * 100, "P" * 101, False),
        ("…", "?", False),
    ],
)
def test_an_institution_has_one_code_for_every_spelling(one: str, other: str, same: bool):
    assert (code_of("kivu", one) == code_of("kivu", other)) is same
    assert max(len(code_of("kivu", name)) for name in (one, other)) <= 60

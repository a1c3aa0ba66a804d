"""Cases of another system are taken in whole; dirty rows with a flag, or refused with line and reason."""

import random
import re
from typing import Any

import pytest

from tests.outside import A_CASE, A_COMPLAINT, MAPPING, Ground, Row, whole_way
from tracker import procedure

# --- what is taken in -------------------------------------------------------------------------------------------------


def test_a_case_is_taken_in_with_itswhole_way(ground: Ground):
    report = ground.take([A_CASE], whole_way())
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
    ground.take([("D1", "10/01/2024", "08/01/2024", "  VIOL ", "Élevé", "")], whole_way())
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
    ground.take([A_CASE], whole_way())
    found = ground.rows("SELECT DISTINCT actor_id, role, import_id IS NULL, procedure FROM history_entry")
    assert found == [(None, None, False, procedure.load().version)]
    assert ground.details("Plainte") == {
        "source": {"event": "Plainte", "institution": "Poste Ndosho", "unit": "bureau 3"},
        "precision": "day",
    }
    assert ground.details("JUGEMENT")["source"]["outcome"] == "Condamné "
    assert ground.details("JUGEMENT")["outcome"] == "convicted"


def test_a_track_knows_where_it_came_from(ground: Ground):
    ground.take([A_CASE], whole_way())
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
    ground.take([A_CASE], [*whole_way(), ("D1", "8", "02/06/2024", "Exécution", "Tripaix", "", "")])
    assert ground.history()[-2:] == [
        ("enforcement", "notes", "implemented", "2024-06-01", ""),
        ("case", "notes", "closed", "2024-06-01", ""),
    ]


def test_a_status_with_a_clock_runs_from_when_it_happened(ground: Ground):
    ground.take([A_CASE], whole_way()[:3])
    ((clock, due, since),) = ground.rows(
        "SELECT clock, due_at, status_since FROM track WHERE stage = 'prosecution'"
    )
    hours = procedure.load().clocks["decide_to_charge"].hours
    assert clock == "decide_to_charge"
    assert hours == 720
    assert (str(since)[:10], str(due)[:10]) == ("2024-01-19", "2024-02-18")


def test_a_status_that_keeps_its_clock_keeps_it(ground: Ground):
    again = ("D1", "4", "01/02/2024", "Parquet saisi", "Parquet", "", "")
    ground.take([A_CASE], [*whole_way()[:3], again])
    ((since, due),) = ground.rows("SELECT status_since, due_at FROM track WHERE stage = 'prosecution'")
    assert (str(since)[:10], str(due)[:10]) == ("2024-01-31", "2024-02-18")


def test_a_second_sentence_is_a_second_order_of_one_stay(ground: Ground):
    ground.take([A_CASE], [*whole_way()[:6], ("D1", "7", "06/03/2024", "Peine", "Tripaix", "", "")])
    assert ground.history()[-1] == ("enforcement", "moves", "pending", "2024-03-05", "")
    assert ground.rows(
        "SELECT count(*), count(DISTINCT track_id), count(DISTINCT entry_id) FROM court_order"
    ) == [(2, 1, 2)]


def test_what_follows_needs_a_stay_to_follow(ground: Ground):
    then = 'then = [{ stage = "court", to = "listed", if_over = "again" }, { stage = "police", to = "forwarded" }]'
    mapping = MAPPING.replace('then = [{ stage = "police", to = "forwarded" }]', then)
    ground.take([A_CASE], whole_way()[2:3], mapping)
    assert ground.tracks() == [("prosecution", "under_review", True, "kivu-parquet")]


def test_an_order_is_followed_from_its_entry(ground: Ground):
    ground.take([A_CASE], whole_way())
    assert ground.rows(
        "SELECT o.kind, t.stage, h.status_after FROM court_order o JOIN track t ON t.id = o.track_id "
        "JOIN history_entry h ON h.id = o.entry_id"
    ) == [("sentence", "enforcement", "pending")]


def test_whatever_is_told_in_whatever_order_nothing_is_lost(ground: Ground):
    """Every row is taken in or refused, and (as after every test here) tracks equal what the entries say."""
    chance = random.Random(7)  # noqa: S311 - the same rows in every run
    words = [*re.findall(r'event = "(.+)"', MAPPING), "Danse"]
    places = ["Poste Ndosho", "Parquet", "Tripaix", "inconnu", ""]
    days = ["", "x", "01/02/2109", "09/01/2024", "20/03/2024", "02/02/2025"]
    outcomes = ["", "condamné", "sans suite"]
    cases: list[Row] = [(f"D{n}", *A_CASE[1:]) for n in range(200)]
    events: list[Row] = [
        (
            case[0],
            str(seq),
            chance.choice(days),
            chance.choice(words),
            chance.choice(places),
            "",
            chance.choice(outcomes),
        )
        for case in cases
        for seq in range(chance.randrange(9))
    ]
    report = ground.take(cases, events)
    refused = sum(found["rows"]["events"] for found in report["refused"].values())
    assert report["events_loaded"] + refused == len(events) == report["rows_read"]["events"]
    assert set(report["refused"]) == {
        "event_unknown",
        "outcome_unknown",
        "institution_of_another_kind",
        "left_out_by_the_mapping",
    }


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


def test_a_case_s_area_is_found_by_its_name_or_its_case_is_refused(ground: Ground):
    mapping = MAPPING.replace(
        'area = { always = "CD61" }', 'area = { column = "témoin", match = true, words = { "ici" = "CD" } }'
    )
    told = {"D1": "province du Nord-Kivu", "D2": "ICI", "D3": "près de Nord-Kivu", "D4": "Goma"}
    report = ground.take([(ref, *A_CASE[1:5], words) for ref, words in told.items()], [A_COMPLAINT], mapping)
    found = ground.rows(
        "SELECT c.source_ref, a.code FROM protection_case c JOIN area a ON a.id = c.area_id ORDER BY 1"
    )
    assert found == [("D1", "CD61"), ("D2", "CD")]
    assert report["refused"]["word_unknown"]["rows"] == {"cases": 2}

"""Published examples with their answers: each row of reference.json, and two data sets of R's survival package."""

import csv
import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tracker.indicators import ages, caseload, comparison, measured, survival
from tracker.indicators.periods import Period

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("TRACKER_SHARED_DATA") or ROOT.parent / "shared" / "data") / "reference"
REFERENCE = FOLDER / "reference.json"

pytestmark = pytest.mark.skipif(
    not REFERENCE.exists(), reason="the published examples are not on this machine"
)


def _said(name: str) -> Any:
    return json.loads(REFERENCE.read_text()).get(name) if REFERENCE.exists() else None


def _rows(name: str) -> list[Any]:
    said = _said(name) or []
    return said["rows"] if isinstance(said, dict) else said


def _data(name: str, event: str) -> Counter[tuple[int, int]]:
    with (FOLDER / name).open() as lines:
        return Counter((int(row["time"]), int(row[event])) for row in csv.DictReader(lines))


YEAR = Period.of("2012")


@pytest.mark.parametrize("row", _rows("caseload_cepej"), ids=lambda row: f"{row[3]}-decided")
def test_a_courthouse_reads_as_in_the_guidelines_of_cepej(row: list[float]):
    start, filed, returned, decided, end, clearance, days = row
    assert start + filed + returned - decided == end
    assert round(caseload.clearance_rate(filed + returned, decided)) == clearance
    assert caseload.disposition_time(end, decided, YEAR.days_of_forecast) == pytest.approx(days, abs=0.005)


@pytest.mark.parametrize("row", _rows("caseload_ncsc"), ids=lambda row: f"{row['incoming']}-incoming")
def test_a_docket_reads_as_in_the_guide_of_the_state_courts(row: dict[str, Any]):
    incoming = row["new"] + row["reopened"] + row["reactivated"]
    outgoing = row["judgments"] + row["reopened_dispositions"] + row["placed_inactive"]
    assert (incoming, outgoing) == (row["incoming"], row["outgoing"])
    assert row["begin_active"] + incoming - outgoing == row["end_active"]
    assert caseload.clearance_rate(incoming, outgoing) == pytest.approx(row["clearance_rate"])


def test_old_cases_read_as_in_north_carolina():
    said = _said("backlog_nc")
    old, pending, disposed = said["older_than_limit"], said["pending"], said["disposed_last_year"]
    assert ages.backlog(old, pending) == said["backlog_pct"]
    assert ages.aging_index(old, pending, disposed) == pytest.approx(said["aging_case_index_pct"], abs=5e-5)


def test_leukaemia_patients_stay_in_remission_as_freireich_saw():
    said = _said("km_freireich_6mp")
    curve = survival.kaplan_meier(Counter(zip(said["time"], said["event"], strict=True)), {1})
    assert [(p.day, p.at_risk, p.ends) for p in curve] == [
        (row["t"], row["at_risk"], row["events"]) for row in said["table"]
    ]
    for point, row in zip(curve, said["table"], strict=True):
        assert (point.open, point.lower, point.upper) == pytest.approx(
            (row["S"], row["lower"], row["upper"]), abs=5e-7
        )
    for percent in (25, 50, 75):
        assert list(survival.quantile(curve, percent / 100)) == said["quartiles"][f"q{percent}"]


def test_lung_cancer_patients_live_as_r_says():
    said = _said("km_lung")
    histogram = _data("lung.csv", "status")
    curve = survival.kaplan_meier(histogram, {2})
    assert sum(histogram.values()) == said["n"]
    assert sum(point.ends for point in curve) == said["events"]
    assert list(survival.quantile(curve, 0.5)) == said["median"]
    for day, expected in said["S"].items():
        point = survival.at(curve, int(day), 10_000)
        assert [point.open, point.lower, point.upper] == pytest.approx(expected, abs=5e-7)


def test_a_gammopathy_ends_as_r_says():
    said = _said("aj_mgus2")
    curve = survival.aalen_johansen(_data("mgus2.csv", "event"), (1, 2))
    for month, expected in said["cif"].items():
        last = [one for one in curve if one.day <= int(month)][-1]
        assert last.by_word[1] == pytest.approx(expected["c1"], abs=5e-8)
        assert last.by_word[2] == pytest.approx(expected["c2"], abs=5e-8)
        assert sum(last.by_word.values()) + last.open == pytest.approx(1)


@pytest.mark.parametrize("row", _rows("funnel_limits"), ids=lambda r: f"{r['n']}-{r['p0']}-{r['tail']}")
def test_the_limits_of_a_funnel_are_the_published_ones(row: dict[str, float]):
    limit = comparison.binomial_limit(int(row["n"]), row["p0"], row["tail"])
    assert limit == pytest.approx(row["limit"], abs=6e-9)


@pytest.mark.parametrize("row", _rows("wilson_95"), ids=lambda row: f"{row['k']}-of-{row['n']}")
def test_a_share_has_wilson_s_interval(row: dict[str, float]):
    found = measured.wilson(int(row["k"]), int(row["n"]))
    assert found == pytest.approx((row["lo"], row["hi"]), abs=6e-9)


def test_a_year_has_365_days_and_a_quarter_its_own():
    assert Period.of("2024").days_of_forecast == 365
    assert Period.of("2024-Q1").days_of_forecast == 91
    assert Period(date(2024, 1, 5), date(2024, 1, 5)).days_of_forecast == 1

"""Alerts of the past are taken in as vague as they were told, wait for nobody, and stand in no area that is guessed."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.command import here
from tests.world import World
from tracker import mission
from tracker.actions.rebuild import differences
from tracker.actions.steps import open_steps
from tracker.db import db
from tracker.intake.alert_loading import AlertLoader, AlertReport
from tracker.intake.alert_mapping import open_mapping
from tracker.intake.errors import BrokenMapping, NotReady
from tracker.intake.report import RefusedFor
from tracker.intake.tables import open_table
from tracker.models import Alert, HistoryEntry, Institution, Membership
from tracker.queries import alerts as alert_queries
from tracker.vocabulary import Role

MAPPING = """
[source]
code = "past"
title = "Incidents of the past"

[[institutions]]
code = "past-records"
name = "Records of the past"
kind = "community_network"
area = "XA"

[alerts]
network = "past-records"
reference = "id"
first_day = "from"
last_day = "until"

[alerts.says]
"Killed" = "killed"

[alerts.place]
words = "where"
areas = ["inner", "outer"]
country = "XA"
precision = "prec"
points = ["1"]
believed = { 4 = 1, 6 = 0 }
known_as = { XA0102 = ["Bend"], XA03 = ["Hill State"] }
"""
COLUMNS = "id,from,until,killed,where,inner,outer,prec"
ROWS = (
    "1,1992-08-07,1992-08-07,3,Old bridge village,Stone region,Hill province,2",
    "2,1992-08-01,1992-08-31,,Hill State,Stone region,Hill province,4",
    "3,2000-01-01,2000-12-31,,Imara,Stone region,Hill province,6",
    "4,2001-05-27,2001-06-06,,A village,Bend region,River State province,2",
    "5,2001-05-27,2001-05-27,,Bend town,Bend region,River State province,1",
    "6,2001-05-27,2001-05-27,,Ford village,Stone region,,2",
    "7,2001-05-27,2001-05-27,,Xyzzy village,Xyzzy region,,2",
    "8,,2001-05-27,,x,,,6",
    "1,2001-05-27,2001-05-27,,x,,,6",
    "9,2001-05-27,2001-05-27",
)
REAL = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def take(world: World, tmp_path: Path) -> Iterator[object]:
    """Takes rows in; gives the report."""
    mapping = tmp_path / "past.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    engine = sa.create_engine(world.database_url)
    present = mission.current()

    def run(*rows: str) -> AlertReport:
        db.session.commit()
        file = tmp_path / "past.csv"
        file.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
        report = AlertReport()
        loader = AlertLoader(
            engine, open_mapping(str(mapping), present.procedure), present.procedure, present.zone
        )
        with open_table(file, ",") as table:
            loader.load(table, report, lambda _rows: None)
        return report

    yield run
    engine.dispose()


def keeper(world: World) -> Membership:
    """Somebody who works with the records of the past."""
    place = db.session.scalars(sa.select(Institution).where(Institution.code == "past-records")).one()
    person = Membership(user=world.focal_point.user, institution=place, role=Role.FOCAL_POINT)
    db.session.add(person)
    db.session.commit()
    return person


def test_places_and_days_stay_as_vague_as_they_were_told(world: World, take):
    report = take(*ROWS)
    kept = {alert.source_ref: alert for alert in db.session.scalars(sa.select(Alert))}
    areas = {ref: alert.area.name if alert.area else None for ref, alert in kept.items()}
    assert areas == {
        "1": "Stone County",
        "2": None,  # the province of then is parts of two of now
        "3": "Imara",
        "4": None,
        "5": "Bend County",
        "6": None,  # the village bears the name of another county
        "7": None,
    }
    assert kept["1"].contact.place == "Old bridge village, Stone region, Hill province"
    assert (kept["2"].first_day, kept["2"].last_day) == (date(1992, 8, 1), date(1992, 8, 31))
    assert kept["1"].contact.message == "Killed: 3"
    happened = dict(
        db.session.execute(sa.select(HistoryEntry.alert_id, HistoryEntry.happened_at).distinct()).all()
    )
    assert {ref for ref, alert in kept.items() if happened[alert.id] is None} == {"2", "3", "4"}
    assert {how.value: number for how, number in report.places.items()} == {
        "certain": 2,
        "country_only": 1,
        "offered": 3,
        "none": 1,
    }
    assert report.refused == {
        RefusedFor.DATE_UNREADABLE: 1,
        RefusedFor.DUPLICATE_CASE: 1,
        RefusedFor.MALFORMED: 1,
    }
    assert list(differences()) == []


def test_they_are_taken_in_once_and_wait_for_nobody(world: World, take):
    take(*ROWS[:3])
    report = take(*ROWS[:5])
    assert (report.taken, report.there) == (2, 3)
    person = keeper(world)
    assert alert_queries.count_waiting(viewer=person) == 0
    past = alert_queries.ended(viewer=person).rows
    assert len(past) == 5
    assert {row.status for row in past} == {"historical"}
    alert = alert_queries.find(past[0].reference, viewer=person)
    assert open_steps(actor=person, on=alert) == ()
    assert alert_queries.ended(viewer=world.focal_point).rows == []


@pytest.mark.only_on("sqlite")
def test_they_are_shown_with_their_vagueness_and_their_source(world: World, take):
    take(*ROWS[:4])
    person = keeper(world)
    client = world.sign_in(person)
    page = client.get("/alerts/?show=ended").text
    for words in (
        "happened: August 1992",
        "happened: 2000",
        "27 May 2001 to 6 Jun 2001",
        "Historical record",
    ):
        assert words in page, words
    vague = db.session.scalars(sa.select(Alert).where(Alert.source_ref == "2")).one()
    shown = client.get(f"/alerts/{vague.reference}").text
    assert "August 1992" in shown
    assert "Incidents of the past" in shown
    offered = client.get(f"/alerts/{vague.reference}/place").text
    assert "Stone County, Hill State</option>" in offered
    assert f'selected value="{world.hill_county.id}"' not in offered  # of then; whoever knows chooses


@pytest.mark.only_on("sqlite")
def test_a_broken_mapping_and_missing_areas_are_refused(world: World, take, tmp_path: Path):
    procedure = mission.current().procedure
    for bad in (
        MAPPING.replace("community_network", "police_station"),
        MAPPING.replace("6 = 0", "6 = 3"),
        MAPPING.replace("reference =", "refrence ="),
        "[source",
    ):
        file = tmp_path / "bad.toml"
        file.write_text(bad, encoding="utf-8")
        with pytest.raises(BrokenMapping):
            open_mapping(str(file), procedure)
    (tmp_path / "past.toml").write_text(MAPPING.replace("XA03 =", "XA99 ="), encoding="utf-8")
    with pytest.raises(NotReady, match="XA99"):
        take(*ROWS)


@pytest.mark.only_on("sqlite")
def test_the_incidents_of_a_whole_country_come_to_no_area_that_is_not_certain(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    areas, incidents = REAL / "pcodes" / "pcodes.csv", REAL / "ucdp-car" / "incidents.csv.gz"
    if not (areas.exists() and incidents.exists()):
        pytest.skip(f"there is no {incidents}")
    db.session.commit()
    monkeypatch.setenv("TRACKER_DATABASE_URL", world.database_url)
    monkeypatch.setenv("TRACKER_SECRET_KEY", "for this test alone, and long enough")
    assert here("import", "areas", str(areas)).returncode == 0
    done = here("import", "alerts", "--alerts", str(incidents), "--mapping", "ucdp-car", "--no-progress")
    assert done.returncode == 0, done.stderr
    assert "Alerts taken in                                                        1,848" in done.stdout
    found = db.session.execute(
        sa.select(Alert.area_id.is_(None), sa.func.count()).group_by(Alert.area_id.is_(None))
    ).all()
    assert dict(found) == {False: 1493, True: 355}

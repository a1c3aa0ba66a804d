"""Reports: frozen when published, through the gate, with their digest in the log; corrected by a new edition only."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from tests import made_figures
from tests.crowd import crowd
from tests.made_figures import PERIOD
from tests.world import World
from tracker import clock
from tracker.actions import reports as acts
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused
from tracker.indicators.periods import Period
from tracker.log import canonical
from tracker.log.encoding import b64url
from tracker.log.leaf import Kind, Notice, parse
from tracker.models import LogEntry, LogNotice, Report
from tracker.queries import performance, reports


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Figures that were made up: as many stays as a test says under "many"."""
    return made_figures.stand_in(monkeypatch)


def publish(world: World, why: str = "") -> Report:
    """The report of the Bend police station, by the officer who may."""
    report = acts.publish(world.station, actor=world.judicial_officer, period=PERIOD, why=why)
    db.session.commit()
    return report


def test_a_report_is_canonical_json_and_its_digest_is_a_leaf_of_the_log(world: World, made: dict[str, int]):
    report = publish(world)
    data = report.content.encode()
    assert canonical.encode(json.loads(data)) == data
    assert report.digest == b64url(sha256(data).digest())
    leaves = [parse(row) for row in db.session.scalars(sa.select(LogEntry.leaf).order_by(LogEntry.seq))]
    assert leaves[-1] == Notice(Kind.REPORT, "report/2026-Q3/institution/station/1", report.digest)
    assert db.session.scalars(sa.select(LogNotice.content).order_by(LogNotice.seq.desc())).first() == data


@pytest.mark.only_on("sqlite")
def test_a_report_cites_what_it_was_computed_from(world: World, made: dict[str, int]):
    basis = json.loads(publish(world).content)["basis"]
    assert basis["as_of"] == made_figures.AS_OF.isoformat()
    assert basis["log_position"] == 1234
    assert basis["definitions"]["M1"] == 1


def test_a_later_correction_is_a_new_edition_that_says_what_changed_and_why(
    world: World, made: dict[str, int]
):
    first = publish(world)
    with pytest.raises(StepRefused, match="Nothing has changed since edition 1"):
        publish(world, why="Just so")
    made["many"] = 230
    with pytest.raises(BadInput, match="Say why"):
        publish(world)
    second = publish(world, why="Entries of August came late by road.")
    assert (second.edition, second.why) == (2, "Entries of August came late by road.")
    corrects = json.loads(second.content)["corrects"]
    assert (corrects["edition"], corrects["digest"]) == (1, first.digest)
    assert ["caseload", "police", "came_in", "cases"] in [change[:4] for change in corrects["changed"]]
    found = reports.find("institution", "station", "2026-Q3", viewer=world.cso_monitor, edition=1)
    assert found.report.content == first.content
    assert [edition for edition, _at, _why in found.editions] == [1, 2]


@pytest.mark.parametrize(
    "change", ["UPDATE report SET content = 'x'", "DELETE FROM report", "UPDATE report SET why = 'x'"]
)
def test_the_database_refuses_to_change_what_is_published(world: World, made: dict[str, int], change: str):
    publish(world)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"):
        db.session.execute(sa.text(change))
    db.session.rollback()


@pytest.mark.only_on("sqlite")
def test_what_is_published_of_the_quarter_before_is_counted_in(
    world: World, made: dict[str, int], monkeypatch: pytest.MonkeyPatch
):
    """An institution whose numbers are given away by the quarter that follows (tests/indicators/test_published.py)."""
    stays = made_figures.stays(182, 15)
    monkeypatch.setattr(
        performance,
        "institution",
        lambda _of, **given: made_figures.institution(stays, period=given["period"]),
    )
    steps = []
    for text in ("2026-Q2", "2026-Q3"):
        report = acts.publish(world.station, actor=None, period=Period.of(text))
        steps.append(json.loads(report.content)["gate"]["step"])
    assert steps[0] == 5
    assert steps[1] > 5


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("text", ["2026", "2026-07", "2026-07-01..2026-08-30", "2100-Q1"])
def test_reports_are_of_quarters_that_are_over(world: World, made: dict[str, int], text: str):
    with pytest.raises(BadInput):
        acts.publish(world.station, actor=None, period=Period.of(text))


@pytest.mark.only_on("sqlite")
def test_reports_of_areas_are_of_states(world: World, made: dict[str, int]):
    report = acts.publish(world.state, actor=None, period=PERIOD)
    assert [table["table"] for table in json.loads(report.content)["tables"]] == [
        "attrition",
        "losses",
        "waiting",
        "waiting_late",
        "links",
    ]
    for area in (world.country.areas["country"], world.county):
        with pytest.raises(BadInput, match="states"):
            acts.publish(area, actor=None, period=PERIOD)


@pytest.mark.only_on("sqlite")
def test_who_may_publish_and_who_may_read(world: World, made: dict[str, int]):
    for person in (world.police_officer, world.cso_monitor, world.auditor, world.administrator):
        with pytest.raises(NotPermitted):
            acts.publish(world.station, actor=person, period=PERIOD)
    with pytest.raises(NotPermitted):
        reports.periods(viewer=world.administrator)
    assert reports.periods(viewer=world.cso_monitor) == []


@pytest.mark.only_on("sqlite")
def test_everything_is_published_at_once_and_what_is_unchanged_is_left_out(
    world: World, made: dict[str, int]
):
    subjects = [of for _kind, of in reports.subjects(viewer=None)]
    first = acts.publish_all(subjects, actor=None, period=PERIOD, skip=True)
    assert {report.subject for report in first} >= {"station", "county-court", "XA01"}
    assert acts.publish_all(subjects, actor=None, period=PERIOD, skip=True) == []
    listed = reports.of_period("2026-Q3", viewer=world.cso_monitor)
    assert [row.name for row in listed] == [
        row.name for row in sorted(listed, key=lambda row: (row.kind, row.name))
    ]
    assert timedelta(0) <= first[-1].published_at - first[0].published_at


def test_many_stays_of_one_case_are_one_case_in_a_report(world: World):
    crowd(world, 8)
    period = Period.quarter_of(clock.now().date())
    with world.next_quarter():
        content = json.loads(acts.publish(world.station, actor=None, period=period).content)
    (books,) = [one for one in content["tables"] if (one["table"], one["stage"]) == ("caseload", "police")]
    assert dict(row[:2] for row in books["rows"])["open_at_end"] is None


@pytest.mark.only_on("sqlite")
def test_another_edition_is_of_the_day_of_the_first(world: World):
    for _n in range(6):
        world.a_track("police:accepted")
    period = Period.quarter_of(clock.now().date())
    with world.next_quarter():
        first = json.loads(acts.publish(world.station, actor=None, period=period).content)
        world.a_track("police:accepted")
        with world.travel(days=9):
            day = clock.now().date()
            with pytest.raises(BadInput, match="of the same day as the first"):
                acts.publish(world.station, actor=None, period=period, as_of=day, why="Late")
            with pytest.raises(StepRefused, match="Nothing has changed"):
                acts.publish(world.station, actor=None, period=period, why="Nothing of that quarter")
    assert first["basis"]["as_of"] > period.last.isoformat()

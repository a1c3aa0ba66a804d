"""`tracker indicators` prints the numbers of the pages."""

import json
from datetime import timedelta

import pytest

from tests.command import here
from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.indicators.periods import Period
from tracker.indicators.plain import values
from tracker.queries import performance


@pytest.fixture
def installation(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path) -> World:
    monkeypatch.setenv("TRACKER_DATABASE_URL", world.database_url)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRACKER_SECRET_KEY", "only for this test: 0123456789 abcdefghij")
    return world


@pytest.mark.only_on("sqlite")
def test_an_operator_reads_what_the_page_says(installation: World):
    world = installation
    world.a_track("police:forwarded", ago=timedelta(days=3))
    db.session.commit()
    period = Period.quarter_of(clock.now().date())
    said = here("indicators", "--institution", "station", "--period", str(period), "--json")
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    page = values(performance.institution(world.station, viewer=None, period=period))
    assert {**told, "basis": None} == {**json.loads(json.dumps(page)), "basis": None}
    assert told["basis"]["log_position"] == page["basis"]["log_position"]
    words = here("indicators", "--institution", "station", "--period", str(period)).stdout
    assert "clearance 0.0 %" in words
    way = here(
        "indicators", "--area", "XA01", "--period", str(period), "--as-of", str(clock.now().date())
    ).stdout
    assert "1 cases referred" in way
    assert "recorded: 1, 100.0 %; half of all after 0 [" in way


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--period", "2019-Q5"), "'2019-Q5' is no period"),
        (("--period", "2019", "--known-at", "yesterday"), "'yesterday' is no time"),
        (("--period", "2019", "--institution", "x", "--area", "y"), "not both"),
        (("--period", "2019", "--institution", "nowhere"), "no institution with the code 'nowhere'"),
        (("--period", "2019", "--area", "XX"), "no area with the code 'XX'"),
    ],
)
@pytest.mark.only_on("sqlite")
def test_what_it_cannot_read_it_says(installation: World, words: tuple[str, ...], says: str):
    done = here("indicators", *words)
    assert done.returncode == 2
    assert says in done.stderr

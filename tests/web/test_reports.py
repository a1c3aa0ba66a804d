"""Published reports: what they show, for ever, and that their page, charts and files say no more than the report."""

import csv
import io
import json
import re
from hashlib import sha256

import pytest

from blueprints import charts
from blueprints.charts.marks import Rect
from blueprints.reports import sheets
from tests import made_figures
from tests.made_figures import PERIOD
from tests.web.careful_client import CarefulClient
from tests.world import World
from tracker.actions import reports as acts
from tracker.db import db
from tracker.indicators import published, reported
from tracker.indicators.disclosure import disclosed
from tracker.indicators.published import CASES, Said
from tracker.indicators.reported import Counted, Counts
from tracker.log.encoding import b64url

PATH = "/reports/2026-Q3/institutions/station"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Figures that were made up."""
    return made_figures.stand_in(monkeypatch)


@pytest.fixture
def monitor(world: World, made: dict[str, int]) -> CarefulClient:
    """A monitor's browser, where the reports of a station and a state are published."""
    for of in (world.station, world.state):
        acts.publish(of, actor=world.judicial_officer, period=PERIOD)
    db.session.commit()
    return world.sign_in(world.cso_monitor)


@pytest.mark.only_on("sqlite")
def test_monitors_find_reports_by_period(world: World, monitor: CarefulClient):
    page = monitor.page("/reports/")
    links = [link.get("href") for link in page.all("a")]
    assert {PATH, "/reports/2026-Q3/areas/XA01"} <= set(links)
    assert "/reports/publish" not in links
    assert [link.text for link in page.all("a") if link.get("aria-current") == "true"][:1] == [
        "\u20662026-Q3\u2069"
    ]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("path", [PATH, "/reports/2026-Q3/areas/XA01"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_report_says_what_it_hides_and_what_it_was_computed_from(
    world: World, monitor: CarefulClient, path: str, language: str
):
    world.cso_monitor.user.locale = language
    assert "1,234" in monitor.page(path).words("main")
    page = monitor.page(f"{path}?part=all")
    assert page.all("html")[0].get("dir") == ("rtl" if language == "ar" else "ltr")
    assert "\u2066<5\u2069" in page.words("main")
    assert "1,234" in page.words("main")
    content = monitor.get(f"{path}/json").data
    digest = re.findall(r'<dd class="mono" dir="ltr">([\w-]{43})</dd>', page.markup)
    assert digest == [b64url(sha256(content).digest())]


@pytest.mark.only_on("sqlite")
def test_the_files_of_a_report_say_what_the_report_says(world: World, monitor: CarefulClient):
    content = json.loads(monitor.get(f"{PATH}/json").text)
    cells = [cell for table in content["tables"] for row in table["rows"] for cell in row[1:]]
    lines = list(csv.reader(io.StringIO(monitor.get(f"{PATH}/csv").text.removeprefix("\ufeff"))))
    assert [line[8] for line in lines[2:]] == [str(cell) if isinstance(cell, int) else "" for cell in cells]
    assert {line[9] for line in lines[2:] if not line[8]} == {"<5", "–", ""}


@pytest.mark.only_on("sqlite")
def test_an_earlier_edition_stays_readable(world: World, monitor: CarefulClient, made: dict[str, int]):
    first = monitor.get(f"{PATH}/json").data
    made["many"] = 260
    acts.publish(world.station, actor=None, period=PERIOD, why="Entries of August came late.")
    page = monitor.page(PATH)
    assert "Entries of August came late." in page.words("main")
    assert "What changed" in page.words("main")
    assert monitor.get(f"{PATH}/json?edition=1").data == first
    assert monitor.get(f"{PATH}/json").data != first
    assert monitor.get(f"{PATH}?edition=3").status_code == 404


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "path",
    [
        "/reports/2026-Q4/institutions/station",
        "/reports/2026-Q3/institutions/nowhere",
        "/reports/2026-Q3/people/station",
        "/reports/lunch/institutions/station",
        f"{PATH}?edition=x",
        f"{PATH}/csv?sheet=lunch",
    ],
)
def test_reports_that_there_are_not(world: World, monitor: CarefulClient, path: str):
    assert monitor.get(path).status_code == 404


@pytest.mark.only_on("sqlite")
def test_an_officer_publishes_by_form_and_says_why_for_another_edition(world: World, made: dict[str, int]):
    client = world.sign_in(world.judicial_officer)
    form = {"period": "2026-Q3", "about": "institution:station", "why": ""}
    done = client.send("/reports/publish", **form)
    assert done.location == "/reports/?period=2026-Q3"
    assert "1 report is published." in client.page(done.location).words("main")
    again = client.send("/reports/publish", **form)
    assert again.status_code == 409
    assert "Nothing has changed since edition 1" in again.text
    made["many"] = 260
    assert client.send("/reports/publish", **form).status_code == 422
    assert client.send("/reports/publish", **form | {"why": "Late entries."}).status_code in (302, 303)


# --- the page and the charts are made of what is said, and of nothing else ------------------------------------------


def neighbours(counts: list[Counts], said: Said) -> list[Counts]:
    """Other true numbers of which the same would be said, as far from these as can be."""
    return [
        table._replace(
            rows=[
                row if row.number is None else row._replace(number=_farthest(row, said.step))
                for row in table.rows
            ]
        )
        for table in counts
    ]


def _farthest(row: Counted, step: int) -> int:
    number = row.number or 0
    same = [
        other
        for other in range(max(0, number - step), number + step + 1)
        if disclosed(other, step=step) == disclosed(number, step=step)
    ]
    return max(same, key=lambda other: abs(other - number))


@pytest.mark.only_on("sqlite")
def test_other_true_numbers_behind_the_same_report_make_the_same_page_charts_and_files(world: World):
    """So neither a bar's length nor a number in a file can tell them apart."""
    figures = made_figures.institution(made_figures.stays(5, 120))
    counts = reported.institution(figures)
    said = published.gate(counts, PERIOD)
    other = published.at_step(neighbours(counts, said), PERIOD, said.step)
    assert other == said
    with world.app.test_request_context():
        drawn = [sheets.sheets(one.tables, [("2026-Q3", one.tables)]) for one in (said, other)]
    assert drawn[0] == drawn[1]


@pytest.mark.only_on("sqlite")
def test_a_bar_is_as_long_as_the_number_that_is_said(world: World):
    said = published.at_step(
        [Counts("waiting", "M7", [Counted("police", 12), Counted("court", 7), Counted("feedback", 3)])],
        PERIOD,
        5,
    )
    with world.app.test_request_context():
        (sheet,) = sheets.sheets(said.tables, [])
    assert sheet.chart is not None
    bars = [mark for mark in sheet.chart.marks if isinstance(mark, Rect) and mark.kind == "fill1"]
    assert [bar.width / charts.marks.WIDTH for bar in bars] == [1.0, 0.5]
    assert [line.cells for line in said.tables[0].lines] == [(10,), (5,), (None,)]
    assert said.tables[0].columns == (CASES,)

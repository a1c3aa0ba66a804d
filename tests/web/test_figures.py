"""Pages of figures: for whom they open, what they say beside each number, and their files."""

import csv
import io
import re

import pytest

from blueprints import downloads
from blueprints.sheets import Row, Sheet, Value
from blueprints.tabular.cells import as_text
from tests import made_figures, tables
from tests.web.careful_client import CarefulClient
from tests.world import World

OWN = "/figures/institutions/station"
WHOLE = f"{OWN}?part=all"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Figures that were made up."""
    return made_figures.stand_in(monkeypatch)


def read(client: CarefulClient, path: str) -> list[list[str]]:
    """The lines of a CSV file."""
    answer = client.get(path)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.mark.only_on("sqlite")
def test_an_institution_reads_its_own_figures_and_no_other_s(world: World, made: dict[str, int]):
    client = world.sign_in(world.police_officer)
    assert client.get("/figures/").location == OWN
    assert client.page(OWN).words("h1") == "Figures of Bend police station"
    assert client.get("/figures/institutions/other-station").status_code == 404
    assert client.get("/figures/institutions/nowhere").status_code == 404
    assert client.get("/figures/compare").status_code == 403


@pytest.mark.only_on("sqlite")
def test_a_judicial_officer_reads_every_institution_s_figures(world: World, made: dict[str, int]):
    client = world.sign_in(world.judicial_officer)
    links = [link.get("href") for link in client.page("/figures/?name=station").all("a")]
    assert {OWN, "/figures/institutions/other-station"} <= set(links)
    assert client.get("/figures/institutions/other-station").status_code == 200
    assert client.get("/figures/institutions/audit-body").status_code == 404


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("who", ["cso_monitor", "auditor", "administrator"])
def test_nobody_else_reads_live_figures(world: World, made: dict[str, int], who: str):
    client = world.sign_in(getattr(world, who))
    for path in ("/figures/", OWN, f"{OWN}/csv", "/figures/compare", "/figures/pathway", "/judicial/stuck"):
        assert client.get(path).status_code == 403, path


@pytest.mark.only_on("sqlite")
def test_data_quality_stands_on_top_and_what_it_was_computed_from_below(world: World, made: dict[str, int]):
    page = world.sign_in(world.police_officer).page(WHOLE)
    headings = [heading.text.strip() for heading in page.all("h2")]
    assert headings == [
        "How good these figures are",
        "Police",
        "Between institutions",
        "People, hearings, orders and the community",
        "What these figures were computed from",
    ]
    words = page.words("main")
    assert "20 Oct 2026" in words
    assert "1,234" in words
    assert "M4 (version 1)" in words
    assert "Compared with all 9 institutions of its kind together" in words
    assert "Not recorded yet: Nobody records it yet." in words


@pytest.mark.only_on("sqlite")
def test_each_part_has_an_address_of_its_own_and_all_stand_on_one_page(world: World, made: dict[str, int]):
    client = world.sign_in(world.police_officer)
    parts = [link.get("href") for link in client.page(OWN).all("a") if "part=" in link.get("href")]
    assert len(parts) == 6
    shown = [set(re.findall(r'<section class="figures" id="([^"]+)"', client.get(one).text)) for one in parts]
    *each, whole = shown
    assert shown[0] == {"quality", "police-caseload"}
    assert set().union(*each) == whole
    assert sum(map(len, each)) == len(whole)
    assert client.get(f"{OWN}?part=lunch").status_code == 404


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("path", [WHOLE, "/figures/compare", "/figures/pathway?part=all"])
def test_every_chart_has_a_name_a_description_and_its_table(world: World, made: dict[str, int], path: str):
    page = world.sign_in(world.judicial_officer if path != WHOLE else world.police_officer).page(path)
    for chart in (one for one in page.all("svg") if one.get("class") == "chart"):
        assert chart.get("role") == "img"
        title, description = chart.get("aria-labelledby").split()
        assert {title, description} <= set(page.ids())
    sections = page.markup.split('<section class="figures"')[1:]
    assert sections
    for section in sections:
        assert "<svg" not in section or "<table" in section
        assert len(max(re.findall(r"<svg.*?</svg>", section, re.DOTALL), key=len, default="")) < 40_000


@pytest.mark.only_on("sqlite")
def test_numbers_without_a_value_are_said_in_words(world: World, made: dict[str, int]):
    made["many"] = 0
    words = world.sign_in(world.police_officer).page(WHOLE).words("main")
    for sentence in ("no new cases", "no case resolved", "No case came in the period.", "No case is open."):
        assert sentence in words


@pytest.mark.only_on("sqlite")
def test_comparing_is_no_ranking(world: World, made: dict[str, int]):
    client = world.sign_in(world.judicial_officer)
    page = client.page("/figures/compare?kind=police_station&indicator=M10&period=2026-Q3")
    rows = [head.text for head in page.all("th") if head.get("scope") == "row"]
    assert rows[:5] == sorted(rows[:5])
    assert "This is no ranking." in page.words("main")
    assert not [link for link in page.all("a") if "sort" in link.get("href") or "order" in link.get("href")]
    assert client.get("/figures/compare?kind=lunch").status_code == 422


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("period=2026-Q2", 200),
        ("period=2025", 200),
        ("period=2026-07-01..2026-08-15&as_of=2026-09-01&known_on=2026-09-02", 200),
        ("period=lunch", 422),
        ("as_of=2100-01-01", 422),
        ("known_on=yesterday", 422),
        ("area=99999", 200),
    ],
)
def test_what_may_be_asked_for(world: World, made: dict[str, int], query: str, status: int):
    assert world.sign_in(world.police_officer).get(f"{OWN}?{query}").status_code == status


@pytest.mark.only_on("sqlite")
def test_the_file_has_the_numbers_of_the_page_under_tags(world: World, made: dict[str, int]):
    client = world.sign_in(world.police_officer)
    lines = read(client, f"{OWN}/csv?period=2026-Q3")
    assert lines[0][:3] == ["subject", "period", "stage"]
    assert lines[1] == [tag for _name, tag in downloads.HEADINGS]
    assert all(line[:2] == ["station", "2026-Q3"] for line in lines[2:])
    page = client.page(f"{OWN}?period=2026-Q3&part=police-ends").words("main")
    ages = [line for line in lines if (line[4] == "ages" and line[5] == "n") or line[5] == "band_91"]
    assert ages
    assert all(line[9] in page for line in ages)
    only = read(client, f"{OWN}/csv?sheet=ages")
    assert {line[4] for line in only[2:]} == {"ages"}
    assert client.get(f"{OWN}/csv?sheet=lunch").status_code == 404


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("language", ["en", "fr", "ar", "es"])
def test_pages_open_in_every_language(world: World, made: dict[str, int], language: str):
    world.judicial_officer.user.locale = language
    client = world.sign_in(world.judicial_officer)
    for path in (OWN, "/figures/compare", "/figures/pathway", "/help/figures"):
        assert client.page(path).all("html")[0].get("lang") == language


@pytest.mark.only_on("sqlite")
def test_the_same_numbers_are_numbers_in_a_workbook(world: World, made: dict[str, int]):
    client = world.sign_in(world.police_officer)
    lines = read(client, f"{OWN}/csv?period=2026-Q3&sheet=ages")
    rows = tables.of_xlsx(client.get(f"{OWN}/xlsx?period=2026-Q3&sheet=ages").data)
    assert rows[1] == lines[1]
    assert [row[9] for row in rows[2:]] == [line[9] for line in lines[2:]]
    assert {type(row[8]) for row in rows[2:] if row[8] != ""} == {float}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(start: str):
    cell = f'{start}HYPERLINK("https://example.org")'
    sheet = Sheet("s", ["M1"], "S", ["Here"], [Row("r", cell, [Value(-5, cell)])], stage=cell)
    table = downloads.figures("s", [sheet], subject=cell, period="2026-Q3")
    (line,) = table.rows
    assert line[8] == -5
    assert [as_text(one) for one in line].count(f"'{cell}") == 4


def test_the_help_page_has_a_section_for_every_indicator(world: World):
    page = world.sign_in(world.cso_monitor).page("/help/figures")
    assert {f"M{number}" for number in range(1, 19)} <= set(page.ids())
    words = page.words("main")
    assert words.count("Formula") == words.count("How it misleads") == 18

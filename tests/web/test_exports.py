"""Lists as files: what the page shows and nothing more, for whom the page opens, written down with how many rows."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.domain.test_custody_acts import arrest
from tests.domain.test_walls import wall_off
from tests.tables import taken
from tests.web.case_pages import PERSONAL
from tests.world import World
from tracker.db import db
from tracker.models import Access
from tracker.vocabulary import AccessKind, Concern

pytestmark = pytest.mark.only_on("sqlite")

Statements = Callable[[], AbstractContextManager[list[Any]]]

PAGES = {
    "police_officer": ("/police/queue", "/police/queue?show=overdue", "/police/held", "/cases/"),
    "prosecutor": ("/prosecution/queue",),
    "court_clerk": ("/courts/docket",),
    "focal_point": (
        "/alerts/",
        "/alerts/?show=ended",
        "/waiting/feedback",
        "/cases/?show=closed",
    ),
    "judicial_officer": (
        "/judicial/?show=intake",
        "/judicial/?show=information",
        "/judicial/overdue",
        "/judicial/overdue/station",
        "/judicial/stuck",
        "/judicial/stuck/station?stage=police&status=sent",
        "/judicial/detention",
    ),
    "administrator": ("/admin/people", "/admin/people?name=lado", "/admin/institutions", "/admin/areas"),
}
"""The pages with lists, by who reads them."""


@pytest.fixture
def full(world: World) -> World:
    """Something for every list."""
    ago = timedelta(days=40)
    held = world.a_track("police:under_investigation", ago=ago, concern=Concern.RAPE)
    arrest(world, held, 90, name="Deng the accused")
    for at in ("police:sent", "court:listed", "prosecution:accepted", "feedback:due", "referral:closed"):
        world.a_track(at, ago=ago)
    world.a_case(ago=ago)
    world.an_alert()
    world.an_alert("false_alarm")
    with world.travel(-ago):
        asked = world.a_track("police:acknowledged")
        world.take("request_information", asked)
    return world


def references(text: str) -> list[str]:
    """The references of cases and alerts in a text, each once, in order."""
    return list(dict.fromkeys(re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)))


def test_each_list_is_the_same_as_its_page_in_both_forms(full: World):
    for who, paths in PAGES.items():
        client = full.sign_in(full.people[who])
        for path in paths:
            page = client.page(path)
            links = [link.get("href") for link in page.all("a") if link.text == "Download this list"]
            assert links, path
            _the_same(client, page.markup, links[0])


def _the_same(client: Any, shown: str, link: str) -> None:
    offered = client.page(link)
    files = [one.get("href") for one in offered.all("a") if "/exports/lists/" in one.get("href")]
    assert len(files) == 2, link
    csv, xlsx = (taken(client, file) for file in files)
    text = "\n".join(" ".join(map(str, row)) for row in csv)
    table = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert references(text) == references(table), link
    assert len(csv) == 2 + table.count("<tr"), link
    assert [len(row) for row in csv] == [len(csv[0])] * len(csv), link
    assert [row[0] for row in xlsx] == [row[0] for row in csv], link
    assert all(tag.startswith("#") for tag in csv[1]), link
    assert len(set(csv[1])) == len(csv[1]), link
    assert not [word for word in (*PERSONAL, "Deng the accused") if word in text], link


def test_a_filter_of_the_page_is_one_of_the_file(world: World):
    world.a_track("police:accepted")
    world.a_track("police:sent")
    client = world.sign_in(world.police_officer)
    every = taken(client, "/exports/lists/police-queue/csv")
    sent = taken(client, "/exports/lists/police-queue/csv?status=sent")
    assert (len(every), len(sent)) == (4, 3)
    assert sent[2][2] == "sent"
    named = taken(world.sign_in(world.administrator), "/exports/lists/people/csv?name=lado")
    assert [row[0] for row in named[2:]] == ["Samuel Lado"]


def test_what_was_taken_and_how_many_rows_is_written_down_and_no_name_that_was_typed(world: World):
    world.a_track("police:sent")
    taken(world.sign_in(world.police_officer), "/exports/lists/police-queue/xlsx?status=sent")
    taken(world.sign_in(world.administrator), "/exports/lists/people/csv?name=lado")
    assert [(row.kind, row.about, row.number) for row in _exports()] == [
        (AccessKind.EXPORT, "police-queue status=sent xlsx", 1),
        (AccessKind.EXPORT, "people by name csv", 1),
    ]
    log = world.sign_in(world.auditor).page("/audit/access").words("main")
    assert "police-queue status=sent xlsx · 1" in log


def _exports() -> Sequence[Access]:
    return db.session.scalars(sa.select(Access).where(Access.about.is_not(None)).order_by(Access.id)).all()


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("police_officer", "docket"),
        ("police_officer", "people"),
        ("administrator", "cases"),
        ("auditor", "police-queue"),
        ("focal_point", "stuck"),
        ("judicial_officer", "nothing"),
    ],
)
def test_a_list_of_others_is_not_there(world: World, who: str, code: str):
    client = world.sign_in(world.people[who])
    expected = 403 if who == "auditor" else 404
    assert client.get(f"/exports/lists/{code}").status_code == expected
    assert client.get(f"/exports/lists/{code}/csv").status_code == expected
    assert not _exports()


def test_what_is_not_offered_is_not_found(world: World):
    client = world.sign_in(world.police_officer)
    for path in ("police-queue/pdf", "police-queue/csv?show=all-of-it", "police-queue/csv?status=decided"):
        assert client.get(f"/exports/lists/{path}").status_code == 404, path


def test_a_wall_hides_the_case_in_the_file_as_on_the_page(world: World):
    track = world.a_track("police:accepted")
    client = world.sign_in(world.police_officer)
    assert track.case.reference in client.get("/exports/lists/police-queue/csv").text
    wall_off(world, track.case, world.station)
    for code in ("police-queue", "cases", "held"):
        assert len(taken(client, f"/exports/lists/{code}/csv")) == 2, code


def test_before_the_referral_is_accepted_the_file_knows_the_district_alone(world: World):
    world.a_track("police:sent")
    row = taken(world.sign_in(world.police_officer), "/exports/lists/police-queue/csv")[2]
    assert row[9:13] == ["Bend County", "XA0102"[:5] + "1", "River State", "XA01"]


def test_files_are_throttled(world: World):
    client = world.sign_in(world.administrator)
    answers = [client.get("/exports/lists/areas/csv").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_a_file_costs_no_more_statements_for_many_rows(world: World, statements: Statements):
    client = world.sign_in(world.police_officer)
    world.a_track("police:accepted")
    taken(client, "/exports/lists/police-queue/csv")
    with statements() as few:
        taken(client, "/exports/lists/police-queue/csv")
    for _ in range(4):
        world.a_track("police:accepted")
    with statements() as many:
        taken(client, "/exports/lists/police-queue/csv")
    assert len(many) == len(few)


def test_in_arabic_headings_are_arabic_and_tags_stay(world: World):
    world.police_officer.user.locale = "ar"
    world.a_track("police:accepted")
    rows = taken(world.sign_in(world.police_officer), "/exports/lists/police-queue/xlsx")
    assert rows[0][0] != "Reference"
    assert rows[1][0] == "#meta+ref"
    assert rows[2][2] == "accepted"

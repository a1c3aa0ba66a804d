"""The pages of histories for process mining: two auditors, a file each time new, every file in the access log."""

import pytest
import sqlalchemy as sa

from tests.mining import formats
from tests.web.case_pages import has
from tests.world import World
from tracker.db import db
from tracker.models import Access, Membership

pytestmark = pytest.mark.only_on("sqlite")

PURPOSE = "Where do files wait between police and court?"
WHY = {"purpose": PURPOSE, "recipient": "The research desk"}


def asked(world: World, by: Membership | None = None) -> str:
    """The page of histories that an auditor asked for."""
    answer = world.sign_in(by or world.auditor).send("/exports/histories/new", **WHY)
    assert answer.status_code == 303
    return str(answer.location)


def test_two_auditors_let_one_of_them_take_files_which_are_written_down(world: World):
    for _ in range(5):
        world.a_case()
    with world.next_quarter():
        page = asked(world)
        first, second = world.sign_in(world.auditor), world.sign_in(world.second_auditor)
        assert has(first.get(page).text, PURPOSE, "Waits for agreement", "Somebody else must agree")
        assert first.get(f"{page}/xes").status_code == 409
        assert second.send(page, at=f"{page}/agree").status_code == 303
        assert second.get(f"{page}/xes").status_code == 409
        answer = first.get(f"{page}/xes")
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="histories-')
        assert len(formats.traces_of(answer.data)) == 5
        again = first.get(f"{page}/xes")
        assert again.data != answer.data
        formats.ocel_of(first.get(f"{page}/json").data)
        assert has(second.get(page).text, "Agreed by", "Luis Ortega", "3")
        assert first.get(f"{page}/pdf").status_code == 404
        assert has(first.get("/exports/histories").text, PURPOSE, "Agreed", "Isabel Ramos")
    taken = sa.select(Access.about, Access.number).where(Access.number.is_not(None)).order_by(Access.id)
    assert [tuple(row) for row in db.session.execute(taken)] == [
        ("histories 1 xes", 5),
        ("histories 1 xes", 5),
        ("histories 1 json", 5),
    ]


def test_either_turns_it_down_and_then_nothing_can_be_taken(world: World):
    page = asked(world)
    first, second = world.sign_in(world.auditor), world.sign_in(world.second_auditor)
    assert second.send(page, at=f"{page}/end").status_code == 303
    assert has(first.get(page).text, "Turned down", "Luis Ortega")
    assert first.get(f"{page}/xes").status_code == 409


def test_what_is_not_said_is_asked_for(world: World):
    answer = world.sign_in(world.auditor).send("/exports/histories/new", purpose="research", recipient="us")
    assert answer.status_code == 422
    assert has(answer.text, "Enter 20 to 300 characters")
    assert world.sign_in(world.auditor).get("/exports/histories/99").status_code == 404


@pytest.mark.parametrize("who", ["cso_monitor", "judicial_officer", "administrator", "police_officer"])
def test_nobody_else_comes_in(world: World, who: str):
    assert world.sign_in(world.people[who]).get("/exports/histories").status_code == 403

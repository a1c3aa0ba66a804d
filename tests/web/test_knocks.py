"""The record of the doors: who came in and who did not, for auditors, and never what was typed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.web.careful_client import Page
from tests.world import World
from tracker.db import db
from tracker.models import DoorRecord
from tracker.vocabulary import DoorAct

WRONG = "a wrong password that was typed"


def written() -> list[tuple[DoorAct, int | None]]:
    """What was written down, the oldest first."""
    rows = db.session.scalars(sa.select(DoorRecord).order_by(DoorRecord.id)).all()
    return [(row.act, row.user_id) for row in rows]


def test_a_wrong_password_is_written_down_whoever_s_name_it_was_and_nothing_that_was_typed(world: World):
    officer = world.police_officer
    door = world.visitor()
    door.send("/sign-in", username=officer.user.username, password=WRONG)
    door.send("/sign-in", username="nobody.at.all", password=WRONG)
    assert written() == [(DoorAct.WRONG_PASSWORD, officer.user_id), (DoorAct.WRONG_PASSWORD, None)]
    page = world.sign_in(world.auditor).get("/audit/doors").text
    assert officer.user.full_name in page
    assert "Wrong password" in page
    assert WRONG not in page
    assert "nobody.at.all" not in page


@pytest.mark.only_on("sqlite")
def test_asking_for_what_a_role_does_not_open_and_leaving_are_written_down(world: World):
    officer = world.police_officer
    client = world.sign_in(officer)
    client.get("/admin/people")
    token = Page(client.get("/account").text).all("input")[0].get("value")
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    assert written() == [(DoorAct.NOT_ALLOWED, officer.user_id), (DoorAct.SIGNED_OUT, officer.user_id)]


@pytest.mark.only_on("sqlite")
def test_where_nothing_can_be_written_down_the_door_stays_closed(world: World):
    officer = world.police_officer
    door = world.visitor()
    db.session.execute(sa.text("ALTER TABLE door_record RENAME TO taken_away"))
    db.session.commit()
    answer = door.send("/sign-in", username=officer.user.username, password=WRONG)
    db.session.execute(sa.text("ALTER TABLE taken_away RENAME TO door_record"))
    db.session.commit()
    assert answer.status_code == 503


@pytest.mark.parametrize("change", ["UPDATE door_record SET user_id = NULL", "DELETE FROM door_record"])
def test_the_record_of_the_doors_cannot_be_changed(world: World, change: str):
    world.sign_in(world.police_officer).get("/admin/people")
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(sa.text(change))
    db.session.rollback()
    assert len(written()) == 1


@pytest.mark.only_on("sqlite")
def test_the_doors_are_read_by_person_and_page_by_page_and_by_auditors_alone(world: World):
    for person in (world.police_officer, world.focal_point):
        world.sign_in(person).get("/admin/people")
    page = world.sign_in(world.auditor).get("/audit/doors", query_string={"person": "nobody"}).text
    assert "Nothing happened" in page
    found = world.sign_in(world.auditor).get(
        "/audit/doors", query_string={"person": world.focal_point.user.username}
    )
    assert world.focal_point.user.full_name in found.text
    assert world.police_officer.user.full_name not in found.text
    assert world.sign_in(world.police_officer).get("/audit/doors").status_code == 403

"""A session that ends while somebody types: what was typed goes along through the door, and is sent again."""

import pytest

from blueprints.carried import PREFIX
from tests.web.careful_client import CarefulClient, Page
from tests.web.conftest import PASSWORD
from tests.world import World
from tracker import passwords
from tracker.db import db
from tracker.models import Membership, Track

pytestmark = pytest.mark.only_on("sqlite")

TOLD = 'A long story, with "quotes" & <b>signs</b>,\nover two lines.'


@pytest.fixture
def track(world: World) -> Track:
    """A track on which the police officer may record a measure; everybody has the usual password."""
    found = world.a_track("police:accepted")
    for person in (world.police_officer, world.second_police_officer):
        person.user.password_hash = passwords.hash_of(PASSWORD)
    db.session.commit()
    return found


def _hidden(page: Page) -> list[tuple[str, str]]:
    main = next(form for form in page.all("form") if form.get("action") not in ("/sign-out", "/language"))
    return [
        (one.get("name"), one.get("value"))
        for one in page.all("input")
        if one.form is main and one.get("type") == "hidden"
    ]


def _type_until_signed_out(world: World, track: Track) -> tuple[CarefulClient, Page, str]:
    client = world.sign_in(world.police_officer)
    path = f"/cases/{track.case.reference}/tracks/{track.id}/record_measure"
    page = client.page(path)
    dated = {
        one.get("name"): one.get("value") for one in page.all("input") if one.get("type") in ("date", "time")
    }
    held = dict(_hidden(page)) | dated
    with world.travel(hours=1):
        answer = client.post(path, data=held | {"reason": "statement_taken", "note": TOLD})
    assert answer.status_code == 401
    page = Page(answer.text)
    assert "what you typed is kept" in answer.text
    return client, page, path


def _sign_in(client: CarefulClient, world: World, page: Page, who: Membership):
    data = dict(_hidden(page)) | {"username": who.user.username, "password": PASSWORD}
    with world.travel(hours=1):
        return client.post("/sign-in", data=data)


def test_what_was_typed_can_be_sent_again_after_signing_in(world: World, track: Track):
    client, page, path = _type_until_signed_out(world, track)
    assert (f"{PREFIX}note", TOLD) in _hidden(page)
    assert not [name for name, _ in _hidden(page) if name == f"{PREFIX}csrf_token"]

    answer = _sign_in(client, world, page, world.police_officer)
    assert answer.status_code == 200
    again = Page(answer.text)
    assert next(form.get("action") for form in again.all("form") if form.get("action") == path)
    before = track.version
    with world.travel(hours=1):
        sent = client.post(path, data=dict(_hidden(again)))
    assert sent.status_code == 303, sent.text
    db.session.refresh(track)
    assert track.version == before + 1
    assert world.entries(track)[-1].note.text == TOLD


def test_nobody_else_is_given_it(world: World, track: Track):
    client, page, _ = _type_until_signed_out(world, track)
    answer = _sign_in(client, world, page, world.second_police_officer)
    assert answer.status_code == 303
    assert TOLD[:12] not in answer.text


def test_a_wrong_password_loses_nothing(world: World, track: Track):
    client, page, _ = _type_until_signed_out(world, track)
    data = dict(_hidden(page)) | {"username": world.police_officer.user.username, "password": "wrong"}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 422
    assert (f"{PREFIX}note", TOLD) in _hidden(Page(answer.text))


def test_what_another_site_posts_is_not_carried_through_the_door(world: World, track: Track):
    """It would come out signed in, with a token of ours, as if this person had typed it."""
    path = f"/cases/{track.case.reference}/tracks/{track.id}/record_measure"
    forged = {"reason": "statement_taken", "note": TOLD}
    living = world.sign_in(world.police_officer)
    page = living.page(path)
    token = dict(_hidden(page))["csrf_token"]
    strangers = world.visitor()
    for data in (forged, forged | {"csrf_token": token}, forged | {"csrf_token": "made up"}):
        answer = strangers.post(path, data=data)  # a browser leaves the cookie out of another site's post
        assert answer.status_code == 401
        assert PREFIX not in answer.text
        assert "A long story" not in answer.text


def test_a_post_without_the_page_s_own_token_is_not_carried_when_the_session_is_over(
    world: World, track: Track
):
    client = world.sign_in(world.police_officer)
    client.page("/")
    path = f"/cases/{track.case.reference}/tracks/{track.id}/record_measure"
    with world.travel(hours=1):
        answer = client.post(path, data={"note": TOLD, "csrf_token": "made up"})
    assert answer.status_code == 401
    assert PREFIX not in answer.text


def test_no_password_is_ever_carried(world: World):
    client = world.sign_in(world.police_officer)
    token = dict(_hidden(client.page("/account/password")))["csrf_token"]
    with world.travel(hours=1):
        answer = client.post(
            "/account/password",
            data={"csrf_token": token, "present": "secret-1", "new": "secret-2", "x": "kept"},
        )
    assert answer.status_code == 401
    assert f"{PREFIX}x" in answer.text
    assert "secret-" not in answer.text

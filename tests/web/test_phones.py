"""The pages about one's own phones: a secret shown once, as a code that Collect reads, and what came of each form."""

import base64
import json
import zlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from blueprints.account.phones import collect_settings
from tests import phone
from tests.phone import Phone
from tests.web.careful_client import CarefulClient
from tests.web.case_pages import has
from tests.world import World
from tracker import clock
from tracker.actions import walls
from tracker.db import db
from tracker.models import ApiToken, FieldForm

pytestmark = pytest.mark.only_on("sqlite")

PHONES = "/account/phones"


def _added(client: CarefulClient) -> str:
    """The secret of a new phone, from the one page on which it stands."""
    answer = client.send(f"{PHONES}/new", name="Office phone 2", days="90")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert 'aria-label="QR code with the settings of the phone"' in answer.text
    return "trk_" + answer.text.split('dir="ltr">trk_')[1].split("<")[0]


def test_a_secret_is_shown_once_opens_the_forms_and_nothing_else_and_is_revoked(world: World):
    client = world.sign_in(world.focal_point)
    by = Phone(world, world.focal_point, secret=_added(client))
    assert by.get("/openrosa/formList").status_code == 200
    assert by.get("/api/v1/cases").status_code == 401
    listed = client.get(PHONES).text
    assert has(listed, "Office phone 2", "Old Ferry protection committee")
    assert by.secret not in listed
    token = db.session.scalars(sa.select(ApiToken)).one()
    assert client.send(PHONES, at=f"{PHONES}/{token.id}/revoke").status_code == 303
    assert by.get("/openrosa/formList").status_code == 401


def test_a_phone_is_added_only_by_who_proved_lately_that_it_is_them_and_by_who_fills_in_forms(world: World):
    for who in (world.police_officer, world.cso_monitor, world.administrator, world.auditor):
        assert world.sign_in(who).get(PHONES).status_code == 403
    client = world.sign_in(world.judicial_officer)
    assert client.send(f"{PHONES}/new", name=" ", days="90").status_code == 422
    with world.travel(timedelta(minutes=11)):
        asked = client.get(f"{PHONES}/new")
    assert "Phones" not in asked.text.partition("<h1>")[2].partition("</h1>")[0]


def test_collect_reads_the_settings_from_the_code_and_forgets_what_it_sent():
    packed = collect_settings("https://forms.example/openrosa", "nyandeng", "trk_secret")
    told = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert told["general"]["server_url"] == "https://forms.example/openrosa"
    assert (told["general"]["username"], told["general"]["password"]) == ("nyandeng", "trk_secret")
    assert told["general"]["delete_send"] is True
    assert "tracker" not in json.dumps(told).lower().replace("trk_", "")


def test_who_sent_a_form_reads_what_came_of_it_and_notes_what_they_saw_to(world: World):
    sender = Phone(world, world.judicial_officer)
    ahead = (clock.now() + timedelta(days=400)).isoformat()
    said = {"perpetrator_institution": world.station.code, "photo": "1.jpg", "recording": "2.m4a"}
    sender.post(phone.a_referral(world, **said, reported_at=ahead), {"1.jpg": b"<svg>"})
    client = world.sign_in(world.judicial_officer)
    page = client.get(f"{PHONES}/forms").text
    form = db.session.scalars(sa.select(FieldForm)).one()
    assert has(
        page, form.case.reference, "It was not sent on: Conflict of interest", "1 file could not be kept"
    )
    assert has(page, "1 file has not come yet", "The clock of the phone is wrong")
    assert has(client.get("/").text, "Forms from your phones")
    assert client.send(f"{PHONES}/forms", at=f"{PHONES}/forms/{form.id}/seen").status_code == 303
    assert "I have seen to it" not in client.get(f"{PHONES}/forms").text
    assert "Forms from your phones" not in client.get("/").text
    other = world.sign_in(world.focal_point)
    assert form.case.reference not in other.get(f"{PHONES}/forms").text
    assert other.post(f"{PHONES}/forms/{form.id}/seen", data=_token_of(other)).status_code == 404


def test_a_case_that_may_be_known_is_said_and_one_that_was_hidden_since_is_not_named(world: World):
    sender = Phone(world, world.focal_point)
    for _ in range(2):
        sender.post(phone.a_referral(world))
    client = world.sign_in(world.focal_point)
    first, second = db.session.scalars(sa.select(FieldForm).order_by(FieldForm.id))
    assert (first.may_be_known, second.may_be_known) == (False, True)
    page = client.get(f"{PHONES}/forms").text
    assert has(page, first.case.reference, second.case.reference, "There are cases that may be the same")
    hidden = first.case
    walls.wall_off(
        actor=world.judicial_officer,
        case=hidden,
        seen=hidden.entries,
        institution_id=world.network.id,
        note="Somebody there is accused.",
    )
    page = client.get(f"{PHONES}/forms").text
    assert hidden.reference not in page
    assert second.case.reference in page


def _token_of(client: CarefulClient) -> dict[str, str]:
    fields = client.page("/").all("input")
    return {"csrf_token": next(one.get("value") for one in fields if one.get("name") == "csrf_token")}

"""The door for phones, through a client written to OpenRosa's specifications (docs.getodk.org/openrosa)."""

import csv
import hashlib
import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from defusedxml import ElementTree
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from tests import files, phone
from tests.phone import Phone, message
from tests.world import World
from tracker import clock
from tracker.actions import people
from tracker.db import db
from tracker.models import Access, Alert, Attachment, DoorRecord, FieldForm, Institution, ProtectionCase
from tracker.permissions import Scope, scopes_for
from tracker.vocabulary import DoorAct, InstitutionKind

LISTED = "{http://openrosa.org/xforms/xformsList}"
MEDIA = "{http://openrosa.org/xforms/xformsManifest}"

pytestmark = pytest.mark.only_on("sqlite")


def how_many(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def listed(by: Phone, query: str = "") -> dict[str, dict[str, str]]:
    """The forms of the list, by their ids."""
    answer = by.get(f"/openrosa/formList{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    root = ElementTree.fromstring(answer.data)
    assert root.tag == f"{LISTED}xforms"
    forms = [{one.tag.removeprefix(LISTED): one.text or "" for one in form} for form in root]
    return {form["formID"]: form for form in forms}


def _md5(data: bytes) -> str:
    return f"md5:{hashlib.md5(data, usedforsecurity=False).hexdigest()}"


def _path(address: str) -> str:
    return address.removeprefix("http://localhost")


def _is_openrosa(answer: TestResponse) -> bool:
    return answer.headers["X-OpenRosa-Version"] == "1.0" and "Date" in answer.headers


# --- fetching forms ---------------------------------------------------------------------------------------------------


def test_a_phone_finds_its_forms_and_their_lists_and_each_is_what_its_hash_says(world: World):
    by = Phone(world, world.focal_point)
    for form_id, form in listed(by).items():
        served = by.get(_path(form["downloadUrl"]))
        assert form["hash"] == _md5(served.data)
        assert f'id="{form_id}" version="{form["version"]}"'.encode() in served.data
        manifest = by.get(_path(form["manifestUrl"]))
        root = ElementTree.fromstring(manifest.data)
        for file in root:
            got = by.get(_path(file.findtext(f"{MEDIA}downloadUrl") or ""))
            name = file.findtext(f"{MEDIA}filename")
            assert file.findtext(f"{MEDIA}hash") == _md5(got.data)
            assert f"jr://file-csv/{name}".encode() in served.data
            rows = list(csv.DictReader(got.text.splitlines()))
            assert all(row["name"] and row["label"] and " " not in row["name"] for row in rows)
        assert all(_is_openrosa(answer) for answer in (served, manifest))
    assert listed(by).keys() == {"protection_alert", "protection_referral"}
    assert listed(by, "?formID=protection_alert").keys() == {"protection_alert"}
    assert listed(by, "?formID=other") == {}


def test_the_lists_hold_what_this_person_may_choose(world: World):
    by = Phone(world, world.focal_point)
    areas = list(csv.DictReader(by.get("/openrosa/forms/alert/areas").text.splitlines()))
    assert areas[0]["name"].startswith("XA01")
    assert {"name": "XA010101", "label": "Old Ferry Payam, Bend County"} in areas
    rows = list(csv.DictReader(by.get("/openrosa/forms/referral/institutions").text.splitlines()))
    takes = {row["name"]: row["refer"] for row in rows}
    assert (takes["station"], takes["cso"]) == ("1", "0")
    assert "network" not in takes
    assert by.get("/openrosa/forms/alert/institutions").status_code == 404


def test_when_a_list_changes_the_version_and_the_hash_of_its_forms_change(world: World):
    by = Phone(world, world.focal_point)
    before = listed(by)
    place = Institution(
        code="new-post", name="New post", kind=InstitutionKind.POLICE_STATION, area=world.payam
    )
    db.session.add(place)
    db.session.commit()
    after = listed(by)
    assert before["protection_alert"] == after["protection_alert"]
    for what in ("version", "hash"):
        assert before["protection_referral"][what] != after["protection_referral"][what]


def test_a_form_opens_in_its_owner_s_language(world: World):
    world.focal_point.user.locale = "ar"
    form = Phone(world, world.focal_point).get("/openrosa/forms/alert").text
    assert '<translation lang="العربية (ar)" default="true()">' in form
    assert form.count("default=") == 1
    assert "<h:title>Log an alert</h:title>" not in form


# --- who comes in -----------------------------------------------------------------------------------------------------


ADDRESSES = (
    "/openrosa/formList",
    "/openrosa/forms/alert",
    "/openrosa/forms/alert/manifest",
    "/openrosa/submission",
)


def test_without_a_right_secret_there_is_one_answer_which_says_how_to_ask(world: World):
    scoped = phone.issued(world.focal_point, Scope.CASES_READ)
    for by, status in (
        (Phone(world, None), 401),
        (Phone(world, world.focal_point, secret="trk_wrong"), 401),
        (Phone(world, world.focal_point, secret=scoped), 403),
        (Phone(world, world.focal_point, secret="a long walk to the county court"), 401),
    ):
        for address in ADDRESSES[:3]:
            answer = by.get(address)
            assert (answer.status_code, _is_openrosa(answer)) == (status, True), address
            assert message(answer)
            if status == 401:
                assert answer.headers["WWW-Authenticate"].startswith('Basic realm="')
        assert by.head().status_code == by.post(phone.an_alert()).status_code == status
    assert how_many(Alert) == 0


def test_the_cookie_of_a_browser_opens_nothing_here_and_the_secret_of_a_phone_nothing_elsewhere(world: World):
    browser = world.sign_in(world.focal_point)
    assert browser.get("/openrosa/formList").status_code == 401
    by = Phone(world, world.focal_point)
    assert by.get("/cases/").status_code == 302
    assert by.get("/api/v1/cases").status_code == 401


def test_another_site_s_form_sends_nothing_in_the_name_of_who_gave_a_browser_the_secret(world: World):
    by, sheet = Phone(world, world.focal_point), phone.an_alert()
    by.says = {}
    refused = by.post(sheet)
    assert (refused.status_code, "Collect" in message(refused), how_many(Alert)) == (400, True, 0)


def test_who_has_no_forms_gets_none_and_a_form_of_others_is_not_there(world: World):
    by = Phone(world, world.judicial_officer)
    assert listed(by).keys() == {"protection_referral"}
    assert by.get("/openrosa/forms/alert").status_code == 404
    assert by.get("/openrosa/forms/other").status_code == 404
    assert by.post(phone.an_alert()).status_code == 403
    assert Scope.FORMS_FILL not in scopes_for(world.police_officer.role)


def test_a_secret_is_dead_at_once_with_its_day_its_owner_and_its_membership(world: World):
    by = Phone(world, world.focal_point)
    assert by.head().status_code == 204
    with world.travel(days=91):
        assert by.head().status_code == 401
    people.end_membership(world.focal_point, actor=world.administrator)
    assert by.head().status_code == 401
    assert by.post(phone.an_alert()).status_code == 401


def test_what_happens_at_this_door_is_written_down_and_wrong_tries_are_few(world: World):
    by, wrong = Phone(world, world.focal_point), Phone(world, world.focal_point, secret="trk_wrong")
    for _ in range(3):
        by.head()
    statuses = [wrong.head().status_code for _ in range(25)]
    assert (statuses[0], statuses[-1]) == (401, 429)
    assert by.head().status_code == 204
    rows = db.session.execute(sa.select(DoorRecord.act, DoorRecord.user_id, DoorRecord.page)).all()
    acts = [row.act for row in rows]
    assert acts.count(DoorAct.SIGNED_IN) == 1
    assert acts.count(DoorAct.WRONG_PASSWORD) == statuses.count(401)
    assert {row.user_id for row in rows} == {world.focal_point.user_id}
    assert {row.page.partition(".")[0] for row in rows} == {"openrosa"}


# --- sending ----------------------------------------------------------------------------------------------------------


def test_before_it_sends_a_phone_is_told_where_to_and_how_much(world: World):
    answer = Phone(world, world.focal_point).head()
    assert (answer.status_code, answer.data, _is_openrosa(answer)) == (204, b"", True)
    assert answer.headers["Location"] == "http://localhost/openrosa/submission"
    assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) > 10_000_000


def test_an_alert_sent_five_times_because_the_answer_was_cut_off_is_one_alert(world: World):
    by, sheet = Phone(world, world.focal_point), phone.an_alert()
    answers = [by.post(sheet) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({message(answer) for answer in answers}) == 1
    assert how_many(Alert) == 1


def test_over_a_line_that_drops_before_the_answer_comes_one_alert_is_logged(world: World):
    by, sheet = Phone(world, world.focal_point), phone.an_alert()
    request = by.as_bytes(sheet)
    server: Any = make_server("127.0.0.1", 0, world.app, threaded=True)
    server.daemon_threads, server.block_on_close = False, True  # each request is answered before it closes
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        for _ in range(4):
            with socket.create_connection(server.server_address) as line:
                line.sendall(request)  # and it drops
        with socket.create_connection(server.server_address, timeout=60) as line:
            line.sendall(request)
            answered = line.recv(12)
    finally:
        server.shutdown()
        serving.join(60)
        server.server_close()
    assert answered.endswith(b" 201")
    assert (how_many(Alert), how_many(FieldForm)) == (1, 1)


def test_a_case_with_files_comes_in_several_posts_and_is_answered_with_its_reference(world: World):
    by = Phone(world, world.focal_point)
    sheet = phone.a_referral(world, photo="1.jpg", recording="2.m4a", file_class="identity")
    large = files.M4A + bytes(9_999_000 - len(files.M4A))
    answers = by.send(sheet, {"1.jpg": files.picture(size=(2000, 2000)) + bytes(600_000), "2.m4a": large})
    assert [answer.status_code for answer in answers] == [201, 201]
    case = db.session.scalars(sa.select(ProtectionCase)).one()
    assert all(case.reference in message(answer) for answer in answers)
    assert (how_many(Attachment), how_many(FieldForm)) == (2, 1)


def test_another_content_is_refused_in_words_and_so_is_what_is_no_form(world: World):
    by, sheet = Phone(world, world.focal_point), phone.an_alert()
    by.post(sheet)
    for answer, status in (
        (by.post(phone.an_alert(instance=sheet.instance, message="Other.")), 409),
        (by.post(phone.an_alert(replaces=sheet.instance)), 409),
        (by.post(phone.fill("household_survey", channel="sms")), 404),
        (by.post(phone.Sheet("", b"<!DOCTYPE x><data/>")), 422),
        (by.post(phone.Sheet("", b"")), 422),
        (by.post(phone.an_alert(channel="pigeon")), 422),
        (by.post(phone.a_referral(world, perpetrator_institution=world.network.code)), 409),
        (by.post(phone.Sheet("", bytes(11_000_000))), 413),
    ):
        assert (answer.status_code, _is_openrosa(answer)) == (status, True), answer.text
        assert message(answer)
    assert (how_many(Alert), how_many(ProtectionCase)) == (1, 0)


def test_what_a_gate_holds_back_and_what_is_not_kept_is_said_in_the_sender_s_language(world: World):
    by = Phone(world, world.judicial_officer)
    held = by.post(
        phone.a_referral(world, perpetrator_institution=world.station.code, photo="1.jpg"),
        {"1.jpg": b"<svg>"},
    )
    assert held.status_code == 201
    for sentence in ("It was not sent on: Conflict of interest.", "1 file could not be kept."):
        assert sentence in message(held)
    world.judicial_officer.user.locale = "fr"
    ahead = (clock.now() + timedelta(days=400)).isoformat()
    late = by.post(phone.a_referral(world, reported_at=ahead))
    assert (late.status_code, "The case is registered" in message(late)) == (201, False)


def test_somebody_else_who_sends_the_same_form_learns_only_that_it_came(world: World):
    sheet = phone.a_referral(world)
    first = Phone(world, world.focal_point).post(sheet)
    second = Phone(world, world.other_focal_point).post(sheet)
    case = db.session.scalars(sa.select(ProtectionCase)).one()
    assert case.reference in message(first)
    assert (second.status_code, case.reference in message(second)) == (201, False)


def test_nothing_is_read_of_anybody_through_this_door(world: World):
    by = Phone(world, world.focal_point)
    by.post(phone.a_referral(world))
    listed(by)
    by.get("/openrosa/forms/referral")
    assert how_many(Access) == 0

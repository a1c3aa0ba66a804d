"""Forms that were filled on a phone: taken once, through every gate, and never lost because a gate was closed."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import canaries, files, phone
from tests.phone import Sheet
from tests.world import World
from tracker import clock
from tracker.actions import erasure, field_forms
from tracker.actions.field_files import Keeping
from tracker.db import db
from tracker.errors import BadInput, ConflictOfInterest, NotFound, NotPermitted, StepRefused
from tracker.intake import field_forms as intake
from tracker.models import (
    Alert,
    Attachment,
    FieldFile,
    FieldForm,
    HistoryEntry,
    Membership,
    Narrative,
    ProtectionCase,
    Track,
)
from tracker.queries import field_forms as queries
from tracker.queries import reprisals
from tracker.queries.case_file import case_file
from tracker.vocabulary import DataClass, FileRefusal, HeldBack, Level, PartyRole


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    """Where the files lie."""
    return Keeping(tmp_path / "attachments")


def send(sheet: Sheet, by: Membership, keeping: Keeping, **parts: bytes) -> tuple[FieldForm, bool]:
    """What the phone sends is taken, and committed. `parts`: files by question, under the names that the sheet says."""
    named = {sheet.read.answers[question]: data for question, data in parts.items()}
    taken = field_forms.take(sheet.read, named, actor=by, keeping=keeping)
    db.session.commit()
    return taken


def how_many(model: type[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# --- what comes of a form -------------------------------------------------------------------------------------------


def test_an_alert_from_a_phone_is_logged_with_its_clock_and_its_words_sealed(world: World, keeping: Keeping):
    heard = clock.now() - timedelta(hours=5)
    sheet = phone.an_alert(received_at=heard.isoformat(), phone="٠٩٠٠ ٠٠٠ ٠٠٣")
    form, first = send(sheet, world.focal_point, keeping)
    alert = form.alert
    assert (first, alert.received_at, alert.institution_id) == (True, heard, world.network.id)
    assert (alert.contact.name, alert.contact.phone) == ("Nyaluak", "0900000003")
    assert alert.area_id == world.payam.id
    assert (form.clock_wrong, form.held_back, form.case) == (False, None, None)
    assert [entry.action for entry in world.entries(alert)] == ["raise"]


def test_a_case_from_a_phone_is_registered_and_sent_to_the_police_at_once(world: World, keeping: Keeping):
    form, _ = send(phone.a_referral(world, note="Ask for Grace."), world.judicial_officer, keeping)
    case = form.case
    track = world.track(case, "police")
    assert (track.status, track.institution_id, form.held_back) == ("sent", world.station.id, None)
    (sent,) = [entry for entry in world.entries(case) if entry.action == "send"]
    assert sent.note.text == "Ask for Grace."
    file = case_file(case.reference, viewer=world.judicial_officer)
    assert [one.name for one in file.people] == ["Abuk the survivor"]


@pytest.mark.only_on("sqlite")
def test_where_a_section_is_responsible_it_decides_and_reads_the_note(world: World, keeping: Keeping):
    form, _ = send(phone.a_referral(world, note="She trusts Grace."), world.focal_point, keeping)
    assert (form.held_back, form.case.owner_id) == (None, world.section.id)
    assert [track.stage for track in world.tracks(form.case)] == ["referral"]
    assert world.entries(form.case)[0].note.text == "She trusts Grace."
    far, _ = send(phone.a_referral(world, area=world.far_state.code), world.focal_point, keeping)
    assert world.track(far.case, "police").status == "sent"


@pytest.mark.only_on("sqlite")
def test_everything_that_the_form_can_say_comes_to_the_case(world: World, keeping: Keeping):
    said = {
        "perpetrator_kind": "state_security",
        "perpetrator_name": "Sergeant K.",
        "perpetrator_institution": world.other_station.code,
        "reporter_name": "Her sister",
        "reporter_phone": "0912 345 678",
        "reprisal_factors": "small_community phone_shared",
        "mitigation": "She stays with her aunt.",
        "consent_classes": "identity contact",
    }
    form, _ = send(phone.a_referral(world, **said), world.focal_point, keeping)
    file = case_file(form.case.reference, viewer=world.focal_point)
    people = {one.role: one for one in file.people}
    assert people[PartyRole.REPORTER].phone == "0912345678"
    assert people[PartyRole.ALLEGED_PERPETRATOR].name == "Sergeant K."
    agreed = {one.data_class for one in file.consents if one.decision == "given"}
    assert agreed == {DataClass.IDENTITY, DataClass.CONTACT}
    assert db.session.scalars(sa.select(Narrative)).one().sealed
    with pytest.raises(NotFound):
        case_file(form.case.reference, viewer=world.other_police_officer)


# --- exactly once ---------------------------------------------------------------------------------------------------


def test_the_same_form_five_times_is_one_alert(world: World, keeping: Keeping):
    sheet = phone.an_alert()
    taken = [send(sheet, world.focal_point, keeping) for _ in range(5)]
    assert [first for _, first in taken] == [True, False, False, False, False]
    assert len({form.alert_id for form, _ in taken}) == 1
    assert (how_many(Alert), how_many(FieldForm)) == (1, 1)


def test_six_phones_that_send_one_form_at_once_register_one_case(world: World, keeping: Keeping):
    sheet, app, actor = phone.a_referral(world), current_app._get_current_object(), world.focal_point.id  # type: ignore[attr-defined]
    db.session.commit()
    start, taken = threading.Barrier(6), [(0, False)] * 6

    def work(at: int) -> None:
        with app.app_context():
            start.wait(30)
            by = db.session.get_one(Membership, actor)
            form, first = field_forms.take(sheet.read, {}, actor=by, keeping=keeping)
            taken[at] = (form.case_id or 0, first)
            db.session.commit()

    threads = [threading.Thread(target=work, args=(at,)) for at in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(first for _, first in taken) == [False] * 5 + [True]
    assert len({case for case, _ in taken}) == 1
    assert (how_many(ProtectionCase), how_many(FieldForm)) == (1, 1)


def test_another_form_under_the_same_number_is_refused_and_changes_nothing(world: World, keeping: Keeping):
    sheet = phone.an_alert()
    send(sheet, world.focal_point, keeping)
    with pytest.raises(StepRefused, match="same number"):
        send(phone.an_alert(instance=sheet.instance, message="Another."), world.focal_point, keeping)
    db.session.rollback()
    assert how_many(Alert) == 1


@pytest.mark.only_on("sqlite")
def test_an_edit_of_what_was_taken_is_refused_and_one_of_what_never_came_is_taken_in_its_place(
    world: World, keeping: Keeping
):
    sheet = phone.an_alert()
    send(sheet, world.focal_point, keeping)
    with pytest.raises(StepRefused, match="sent before"):
        send(phone.an_alert(replaces=sheet.instance), world.focal_point, keeping)
    db.session.rollback()
    lost = phone.an_alert(message="With a mistake.")
    edit, first = send(phone.an_alert(replaces=lost.instance), world.focal_point, keeping)
    late, again = send(lost, world.focal_point, keeping)
    assert (first, again, late.id) == (True, False, edit.id)
    assert how_many(Alert) == 2


# --- gates ----------------------------------------------------------------------------------------------------------


def test_a_case_that_a_gate_holds_back_is_registered_and_waits_for_its_sender(world: World, keeping: Keeping):
    closed = world.gendarmerie
    closed.active = False
    grave = {"reprisal_factors": "prior_threat named_perpetrator_in_power", "reprisal_risk": "critical"}
    tries = {
        HeldBack.NO_CONSENT: {"refer_to": f"{world.station.code} {world.special_unit.code}"},
        HeldBack.NOT_SAFE: grave,
        HeldBack.CONFLICT_OF_INTEREST: {"perpetrator_institution": world.station.code},
        HeldBack.INSTITUTION: {"refer_to": closed.code, "consent_institutions": closed.code},
    }
    for why, said in tries.items():
        form, _ = send(phone.a_referral(world, **said), world.judicial_officer, keeping)
        assert form.held_back is why, why
        assert [track.stage for track in world.tracks(form.case)] == ["referral"], why
        assert world.track(form.case, "referral").limit is not None, why
        assert {entry.action for entry in world.entries(form.case)} == {"register", "open"}, why
    held = sa.select(Track.id).where(Track.stage == "police")
    assert db.session.scalar(held) is None


@pytest.mark.only_on("sqlite")
def test_nobody_s_answers_lower_the_risk_without_a_reason_and_what_protects_opens_the_gate(
    world: World, keeping: Keeping
):
    said = {"reprisal_factors": "prior_threat named_perpetrator_in_power", "reprisal_risk": "low"}
    form, _ = send(phone.a_referral(world, **said), world.judicial_officer, keeping)
    assessed = reprisals.in_force(form.case_id, viewer=world.judicial_officer)
    assert assessed.level in {Level.HIGH, Level.CRITICAL}
    said |= {"reprisal_factors": "prior_threat small_community", "mitigation": "She moved to her aunt."}
    sent, _ = send(phone.a_referral(world, **said), world.judicial_officer, keeping)
    assert (sent.held_back, world.track(sent.case, "police").status) == (None, "sent")


@pytest.mark.only_on("sqlite")
def test_who_may_not_register_or_log_is_refused_and_so_is_the_accused_s_own_institution(
    world: World, keeping: Keeping
):
    for who in (world.police_officer, world.cso_monitor, world.administrator, world.auditor):
        for sheet in (phone.a_referral(world), phone.an_alert()):
            with pytest.raises(NotPermitted):
                send(sheet, who, keeping)
            db.session.rollback()
    with pytest.raises(NotPermitted):
        send(phone.an_alert(), world.judicial_officer, keeping)
    db.session.rollback()
    with pytest.raises(ConflictOfInterest):
        send(phone.a_referral(world, perpetrator_institution=world.network.code), world.focal_point, keeping)
    db.session.rollback()
    assert how_many(FieldForm) == how_many(HistoryEntry) == 0


# --- what is wrong on a phone -----------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_a_phone_whose_clock_is_ahead_loses_nothing(world: World, keeping: Keeping):
    sheet = phone.a_referral(world, reported_at="2031-01-01T08:00:00.000+03:00", occurred_on="2030-12-31")
    form, _ = send(sheet, world.focal_point, keeping)
    assert (form.clock_wrong, form.case.occurred_on) == (True, None)
    assert form.case.registered_at <= clock.now()
    form, _ = send(phone.an_alert(received_at="1970-01-01T00:03:00.000Z"), world.focal_point, keeping)
    assert (form.clock_wrong, form.alert.received_at.year > 2020) == (True, True)
    soon = (clock.now() + timedelta(minutes=9)).isoformat()
    form, _ = send(phone.an_alert(received_at=soon), world.focal_point, keeping)
    assert (form.clock_wrong, form.alert.received_at <= clock.now()) == (False, True)


@pytest.mark.only_on("sqlite")
def test_a_moment_without_a_zone_is_the_mission_s(world: World, keeping: Keeping):
    form, _ = send(phone.an_alert(received_at="2026-01-05T08:00:00"), world.focal_point, keeping)
    assert form.alert.received_at == datetime(2026, 1, 5, 6, tzinfo=UTC)


@pytest.mark.only_on("sqlite")
def test_what_cannot_be_read_is_said_question_by_question(world: World, keeping: Keeping):
    wrong = {
        "concern": "something", "area": "XX99", "channel": "imported", "urgency": "", "risk": "huge",
        "reported_at": "yesterday", "occurred_on": "5/1/2026", "survivor_phone": "call me", "place": "x" * 201,
        "reprisal_factors": "bad luck", "consent_institutions": "", "refer_to": "nowhere",
    }  # fmt: skip
    with pytest.raises(BadInput) as refused:
        send(phone.a_referral(world, **wrong), world.focal_point, keeping)
    assert set(refused.value.sentences) == set(wrong)


@pytest.mark.only_on("sqlite")
def test_a_form_of_an_older_version_is_taken_where_it_can_be_read(world: World, keeping: Keeping):
    bare = phone.fill(
        "protection_alert", version="2024010101", channel="sms", received_at=phone.now(), message="Come."
    )
    form, _ = send(bare, world.focal_point, keeping)
    assert (form.version, form.alert.contact.message) == ("2024010101", "Come.")
    with pytest.raises(BadInput, match="not asked"):
        send(phone.an_alert(role="administrator"), world.focal_point, keeping)
    with pytest.raises(NotFound):
        send(phone.fill("household_survey", channel="sms"), world.focal_point, keeping)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<data id="protection_alert"><message>&b;</message><meta><instanceID>uuid:1</instanceID></meta></data>"""
OUTSIDE = b"""<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="protection_alert">&x;</data>"""
ENCRYPTED = b"""<data id="protection_alert" encrypted="yes" xmlns="http://www.opendatakit.org/xforms/encrypted">
<base64EncryptedKey>x</base64EncryptedKey><meta><instanceID>uuid:1</instanceID></meta></data>"""


BROKEN = (
    (b"", "no form"),
    (b"{}", "no form"),
    (b"<data", "no form"),
    (b"\xff\xfe<data/>", "no form"),
    (b"<?xml version='1.0' encoding='x-nothing'?><data/>", "no form"),
    (BOMB, "no form"),
    (OUTSIDE, "no form"),
    (ENCRYPTED, "encrypted"),
    (b"<d>" * 100_000 + b"</d>" * 100_000, "larger"),
    (b"<d>" * 9 + b"</d>" * 9, "larger"),
    (b"<d>" + b"<a/>" * 501 + b"</d>", "larger"),
    (b"<data id='x'><a>1</a></data>", "number"),
    (b"<data id='x'><g><a>1</a></g><a>2</a><meta><instanceID>1</instanceID></meta></data>", "twice"),
)


def test_what_is_no_form_of_ours_is_refused_before_anything_is_made_of_it():
    for data, said in BROKEN:
        with pytest.raises(BadInput, match=said):
            intake.read(data)


@given(at=st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=4)), min_size=1, max_size=6))
@settings(max_examples=30)
def test_a_form_that_was_damaged_on_its_way_is_read_or_refused_and_nothing_else(
    at: list[tuple[int, bytes]],
):
    data = phone.an_alert().xml
    for place, other in at:
        data = data[: place % len(data)] + other + data[place % len(data) + 1 :]
    with suppress(BadInput):
        assert intake.read(data).instance


# --- files ----------------------------------------------------------------------------------------------------------


def test_files_come_in_several_posts_each_once_by_the_way_of_any_file(world: World, keeping: Keeping):
    named = {"photo": "1.jpg", "recording": "2.m4a", "document": "3.pdf", "file_class": "medical"}
    sheet = phone.a_referral(world, **named)
    form, _ = send(sheet, world.focal_point, keeping, photo=files.picture())
    send(sheet, world.focal_point, keeping, recording=files.M4A)
    for _ in range(2):
        send(sheet, world.focal_point, keeping, recording=files.M4A, document=files.PDF)
    kept = db.session.scalars(sa.select(Attachment)).all()
    assert [(one.case_id, one.data_class) for one in kept] == [(form.case_id, DataClass.MEDICAL)] * 3
    assert (form.files, how_many(FieldFile), how_many(ProtectionCase)) == (3, 3, 1)
    with pytest.raises(StepRefused, match="same name"):
        send(sheet, world.focal_point, keeping, recording=files.OGG)


@pytest.mark.only_on("sqlite")
def test_a_file_that_is_not_taken_holds_the_case_back_nowhere_and_is_noted(world: World, keeping: Keeping):
    sheet = phone.a_referral(world, photo="1.jpg", document="x.pdf")
    form, _ = send(sheet, world.judicial_officer, keeping, photo=b"<svg onload=alert(1)>", document=files.PDF)
    refused = {one.refusal for one in db.session.scalars(sa.select(FieldFile))}
    assert refused == {FileRefusal.NOT_TAKEN, None}
    assert world.track(form.case, "police").status == "sent"
    again, first = send(sheet, world.judicial_officer, keeping, photo=b"<svg onload=alert(1)>")
    assert (first, how_many(FieldFile), again.id) == (False, 2, form.id)


@pytest.mark.only_on("sqlite")
def test_what_the_form_does_not_name_is_left_and_somebody_else_s_files_are_refused(
    world: World, keeping: Keeping
):
    sheet = phone.a_referral(world, photo="1.jpg")
    field_forms.take(sheet.read, {"audit.csv": b"event,node"}, actor=world.focal_point, keeping=keeping)
    db.session.commit()
    assert how_many(FieldFile) == 0
    same, first = send(sheet, world.judicial_officer, keeping)
    assert (first, same.user_id) == (False, world.focal_point.user_id)
    with pytest.raises(StepRefused, match="Somebody else"):
        send(sheet, world.judicial_officer, keeping, photo=files.picture())


@pytest.mark.only_on("sqlite")
def test_a_form_that_is_sent_again_after_its_case_was_erased_brings_nothing_back(
    world: World, keeping: Keeping
):
    sheet = phone.a_referral(world, photo="1.jpg", refer_to="")
    form, _ = send(sheet, world.focal_point, keeping)
    world.walk(world.track(form.case, "referral"), "closed")
    erasure.erase(form.case, actor=world.judicial_officer)
    send(sheet, world.focal_point, keeping, photo=files.picture())
    assert (how_many(ProtectionCase), how_many(Narrative), how_many(Attachment)) == (1, 0, 0)
    assert db.session.scalars(sa.select(FieldFile.refusal)).all() == [FileRefusal.NO_ROOM]


# --- what is kept ---------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_nothing_that_was_typed_stands_in_clear_in_the_tables(world: World, keeping: Keeping):
    sheet = phone.a_referral(world, document="Statement of Abuk.pdf")
    send(sheet, world.focal_point, keeping, document=files.PDF)
    words = (
        "Abuk the survivor",
        "Behind the old ferry",
        "+211 900 000 002",
        "Statement of Abuk",
        sheet.instance,
    )
    assert canaries.found(canaries.files_of(world.database_url), *words) == []


@pytest.mark.only_on("sqlite")
def test_its_sender_alone_says_that_they_have_looked(world: World, keeping: Keeping):
    form, _ = send(phone.a_referral(world, refer_to=world.special_unit.code), world.focal_point, keeping)
    with pytest.raises(NotFound):
        field_forms.look_at(form, actor=world.judicial_officer)
    field_forms.look_at(form, actor=world.focal_point)
    assert form.looked_at is not None


@pytest.mark.only_on("sqlite")
def test_something_is_left_until_the_last_file_came_and_again_where_one_was_refused(
    world: World, keeping: Keeping
):
    def left() -> int:
        return queries.count_waiting(viewer=world.judicial_officer)

    whole, _ = send(phone.a_referral(world), world.judicial_officer, keeping)
    assert (left(), whole.looked_at is None) == (0, False)
    other = {"survivor_name": "Adut", "survivor_phone": "", "area": world.far_state.code}
    sheet = phone.a_referral(world, photo="1.jpg", document="2.pdf", **other)
    form, _ = send(sheet, world.judicial_officer, keeping, photo=files.picture())
    assert left() == 1
    send(sheet, world.judicial_officer, keeping, document=files.PDF)
    assert left() == 0
    third = {"survivor_name": "Nyibol", "survivor_phone": "", "area": world.hill_county.code}
    late = phone.a_referral(world, photo="1.jpg", **third)
    form, _ = send(late, world.judicial_officer, keeping)
    field_forms.look_at(form, actor=world.judicial_officer)
    assert left() == 0
    send(late, world.judicial_officer, keeping, photo=b"no picture")
    assert left() == 1

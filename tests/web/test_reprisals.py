"""The pages about reprisals: assessing, agreeing, reporting one, and telling a survivor without harming her."""

from datetime import UTC, datetime, time

import pytest

from tests.web.case_pages import address, has, of, silent_about
from tests.web.test_register import a_report
from tests.world import World
from tracker import clock
from tracker.actions.reprisals import NewAssessment
from tracker.db import db
from tracker.models import Membership, Track, UserAccount
from tracker.models.contact import Contact
from tracker.queries.reprisals import in_force
from tracker.vocabulary import Concern, ContactWay, Level, Role
from tracker.vocabulary import ReprisalFactor as Factor

pytestmark = pytest.mark.only_on("sqlite")

MITIGATION = "She stays with her aunt."
CONTACT = Contact(
    way=ContactWay.CALL,
    days=(0,),
    since=time(9),
    until=time(11),
    who_may_answer="Only Atong",
    cover="the vaccination day",
)
MONDAY_AT_TEN = datetime(2026, 11, 23, 8, tzinfo=UTC)


def _due(world: World, level: Level = Level.HIGH) -> Track:
    """Feedback that is due, with an assessment that still holds."""
    case = world.a_case("feedback:due")
    world.assess(case, level=level, mitigation=MITIGATION, contact=CONTACT)
    return world.track(case, "feedback")


# --- assessing ----------------------------------------------------------------------------------------------------


def test_a_focal_point_assesses_the_risk_and_the_case_page_says_what_was_found(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    page = client.get(address(case)).text
    assert has(page, "The risk of reprisals was never assessed", f'href="{address(case)}/reprisal-risk"')
    answer = client.send(
        address(case, "reprisal-risk"),
        factors=["prior_threat", "phone_shared"],
        mitigation=MITIGATION,
        way="call",
        days=["0", "2"],
        since="٠٩:٣٠",
        until="11:00",
        who_may_answer="Only Atong",
        cover="the vaccination day",
    )
    assert answer.location == address(case)
    text = client.get(answer.location).text
    assert has(text, "The risk of reprisals is assessed", "High", "Reaching the person")
    assert silent_about(text, MITIGATION, "Only Atong", "the vaccination day")
    plan = client.get(address(case, "reprisal-risk")).text
    assert has(plan, MITIGATION, "Only Atong", "the vaccination day", "09:30", "11:00")
    assert case.reprisal_risk is Level.HIGH


def test_the_next_assessment_begins_with_what_the_last_one_said(world: World):
    case = world.register()
    world.assess(case, factors=[Factor.CHILD], mitigation=MITIGATION, contact=CONTACT)
    client = world.sign_in(world.judicial_officer)
    client.send(address(case, "reprisal-risk"), level="critical")
    now = in_force(case.id, viewer=world.judicial_officer)
    assert now is not None
    assert (now.level, now.said.mitigation, now.said.factors) == (Level.CRITICAL, MITIGATION, (Factor.CHILD,))
    assert now.said.contact == CONTACT


def test_a_lower_level_needs_its_reason_and_an_hour_must_exist(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    answer = client.send(address(case, "reprisal-risk"), factors=["prior_threat"], level="low")
    assert (answer.status_code, "Write why the risk is lower" in answer.text) == (422, True)
    answer = client.send(address(case, "reprisal-risk"), since="25:00")
    assert (answer.status_code, "Enter an hour such as 14:30" in answer.text) == (422, True)
    assert client.send(address(case, "reprisal-risk"), since="09:00").status_code == 422
    assert in_force(case.id, viewer=world.focal_point) is None


def test_an_implicated_recipient_is_to_be_named_so_that_nobody_there_finds_the_case(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    answer = client.send(address(case, "reprisal-risk"), factors=["recipient_institution_implicated"])
    assert answer.location == address(case, "wall")
    assert "so that nobody there finds this case" in client.get(answer.location).text
    client.send(answer.location, institution_id=world.station.id, note="His brother commands it.")
    again = client.send(address(case, "reprisal-risk"))
    assert again.location == address(case), "it is asked once"


def test_a_case_is_registered_with_its_assessment(world: World):
    client = world.sign_in(world.focal_point)
    threatened = a_report(world, reprisal_risk=None, reprisal_factors=["prior_threat"])
    text = client.get(client.send("/cases/new", **threatened).location).text  # type: ignore[arg-type]
    assert has(text, "Assessed", "Nothing is written.")


def test_a_registrar_says_the_risk_or_what_makes_it_likelier_and_lowers_nothing_yet(world: World):
    client = world.sign_in(world.focal_point)
    silent = client.send("/cases/new", **a_report(world, reprisal_risk=None))  # type: ignore[arg-type]
    assert (silent.status_code, "Choose how great the risk of reprisals is" in silent.text) == (422, True)
    lower = a_report(world, reprisal_risk="low", reprisal_factors=["prior_threat"])
    answer = client.send("/cases/new", **lower)  # type: ignore[arg-type]
    assert (answer.status_code, "Your answers suggest more" in answer.text) == (422, True)


def test_the_police_read_nothing_of_how_the_person_is_protected_or_reached(world: World):
    track = world.a_track("police:accepted")
    world.assess(track.case, level=Level.HIGH, mitigation=MITIGATION, contact=CONTACT)
    text = world.sign_in(world.police_officer).get(address(track.case)).text
    assert "Abuk" in text
    assert silent_about(text, MITIGATION, "Atong", "vaccination", "Report a reprisal", "Safe times")


# --- sharing ------------------------------------------------------------------------------------------------------


def test_at_grave_risk_the_page_for_referring_says_what_is_missing_and_the_form_is_refused(world: World):
    case = world.register(assessment=NewAssessment(level=Level.HIGH))
    client = world.sign_in(world.judicial_officer)
    path = address(case, "refer")
    assert "write what protects the person" in client.get(path).text
    answer = client.send(path, institution_ids=[world.station.id], note="Please go there today.")
    assert answer.status_code == 409
    assert has(answer.text, "write what protects the person", "Please go there today.")
    world.assess(case, level=Level.HIGH, mitigation=MITIGATION)
    assert client.send(path, institution_ids=[world.station.id]).status_code == 303


def test_at_medium_risk_and_where_nothing_was_assessed_the_page_warns(world: World):
    case = world.register()
    client = world.sign_in(world.judicial_officer)
    assert "was never assessed" in client.get(address(case, "refer")).text
    world.assess(case, level=Level.MEDIUM)
    assert "nothing is written that protects" in client.get(address(case, "refer")).text
    world.assess(case, level=Level.LOW)
    assert "risk of reprisals" not in client.get(address(case, "refer")).text


def test_a_second_officer_of_the_section_is_asked_to_agree_and_the_first_is_not(world: World):
    user = db.session.get_one(UserAccount, world.second_auditor.user_id)
    second = Membership(user=user, institution=world.section, role=Role.JUDICIAL_OFFICER)
    db.session.add(second)
    db.session.commit()
    case = world.register()
    world.assess(case, level=Level.CRITICAL, mitigation=MITIGATION)
    agree = address(case, "agree")
    first = world.sign_in(world.judicial_officer)
    assert agree not in first.get(address(case)).text
    assert first.send(agree).status_code == 409
    client = world.sign_in(second)
    assert agree in client.get(address(case)).text
    assert MITIGATION in client.get(agree).text
    assert client.send(agree).location == address(case)
    assert has(client.get(address(case)).text, "Agreed")
    assert agree not in client.get(address(case)).text


# --- telling the survivor -----------------------------------------------------------------------------------------


def test_within_the_safe_times_the_plan_the_words_and_the_number_are_shown(world: World):
    with world.travel(to=MONDAY_AT_TEN):
        track = _due(world)
        text = world.sign_in(world.focal_point).get(of(track, "feedback")).text
    assert has(text, "Monday, 09:00–11:00 (Africa/Juba)", "Leave no message", "Only Atong")
    assert has(text, "I am calling about the vaccination day", "+211 900 000 002")
    assert "Do not call or visit now" not in text


def test_outside_the_safe_times_the_page_warns_and_shows_no_number_until_asked(world: World):
    with world.travel(to=MONDAY_AT_TEN.replace(hour=20)):
        track = _due(world)
        client = world.sign_in(world.focal_point)
        text = client.get(of(track, "feedback")).text
        assert "Do not call or visit now" in text
        assert "900 000 002" not in text
        assert "900 000 002" in client.get(f"{of(track, 'feedback')}?sure=1").text


def test_at_high_risk_the_words_name_neither_the_case_nor_an_institution(world: World):
    with world.travel(to=MONDAY_AT_TEN):
        track = _due(world)
        world.assess(track.case, level=Level.HIGH, mitigation=MITIGATION)
        quiet = world.sign_in(world.focal_point).get(of(track, "feedback")).text
        world.assess(track.case, level=Level.LOW)
        plain = world.sign_in(world.focal_point).get(of(track, "feedback")).text
    assert "“Good day. Is this a good time to talk?” Stop if somebody else answers." in quiet
    assert "There is news about what you told us" in plain


def test_when_something_was_decided_the_risk_is_assessed_again_before_anybody_is_told(world: World):
    track = world.track(world.a_case("feedback:due"), "feedback")
    client = world.sign_in(world.focal_point)
    page = client.get(of(track, "feedback")).text
    assert has(page, "Assess the risk of reprisals again first")
    assert of(track, "deliver_accepted") not in page
    assert "900 000 002" not in page
    assert client.get(of(track, "deliver_accepted")).location == of(track, "feedback")
    assert client.get(of(track, "record_unsafe")).status_code == 200
    again = f"{address(track.case)}/reprisal-risk?feedback={track.id}"
    assert again in page
    assert client.send(again).location == of(track, "feedback")
    assert client.send(of(track, "deliver_accepted")).status_code == 303
    assert track.status == "delivered_accepted"


def test_what_was_said_outside_the_safe_times_needs_a_tick(world: World):
    with world.travel(to=MONDAY_AT_TEN.replace(hour=20)):
        track = _due(world)
        client = world.sign_in(world.focal_point)
        answer = client.send(of(track, "deliver_accepted"))
        assert (answer.status_code, "outside the times" in answer.text) == (422, True)
        assert client.send(of(track, "deliver_accepted"), outside_safe_times="y").status_code == 303


# --- reporting a reprisal -----------------------------------------------------------------------------------------


def test_a_reported_reprisal_becomes_a_case_that_is_linked_for_those_who_see_both(world: World):
    case = world.a_case("police:accepted")
    client = world.sign_in(world.judicial_officer)
    path = address(case, "reprisal")
    assert path in client.get(address(case)).text
    answer = client.send(
        path,
        told="They burnt her stall.",
        channel="call",
        occurred_on=clock.now().date().isoformat(),
        institution_ids=[world.other_station.id],
    )
    assert answer.status_code == 303
    opened = client.get(answer.location).text
    assert has(
        opened, "They burnt her stall.", "Emergency", "Linked cases", case.reference, "Abuk the survivor"
    )
    assert answer.location.removeprefix("/cases/") in client.get(address(case)).text
    assert case.reprisal_risk is Level.HIGH
    police = world.sign_in(world.police_officer).get(address(case)).text
    assert silent_about(police, "Linked cases", "burnt", words_of(Concern.REPRISAL))


def words_of(concern: Concern) -> str:
    """The label of a concern in English."""
    return concern.value.capitalize()


def test_what_happened_and_how_it_was_reported_must_be_said(world: World):
    case = world.a_case("police:accepted")
    answer = world.sign_in(world.focal_point).send(address(case, "reprisal"))
    assert answer.status_code == 422
    assert has(answer.text, "Write what happened", "Choose how it was reported")

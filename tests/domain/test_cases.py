"""Cases from their registration to their closing and, where it must be, their reopening."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock, mission, references
from tracker.actions import cases, steps
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, StepRefused
from tracker.models import Effect, Narrative, Person, ProtectionCase
from tracker.vocabulary import (
    AgeGroup,
    ClosureReason,
    Concern,
    Level,
    PartyRole,
    PerpetratorKind,
    Sex,
    Urgency,
)

# --- registering ------------------------------------------------------------------------------------------------


def test_a_case_is_registered_and_its_triage_is_due_at_the_section_of_its_area(world: World):
    case = world.register(concern=Concern.RAPE)
    assert references.parse(case.reference) == case.reference
    assert (case.registrar_id, case.owner_id) == (world.network.id, world.section.id)
    intake = world.track(case, "referral")
    assert (intake.institution_id, intake.status, intake.clock) == (world.section.id, "registered", "assign")
    assert intake.due_at == intake.entered_at + timedelta(hours=3)
    assert [entry.action for entry in world.entries(case)] == ["register", "open"]


@pytest.mark.parametrize(("risk", "hours"), [(Level.LOW, 3), (Level.HIGH, 1), (Level.CRITICAL, 1)])
def test_a_case_at_high_risk_waits_an_hour(world: World, risk: Level, hours: int):
    intake = world.track(world.register(risk=risk), "referral")
    assert intake.due_at == intake.entered_at + timedelta(hours=hours)


def test_the_section_of_the_nearest_area_around_is_responsible(world: World):
    assert world.register(area_id=world.state.id).owner_id == world.section.id
    assert world.register(area_id=world.hill_county.id).owner_id == world.other_section.id
    assert world.register(area_id=world.far_state.id).owner_id == world.network.id


def test_a_section_that_works_no_more_is_not_responsible(world: World):
    world.section.active = False
    assert world.register().owner_id == world.network.id


def test_a_judicial_officer_registers_a_case_too(world: World):
    case = world.register(by=world.judicial_officer)
    assert (case.registrar_id, case.owner_id) == (world.section.id, world.section.id)


@pytest.mark.parametrize(
    "name", ["police_officer", "prosecutor", "court_clerk", "cso_monitor", "auditor", "administrator"]
)
def test_nobody_else_registers_cases(world: World, name: str):
    with pytest.raises(
        NotPermitted, match="Only community focal points and judicial officers register cases"
    ):
        world.register(by=world.people[name])
    assert db.session.scalars(sa.select(ProtectionCase)).all() == []


def test_what_is_personal_is_kept_apart_from_the_case_and_its_history(world: World):
    people = [
        cases.NewPerson(
            role=PartyRole.SURVIVOR, name="Abuk", phone="0912", sex=Sex.FEMALE, age_group=AgeGroup.CHILD
        ),
        cases.NewPerson(
            role=PartyRole.ALLEGED_PERPETRATOR,
            name="Gatluak",
            perpetrator_kind=PerpetratorKind.STATE_SECURITY,
            institution_id=world.station.id,
        ),
    ]
    case = world.register(people=people, narrative="Abuk told that Gatluak came.", place="The well")
    kept = db.session.scalars(sa.select(Person).where(Person.case_id == case.id).order_by(Person.id)).all()
    assert [(one.name, one.role) for one in kept] == [
        ("Abuk", PartyRole.SURVIVOR),
        ("Gatluak", PartyRole.ALLEGED_PERPETRATOR),
    ]
    told = db.session.scalars(sa.select(Narrative).where(Narrative.case_id == case.id)).one()
    assert (told.text, told.place) == ("Abuk told that Gatluak came.", "The well")
    plain = repr([vars(case), *[(entry.detail, entry.reason) for entry in world.entries(case)]])
    assert not [word for word in ("Abuk", "Gatluak", "0912", "well") if word in plain]


def test_a_case_registered_late_counts_from_when_it_was_heard_of(world: World):
    reported_at = clock.now() - timedelta(hours=9)
    case = world.register(reported_at=reported_at)
    intake = world.track(case, "referral")
    assert (case.registered_at, intake.entered_at) == (reported_at, reported_at)
    assert intake.due_at < clock.now()


def test_a_case_heard_of_in_the_future_is_refused(world: World):
    with pytest.raises(BadInput, match="in the future"):
        world.register(reported_at=clock.now() + timedelta(hours=1))
    db.session.rollback()
    assert db.session.scalars(sa.select(ProtectionCase)).all() == []


def test_what_happened_tomorrow_by_the_mission_s_calendar_is_refused(world: World):
    today = datetime(2026, 11, 24, tzinfo=UTC).date()
    with world.travel(to=datetime(2026, 11, 23, 22, 30, tzinfo=UTC)):  # past midnight in Juba
        assert world.register(occurred_on=today).occurred_on == today
        with pytest.raises(BadInput, match="This day is in the future"):
            world.register(occurred_on=today + timedelta(days=1))


def test_an_area_that_there_is_not_is_refused_together_with_what_else_is_wrong(world: World):
    tomorrow = clock.day_of(clock.now(), mission.current().zone) + timedelta(days=2)
    with pytest.raises(BadInput) as refusal:
        world.register(area_id=999_999, occurred_on=tomorrow)
    assert refusal.value.sentences.keys() == {"area_id", "occurred_on"}


def test_no_two_cases_have_the_same_reference_or_code_and_neither_tells_of_the_other(world: World):
    registered = [world.register() for _ in range(5)]
    assert len({case.reference for case in registered}) == len({case.code for case in registered}) == 5
    for case in registered:
        assert len(case.code) == 32
        assert case.reference.replace("-", "").lower() not in case.code


# --- people -----------------------------------------------------------------------------------------------------


def test_a_person_is_added_and_the_history_says_in_which_role_and_not_who(world: World):
    case = world.register()
    entry = world.take("add_person", case, role=PartyRole.WITNESS, name="Deng the witness")
    assert entry.detail == {"party_role": "witness"}
    assert entry.effect is not Effect.ENDS
    people = db.session.scalars(sa.select(Person).where(Person.case_id == case.id))
    assert "Deng the witness" in [one.name for one in people]


def test_a_person_is_added_by_those_who_registered_or_own_the_case(world: World):
    case = world.a_case("police:accepted")
    world.take("add_person", case, by=world.focal_point)
    world.take("add_person", case, by=world.judicial_officer)
    for name in ("police_officer", "other_focal_point", "other_judicial_officer", "auditor", "administrator"):
        with pytest.raises((StepRefused, NotFound)):
            world.take("add_person", case, by=world.people[name])


def test_a_person_added_on_a_stale_page_is_told(world: World):
    case = world.register()
    world.take("add_person", case)
    with pytest.raises(OutOfDate):
        world.take("add_person", case, seen=case.entries - 1)


# --- triage -----------------------------------------------------------------------------------------------------


def test_triage_says_how_urgent_the_case_is_and_that_sets_its_limit(world: World):
    intake = world.a_track("referral:registered")
    world.take("triage", intake, urgency=Urgency.EMERGENCY, risk=Level.HIGH)
    assert (intake.case.urgency, intake.case.risk) == (Urgency.EMERGENCY, Level.HIGH)
    assert (intake.clock, intake.due_at) == ("refer", intake.status_since + timedelta(hours=24))


def test_triage_can_be_done_again(world: World):
    intake = world.a_track("referral:triaged")
    world.take("triage", intake, urgency=Urgency.NORMAL, risk=Level.LOW)
    assert (intake.status, intake.case.urgency) == ("triaged", Urgency.NORMAL)


def test_triage_without_urgency_or_risk_is_refused(world: World):
    intake = world.a_track("referral:registered")
    with pytest.raises(BadInput) as refusal:
        world.take("triage", intake, urgency="soon", risk=None)
    assert refusal.value.sentences == {
        "urgency": "Choose how urgent the case is.",
        "risk": "Choose the level of risk.",
    }


# --- closing and reopening --------------------------------------------------------------------------------------


def _over(world: World) -> ProtectionCase:
    """A case that nobody has any more."""
    case = world.a_case("feedback:delivered_accepted")
    world.walk(world.track(case, "judicial_follow_up"), "resolved")
    return case


def test_a_case_that_nobody_has_any_more_is_closed_with_a_reason(world: World):
    case = _over(world)
    world.take("close", case, reason=ClosureReason.OUTCOME_DELIVERED)
    assert (case.status, case.closure_reason) == ("closed", ClosureReason.OUTCOME_DELIVERED)
    assert case.closed_at == world.entries(case)[-1].happened_at


@pytest.mark.parametrize(
    "at", ["referral:registered", "police:sent", "police:accepted", "court:listed", "feedback:due"]
)
def test_a_case_that_somebody_still_has_is_not_closed(world: World, at: str):
    case = world.a_case(at)
    with pytest.raises(StepRefused, match="An institution still has this case, or feedback is due"):
        world.take("close", case)


def test_no_other_road_closes_a_case_that_somebody_still_has(world: World):
    case = world.a_case("police:accepted")
    with pytest.raises(StepRefused, match="has a form of its own"):
        steps.take(
            "close",
            actor=world.judicial_officer,
            on=case,
            seen=case.entries,
            answers=steps.Answers(reason=ClosureReason.OTHER),
        )


def test_closing_needs_a_reason_from_the_list(world: World):
    with pytest.raises(BadInput, match="Choose a reason from the list"):
        world.take("close", _over(world), reason="bored")


def test_a_case_is_closed_by_the_section_responsible_for_it(world: World):
    case = _over(world)
    with pytest.raises(StepRefused):
        world.take("close", case, by=world.focal_point)
    with pytest.raises(NotFound):
        world.take("close", case, by=world.other_judicial_officer)


def test_closed_at_intake_the_whole_case_is_closed_with_that_reason(world: World):
    case = world.a_case("referral:triaged")
    world.take("close_at_intake", world.track(case, "referral"), reason=ClosureReason.DUPLICATE)
    assert (case.status, case.closure_reason) == ("closed", ClosureReason.DUPLICATE)
    assert [entry.action for entry in world.entries(case)][-2:] == ["close_at_intake", "close"]


def test_a_reopened_case_is_triaged_again(world: World):
    case = world.a_case("case:closed")
    world.take("reopen", case, note="The threats began again.")
    intake = world.track(case, "referral")
    assert (case.status, case.closed_at, case.closure_reason) == ("open", None, None)
    assert (intake.status, intake.reopened, intake.open) == ("registered", True, True)
    world.refer(case, world.station)
    assert world.track(case, "police").status == "sent"


def test_reopening_says_why(world: World):
    with pytest.raises(BadInput, match="Write what happened"):
        world.take("reopen", world.a_case("case:closed"), note="")


def test_an_open_case_is_not_reopened_and_a_closed_one_not_closed_again(world: World):
    with pytest.raises(StepRefused):
        world.take("reopen", world.a_case())
    with pytest.raises(StepRefused):
        world.take("close", world.a_case("case:closed"))


def test_disputed_feedback_opens_the_case_to_triage_again(world: World):
    track = world.a_track("feedback:due")
    world.take("deliver_disputed", track, note="She does not agree.")
    again = world.track(track.case, "referral")
    assert (track.open, again.status, again.reopened) == (False, "registered", True)
    assert [entry.action for entry in world.entries(track)][-2:] == ["deliver_disputed", "reopen"]


def test_feedback_is_due_two_weeks_after_each_deciding_step(world: World):
    for at in ("police:no_action", "police:refused_to_register", "prosecution:declined", "court:dismissed"):
        feedback = world.track(world.a_case(at), "feedback")
        assert feedback.institution_id == world.network.id
        assert feedback.due_at == feedback.entered_at + timedelta(days=14)


# --- parallel tracks --------------------------------------------------------------------------------------------


def test_several_institutions_work_on_one_case_at_the_same_time(world: World):
    case = world.register()
    police, court = world.refer(case, world.station, world.county_court)
    world.walk(police, "under_investigation")
    world.walk(court, "listed")
    assert {(track.stage, track.status) for track in world.tracks(case) if track.open} == {
        ("police", "under_investigation"),
        ("court", "listed"),
        ("judicial_follow_up", "due"),
    }
    world.take("take_no_action", police)
    assert (court.status, court.open) == ("listed", True)


def test_steps_on_one_track_do_not_make_the_page_of_another_stale(world: World):
    case = world.register()
    police, court = world.refer(case, world.station, world.county_court)
    seen = court.version
    world.walk(police, "file_ready")
    world.take("accept", court, seen=seen)
    assert court.status == "accepted"

"""The reprisal gate: what is assessed, what it blocks, and what a reported reprisal sets in motion."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import mission
from tracker.actions import erasure, rebuild, reprisals, retaliation, steps, walls
from tracker.actions.reprisals import NewAssessment
from tracker.actions.retaliation import NewReprisal
from tracker.db import db
from tracker.errors import BadInput, ConflictOfInterest, NotFound, NotSafe, OutOfDate, StepRefused
from tracker.models import (
    CaseLink,
    HistoryEntry,
    Membership,
    ProtectionCase,
    ReprisalAssessment,
    UserAccount,
    Wall,
)
from tracker.models.contact import Assessed, Contact, decode
from tracker.queries import linked_cases
from tracker.queries.reprisals import in_force
from tracker.vocabulary import CaseTie, Channel, Concern, ContactWay, Level, Role
from tracker.vocabulary import ReprisalFactor as Factor

pytestmark = pytest.mark.only_on("sqlite")

MITIGATION = "She stays with her aunt until the hearing."
CONTACT = Contact(
    way=ContactWay.CALL,
    days=(0, 2),
    since=time(9, 30),
    until=time(11),
    who_may_answer="Only her sister Atong",
    cover="the clinic's vaccination list",
)


@pytest.fixture
def second(world: World) -> Membership:
    """Another officer of the section that is responsible."""
    user = db.session.get_one(UserAccount, world.second_auditor.user_id)
    made = Membership(user=user, institution=world.section, role=Role.JUDICIAL_OFFICER)
    db.session.add(made)
    db.session.commit()
    return made


# --- the level ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factors", "level"),
    [
        ((), Level.LOW),
        ((Factor.SMALL_COMMUNITY,), Level.LOW),
        ((Factor.CHILD,), Level.MEDIUM),
        ((Factor.PHONE_SHARED, Factor.VISIBLE_VISIT), Level.MEDIUM),
        ((Factor.PRIOR_THREAT,), Level.HIGH),
        ((Factor.RECIPIENT_INSTITUTION_IMPLICATED,), Level.HIGH),
        ((Factor.NAMED_PERPETRATOR_IN_POWER, Factor.SMALL_COMMUNITY), Level.HIGH),
        ((Factor.PRIOR_THREAT, Factor.NAMED_PERPETRATOR_IN_POWER), Level.CRITICAL),
        (tuple(Factor), Level.CRITICAL),
        ((Factor.CHILD,) * 5, Level.MEDIUM),
    ],
)
def test_the_factors_that_hold_propose_a_level(factors: tuple[Factor, ...], level: Level):
    assert mission.current().procedure.reprisal.propose(factors) is level


def test_the_assessor_may_raise_the_level_and_lowers_it_only_with_a_reason(world: World):
    case = world.register()
    world.assess(case, level=Level.HIGH)
    assert case.reprisal_risk.value == "high"
    with pytest.raises(BadInput, match="Write why the risk is lower"):
        world.assess(case, factors=[Factor.PRIOR_THREAT], level=Level.MEDIUM)
    db.session.rollback()
    world.assess(
        case, factors=[Factor.PRIOR_THREAT], level=Level.MEDIUM, lowered_because="He has left the country."
    )
    assert case.reprisal_risk.value == "medium"


def test_a_new_assessment_takes_the_place_of_the_old_one_and_the_history_tells_only_the_level(world: World):
    case = world.register(assessment=NewAssessment(factors=[Factor.PRIOR_THREAT], contact=CONTACT))
    assert case.reprisal_risk is Level.HIGH
    entry = world.assess(case, level=Level.LOW, mitigation=MITIGATION)
    assert (entry.action, entry.detail, entry.note) == ("assess_reprisal", {"reprisal_risk": "low"}, None)
    now = in_force(case.id, viewer=world.focal_point)
    assert now is not None
    assert (now.level, now.said.mitigation, now.said.factors) == (Level.LOW, MITIGATION, ())
    assert list(rebuild.differences()) == []


def test_what_is_personal_in_it_is_sealed_and_goes_with_the_case(world: World):
    case = world.a_case("case:closed")
    world.assess(case, mitigation=MITIGATION, contact=CONTACT)
    row = db.session.scalars(sa.select(ReprisalAssessment)).one()
    assert row.sealed is not None
    assert not [word for word in (b"aunt", b"Atong", b"clinic", b"09:30") if word in row.sealed]
    now = in_force(case.id, viewer=world.judicial_officer)
    assert now is not None
    assert now.said.contact == CONTACT
    erasure.erase(case, actor=world.judicial_officer)
    db.session.commit()
    assert db.session.scalar(sa.select(ReprisalAssessment.sealed)) is None
    assert in_force(case.id, viewer=world.judicial_officer) is None


def test_what_was_assessed_is_read_back_as_it_was_written():
    said = Assessed(factors=list(Factor), lowered_because="لأنه رحل", mitigation=MITIGATION, contact=CONTACT)
    back = decode(said.encode())
    assert (back.factors, back.lowered_because, back.mitigation) == (tuple(Factor), "لأنه رحل", MITIGATION)
    assert back.contact == CONTACT
    assert decode(Assessed().encode()) == Assessed()


def test_only_those_who_work_on_the_case_read_how_the_person_is_reached(world: World):
    case = world.a_case("police:accepted")
    world.assess(case, mitigation=MITIGATION, contact=CONTACT)
    readers = {name for name, person in world.people.items() if in_force(case.id, viewer=person)}
    assert readers == {"focal_point", "judicial_officer"}


def test_only_those_who_work_on_the_case_assess_it_and_on_the_page_that_they_saw(world: World):
    case = world.a_case("police:accepted")
    for person in (world.police_officer, world.other_focal_point, world.auditor):
        with pytest.raises((StepRefused, NotFound)):
            world.assess(case, by=person)
        db.session.rollback()
    with pytest.raises(OutOfDate):
        reprisals.assess(NewAssessment(), actor=world.focal_point, case=case, seen=case.entries - 1)


# --- the gate -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [Level.HIGH, Level.CRITICAL])
def test_nothing_is_shared_at_a_grave_risk_before_something_protects_the_person(world: World, level: Level):
    case = world.register(assessment=NewAssessment(level=level))
    with pytest.raises(NotSafe, match="Assess it, write what protects the person"):
        world.refer(case, world.station)
    db.session.rollback()
    assert [track.stage for track in world.tracks(case)] == ["referral"]


@pytest.mark.parametrize("level", [Level.LOW, Level.MEDIUM])
def test_a_lesser_risk_blocks_nothing(world: World, level: Level):
    case = world.register(assessment=NewAssessment(level=level))
    assert world.refer(case, world.station)


def test_at_high_risk_what_is_written_to_protect_the_person_opens_the_gate(world: World):
    case = world.register(assessment=NewAssessment(level=Level.HIGH))
    world.assess(case, level=Level.HIGH, mitigation="   ")
    with pytest.raises(NotSafe):
        world.refer(case, world.station)
    db.session.rollback()
    world.assess(case, level=Level.HIGH, mitigation=MITIGATION)
    assert world.refer(case, world.station)


def test_at_critical_risk_a_second_person_of_the_responsible_section_must_agree_as_well(
    world: World, second: Membership
):
    case = world.register(assessment=NewAssessment(level=Level.CRITICAL))
    with pytest.raises(StepRefused, match="Write first what protects"):
        reprisals.agree(actor=second, case=case, seen=case.entries)
    db.session.rollback()
    world.assess(case, level=Level.CRITICAL, mitigation=MITIGATION)
    with pytest.raises(NotSafe, match="a second person"):
        world.refer(case, world.station)
    db.session.rollback()
    for person in (world.judicial_officer, world.focal_point):
        with pytest.raises(StepRefused):
            reprisals.agree(actor=person, case=case, seen=case.entries)
        db.session.rollback()
    entry = reprisals.agree(actor=second, case=case, seen=case.entries)
    assert (entry.action, entry.detail) == ("agree_to_share", {})
    assert world.refer(case, world.station)
    world.assess(case, level=Level.CRITICAL, mitigation="She moved again.")
    with pytest.raises(NotSafe):
        world.refer(case, world.other_station)


def test_nobody_agrees_where_nothing_waits_for_it(world: World, second: Membership):
    case = world.register(assessment=NewAssessment(level=Level.HIGH, mitigation=MITIGATION))
    with pytest.raises(StepRefused, match="waits for a second person"):
        reprisals.agree(actor=second, case=case, seen=case.entries)


def test_the_police_hand_nothing_on_at_a_grave_risk_and_are_not_told_why(world: World):
    track = world.a_track("police:accepted")
    world.assess(track.case, level=Level.HIGH)
    with pytest.raises(NotSafe) as refused:
        world.take("forward", track, target_id=world.prosecution.id)
    assert "risk" not in str(refused.value)
    db.session.rollback()
    assert track.status == "accepted"
    world.assess(track.case, level=Level.HIGH, mitigation=MITIGATION)
    world.take("forward", track, target_id=world.prosecution.id)


def test_a_case_is_not_referred_again_at_a_grave_risk(world: World):
    case = world.a_case("police:not_accepted")
    follow_up = world.track(case, "judicial_follow_up")
    world.take("record_visit", follow_up)
    world.assess(case, level=Level.CRITICAL)
    with pytest.raises(NotSafe):
        world.take("refer_again", follow_up, target_id=world.other_station.id)


# --- asked again before feedback ----------------------------------------------------------------------------------


def _deliver(world: World, case: ProtectionCase, **said: object) -> HistoryEntry:
    track = world.track(case, "feedback")
    return steps.take(
        "deliver_accepted",
        actor=world.focal_point,
        on=track,
        seen=track.version,
        answers=steps.Answers(**said),  # type: ignore[arg-type]
    )


def test_feedback_is_given_only_after_the_risk_was_assessed_since_the_decision(world: World):
    case = world.a_case("police:accepted", assessment=NewAssessment())
    world.take("take_no_action", world.track(case, "police"))
    with pytest.raises(NotSafe, match="Assess it again first"):
        _deliver(world, case)
    db.session.rollback()
    world.assess(case)
    assert _deliver(world, case).status_after == "delivered_accepted"


def test_a_release_and_thirty_days_make_an_assessment_old(world: World):
    case = world.a_case("police:accepted")
    assert in_force(case.id, viewer=world.focal_point) is None
    world.assess(case)
    assert _holds(world, case)
    world.take("start_investigation", world.track(case, "police"))
    assert _holds(world, case)
    world.take("record_release", world.track(case, "police"))
    assert not _holds(world, case)
    world.assess(case)
    with world.travel(days=29):
        assert _holds(world, case)
    with world.travel(days=31):
        assert not _holds(world, case)


def _holds(world: World, case: ProtectionCase) -> bool:
    now = in_force(case.id, viewer=world.focal_point)
    return now is not None and now.holds


def test_feedback_outside_the_safe_times_is_recorded_only_once_somebody_says_that_it_was_safe(world: World):
    case = world.a_case("feedback:due", ago=timedelta(days=20))
    safe = Contact(days=(MONDAY.weekday(),), since=time(9), until=time(11))
    with world.travel(to=MONDAY.replace(hour=12)):
        world.assess(case, contact=safe)
        with pytest.raises(BadInput, match="outside the times"):
            _deliver(world, case)
        db.session.rollback()
        _deliver(world, case, happened_at=MONDAY.replace(hour=8))
        db.session.rollback()
        told = _deliver(world, case, outside_safe_times=True)
        assert told.status_after == "delivered_accepted"


def test_that_nobody_could_be_told_is_recorded_without_asking_again(world: World):
    case = world.a_case("feedback:due")
    told = world.take("record_unsafe", world.track(case, "feedback"), by=world.focal_point)
    assert told.status_after == "unsafe"


# --- safe times ---------------------------------------------------------------------------------------------------

JUBA = ZoneInfo("Africa/Juba")  # two hours ahead of UTC
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "minute", "safe"),
    [(23, 7, 29, False), (23, 7, 30, True), (23, 9, 0, True), (23, 9, 1, False), (24, 8, 0, False)],
)
def test_safe_times_are_days_and_hours_of_the_mission_s_zone(day: int, hour: int, minute: int, safe: bool):
    assert CONTACT.is_safe(MONDAY.replace(day=day, hour=hour, minute=minute), JUBA) is safe


def test_safe_hours_may_pass_midnight_and_without_any_all_are_safe():
    night = Contact(since=time(22), until=time(4))
    assert [night.is_safe(MONDAY.replace(hour=hour), JUBA) for hour in (19, 20, 1, 3)] == [
        False,
        True,
        True,
        False,
    ]
    assert Contact().is_safe(MONDAY, JUBA)


def test_one_hour_alone_is_no_safe_time(world: World):
    case = world.register()
    with pytest.raises(BadInput, match="both hours"):
        world.assess(case, contact=Contact(since=time(9)))


# --- a reported reprisal ------------------------------------------------------------------------------------------


def _report(world: World, case: ProtectionCase, **facts: object) -> ProtectionCase:
    new = NewReprisal(**{"told": "They burnt her stall.", "channel": Channel.CALL, **facts})  # type: ignore[arg-type]
    opened = retaliation.report(new, actor=world.judicial_officer, case=case, seen=case.entries)
    db.session.commit()
    return opened


def test_a_reported_reprisal_opens_a_linked_case_and_raises_the_risk_of_the_first(world: World):
    case = world.a_case(
        "police:accepted", assessment=NewAssessment(level=Level.LOW, mitigation=MITIGATION, contact=CONTACT)
    )
    opened = _report(world, case, institution_ids=[world.other_station.id])
    assert (opened.concern, opened.urgency, opened.reprisal_risk) == (
        Concern.REPRISAL,
        "emergency",
        Level.CRITICAL,
    )
    assert case.reprisal_risk is Level.HIGH
    now = in_force(case.id, viewer=world.focal_point)
    assert now is not None
    assert (now.mitigated, now.said.contact.cover) == (False, CONTACT.cover)
    assert db.session.scalars(sa.select(CaseLink.tie)).all() == [CaseTie.REPRISAL]
    assert list(rebuild.differences()) == []


def test_each_report_raises_the_risk_and_blocks_sharing_again(world: World):
    case = world.a_case("police:accepted")
    _report(world, case)
    _report(world, case)
    assert case.reprisal_risk is Level.CRITICAL
    with pytest.raises(NotSafe):
        world.take("forward", world.track(case, "police"), target_id=world.prosecution.id)


def test_a_closed_case_s_people_may_suffer_a_reprisal_too(world: World):
    case = world.a_case("case:closed")
    assert _report(world, case).status == "open"
    assert case.status == "closed"


def test_the_first_case_s_history_tells_nothing_but_an_assessment(world: World):
    case = world.a_case("police:accepted")
    before = case.entries
    _report(world, case, institution_ids=[world.network.id])
    told = world.entries(case)[before:]
    assert [(entry.action, entry.detail) for entry in told] == [
        ("assess_reprisal", {"reprisal_risk": "high"})
    ]


def test_the_new_case_is_hidden_from_where_the_reprisal_comes_from_and_from_where_the_first_is_hidden(
    world: World,
):
    case = world.a_case("police:accepted")
    walls.wall_off(
        actor=world.judicial_officer,
        case=case,
        seen=case.entries,
        institution_id=world.other_station.id,
        note="His cousin.",
    )
    opened = _report(world, case, institution_ids=[world.network.id])
    hidden = set(db.session.scalars(sa.select(Wall.institution_id).where(Wall.case_id == opened.id)))
    assert hidden == {world.network.id, world.other_station.id}
    assert opened.registrar_id == world.section.id
    assert linked_cases.of_case(case.id, viewer=world.focal_point) == []
    with pytest.raises(ConflictOfInterest):
        _report(world, case, institution_ids=[world.section.id])


def test_the_link_is_shown_only_to_those_who_may_see_both(world: World):
    case = world.a_case("police:accepted")
    opened = _report(world, case)
    assert [
        (one.reference, one.later) for one in linked_cases.of_case(case.id, viewer=world.judicial_officer)
    ] == [(opened.reference, True)]
    assert [one.reference for one in linked_cases.of_case(opened.id, viewer=world.judicial_officer)] == [
        case.reference
    ]
    assert linked_cases.of_case(case.id, viewer=world.police_officer) == []
    assert linked_cases.of_case(opened.id, viewer=world.focal_point), (
        "it registered the first, and not this one"
    )

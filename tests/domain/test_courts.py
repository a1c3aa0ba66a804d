"""Courts: hearings, adjournments, decisions and the orders that follow."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock, mission
from tracker.actions import courts
from tracker.actions.courts import NewOrder
from tracker.db import db
from tracker.errors import BadInput, OutOfDate, StepRefused
from tracker.models import NO_LIMIT, CourtOrder, Track
from tracker.vocabulary import DECISIONS, AdjournmentReason, CourtOutcome, OrderKind


def _day(days: int) -> date:
    return clock.day_of(clock.now(), mission.current().zone) + timedelta(days=days)


def _decide(world: World, track: Track, *orders: NewOrder, **facts: object) -> None:
    usual = {"outcome": CourtOutcome.CONVICTED, "seen": track.version, "actor": world.court_clerk}
    courts.decide(track=track, orders=orders, **{**usual, **facts})
    db.session.commit()


@pytest.fixture
def heard(world: World) -> Track:
    """A matter that the county court has heard."""
    return world.a_track("court:heard")


# --- hearings and adjournments ----------------------------------------------------------------------------------


def test_a_listed_hearing_is_due_until_the_end_of_its_day(world: World):
    track = world.a_track("court:accepted")
    world.take("list_hearing", track, next_on=_day(12))
    assert (track.next_on, track.clock) == (_day(12), "next_hearing")
    assert track.due_at == clock.end_of(_day(12), mission.current().zone)


def test_once_it_was_heard_no_day_is_due(world: World, heard: Track):
    assert (heard.next_on, heard.clock, heard.due_at) == (None, None, NO_LIMIT)


def test_a_hearing_is_adjourned_three_times_with_a_reason_and_a_day_each_time(world: World):
    track = world.a_track("court:listed")
    reasons = (
        AdjournmentReason.JUDGE_ABSENT,
        AdjournmentReason.WITNESS_ABSENT,
        AdjournmentReason.TRANSPORT_OR_FUEL,
    )
    for week, reason in enumerate(reasons, start=1):
        world.take("adjourn", track, reason=reason, next_on=_day(7 * week))
        assert (track.status, track.reason, track.next_on) == ("adjourned", reason, _day(7 * week))
    adjourned = [entry for entry in world.entries(track) if entry.action == "adjourn"]
    assert [entry.reason for entry in adjourned] == list(reasons)
    assert [entry.detail["next_on"] for entry in adjourned] == [_day(7 * n).isoformat() for n in (1, 2, 3)]
    assert track.due_at == clock.end_of(_day(21), mission.current().zone)


def test_a_hearing_adjourned_without_a_date_has_a_reason_and_no_limit(world: World):
    track = world.a_track("court:listed")
    world.take("adjourn_sine_die", track, reason=AdjournmentReason.INSECURITY)
    assert (track.status, track.reason, track.next_on) == ("adjourned_sine_die", "insecurity", None)
    assert (track.clock, track.due_at, track.open) == (None, NO_LIMIT, True)
    world.take("list_hearing", track, next_on=_day(3))
    assert track.status == "listed"


def test_an_adjournment_without_a_day_is_refused_with_the_other_way(world: World):
    track = world.a_track("court:listed")
    with pytest.raises(BadInput) as refusal:
        world.take("adjourn", track, next_on=None)
    assert refusal.value.sentences == {
        "next_on": "Enter the day of the next hearing, or adjourn without a date."
    }


def test_an_adjournment_without_a_reason_is_refused(world: World):
    track = world.a_track("court:listed")
    for reason in (None, "", "bad_weather", "no_capacity"):
        with pytest.raises(BadInput, match="Choose a reason from the list"):
            world.take("adjourn", track, reason=reason)


def test_a_hearing_before_the_day_of_the_step_is_refused(world: World):
    track = world.a_track("court:accepted")
    with pytest.raises(BadInput, match="The day of the hearing lies before this step"):
        world.take("list_hearing", track, next_on=_day(-1))
    world.take("list_hearing", track, next_on=_day(0))


def test_a_hearing_held_last_week_may_name_a_day_that_has_gone_by_since(world: World):
    track = world.a_track("court:listed", ago=timedelta(days=10))
    world.take("adjourn", track, happened_at=clock.now() - timedelta(days=7), next_on=_day(-2))
    assert track.due_at < clock.now()


def test_several_things_that_are_wrong_are_told_at_once(world: World):
    track = world.a_track("court:listed")
    with pytest.raises(BadInput) as refusal:
        world.take("adjourn", track, reason="weathr", next_on=_day(-1))
    assert refusal.value.sentences.keys() == {"reason", "next_on"}


# --- decisions and orders ---------------------------------------------------------------------------------------


def test_a_decision_ends_the_track_with_its_outcome_and_makes_feedback_due(world: World, heard: Track):
    _decide(world, heard, outcome=CourtOutcome.ACQUITTED)
    assert (heard.status, heard.outcome, heard.open) == ("decided", "acquitted", False)
    assert heard.left_at == heard.status_since
    feedback = world.track(heard.case, "feedback")
    assert (feedback.status, feedback.institution_id) == ("due", world.network.id)
    assert feedback.due_at == feedback.entered_at + timedelta(days=14)


def test_orders_are_followed_in_a_track_of_their_own_at_the_court(world: World, heard: Track):
    orders = (NewOrder(OrderKind.COMPENSATION, _day(20)), NewOrder(OrderKind.PROTECTION, _day(10)))
    _decide(world, heard, *orders, NewOrder(OrderKind.SENTENCE))
    following = world.track(heard.case, "enforcement")
    assert (following.status, following.institution_id, following.parent_id) == (
        "pending",
        world.county_court.id,
        heard.id,
    )
    assert following.due_at == clock.end_of(_day(10), mission.current().zone)  # the first that is due
    kept = db.session.scalars(sa.select(CourtOrder).order_by(CourtOrder.id)).all()
    assert [(order.kind, order.due_on, order.track_id) for order in kept] == [
        (OrderKind.COMPENSATION, _day(20), following.id),
        (OrderKind.PROTECTION, _day(10), following.id),
        (OrderKind.SENTENCE, None, following.id),
    ]


def test_orders_without_a_day_are_due_in_thirty_days(world: World, heard: Track):
    _decide(world, heard, NewOrder(OrderKind.RELEASE))
    following = world.track(heard.case, "enforcement")
    assert following.due_at == following.entered_at + timedelta(days=30)


def test_a_decision_without_orders_has_nothing_to_follow(world: World, heard: Track):
    _decide(world, heard)
    assert "enforcement" not in {track.stage for track in world.tracks(heard.case)}


def test_the_history_of_a_decision_says_outcome_and_kinds_of_order(world: World, heard: Track):
    _decide(world, heard, NewOrder(OrderKind.COMPENSATION), note="Two cows.")
    entry = next(entry for entry in world.entries(heard) if entry.action == "decide")
    assert (entry.detail["outcome"], entry.detail["orders"]) == ("convicted", ["compensation"])
    assert entry.note.text == "Two cows."
    assert "cows" not in repr(entry.detail)


def test_an_order_before_the_decision_is_refused_and_nothing_is_decided(world: World, heard: Track):
    with pytest.raises(BadInput, match="An order cannot be due before the decision"):
        _decide(world, heard, NewOrder(OrderKind.COMPENSATION, _day(-1)))
    db.session.rollback()
    assert heard.status == "heard"


def test_an_outcome_that_is_not_in_the_list_is_refused(world: World, heard: Track):
    with pytest.raises(BadInput, match="Choose the outcome from the list"):
        _decide(world, heard, outcome="guilty")


@pytest.mark.parametrize("outcome", sorted(set(CourtOutcome) - set(DECISIONS)))
def test_a_withdrawal_or_a_transfer_is_no_decision_and_has_a_step_of_its_own(
    world: World, heard: Track, outcome: CourtOutcome
):
    """Else a complaint that was withdrawn would be counted as decided."""
    with pytest.raises(BadInput, match="Choose the outcome from the list"):
        _decide(world, heard, outcome=outcome)
    own = {step.to for step in mission.current().procedure.steps.values() if step.stage == "court"}
    assert {"withdrawn", "transferred"} <= own


def test_nothing_is_decided_that_was_not_heard(world: World):
    for status in ("accepted", "listed", "adjourned", "adjourned_sine_die"):
        with pytest.raises(StepRefused):
            _decide(world, world.a_track(f"court:{status}"))


def test_a_decision_on_a_stale_page_is_told(world: World, heard: Track):
    with pytest.raises(OutOfDate):
        _decide(world, heard, seen=heard.version - 1)


def test_a_reserved_judgment_is_decided_later(world: World, heard: Track):
    world.take("reserve_judgment", heard)
    _decide(world, heard, outcome=CourtOutcome.SETTLED)
    assert heard.outcome == "settled"


def test_feedback_that_is_due_already_is_not_made_due_twice(world: World, heard: Track):
    police = world.refer(heard.case, world.other_station)[0]
    world.walk(police, "no_action")
    _decide(world, heard)
    assert len([track for track in world.tracks(heard.case) if track.stage == "feedback"]) == 1


def test_the_orders_carried_out_in_part_keep_their_limit(world: World, heard: Track):
    _decide(world, heard, NewOrder(OrderKind.COMPENSATION, _day(9)))
    following = world.track(heard.case, "enforcement")
    due_at = following.due_at
    world.take("record_partly_implemented", following)
    assert (following.status, following.due_at) == ("partially_implemented", due_at)
    world.take("record_implemented", following)
    assert (following.open, following.due_at) == (False, NO_LIMIT)


# --- customary courts -------------------------------------------------------------------------------------------


def test_a_matter_beyond_a_court_s_jurisdiction_is_flagged_and_never_refused(world: World):
    track = world.a_track("court:heard", institution=world.customary_court)
    entry = world.take("flag_jurisdiction", track, note="A killing is not for this court.")
    assert (entry.status_after, track.status, track.jurisdiction_concern) == ("heard", "heard", True)
    world.take("reserve_judgment", track)
    assert track.jurisdiction_concern is True


def test_a_judicial_officer_flags_it_too_and_another_section_does_not(world: World):
    track = world.a_track("court:heard", institution=world.customary_court)
    world.take("flag_jurisdiction", track, by=world.judicial_officer)
    assert world.entries(track)[-1].institution_id == world.section.id


def test_a_matter_is_transferred_to_another_court_which_may_say_no(world: World):
    track = world.a_track("court:accepted", institution=world.customary_court)
    world.take("transfer", track, target_id=world.county_court.id)
    there = world.track(track.case, "court")
    assert (track.status, there.status, there.institution_id, there.sender_id) == (
        "transferred",
        "sent",
        world.county_court.id,
        world.customary_court.id,
    )
    world.take("not_accept", there, reason="out_of_area")

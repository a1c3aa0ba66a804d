"""Referrals: to one institution or several, each of which answers for itself."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import history
from tracker.actions import expiry
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, StepRefused
from tracker.models import NO_LIMIT, ProtectionCase, Track


def test_a_case_goes_to_several_institutions_at_once_and_its_intake_ends(world: World):
    case = world.register()
    sent = world.refer(
        case, world.station, world.special_unit, world.county_court, note="All of you, please."
    )
    assert [(track.stage, track.institution_id, track.status) for track in sent] == [
        ("police", world.station.id, "sent"),
        ("police", world.special_unit.id, "sent"),
        ("court", world.county_court.id, "sent"),
    ]
    assert {track.sender_id for track in sent} == {world.section.id}
    assert (world.track(case, "referral").status, world.track(case, "judicial_follow_up").status) == (
        "referred",
        "due",
    )
    actions = [entry.action for entry in world.entries(case)]
    assert actions == ["register", "open", "refer", "send", "send", "send", "refer", "open"]


def test_each_answer_is_due_in_three_days(world: World):
    track = world.sent_to_police()
    assert track.due_at == track.entered_at + timedelta(hours=72)
    due_at = track.due_at
    world.take("acknowledge", track)
    assert track.due_at == due_at  # acknowledging buys no time
    world.take("accept", track)
    assert track.due_at == NO_LIMIT


def test_declined_by_one_and_accepted_by_another(world: World):
    case = world.register()
    first, second = world.refer(case, world.station, world.other_station)
    world.take("not_accept", first, reason="conflict_of_interest")
    world.take("accept", second)
    assert (first.status, first.open, first.reason) == ("not_accepted", False, "conflict_of_interest")
    assert (second.status, second.open) == ("accepted", True)
    assert second.assigned_to_id == world.other_police_officer.user_id


def test_who_declined_may_be_asked_again_and_the_track_is_a_new_one(world: World):
    case = world.a_case("police:not_accepted")
    (again,) = world.refer(case, world.station)
    assert [track.status for track in world.tracks(case) if track.stage == "police"] == [
        "not_accepted",
        "sent",
    ]
    assert again.id == world.track(case, "police").id


@pytest.mark.parametrize("status", ["sent", "acknowledged", "accepted", "file_ready"])
def test_an_institution_that_has_the_case_is_not_sent_it_again(world: World, status: str):
    case = world.a_case(f"police:{status}")
    with pytest.raises(
        BadInput, match=r"The case is already with Bend police station\. Choose another institution\."
    ):
        world.refer(case, world.station)


def test_named_twice_it_is_sent_once(world: World):
    case = world.register()
    assert len(world.refer(case, world.station, world.station)) == 1


def test_if_one_of_several_cannot_be_sent_it_none_is(world: World):
    case = world.register()
    world.refer(case, world.station)
    with pytest.raises(BadInput):
        world.refer(case, world.other_station, world.station)
    db.session.rollback()
    assert len([track for track in world.tracks(case) if track.stage == "police"]) == 1


def test_no_case_goes_to_an_institution_that_takes_none(world: World):
    places = [world.prison, world.health_service, world.cso, world.section]
    case = world.register(consent_institution_ids=[place.id for place in places])
    for place in places:
        with pytest.raises(BadInput, match="No case can be referred to"):
            world.refer(case, place)
        db.session.rollback()


def test_no_case_goes_to_an_institution_that_works_no_more(world: World):
    case = world.register()
    world.station.active = False
    with pytest.raises(BadInput, match="No case can be referred to Bend police station"):
        world.refer(case, world.station)


def test_a_referral_names_an_institution_that_there_is(world: World):
    case = world.register()
    with pytest.raises(BadInput, match="Choose at least one institution"):
        world.refer(case)
    with pytest.raises(BadInput, match="Choose an institution from the list"):
        world.take("refer", case, institution_ids=[999_999])


def test_the_section_responsible_refers_and_who_registered_the_case_does_not(world: World):
    case = world.register()
    with pytest.raises(StepRefused):
        world.refer(case, world.station, by=world.focal_point)
    with pytest.raises(NotFound):
        world.refer(case, world.station, by=world.other_judicial_officer)
    for name in ("police_officer", "prosecutor", "court_clerk", "cso_monitor", "auditor", "administrator"):
        with pytest.raises(NotPermitted):
            world.refer(case, world.station, by=world.people[name])


def test_where_no_section_works_who_registered_the_case_refers_it(world: World):
    case = world.register(area_id=world.far_state.id)
    assert case.owner_id == world.network.id
    assert world.refer(case, world.station, by=world.focal_point)[0].sender_id == world.network.id


def test_a_referral_on_a_stale_page_is_told(world: World):
    case = world.register()
    with pytest.raises(OutOfDate):
        world.take("refer", world.track(case, "referral"), seen=case.entries - 1)


def test_a_closed_case_is_not_referred(world: World):
    case = world.a_case("case:closed")
    with pytest.raises(StepRefused):
        world.refer(case, world.station)


# --- asking, revoking, expiring ---------------------------------------------------------------------------------


def test_asking_for_information_and_the_answer_pass_the_word_to_and_fro(world: World):
    track = world.a_track("police:acknowledged")
    world.take("request_information", track, note="Where is the witness?")
    assert (track.status, track.awaiting) == ("acknowledged", "sender")
    world.take("give_information", track, by=world.judicial_officer, note="At the clinic.")
    assert (track.status, track.awaiting) == ("acknowledged", "holder")
    world.take("accept", track)
    assert track.awaiting is None


def test_nobody_answers_what_was_not_asked(world: World):
    track = world.a_track("police:acknowledged")
    with pytest.raises(StepRefused):
        world.take("give_information", track, by=world.judicial_officer)


@pytest.mark.parametrize("status", ["sent", "acknowledged"])
def test_a_referral_is_revoked_by_who_sent_it_while_it_waits(world: World, status: str):
    track = world.a_track(f"police:{status}")
    world.take("revoke", track, by=world.judicial_officer, note="Sent by mistake.")
    assert (track.status, track.open) == ("revoked", False)
    with pytest.raises(NotFound):
        world.take("accept", track, by=world.police_officer)


def test_what_was_accepted_is_not_revoked(world: World):
    with pytest.raises(StepRefused, match="“Revoke the referral” is not open: the status is now “Accepted”"):
        world.take("revoke", world.a_track("police:accepted"), by=world.judicial_officer)


def test_only_the_sender_revokes(world: World):
    track = world.sent_to_police()
    for person in (world.focal_point, world.police_officer):
        with pytest.raises(StepRefused):
            world.take("revoke", track, by=person)


def test_a_referral_that_nobody_answers_expires_thirty_days_after_its_limit(world: World):
    track = world.a_track("police:sent")
    for days, status in ((32, "sent"), (34, "expired")):
        with world.travel(days=days):
            expiry.expire_unanswered()
            db.session.commit()
        assert track.status == status
    entry = world.entries(track)[-1]
    assert (entry.action, entry.actor_id, entry.role, entry.institution_id) == ("expire", None, None, None)
    assert track.open is False


def test_what_was_acknowledged_does_not_expire(world: World):
    track = world.a_track("police:acknowledged")
    with world.travel(days=400):
        assert expiry.expire_unanswered() == 0
    assert track.status == "acknowledged"


def test_expiring_goes_on_in_portions_until_all_are_done(world: World):
    for _ in range(3):
        world.sent_to_police()
    with world.travel(days=40):
        assert [expiry.expire_unanswered(limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.only_on("postgresql")
def test_what_somebody_answers_while_expiring_waits_for_it_does_not_expire(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    first, second = world.sent_to_police(), world.sent_to_police()
    lock, late = history.lock, first.id

    def answered_meanwhile(case: ProtectionCase) -> None:
        with db.engine.begin() as other:
            other.execute(sa.update(Track).where(Track.id == late).values(status="acknowledged", version=2))
        lock(case)

    monkeypatch.setattr(history, "lock", answered_meanwhile)
    with world.travel(days=40):
        assert expiry.expire_unanswered() == 1
    db.session.commit()
    assert (first.status, second.status) == ("acknowledged", "expired")


# --- handing on -------------------------------------------------------------------------------------------------


def test_a_case_handed_on_knows_where_it_came_from(world: World):
    track = world.a_track("prosecution:sent")
    police = world.track(track.case, "police")
    assert (police.status, police.open) == ("forwarded", False)
    assert (track.parent_id, track.sender_id) == (police.id, world.station.id)


def test_the_file_returned_by_the_prosecutor_is_a_new_track_at_the_station(world: World):
    track = world.a_track("prosecution:accepted")
    world.take("return_for_investigation", track, target_id=world.station.id, note="No witness was heard.")
    again = world.track(track.case, "police")
    assert (track.status, again.status, again.sender_id) == (
        "returned_for_investigation",
        "sent",
        world.prosecution.id,
    )


def test_a_case_is_handed_on_to_the_institutions_that_the_step_allows(world: World):
    track = world.a_track("prosecution:accepted")
    for wrong in (world.station, world.prison, world.prosecution):
        with pytest.raises(BadInput, match="Choose the institution that the case goes to"):
            world.take("charge", track, target_id=wrong.id)
        db.session.rollback()
    with pytest.raises(BadInput, match="Choose the institution"):
        world.take("charge", track, target_id=None)


def test_a_case_is_not_handed_on_to_where_it_is(world: World):
    track = world.a_track("court:accepted")
    with pytest.raises(BadInput, match="The case is already at this institution"):
        world.take("transfer", track, target_id=world.county_court.id)

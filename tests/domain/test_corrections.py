"""Mending the history: a correction or a withdrawal is a new entry beside the old one, which stays readable."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.world import World
from tracker import clock, mission
from tracker.actions import corrections, standing, steps
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, OutOfDate, StepRefused
from tracker.models import Effect, HistoryEntry, Track


@pytest.fixture
def accepted(world: World) -> Track:
    """A track that the police accepted an hour ago."""
    return world.a_track("police:accepted", ago=timedelta(hours=1))


# --- corrections ------------------------------------------------------------------------------------------------


def _mend(
    world: World, how: Callable[..., HistoryEntry], track: Track, entry: HistoryEntry, **said: Any
) -> HistoryEntry:
    usual = {"actor": world.police_officer, "note": "It was typed wrongly.", "seen": track.version}
    made = how(entry=entry, on=track, **usual | said)
    db.session.commit()
    return made


def test_a_corrected_time_is_a_new_entry_and_the_old_one_stays_readable(world: World, accepted: Track):
    entry = world.entries(accepted)[-1]
    was, is_now = entry.happened_at, clock.now() - timedelta(minutes=50)
    made = _mend(world, corrections.correct, accepted, entry, happened_at=is_now)
    assert (made.corrects_id, made.action, made.effect) == (entry.id, "correct", Effect.NOTES)
    assert (made.happened_at, made.note.text) == (is_now, "It was typed wrongly.")
    assert entry.happened_at == was
    assert (accepted.status, accepted.status_since) == ("accepted", is_now)


def test_a_corrected_time_moves_the_clock_that_runs_from_it(world: World):
    track = world.a_track("prosecution:accepted", ago=timedelta(hours=2))
    due_at, entry = track.due_at, world.entries(track)[-1]
    later = entry.happened_at + timedelta(minutes=30)
    _mend(world, corrections.correct, track, entry, actor=world.prosecutor, happened_at=later)
    assert track.due_at == due_at + timedelta(minutes=30)


def test_a_corrected_time_leaves_a_day_that_a_court_set_where_it_is(world: World):
    track = world.a_track("court:listed", ago=timedelta(hours=2))
    due_at, entry = track.due_at, world.entries(track)[-1]
    _mend(world, corrections.correct, track, entry, actor=world.court_clerk, happened_at=clock.now())
    assert track.due_at == due_at


def test_a_corrected_time_of_an_end_moves_when_the_track_was_left(world: World):
    track = world.a_track("police:no_action", ago=timedelta(hours=2))
    ended = next(entry for entry in world.entries(track) if entry.action == "take_no_action")
    later = clock.now() - timedelta(minutes=30)
    _mend(world, corrections.correct, track, ended, happened_at=later)
    assert (track.left_at, track.status_since) == (later, later)


def test_a_corrected_time_of_an_older_step_moves_nothing_that_is_kept(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=2))
    world.take("start_investigation", track, happened_at=clock.now() - timedelta(hours=9))
    since = track.status_since
    accept = next(entry for entry in world.entries(track) if entry.action == "accept")
    _mend(world, corrections.correct, track, accept, happened_at=clock.now() - timedelta(days=1))
    assert (track.status, track.status_since) == ("under_investigation", since)


def test_a_limit_goes_on_from_the_corrected_time_of_the_step_that_began_it(world: World):
    track = world.a_track("police:acknowledged", ago=timedelta(days=1))
    due_at = track.due_at
    sent, acknowledged = (e for e in world.entries(track) if e.action in ("send", "acknowledge"))
    _mend(world, corrections.correct, track, acknowledged, happened_at=clock.now() - timedelta(hours=2))
    assert track.due_at == due_at

    moved = sent.happened_at + timedelta(hours=6)
    _mend(world, corrections.correct, track, sent, actor=world.judicial_officer, happened_at=moved)
    assert (track.due_at, track.entered_at) == (moved + timedelta(hours=72), moved)
    assert track.status_since > moved


def test_a_corrected_time_of_the_beginning_moves_when_the_track_was_entered(world: World):
    track = world.a_track("police:sent", ago=timedelta(days=2))
    sent = next(entry for entry in world.entries(track) if entry.action == "send")
    later = clock.now() - timedelta(days=1)
    _mend(world, corrections.correct, track, sent, actor=world.judicial_officer, happened_at=later)
    assert (track.entered_at, track.status_since, track.due_at) == (later, later, later + timedelta(hours=72))


def test_a_corrected_reason_is_the_reason_that_is_kept(world: World):
    track = world.sent_to_police()
    world.take("not_accept", track, reason="no_capacity")
    declined = next(entry for entry in world.entries(track) if entry.action == "not_accept")
    _mend(world, corrections.correct, track, declined, reason="out_of_area")
    assert (declined.reason, track.reason) == ("no_capacity", "out_of_area")


def test_a_correction_says_why_and_what(world: World, accepted: Track):
    entry = world.entries(accepted)[-1]
    with pytest.raises(BadInput, match="Write why the entry is corrected"):
        _mend(world, corrections.correct, accepted, entry, note="  ", happened_at=clock.now())
    with pytest.raises(BadInput, match="Enter what the time or the reason should have been"):
        _mend(world, corrections.correct, accepted, entry)


@pytest.mark.parametrize("action", ["register", "triage", "accept"])
def test_a_correction_to_a_time_in_the_future_is_refused(world: World, action: str):
    case = world.a_case("referral:triaged")
    world.refer(case, world.station)
    world.take("accept", world.track(case, "police"))
    entry = next(entry for entry in world.entries(case) if entry.action == action)
    track = db.session.get(Track, entry.track_id or 0)
    on = track or case
    person = next(one for one in world.people.values() if one.institution_id == entry.institution_id)
    with pytest.raises(BadInput, match="This time is in the future"):
        corrections.correct(
            actor=person,
            entry=entry,
            on=on,
            seen=steps.version(on),
            note="Typed wrongly.",
            happened_at=clock.now() + timedelta(hours=1),
        )


def test_only_the_institution_that_made_an_entry_corrects_it(world: World, accepted: Track):
    entry = world.entries(accepted)[-1]
    for person in world.people.values():
        if person.institution_id != world.station.id:
            with pytest.raises(NotPermitted, match="Only the institution that made an entry corrects it"):
                _mend(world, corrections.correct, accepted, entry, actor=person, happened_at=clock.now())
    _mend(
        world,
        corrections.correct,
        accepted,
        entry,
        actor=world.second_police_officer,
        happened_at=clock.now(),
    )


def test_a_correction_of_what_has_moved_since_is_refused(world: World, accepted: Track):
    entry, seen = world.entries(accepted)[-1], accepted.version
    world.take("start_investigation", accepted)
    with pytest.raises(OutOfDate):
        _mend(world, corrections.correct, accepted, entry, seen=seen, happened_at=clock.now())


def test_an_entry_of_the_case_as_a_whole_is_corrected_too(world: World):
    case = world.a_case()
    registered = world.entries(case)[0]
    made = corrections.correct(
        actor=world.focal_point,
        entry=registered,
        on=case,
        seen=case.entries,
        note="It was the day before.",
        happened_at=clock.now() - timedelta(days=1),
    )
    assert (made.corrects_id, made.track_id, case.status) == (registered.id, None, "open")


# --- withdrawals ------------------------------------------------------------------------------------------------


def test_a_step_that_was_recorded_by_mistake_is_withdrawn_and_the_track_stands_as_before(world: World):
    track = world.a_track("prosecution:accepted", ago=timedelta(hours=2))
    before = (track.status, track.status_since, track.clock, track.due_at, track.open, track.reason)
    world.take("decline", track)
    entry = next(entry for entry in world.entries(track) if entry.action == "decline")
    with pytest.raises(StepRefused):  # feedback is due because of it
        _mend(world, corrections.withdraw, track, entry, actor=world.prosecutor)
    db.session.rollback()

    again = world.a_track("prosecution:accepted", ago=timedelta(hours=2))
    before = (again.status, again.status_since, again.clock, again.due_at, again.open, again.reason)
    entry = world.take("start_review", again)
    made = _mend(world, corrections.withdraw, again, entry, actor=world.prosecutor)
    assert (again.status, again.status_since, again.clock, again.due_at, again.open, again.reason) == before
    assert (made.corrects_id, made.status_before, made.status_after) == (entry.id, "under_review", "accepted")


def test_a_hearing_that_was_not_held_is_withdrawn_and_its_day_stands_again(world: World):
    track = world.a_track("court:listed")
    day, due_at = track.next_on, track.due_at
    entry = world.take("hear", track)
    assert track.next_on is None
    _mend(world, corrections.withdraw, track, entry, actor=world.court_clerk)
    assert (track.status, track.next_on, track.due_at) == ("listed", day, due_at)


def test_only_the_newest_step_is_withdrawn(world: World, accepted: Track):
    older = world.entries(accepted)[-1]
    world.take("start_investigation", accepted)
    with pytest.raises(StepRefused, match="Only the newest step of this part of the case can be withdrawn"):
        _mend(world, corrections.withdraw, accepted, older)


def test_the_beginning_of_a_track_is_not_withdrawn(world: World):
    track = world.sent_to_police()
    sent = next(entry for entry in world.entries(track) if entry.action == "send")
    with pytest.raises(StepRefused, match="Only the newest step"):
        _mend(world, corrections.withdraw, track, sent, actor=world.judicial_officer)


def test_a_measure_changes_no_status_and_is_not_withdrawn(world: World, accepted: Track):
    measure = world.take("record_measure", accepted)
    with pytest.raises(StepRefused, match="Only the newest step"):
        _mend(world, corrections.withdraw, accepted, measure)


def test_a_step_on_which_another_institution_acted_is_not_withdrawn(world: World, accepted: Track):
    world.take("forward", accepted)
    forwarded = next(entry for entry in world.entries(accepted) if entry.action == "forward")
    with pytest.raises(StepRefused, match="Other institutions have this case because of that step"):
        _mend(world, corrections.withdraw, accepted, forwarded)


def test_only_the_institution_that_took_a_step_withdraws_it(world: World, accepted: Track):
    entry = world.entries(accepted)[-1]
    for person in (world.other_police_officer, world.judicial_officer, world.auditor, world.administrator):
        with pytest.raises(NotPermitted):
            _mend(world, corrections.withdraw, accepted, entry, actor=person)


def test_a_withdrawal_says_why(world: World, accepted: Track):
    with pytest.raises(BadInput, match="Write why"):
        _mend(world, corrections.withdraw, accepted, world.entries(accepted)[-1], note="")


def test_a_track_stands_as_corrected_when_the_step_after_is_withdrawn(world: World, accepted: Track):
    earlier = clock.now() - timedelta(minutes=30)
    _mend(world, corrections.correct, accepted, world.entries(accepted)[-1], happened_at=earlier)
    entry = world.take("start_investigation", accepted)
    _mend(world, corrections.withdraw, accepted, entry)
    assert (accepted.status, accepted.status_since) == ("accepted", earlier)


def test_a_step_of_a_closed_case_is_not_withdrawn(world: World):
    track = world.a_track("referral:closed")
    entry = next(entry for entry in world.entries(track) if entry.action == "close_at_intake")
    with pytest.raises(StepRefused, match=r"This part of the case is over\. Reopen the case instead"):
        _mend(world, corrections.withdraw, track, entry, actor=world.judicial_officer)
    world.take("reopen", track.case)
    with pytest.raises(StepRefused, match="This part of the case is over"):
        _mend(world, corrections.withdraw, track, entry, actor=world.judicial_officer)


def test_a_referral_that_was_turned_down_by_mistake_is_open_again_once_that_is_withdrawn(world: World):
    track = world.a_track("police:not_accepted")
    entry = next(entry for entry in world.entries(track) if entry.action == "not_accept")
    _mend(world, corrections.withdraw, track, entry)
    assert (track.status, track.open, track.reason, track.left_at) == ("sent", True, None, None)


def test_a_request_for_information_waits_again_when_the_answer_to_the_referral_is_withdrawn(world: World):
    track = world.a_track("police:acknowledged")
    world.take("request_information", track)
    for _ in range(2):
        entry = world.take("accept", track)
        assert (track.awaiting, track.assigned_to_id) == (None, world.police_officer.user_id)
        _mend(world, corrections.withdraw, track, entry)
        assert (track.status, track.awaiting, track.assigned_to_id) == ("acknowledged", "sender", None)


def test_steps_are_withdrawn_one_after_another_back_to_the_beginning(world: World):
    track = world.a_track("police:file_ready")
    for status in ("under_investigation", "accepted", "sent"):
        newest = standing.steps_that_stand(track)[-1]
        _mend(world, corrections.withdraw, track, newest)
        assert track.status == status
    sent = standing.steps_that_stand(track)[-1]
    with pytest.raises(StepRefused, match="Only the newest step"):
        _mend(world, corrections.withdraw, track, sent, actor=world.judicial_officer)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "stage", ["referral", "police", "prosecution", "court", "enforcement", "judicial_follow_up"]
)
def test_every_step_that_can_be_withdrawn_leaves_the_track_as_it_was(world: World, stage: str):
    withdrawn = []
    for step in mission.current().procedure.steps.values():
        if step.stage == stage and step.to != "=" and "system" not in step.by:
            for status in step.sources:
                track = world.a_track(f"{stage}:{status}", ago=timedelta(hours=1))
                withdrawn += [step.name] if _taken_and_withdrawn(world, track, step.name) else []
    assert withdrawn


def _taken_and_withdrawn(world: World, track: Track, name: str) -> bool:
    before = _kept(track)
    world.take(name, track)
    entry = next(one for one in reversed(world.entries(track)) if one.action == name)
    person = next(one for one in world.people.values() if one.institution_id == entry.institution_id)
    try:
        _mend(world, corrections.withdraw, track, entry, actor=person)
    except StepRefused:
        db.session.rollback()
        return False
    assert _kept(track) == before, name
    return True


def _kept(track: Track) -> dict[str, Any]:
    columns = {column.name: getattr(track, column.name) for column in Track.__table__.columns}
    del columns["version"]
    return columns


def test_a_corrected_time_stays_between_the_steps_around_it(world: World):
    track = world.a_track("police:sent", ago=timedelta(days=9))
    for days, step in ((6, "accept"), (3, "start_investigation")):
        world.take(step, track, happened_at=clock.now() - timedelta(days=days))
    accept = next(entry for entry in world.entries(track) if entry.action == "accept")
    for days in (10, 2):
        with pytest.raises(BadInput):
            _mend(world, corrections.correct, track, accept, happened_at=clock.now() - timedelta(days=days))
        db.session.rollback()
    _mend(world, corrections.correct, track, accept, happened_at=clock.now() - timedelta(days=5))


def test_a_corrected_reason_is_a_word_of_the_list_that_the_step_asks_from(world: World):
    track = world.sent_to_police()
    world.take("not_accept", track, reason="no_capacity")
    declined = next(entry for entry in world.entries(track) if entry.action == "not_accept")
    with pytest.raises(BadInput, match="Choose a reason from the list"):
        _mend(world, corrections.correct, track, declined, reason="bad_weather")


def test_an_entry_is_mended_in_its_own_history_only(world: World, accepted: Track):
    entry = world.entries(accepted)[-1]
    other = world.a_track("police:accepted")
    for on in (other, accepted.case):
        with pytest.raises(NotFound, match="There is no such entry in this history"):
            corrections.correct(
                actor=world.police_officer,
                entry=entry,
                on=on,
                seen=steps.version(on),
                note="Typed wrongly.",
                happened_at=clock.now(),
            )


def test_a_second_correction_holds_and_what_it_does_not_say_stays_corrected(world: World):
    track = world.a_track("police:not_accepted", ago=timedelta(hours=2))
    entry = next(one for one in world.entries(track) if one.action == "not_accept")
    later = clock.now() - timedelta(hours=1)
    _mend(world, corrections.correct, track, entry, happened_at=later)
    second = _mend(world, corrections.correct, track, entry, reason="unsafe")
    assert (track.status_since, track.reason) == (later, "unsafe")
    assert (second.happened_at, second.reason) == (later, "unsafe")


def test_an_alert_is_corrected_too(world: World):
    alert = world.an_alert("verified", ago=timedelta(hours=2))
    entry = world.entries(alert)[-1]
    later = clock.now() - timedelta(hours=1)
    corrections.correct(
        actor=world.focal_point,
        entry=entry,
        on=alert,
        seen=alert.version,
        note="Typed wrongly.",
        happened_at=later,
    )
    assert (alert.status, alert.status_since, alert.due_at) == ("verified", later, later + timedelta(hours=3))

"""People at work at the same moment, and machines that fail in the middle of it: real threads, real commits."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from tests.world import World
from tracker import history
from tracker.actions import cases, consent, rebuild, steps, walls
from tracker.db import db
from tracker.errors import NotFound, OutOfDate, StepRefused
from tracker.models import HistoryEntry, Membership, ProtectionCase, Track
from tracker.queries.case_file import case_file
from tracker.vocabulary import ConsentDecision


def _at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """What each work gives, or the refusal it meets, when all begin at the same moment, each in its own transaction."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.commit()
    start = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(at: int) -> None:
        with app.app_context():
            start.wait(30)
            try:
                results[at] = works[at]()
                db.session.commit()
            except Exception as refusal:  # noqa: BLE001 - the test looks at each of them
                db.session.rollback()
                results[at] = refusal

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not [thread for thread in threads if thread.is_alive()]
    return results


def _kinds(results: Sequence[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


_REASONS = {"not_accept": "no_capacity", "record_measure": "statement_taken"}


def _take(
    name: str, member: int, track: int, seen: int | None = None, note: str = "At once."
) -> Callable[[], int]:
    """Somebody's step on a track; without `seen`, what the page shows at that moment."""

    def work() -> int:
        on, actor = db.session.get_one(Track, track), db.session.get_one(Membership, member)
        answers = steps.Answers(note=note, reason=_REASONS.get(name))
        entry = steps.take(name, actor=actor, on=on, seen=seen or on.version, answers=answers)
        return entry.n

    return work


def _until_done(work: Callable[[], int]) -> Callable[[], int]:
    """As a person does who is told that the page is old: reads it again, and sends again."""

    def insist() -> int:
        for _ in range(50):
            try:
                return work()
            except OutOfDate:
                db.session.rollback()
        raise AssertionError("never up to date")

    return insist


@pytest.mark.parametrize("name", ["accept", "acknowledge"])
def test_of_two_officers_on_one_page_one_is_first_and_the_other_is_told(world: World, name: str):
    track = world.sent_to_police()
    seen, before = track.version, track.case.entries
    officers = (world.police_officer.id, world.second_police_officer.id)
    results = _at_once([_take(name, officer, track.id, seen) for officer in officers])
    assert len(results) == 2
    assert _kinds(results) == {"int": 1, "OutOfDate": 1}
    db.session.expire_all()
    assert track.case.entries == before + 1
    assert (world.entries(track)[-1].status_after, track.version) == (track.status, seen + 1)


def test_of_two_officers_who_disagree_one_is_first(world: World):
    """Once it is not accepted nothing remains at the station: the second one does not even find it."""
    track = world.sent_to_police()
    officers = (world.police_officer.id, world.second_police_officer.id)
    accept = _take("accept", officers[0], track.id, track.version)
    decline = _take("not_accept", officers[1], track.id, track.version)
    first, second = _at_once([accept, decline])
    db.session.expire_all()
    if track.status == "accepted":
        assert (type(first), type(second)) == (int, OutOfDate)
    else:
        assert (type(first), type(second), track.status) == (NotFound, int, "not_accepted")


def test_six_people_write_on_one_track_and_no_number_is_missing_or_given_twice(world: World):
    track = world.a_track("police:accepted")
    before = track.case.entries
    officers = (world.police_officer.id, world.second_police_officer.id) * 3
    results = _at_once([_until_done(_take("record_measure", officer, track.id)) for officer in officers])
    assert len(results) == 6
    assert sorted(str(result) for result in results) == sorted(str(before + n) for n in range(1, 7))
    _check_whole(world, track.case)


def test_six_people_write_on_six_tracks_of_one_case_and_nobody_is_refused(world: World):
    case = world.register()
    places = (
        world.station,
        world.other_station,
        world.county_court,
        world.customary_court,
        world.prosecution,
    )
    sent = world.refer(case, *places)
    who = ("police_officer", "other_police_officer", "court_clerk", "other_court_clerk", "prosecutor")
    works = [
        _take("acknowledge", world.people[name].id, track.id, track.version)
        for name, track in zip(who, sent, strict=True)
    ]
    follow_up = world.track(case, "judicial_follow_up")
    works.append(_take("record_visit", world.judicial_officer.id, follow_up.id, follow_up.version))
    before = case.entries
    results = _at_once(works)
    assert len(results) == 6
    assert sorted(str(result) for result in results) == sorted(str(before + n) for n in range(1, 7))
    assert {track.status for track in sent} == {"acknowledged"}
    _check_whole(world, case)


def test_six_cases_are_registered_at_once(world: World):
    member, new = world.focal_point.id, world.new_case()

    def register() -> str:
        return cases.register(new, actor=db.session.get_one(Membership, member)).reference

    results = _at_once([register] * 6)
    assert _kinds(results) == {"str": 6}
    assert len(set(map(str, results))) == 6
    assert list(rebuild.differences()) == []


def test_one_verified_alert_becomes_one_case_when_two_turn_it_into_one(world: World):
    alert = world.an_alert("verified")
    number, seen, member, new = alert.id, alert.version, world.focal_point.id, world.new_case()

    def turn() -> str:
        on = db.session.get_one(type(alert), number)
        return cases.register(
            new, actor=db.session.get_one(Membership, member), alert=on, seen=seen
        ).reference

    assert _kinds(_at_once([turn, turn])) == {"str": 1, "OutOfDate": 1}
    assert len(db.session.scalars(sa.select(ProtectionCase)).all()) == 1


def test_a_step_waits_for_the_one_before_it_on_the_same_case_and_none_is_lost(world: World):
    """Closing and sending at once: whichever is first, the case does not end up closed while somebody has it."""
    for _ in range(3):
        case = world.a_case("police:no_action")
        world.take("deliver_accepted", world.track(case, "feedback"))
        world.walk(world.track(case, "judicial_follow_up"), "resolved")
        results = _at_once([_close(world, case), _send(world, case)])
        assert _kinds(results)["OutOfDate"] == 1
        db.session.expire_all()
        waiting = [track for track in world.tracks(case) if track.open]
        assert (case.status == "closed") is (not waiting)


def _close(world: World, case: ProtectionCase) -> Callable[[], object]:
    number, seen, member = case.id, case.entries, world.judicial_officer.id
    answers = steps.Answers(reason="outcome_delivered")

    def work() -> object:
        actor, on = db.session.get_one(Membership, member), db.session.get_one(ProtectionCase, number)
        return cases.close(actor=actor, case=on, seen=seen, answers=answers)

    return work


def _send(world: World, case: ProtectionCase) -> Callable[[], object]:
    number, seen, member, place = case.id, case.entries, world.judicial_officer.id, world.other_station.id

    def work() -> object:
        from tracker.actions import referrals

        actor, on = db.session.get_one(Membership, member), db.session.get_one(ProtectionCase, number)
        return referrals.refer(actor=actor, case=on, seen=seen, institution_ids=[place])

    return work


def _check_whole(world: World, case: ProtectionCase) -> None:
    db.session.expire_all()
    assert [entry.n for entry in world.entries(case)] == list(range(1, case.entries + 1))
    assert list(rebuild.differences()) == []


# --- killed in the middle ---------------------------------------------------------------------------------------


def _killed_at(statement: int, work: Callable[[], object]) -> bool:
    """Lets a child process do the work and kills it, as `kill -9` does, before its n-th statement. True: all done."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            _child(app, statement, work)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFEXITED(status)


def _child(app: Any, last: int, work: Callable[[], object]) -> None:
    counted = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal counted
        counted += not statement.startswith("PRAGMA")
        if counted == last:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        sa.event.listen(sa.Engine, "before_cursor_execute", count)
        work()
        db.session.commit()
    os._exit(0)


def test_a_process_killed_at_any_statement_of_a_step_leaves_the_whole_step_or_nothing(world: World):
    track = world.a_track("police:accepted")
    number, case_id = track.id, track.case_id
    member, target = world.police_officer.id, world.prosecution.id
    before = track.case.entries
    kills = 0

    def hand_on() -> object:
        on, actor = db.session.get_one(Track, number), db.session.get_one(Membership, member)
        answers = steps.Answers(target_id=target, note="The file is whole.")
        return steps.take("forward", actor=actor, on=on, seen=on.version, answers=answers)

    while not _killed_at(kills + 1, hand_on):
        kills += 1
        assert _standing(number, case_id) == ("accepted", before, before), f"killed at statement {kills}"
        assert kills < 60
    assert kills >= 12
    assert _standing(number, case_id) == ("forwarded", before + 2, before + 2)
    assert list(rebuild.differences()) == []


def _standing(track: int, case: int) -> tuple[str, int, int]:
    """The status, how many entries the case says it has, and how many there are."""
    status = db.session.scalar(sa.select(Track.status).where(Track.id == track))
    told = db.session.scalar(sa.select(ProtectionCase.entries).where(ProtectionCase.id == case))
    there = db.session.scalar(sa.select(sa.func.max(HistoryEntry.n)).where(HistoryEntry.case_id == case))
    db.session.rollback()
    return str(status), int(told or 0), int(there or 0)


@pytest.mark.parametrize("ends", ["consent", "wall"])
def test_a_case_is_never_both_accepted_and_taken_back(world: World, ends: str):
    """Whoever comes first: in the end the case is not there, and the officer finds nothing of it."""
    track = world.sent_to_police()
    case, officer = track.case, world.police_officer
    decider, case_id, place = world.judicial_officer.id, case.id, world.station.id

    def take_back() -> int:
        actor, on = db.session.get_one(Membership, decider), db.session.get_one(ProtectionCase, case_id)
        history.lock(on)
        about = {"actor": actor, "case": on, "seen": on.entries}
        if ends == "wall":
            return walls.wall_off(institution_id=place, note="Accused.", **about).n
        return consent.record_consent(ConsentDecision.WITHDRAWN, institution_ids=[place], **about).n

    results = _at_once([_take("accept", officer.id, track.id), take_back])
    assert isinstance(results[1], int), results
    assert isinstance(results[0], int | NotFound | OutOfDate | StepRefused), results
    assert (track.status, track.open) == ("revoked", False)
    with pytest.raises(NotFound):
        case_file(case.reference, viewer=officer)

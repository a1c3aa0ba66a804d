"""Breaking the glass: one case, one person, three hours, and everybody whom it concerns is told."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from tests.domain.test_walls import wall_off
from tests.world import World
from tracker import clock, references
from tracker.actions import emergencies
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, StepRefused
from tracker.models import Access, Emergency, EntryNote, Membership, ProtectionCase
from tracker.queries import noted
from tracker.queries.case_file import case_file
from tracker.queries.emergencies import count_unacknowledged
from tracker.visibility import Sight
from tracker.vocabulary import AccessKind, EmergencyReason, Relation, Role

Statements = Callable[[], AbstractContextManager[list[str]]]

WHY = "A child of this case is missing since last night."


def break_glass(case: ProtectionCase, by: Membership) -> Emergency:
    """Opens it, committed."""
    opened = emergencies.break_glass(
        case.reference, actor=by, reason=EmergencyReason.MISSING_PERSON, note=WHY
    )
    db.session.commit()
    return opened


def test_a_case_is_open_to_one_person_alone_for_three_hours(world: World):
    case = world.register(by=world.other_focal_point, area_id=world.hill_county.id)
    with pytest.raises(NotFound):
        case_file(case.reference, viewer=world.police_officer)
    break_glass(case, world.police_officer)
    noted.begin()
    file = case_file(case.reference, viewer=world.police_officer)
    assert (file.sight, [one.name for one in file.people]) == (Sight.FULL, ["Abuk the survivor"])
    assert [(one.kind, one.relation) for one in noted.take()] == [
        (AccessKind.CASE_FILE, Relation.BREAK_GLASS)
    ]
    with pytest.raises(NotFound):
        case_file(case.reference, viewer=world.second_police_officer)
    with world.travel(hours=2.9):
        assert case_file(case.reference, viewer=world.police_officer).emergency_ends_at
    with world.travel(hours=3.1), pytest.raises(NotFound):
        case_file(case.reference, viewer=world.police_officer)


def test_a_preview_becomes_the_whole_file_and_a_preview_again(world: World):
    track = world.sent_to_police()
    assert case_file(track.case.reference, viewer=world.police_officer).sight is Sight.PREVIEW
    break_glass(track.case, world.police_officer)
    assert case_file(track.case.reference, viewer=world.police_officer).narratives
    with world.travel(hours=4):
        assert case_file(track.case.reference, viewer=world.police_officer).sight is Sight.PREVIEW


def test_it_is_written_into_the_history_and_whoever_answers_for_the_case_acknowledges_it_once(world: World):
    case = world.register()
    opened = break_glass(case, world.court_clerk)
    entry = world.entries(case)[-1]
    assert (entry.action, entry.reason, entry.holder_id) == ("break_glass", "missing_person", case.owner_id)
    assert db.session.get(EntryNote, entry.id) is not None
    assert [count_unacknowledged(viewer=one) for one in (world.judicial_officer, world.auditor)] == [1, 1]
    for stranger in (world.other_judicial_officer, world.other_focal_point, world.police_officer):
        with pytest.raises(NotFound):
            emergencies.acknowledge(opened.id, actor=stranger)
    emergencies.acknowledge(opened.id, actor=world.judicial_officer)
    db.session.commit()
    assert count_unacknowledged(viewer=world.judicial_officer) == 0
    with pytest.raises(StepRefused):
        emergencies.acknowledge(opened.id, actor=world.judicial_officer)


def test_nobody_else_may_and_not_without_a_reason_or_for_what_they_read_anyway(world: World):
    track = world.a_track("police:accepted")
    said = {"reason": EmergencyReason.OTHER, "note": WHY}
    for one in (world.cso_monitor, world.auditor, world.administrator):
        with pytest.raises(NotPermitted):
            emergencies.break_glass(track.case.reference, actor=one, **said)
    with pytest.raises(BadInput):
        emergencies.break_glass(track.case.reference, actor=world.prosecutor, **said | {"note": "urgent"})
    for reader in (world.police_officer, world.judicial_officer):
        with pytest.raises(StepRefused):
            emergencies.break_glass(track.case.reference, actor=reader, **said)
    with pytest.raises(NotFound):
        emergencies.break_glass(references.new(), actor=world.prosecutor, **said)
    assert not db.session.scalars(sa.select(Emergency)).all()


def test_the_fourth_case_of_a_day_and_guessing_are_refused(world: World):
    cases = [world.register() for _ in range(4)]
    for case in cases[:3]:
        break_glass(case, world.prosecutor)
    with pytest.raises(StepRefused, match="3 cases"):
        break_glass(cases[3], world.prosecutor)
    with world.travel(days=1.1):
        break_glass(cases[3], world.prosecutor)
    _guess(world.court_clerk, emergencies.MOST_GUESSES_AN_HOUR)
    with pytest.raises(StepRefused, match="Wait an hour"):
        break_glass(cases[0], world.court_clerk)


def _guess(who: Membership, number: int) -> None:
    row = {
        "read_at": clock.now(),
        "user_id": who.user_id,
        "membership_id": who.id,
        "institution_id": who.institution_id,
        "kind": AccessKind.UNKNOWN_REFERENCE,
        "relation": Relation.NONE,
        "page": "cases.show",
        "digest": "0" * 64,
        "answer": "0" * 32,
    }
    db.session.execute(sa.insert(Access), [row] * number)
    db.session.commit()


def test_an_opening_is_never_longer_and_never_goes(world: World):
    break_glass(world.register(), world.prosecutor)
    for attempt in ("UPDATE emergency SET ends_at = '2100-01-01'", "DELETE FROM emergency"):
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(sa.text(attempt))
        db.session.rollback()


def test_every_role_that_works_with_cases_may(world: World):
    case = world.register(by=world.other_focal_point, area_id=world.hill_county.id)
    for role in (Role.FOCAL_POINT, Role.PROSECUTOR, Role.COURT_CLERK, Role.JUDICIAL_OFFICER):
        one = next(person for person in world.people.values() if person.role is role)
        break_glass(case, one)
        assert case_file(case.reference, viewer=one).sight is Sight.FULL


def test_a_wall_is_stronger_and_is_not_told_from_what_does_not_exist(world: World, statements: Statements):
    case, read_before = world.register(), world.register()
    break_glass(read_before, world.police_officer)
    for one in (case, read_before):
        wall_off(world, one, world.station)
    said = {"reason": EmergencyReason.OTHER, "note": WHY}
    asked, sentences = [], []
    for reference in (case.reference, references.new()):
        with statements() as sent, pytest.raises(NotFound) as refusal:
            emergencies.break_glass(reference, actor=world.police_officer, **said)
        asked.append(list(sent))
        sentences.append(str(refusal.value))
        db.session.rollback()
    assert asked[0] == asked[1]
    assert sentences[0] == sentences[1]
    with pytest.raises(NotFound):
        case_file(read_before.reference, viewer=world.police_officer)

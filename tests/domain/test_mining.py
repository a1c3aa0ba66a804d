"""Histories for process mining: who is in them, who is left out, and that nothing in them says whose they are."""

import io
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from blueprints import histories as files
from tests import canaries
from tests.domain.test_walls import wall_off
from tests.mining import formats
from tests.world import World
from tracker import clock
from tracker.actions import consent, corrections, erasure, history_exports
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, StepRefused
from tracker.models import HistoryExport, ProtectionCase, Track
from tracker.queries import history_exports as queries
from tracker.queries import mining
from tracker.queries.history_exports import State
from tracker.queries.mining import Histories
from tracker.vocabulary import Concern, ConsentDecision

CLOSED = "referral:closed"


def told(world: World) -> Histories:
    """What may leave once the quarter is over."""
    with world.next_quarter():
        return mining.histories(viewer=world.auditor)


def file_of(found: Histories, form: str) -> bytes:
    """The file in a form."""
    file = io.BytesIO()
    files.write(found, form, file)
    return file.getvalue()


def test_whoever_is_hidden_was_erased_or_took_it_back_is_left_out(world: World):
    walled, forgotten, *others = [world.a_case(CLOSED) for _ in range(7)]
    wall_off(world, walled, world.station)
    erasure.erase(forgotten, actor=world.judicial_officer)
    db.session.commit()
    _take_back(world, world.a_case())
    found = told(world)
    assert (found.cases, found.left_out) == (len(others), None)
    (group,) = found.groups
    assert next(step.activity for step in group.steps) == "case.register"
    assert group.area == "XA01"
    wall_off(world, others[0], world.prosecution)
    assert told(world).cases == 0


def _take_back(world: World, case: ProtectionCase) -> None:
    consent.record_consent(
        ConsentDecision.WITHDRAWN,
        actor=world.focal_point,
        case=case,
        seen=case.entries,
        institution_ids=[world.station.id],
    )
    db.session.commit()
    world.walk(world.track(case, "referral"), "closed")


@pytest.mark.only_on("sqlite")
def test_what_is_rare_is_left_out_and_how_many_they_are_is_said_as_any_number(world: World):
    for _ in range(5):
        world.a_case("police:sent")
    for at in ("police:accepted", "police:under_investigation", "prosecution:sent"):
        world.a_case(at)
    found = told(world)
    assert (found.cases, found.left_out) == (5, None)
    assert Counter(step.activity for group in found.groups for step in group.steps)["police.accept"] == 0


@pytest.mark.only_on("sqlite")
def test_nothing_of_the_quarter_that_runs_is_told(world: World):
    for _ in range(5):
        world.a_case()
    assert mining.histories(viewer=world.auditor).cases == 0
    assert told(world).cases == 5


@pytest.mark.only_on("sqlite")
def test_a_step_that_was_recorded_by_mistake_is_not_told_and_a_corrected_day_is(world: World):
    tracks = [world.a_track("police:acknowledged", ago=timedelta(days=20)) for _ in range(5)]
    for track in tracks:
        world.take("accept", track)
        _mend(world, track)
    (group,) = told(world).groups
    police = [
        (step.action, day)
        for step, day in zip(group.steps, group.days, strict=True)
        if step.stage == "police"
    ]
    assert [action for action, _day in police] == ["send", "acknowledge"]
    assert police[1][1] - police[0][1] == 8


def _mend(world: World, track: Track) -> None:
    """The acceptance was a mistake, and the receipt was acknowledged eight days later than was said."""
    said = {"actor": world.police_officer, "on": track, "note": "It was another case."}
    accepted, acknowledged = (
        next(entry for entry in world.entries(track) if entry.action == name)
        for name in ("accept", "acknowledge")
    )
    corrections.withdraw(entry=accepted, seen=track.version, **said)
    db.session.commit()
    later = acknowledged.happened_at + timedelta(days=8)
    corrections.correct(entry=acknowledged, seen=track.version, happened_at=later, **said)
    db.session.commit()


@pytest.mark.only_on("sqlite")
def test_no_file_says_whose_or_where_they_are_and_two_files_do_not_meet(world: World, tmp_path: Path):
    cases = [world.a_case("police:accepted", concern=Concern.RAPE) for _ in range(6)]
    found = told(world)
    first, second = file_of(found, "xes"), file_of(found, "xes")
    names = [{trace["concept:name"] for trace, _events in formats.traces_of(one)} for one in (first, second)]
    assert [len(one) for one in names] == [6, 6]
    assert not names[0] & names[1]
    ours = [world.station, world.network, world.section]
    secret = [
        "Abuk the survivor",
        "+211 900 000 002",
        "behind the old ferry",
        *(case.reference for case in cases),
        *(case.code for case in cases),
        *(word for place in ours for word in (place.name, f'"{place.code}"')),
        *(person.user.full_name for person in (world.police_officer, world.focal_point)),
        "XA0101",
        "Old Ferry",
        clock.now().date().isoformat(),
    ]
    for form in files.FORMS:
        assert canaries.found(file_of(found, form), *secret) == [], form
    formats.ocel_of(file_of(found, "json"))
    formats.tables_of(file_of(found, "sqlite"), tmp_path)


# --- two people -----------------------------------------------------------------------------------------------------

WHY = {"purpose": "Where do files wait between police and court?", "recipient": "The research desk"}


def asked(world: World) -> HistoryExport:
    """An auditor asked for the histories."""
    made = history_exports.ask(actor=world.auditor, **WHY)
    db.session.commit()
    return made


def test_one_asks_another_agrees_and_the_first_takes_them_for_a_week(world: World):
    made = asked(world)
    assert queries.state_of(made, viewer=world.auditor) is State.ASKED
    for actor in (world.auditor, world.second_auditor):
        with pytest.raises(StepRefused):
            history_exports.require_open(made, actor=actor)
    with pytest.raises(StepRefused, match="Somebody else must agree"):
        history_exports.agree(made, actor=world.auditor)
    history_exports.agree(made, actor=world.second_auditor)
    db.session.commit()
    history_exports.require_open(made, actor=world.auditor)
    with pytest.raises(StepRefused, match="Only who asked"):
        history_exports.require_open(made, actor=world.second_auditor)
    with world.travel(days=8), pytest.raises(StepRefused, match="cannot be taken now"):
        history_exports.require_open(made, actor=world.auditor)


@pytest.mark.only_on("sqlite")
def test_either_ends_it_at_once(world: World):
    made = asked(world)
    history_exports.agree(made, actor=world.second_auditor)
    history_exports.end(made, actor=world.second_auditor)
    assert queries.state_of(made, viewer=world.auditor) is State.OVER
    for act in (history_exports.end, history_exports.agree, history_exports.require_open):
        with pytest.raises(StepRefused):
            act(made, actor=world.auditor)


@pytest.mark.only_on("sqlite")
def test_a_purpose_is_a_sentence_and_nobody_but_auditors_asks(world: World):
    with pytest.raises(BadInput):
        history_exports.ask(actor=world.auditor, purpose="research", recipient="us")
    for name in ("cso_monitor", "judicial_officer", "administrator", "police_officer"):
        with pytest.raises(NotPermitted):
            history_exports.ask(actor=world.people[name], **WHY)
        with pytest.raises(NotPermitted):
            mining.histories(viewer=world.people[name])

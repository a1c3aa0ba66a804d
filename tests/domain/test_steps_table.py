"""The whole table: every role, stage, status, step and side, and every step really tried by everybody.

What is expected is worked out here from the text of the file, by rules of its own, not by the code under test.
"""

import itertools
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from tests.world import Thing, World
from tracker import mission, procedure
from tracker.actions import steps
from tracker.db import db
from tracker.errors import NotFound, StepRefused
from tracker.models import HistoryEntry, Membership
from tracker.vocabulary import Role

TABLE = tomllib.loads(
    resources.files("tracker.procedure").joinpath("default.toml").read_text(encoding="utf-8")
)
SIDES = ("holder", "sender", "owner", "registrar")
NEVER = (Role.CSO_MONITOR, Role.AUDITOR, Role.ADMINISTRATOR)
NOT_TAKEN_BY_PEOPLE = ("expire", "take_back", "hand_over")
NO_TRACKS = ("alert", "case")

STAGES = list(TABLE["stages"])
STATUSES = {
    stage: [
        *row["statuses"],
        *row["ends"],
        *(TABLE["referral_ends"] if row["starts"] == "referral" else ()),
        *(TABLE["track_ends"] if stage not in NO_TRACKS and row["starts"] != "referral" else ()),
    ]
    for stage, row in TABLE["stages"].items()
}


def _rows(stage: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of the file that are steps of this stage."""
    yield from TABLE["steps"].get(stage, {}).items()
    if TABLE["stages"][stage]["starts"] == "referral":
        for name, row in TABLE["referral_steps"].items():
            by = TABLE["workers"][stage] if row["by"] == ["holders"] else row["by"]
            yield name, {**row, "by": by}
    if stage not in NO_TRACKS:
        for name, row in TABLE["track_steps"].items():
            yield name, {**row, "from": list(TABLE["stages"][stage]["statuses"])}


def _expected(stage: str, status: str, role: str, side: str | None, awaiting: str | None) -> set[str]:
    """The steps that the file opens to this role, on this side, at this status."""
    found = set()
    for name, row in _rows(stage):
        sides = [row["side"]] if isinstance(row["side"], str) else row["side"]
        if status not in row["from"] or role not in row["by"]:
            continue
        if side not in sides and "any" not in sides:
            continue
        if row.get("needs_awaiting", awaiting) == awaiting:
            found.add(name)
    return found


# --- the table itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "role"), list(itertools.product(STAGES, Role)))
def test_a_step_is_open_exactly_when_the_file_says(stage: str, role: Role):
    read = procedure.load()
    for status, side, awaiting in itertools.product(
        STATUSES[stage], (None, *SIDES), (None, "sender", "holder")
    ):
        sides = [side] if side else []
        opened = {step.name for step in read.steps_open(role, sides, stage, status, awaiting)}
        assert opened == _expected(stage, status, role, side, awaiting), (status, side, awaiting)


@pytest.mark.parametrize(("stage", "role"), list(itertools.product(STAGES, Role)))
def test_what_is_not_open_is_refused_by_name_and_what_is_open_is_given(stage: str, role: Role):
    read = procedure.load()
    names = [name for name, _row in _rows(stage)]
    for status, side, name in itertools.product(STATUSES[stage], SIDES, [*names, "march"]):
        if name in _expected(stage, status, role, side, None):
            assert read.require(name, role, [side], stage, status).name == name
        else:
            with pytest.raises(StepRefused):
                read.require(name, role, [side], stage, status)


@pytest.mark.parametrize("role", NEVER)
def test_a_monitor_an_auditor_and_an_administrator_never_have_a_step(role: Role):
    read = procedure.load()
    for stage in STAGES:
        for status in STATUSES[stage]:
            assert read.steps_open(role, [*SIDES, "any"], stage, status, "sender") == ()


@pytest.mark.parametrize("role", [role for role in Role if role not in NEVER])
def test_everybody_else_has_something_to_do(role: Role):
    read = procedure.load()
    assert any(
        read.steps_open(role, SIDES, stage, status)
        for stage in STAGES
        for status in TABLE["stages"][stage]["statuses"]
    )


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "case"])
def test_at_every_status_somebody_at_the_holder_s_can_go_on(stage: str):
    read = procedure.load()
    for status in TABLE["stages"][stage]["statuses"]:
        assert any(read.steps_open(role, ["holder"], stage, status) for role in Role), status


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "case"])
def test_what_has_ended_stays_ended(stage: str):
    read = procedure.load()
    ends = [status for status in STATUSES[stage] if status not in TABLE["stages"][stage]["statuses"]]
    for role, status in itertools.product(Role, ends):
        assert read.steps_open(role, [*SIDES, "any"], stage, status, "sender") == ()


def test_only_the_sender_answers_a_request_for_information_and_only_while_it_waits():
    read = procedure.load()
    for stage in ("police", "prosecution", "court"):
        assert "give_information" not in _names(read, Role.JUDICIAL_OFFICER, "sender", stage, None)
        assert "give_information" in _names(read, Role.JUDICIAL_OFFICER, "sender", stage, "sender")
        assert "give_information" not in _names(read, Role.JUDICIAL_OFFICER, "owner", stage, "sender")


def _names(read: procedure.Procedure, role: str, side: str, stage: str, awaiting: str | None) -> set[str]:
    return {step.name for step in read.steps_open(role, [side], stage, "acknowledged", awaiting)}


def test_a_jurisdiction_concern_is_noted_by_any_court_clerk_or_judicial_officer_who_sees_the_track():
    read = procedure.load()
    for role in Role:
        opened = {step.name for step in read.steps_open(role, [], "court", "heard")}
        assert opened == (
            {"flag_jurisdiction"} if role in (Role.COURT_CLERK, Role.JUDICIAL_OFFICER) else set()
        )


# --- the walk: everybody tries every step at every status -------------------------------------------------------

AT = [f"{stage}:{status}" for stage in STAGES if stage not in ("alert", "case") for status in STATUSES[stage]]


def _side_of(person: Membership, on: Thing) -> set[str]:
    """Worked out here once more, from the rows."""
    about = steps.about(on)
    places = {
        "holder": getattr(on, "institution_id", None),
        "sender": getattr(on, "sender_id", None),
        "owner": getattr(about, "owner_id", None),
        "registrar": getattr(about, "registrar_id", None),
    }
    return {side for side, place in places.items() if place == person.institution_id}


def _may_see(person: Membership, on: Thing) -> bool:
    """In the walk's cases: those who hold, sent, own or registered it."""
    gone = getattr(on, "status", "") in ("not_accepted", "revoked", "expired")
    near = _side_of(person, on) - ({"holder"} if gone else set())
    if person.role in (Role.POLICE_OFFICER, Role.PROSECUTOR, Role.COURT_CLERK):
        near &= {"holder", "sender"}
    return bool(near) or person.role is Role.AUDITOR


def _tries(world: World, on: Thing, at: str) -> None:
    """Everybody tries every step of the stage. Each try gives an entry, or a refusal that changes nothing."""
    stage, status = at.split(":")
    if stage == "feedback":
        world.assess(steps.about(on))
    before, awaiting = steps.version(on), getattr(on, "awaiting", None)
    for person in world.people.values():
        sees, sides = _may_see(person, on), (*_side_of(person, on), None)
        for name, row in _tempting(stage, status, person.role) if not sees else _rows(stage):
            opened = any(name in _expected(stage, status, person.role, side, awaiting) for side in sides)
            step = mission.current().procedure.step(stage, name)
            answers = world.answers_for(step, on) if opened else steps.NOTHING_SAID
            try:
                entry = steps.take(name, actor=person, on=on, seen=before, answers=answers)
            except StepRefused:
                assert row.get("act") or not opened, f"{at}: {name} was refused to {person.role}"
            except NotFound:
                assert not sees, f"{at}: {name} was hidden from {person.role}"
            else:
                assert opened, f"{at}: {person.role} took {name}"
                _check_entry(entry, step, person, status)
                db.session.rollback()
            assert steps.version(on) == before


def _tempting(stage: str, status: str, role: str) -> list[tuple[str, dict[str, Any]]]:
    """What people of this role do at this status elsewhere, and one thing more."""
    steps_here = [step for side in SIDES for step in _expected(stage, status, role, side, None)]
    return [(name, row) for at, (name, row) in enumerate(_rows(stage)) if name in steps_here or at == 0]


def _check_entry(entry: HistoryEntry, step: procedure.Step, person: Membership, status: str) -> None:
    assert (entry.action, entry.stage, entry.actor_id) == (step.name, step.stage, person.user_id)
    assert (entry.status_before, entry.status_after) == (status, status if step.to == "=" else step.to)
    assert (entry.institution_id, entry.role) == (person.institution_id, person.role)
    assert entry.procedure == mission.current().procedure.version


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in ("alert", "case")])
def test_everybody_tries_every_step_on_a_track_at_each_status(world: World, stage: str):
    for at in AT:
        if at.startswith(f"{stage}:"):
            _tries(world, world.a_track(at), at)


def test_everybody_tries_every_step_on_an_alert_at_each_status(world: World):
    for status in STATUSES["alert"]:
        _tries(world, world.an_alert(status), f"alert:{status}")


def test_everybody_tries_every_step_on_a_case_open_and_closed(world: World):
    _tries(world, world.a_case("police:no_action"), "case:open")
    _tries(world, world.a_case("case:closed"), "case:closed")


def test_everybody_tries_every_step_on_a_referral_that_waits_for_an_answer(world: World):
    track = world.a_track("police:acknowledged")
    world.take("request_information", track, note="Where does the witness live?")
    _tries(world, track, "police:acknowledged")
    world.take("give_information", track, by=world.judicial_officer, note="By the ferry.")
    assert track.awaiting == "holder"
    _tries(world, track, "police:acknowledged")


def test_what_is_offered_is_what_can_be_taken(world: World):
    for at in ("police:sent", "court:listed", "referral:triaged", "feedback:due"):
        track = world.a_track(at)
        for person in world.people.values():
            offered = {step.name for step in steps.open_steps(actor=person, on=track)}
            expected = {
                name
                for side in (*_side_of(person, track), None)
                for name in _expected(track.stage, track.status, person.role, side, track.awaiting)
            }
            assert offered == expected


def test_a_step_with_a_form_of_its_own_is_not_taken_by_the_general_one(world: World):
    track = world.a_track("court:heard")
    with pytest.raises(StepRefused, match="“Record the decision” has a form of its own; use that one"):
        steps.take("decide", actor=world.court_clerk, on=track, seen=track.version)

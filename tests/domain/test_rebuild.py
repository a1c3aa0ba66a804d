"""What is kept of a track, an alert and a case is no more than what its entries say."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from tests.world import Thing, World
from tracker import clock, mission
from tracker.actions import corrections, rebuild, standing, steps
from tracker.db import db
from tracker.errors import Refusal
from tracker.models import Effect, HistoryEntry, ImportSource, Membership, ProtectionCase, Track
from tracker.procedure import Step
from tracker.vocabulary import Channel, Concern, EntryFlag, Level, Urgency

STEPS_A_HISTORY = 14


def _differing() -> list[str]:
    return [str(difference) for difference in rebuild.differences()]


# --- random legal histories -------------------------------------------------------------------------------------


def _open_to_somebody(world: World, thing: Thing) -> list[tuple[Step, Membership]]:
    """Every step that anybody may take on the thing now, with that person."""
    return [
        (step, person)
        for person in world.people.values()
        for step in steps.open_steps(actor=person, on=thing)
        if step.name != "turn_into_case" or person.institution_id == world.network.id
    ]


def _act(draw: Any, world: World, thing: Thing) -> None:
    """Somebody entitled takes some open step, now or a little earlier; a legal refusal changes nothing."""
    choices = _open_to_somebody(world, thing)
    if not choices:
        return
    step, person = draw(st.sampled_from(choices))
    earlier = {} if step.act else {"happened_at": clock.now() - timedelta(minutes=draw(st.integers(0, 90)))}
    try:
        world.take(step.name, thing, by=person, **earlier)
        event(f"{step.stage}.{step.name}")
    except Refusal as refusal:
        db.session.rollback()
        event(f"refused: {type(refusal).__name__}")


def _mend(draw: Any, world: World, thing: Thing) -> None:
    """Somebody corrects an entry of their institution, or takes back the newest step."""
    entry: HistoryEntry = draw(st.sampled_from(world.entries(thing)))
    on = db.session.get(Track, entry.track_id) if entry.track_id else steps.about(thing)
    person = next(one for one in world.people.values() if one.institution_id == entry.institution_id)
    mend = {
        "actor": person,
        "entry": entry,
        "on": on,
        "seen": steps.version(on),
        "note": "It was typed wrongly.",
    }
    try:
        if isinstance(on, Track) and draw(st.booleans()):
            corrections.withdraw(**mend)
            event("withdrawn")
        else:
            happened_at = clock.now() - timedelta(minutes=draw(st.integers(0, 600)))
            corrections.correct(**mend, happened_at=happened_at)
            event("corrected")
        db.session.commit()
    except Refusal as refusal:
        db.session.rollback()
        event(f"not mended: {type(refusal).__name__}")


def _live(draw: Any, world: World, case: ProtectionCase) -> None:
    """Some hours of a case's life, on any of its tracks in parallel."""
    hours = 0
    for _ in range(STEPS_A_HISTORY):
        hours += draw(st.integers(1, 400))
        with world.travel(hours=hours):
            things: list[Thing] = [case, *world.tracks(case)]
            thing = draw(st.sampled_from(things))
            (_mend if draw(st.integers(0, 4)) == 0 else _act)(draw, world, thing)


def _check(world: World, case: ProtectionCase) -> None:
    """What must be true of any case, whatever was done to it."""
    procedure = mission.current().procedure
    tracks = world.tracks(case)
    waiting = [(track.stage, track.institution_id) for track in tracks if track.open]
    assert case.status == "open" or not waiting, "nobody has a closed case"
    assert len(set(waiting)) == len(waiting), "nobody has the same part of a case twice"
    for track in tracks:
        assert track.open is not procedure.is_end(track.stage, track.status)
        assert track.open is (track.left_at is None)
        assert (track.clock is None) is (track.limit is None)
        times = [standing.told(entry).happened_at for entry in standing.steps_that_stand(track)]
        assert times == sorted(times), "steps follow each other, also once they are corrected"
        assert (track.entered_at, track.status_since) == (times[0], times[-1])


@settings(max_examples=20, phases=[Phase.generate])  # to shrink a history takes many minutes
@given(data=st.data())
def test_any_legal_history_tells_exactly_what_is_kept(world: World, data: st.DataObject):
    begun = data.draw(
        st.sampled_from(["referral:registered", "police:accepted", "court:listed", "feedback:due"])
    )
    case = world.a_case(
        begun, urgency=data.draw(st.sampled_from(Urgency)), risk=data.draw(st.sampled_from(Level))
    )
    _live(data.draw, world, case)
    _check(world, case)
    assert _differing() == []
    assert [entry.n for entry in world.entries(case)] == list(range(1, case.entries + 1))


@settings(max_examples=6, phases=[Phase.generate])
@given(data=st.data())
def test_any_legal_history_of_an_alert_tells_exactly_what_is_kept(world: World, data: st.DataObject):
    alert = world.an_alert()
    for hours in range(2, 10, 2):
        with world.travel(hours=hours):
            (_mend if data.draw(st.integers(0, 3)) == 0 else _act)(data.draw, world, alert)
    assert _differing() == []


# --- what is found and mended -----------------------------------------------------------------------------------


def test_every_kind_of_track_of_a_whole_journey_equals_its_entries(world: World):
    for stage in mission.current().procedure.stages.values():
        if stage.code not in ("alert", "case"):
            for end in stage.ends:
                world.a_track(f"{stage.code}:{end}")
    world.an_alert("case")
    assert _differing() == []


def test_a_status_that_was_changed_past_the_history_is_found_and_mended(world: World):
    track = world.a_track("police:accepted")
    db.session.execute(sa.update(Track).where(Track.id == track.id).values(status="file_ready", version=9))
    db.session.commit()

    assert _differing() == [
        f"{track.case.reference}: status of track {track.id} is file_ready, its entries say accepted.",
        f"{track.case.reference}: version of track {track.id} is 9, its entries say 2.",
    ]
    assert rebuild.rebuild() == 2
    db.session.commit()
    assert (track.status, _differing()) == ("accepted", [])


def test_a_case_that_was_closed_past_the_history_is_found_and_mended(world: World):
    case = world.a_case("police:accepted", urgency=Urgency.EMERGENCY)
    db.session.execute(
        sa.update(ProtectionCase).values(
            closed_at=clock.now(), closure_reason="death", urgency="normal", risk="critical", entries=3
        )
    )
    db.session.commit()

    assert {difference.name for difference in rebuild.differences()} == {
        "closed_at",
        "closure_reason",
        "urgency",
        "risk",
        "entries",
    }
    assert rebuild.rebuild() == 5
    assert (case.status, case.urgency, case.risk) == ("open", Urgency.EMERGENCY, Level.LOW)
    assert case.entries == len(world.entries(case))


def test_an_alert_that_was_changed_past_the_history_is_found_and_mended(world: World):
    alert = world.an_alert("called_back")
    db.session.execute(sa.text("UPDATE alert SET status = 'verified', open = false"))
    db.session.commit()

    assert rebuild.rebuild() == 2
    assert (alert.status, alert.open) == ("called_back", True)


def test_a_track_that_no_entry_tells_of_is_found_and_left_alone(world: World):
    case = world.a_case()
    stray = Track(case_id=case.id, institution_id=world.station.id, stage="police", status="accepted")
    db.session.add(stray)
    db.session.commit()

    assert _differing() == [f"{case.reference}: entries of track {stray.id} is some, its entries say 0."]
    assert rebuild.rebuild() == 0
    assert stray.status == "accepted"


def test_looking_for_differences_writes_nothing(world: World):
    world.a_track("court:decided")
    db.session.execute(sa.text("UPDATE track SET status = 'due'"))
    db.session.commit()

    assert _differing()
    assert not db.session.dirty
    assert db.session.scalars(sa.select(Track.status).distinct()).all() == ["due"]


def test_the_progress_adds_up_and_the_batches_leave_nothing_out(world: World):
    for _ in range(5):
        world.a_case()
    for _ in range(3):
        world.an_alert()
    db.session.execute(sa.text("UPDATE track SET status = 'triaged'"))
    db.session.commit()
    told: list[int] = []

    assert len(list(rebuild.differences(progress=told.append, batch=2))) == 5
    assert told == [2, 2, 1, 2, 1]
    assert sum(told) == rebuild.how_many()


def test_an_imported_history_whose_dates_are_unknown_tells_what_is_kept(world: World):
    case, track = _imported(world)
    assert _differing() == []
    assert (track.status, track.status_since, track.entered_at, track.open) == (
        "no_action",
        None,
        None,
        False,
    )

    db.session.execute(sa.text("UPDATE track SET status = 'accepted', open = true"))
    db.session.commit()
    assert rebuild.rebuild() == 2
    assert (track.status, case.status) == ("no_action", "closed")


def _imported(world: World) -> tuple[ProtectionCase, Track]:
    """A case as an import writes it: rows and entries side by side, the happened times not known."""
    source = ImportSource(code="paper", title="Paper files", first_run_at=clock.now())
    db.session.add(source)
    db.session.flush()
    now = clock.now()
    case = ProtectionCase(
        reference="2222-2222-222X",
        code="0" * 32,
        concern=Concern.OTHER,
        urgency=Urgency.NORMAL,
        risk=Level.LOW,
        reprisal_risk=Level.LOW,
        channel=Channel.IMPORTED,
        area_id=None,
        registered_at=now,
        registrar_id=world.section.id,
        owner_id=world.section.id,
        closed_at=now,
        closure_reason="other",
        entries=3,
        import_id=source.id,
        source_ref="1",
    )
    db.session.add(case)
    db.session.flush()
    track = Track(
        case_id=case.id,
        institution_id=world.station.id,
        stage="police",
        status="no_action",
        open=False,
        version=2,
    )
    db.session.add(track)
    db.session.flush()
    told = (
        (track.id, "police", "send", Effect.OPENS, "sent", None),
        (track.id, "police", "take_no_action", Effect.ENDS, "no_action", None),
        (None, "case", "close", Effect.ENDS, "closed", "other"),
    )
    for n, (track_id, stage, action, effect, status, reason) in enumerate(told, start=1):
        db.session.add(
            HistoryEntry(
                case_id=case.id,
                track_id=track_id,
                n=n,
                stage=stage,
                action=action,
                effect=effect,
                status_after=status,
                reason=reason,
                holder_id=world.station.id,
                recorded_at=now,
                detail={},
                procedure="2026.11",
                import_id=source.id,
                flag=EntryFlag.DATE_MISSING,
            )
        )
        db.session.flush()
    db.session.commit()
    return case, track


@pytest.mark.only_on("sqlite")
def test_the_number_of_statements_grows_with_the_batches_alone(world: World, statements: Any):
    for _ in range(6):
        world.a_case("police:accepted")
    with statements() as few:
        list(rebuild.differences(batch=6))
    with statements() as many:
        list(rebuild.differences(batch=2))
    assert (len(few), len(many)) == (3 + 2, 3 * 3 + 2)

"""The conflict-of-interest wall: nobody who works where an accused person works finds the case, by any door."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock
from tracker.actions import cases as acts
from tracker.actions import consent, corrections, walls
from tracker.actions.cases import NewPerson
from tracker.db import db
from tracker.errors import ConflictOfInterest, NotFound, Refusal, StepRefused
from tracker.indicators.periods import Period
from tracker.indicators.words import End
from tracker.ledger.store import Store
from tracker.log.disclosures import open_disclosure
from tracker.models import HistoryEntry, Institution, LogEntry, Membership, ProtectionCase, Track, Wall
from tracker.queries import (
    accesses,
    alerts,
    audit,
    cases,
    casework,
    docket,
    monitoring,
    overview,
    performance,
    queues,
)
from tracker.queries import walls as wall_queries
from tracker.queries.case_file import case_file
from tracker.visibility import visible_alerts, visible_cases, visible_entries, visible_tracks
from tracker.vocabulary import ConsentDecision, EndOfAccess, InstitutionKind, PartyRole, Role

ACCUSED = PartyRole.ALLEGED_PERPETRATOR


def accused_of(institution: Institution) -> NewPerson:
    """Somebody of the institution, accused."""
    return NewPerson(role=ACCUSED, name="Sergeant Wol", institution_id=institution.id)


def wall_off(world: World, case: ProtectionCase, *places: Institution) -> None:
    """Hides the case from these institutions, by the officer who is responsible for it."""
    for place in places:
        walls.wall_off(
            actor=world.judicial_officer,
            case=case,
            seen=case.entries,
            institution_id=place.id,
            note="A sergeant of it is accused.",
        )
        db.session.commit()


def a_second_membership(world: World, person: Membership, at: Institution, role: Role) -> Membership:
    """The same person, also somebody elsewhere."""
    second = Membership(user_id=person.user_id, institution_id=at.id, role=role)
    db.session.add(second)
    db.session.commit()
    return second


def walled_from(case: ProtectionCase) -> set[str]:
    """The codes of the institutions from which the case is hidden."""
    found = sa.select(Institution.code).join(Wall, Wall.institution_id == Institution.id)
    return set(db.session.scalars(found.where(Wall.case_id == case.id)))


# --- every door of every reader -----------------------------------------------------------------------------------

Door = Callable[[Membership, ProtectionCase], object]


def _of_track(viewer: Membership, case: ProtectionCase) -> object:
    ids = db.session.scalars(sa.select(Track.id).where(Track.case_id == case.id)).all()
    return any(_opens(partial(cases.track, case.reference, one, viewer=viewer)) for one in ids)


def _of_entry(viewer: Membership, case: ProtectionCase) -> object:
    numbers = range(1, case.entries + 1)
    return any(_opens(partial(cases.entry, case.reference, n, viewer=viewer)) for n in numbers)


def _opens(read: Callable[[], object]) -> bool:
    try:
        return bool(read())
    except Refusal:
        return False


_STAGES = ("referral", "police", "prosecution", "court", "enforcement", "judicial_follow_up", "feedback")

DOORS: dict[str, Door] = {
    "search": lambda viewer, case: cases.find(case.reference, viewer=viewer),
    "link": lambda viewer, case: case_file(case.reference, viewer=viewer),
    "track": _of_track,
    "entry": _of_entry,
    "list": lambda viewer, _case: cases.case_list(viewer=viewer).rows,
    "closed": lambda viewer, _case: cases.case_list(viewer=viewer, closed=True).rows,
    "queue": lambda viewer, _case: queues.queue(viewer=viewer, stages=_STAGES).rows,
    "mine": lambda viewer, _case: queues.queue(viewer=viewer, stages=_STAGES, show=queues.Show.MINE).rows,
    "counts": lambda viewer, _case: sum(queues.counts(viewer=viewer, stages=_STAGES).values()),
    "docket": lambda viewer, _case: docket.docket(viewer=viewer).rows,
    "docket counts": lambda viewer, _case: sum(docket.counts(viewer=viewer).values()),
    "asked": lambda viewer, _case: casework.read(casework.Part.INFORMATION, viewer=viewer).rows,
    "casework": lambda viewer, _case: sum(casework.counts(viewer=viewer).values()),
    "overdue": lambda viewer, _case: overview.overdue_by_institution(viewer=viewer),
    "stuck": lambda viewer, _case: performance.stuck(viewer=viewer),
    "alerts": lambda viewer, _case: alerts.ended(viewer=viewer).rows,
    "audit": lambda viewer, case: audit.case(case.reference, viewer=viewer),
    "all histories": lambda viewer, _case: audit.entries(viewer=viewer).rows,
    "who read what": lambda viewer, case: accesses.accesses(
        accesses.Asked(reference=case.reference), viewer=viewer
    ),
    "new entries": lambda viewer, _case: overview.new_entries(viewer=viewer),
    "cases": lambda viewer, _case: db.session.scalars(visible_cases(viewer)).all(),
    "tracks": lambda viewer, _case: db.session.scalars(visible_tracks(viewer)).all(),
    "entries": lambda viewer, _case: db.session.scalars(visible_entries(viewer)).all(),
    "all alerts": lambda viewer, _case: db.session.scalars(visible_alerts(viewer)).all(),
}
"""Every question by which somebody could come upon a case; it gives something where the case is found."""


def _found_by(viewer: Membership, case: ProtectionCase) -> set[str]:
    return {name for name, ask in DOORS.items() if _opens(partial(ask, viewer, case))}


def _a_case_that_everybody_has(world: World) -> ProtectionCase:
    """It came by an alert, and is at the police, at the prosecution and at the court, with questions unanswered."""
    alert = world.an_alert("verified", ago=timedelta(days=120))
    case = acts.register(
        world.new_case(reported_at=clock.now() - timedelta(days=100)),
        actor=world.focal_point,
        alert=alert,
        seen=alert.version,
    )
    db.session.commit()
    world.refer(case, world.station, world.prosecution, world.county_court)
    for stage in ("police", "prosecution", "court"):
        world.walk(world.track(case, stage), "acknowledged")
    for stage in ("police", "court"):
        world.take("accept", world.track(case, stage))
    return case


PEOPLE = ("focal_point", "police_officer", "prosecutor", "court_clerk", "judicial_officer", "auditor")


def test_who_belongs_to_a_walled_institution_finds_the_case_by_no_door(world: World):
    """Each in turn; and by the same doors, before, they all found it."""
    case = _a_case_that_everybody_has(world)
    people = world.people
    before = {name: _found_by(people[name], case) for name in PEOPLE}
    assert all(doors & {"search", "audit"} for doors in before.values()), before
    assert set().union(*before.values()) >= DOORS.keys() - {"closed", "asked", "overdue"}, (
        "each door opens to somebody"
    )
    for name in ("police_officer", "prosecutor", "court_clerk", "auditor", "focal_point"):
        wall_off(world, case, world.people[name].institution)
        people = world.people
        assert _found_by(people[name], case) == set(), name
        assert _found_by(people["judicial_officer"], case) >= {"search", "link", "list", "entry"}
    assert case.registrar_id == case.owner_id, "somebody else than the walled network tells the survivor"


def test_the_same_person_finds_it_by_no_second_membership_and_by_leaving(world: World):
    case = world.a_case("court:listed")
    clerk = a_second_membership(world, world.police_officer, world.county_court, Role.COURT_CLERK)
    assert {"search", "docket", "docket counts"} <= _found_by(clerk, case)
    wall_off(world, case, world.station)
    assert _found_by(clerk, case) == set()
    assert {"search", "docket", "docket counts"} <= _found_by(world.court_clerk, case)
    first = world.police_officer
    first.ended_at = clock.now() + timedelta(seconds=2)
    db.session.commit()
    assert _found_by(clerk, case) == set(), "a transfer after the wall opens nothing"
    first.ended_at = clock.now() - timedelta(days=1)
    db.session.commit()
    assert _found_by(clerk, case), "who left long before is nobody of theirs"


def test_a_wall_stands_around_what_is_under_an_institution_and_above_it_of_its_kind(world: World):
    post, sister = (
        Institution(code=code, name=code, kind=InstitutionKind.POLICE_STATION, area_id=world.payam.id)
        for code in ("post", "sister")
    )
    db.session.add_all([post, sister])
    db.session.flush()
    post.parent_id = sister.parent_id = world.station.id
    world.station.parent_id = world.administration.id
    db.session.commit()
    case = world.register(people=[accused_of(post)])
    assert walled_from(case) == {"post", "station"}
    hidden = wall_queries.of_case(case.id, viewer=world.judicial_officer)
    proposed = wall_queries.neutral(case, hidden, viewer=world.judicial_officer)
    assert [one.name for one in proposed] == ["River gendarmerie"], "nearest, and under no walled commander"
    other = world.register(people=[accused_of(world.station)])
    assert walled_from(other) == {"post", "station", "sister"}


# --- how a wall goes up -------------------------------------------------------------------------------------------


def test_an_accused_person_s_institution_is_walled_off_when_the_case_is_registered(world: World):
    case = world.register(people=[accused_of(world.station)])
    assert walled_from(case) == {"station"}
    with pytest.raises(ConflictOfInterest):
        world.refer(case, world.station)
    db.session.rollback()
    world.refer(case, world.other_station)
    assert world.track(case, "police").institution_id == world.other_station.id


def test_one_who_is_named_later_takes_the_case_out_of_their_hands_at_once(world: World):
    track = world.a_track("police:under_investigation")
    case = track.case
    acts.add_person(accused_of(world.station), actor=world.judicial_officer, case=case, seen=case.entries)
    db.session.commit()
    assert (track.status, track.open, track.reason) == ("revoked", False, EndOfAccess.CONFLICT_OF_INTEREST)
    assert _found_by(world.police_officer, case) == set()
    assert "revoked" in [
        part.status for part in case_file(case.reference, viewer=world.judicial_officer).parts
    ]
    with pytest.raises(NotFound):
        world.take("identify_suspect", track, by=world.police_officer)


def test_a_witness_of_an_institution_walls_nobody_off(world: World):
    case = world.register(people=[NewPerson(role=PartyRole.WITNESS, institution_id=world.station.id)])
    assert walled_from(case) == set()


def test_a_closed_case_is_hidden_as_well(world: World):
    case = world.a_case("feedback:delivered_accepted")
    for track in world.tracks(case):
        if track.open:
            world.walk(track, "resolved")
    world.take("close", case)
    assert _found_by(world.police_officer, case)
    wall_off(world, case, world.station)
    assert case.status == "closed"
    assert _found_by(world.police_officer, case) == set()


def test_another_section_is_responsible_where_the_usual_one_is_accused(world: World):
    case = world.register(people=[accused_of(world.section)])
    assert case.owner_id == world.network.id
    later = world.register()
    assert later.owner_id == world.section.id
    acts.add_person(accused_of(world.section), actor=world.focal_point, case=later, seen=later.entries)
    db.session.commit()
    assert later.owner_id == world.network.id
    assert [(track.institution_id, track.open) for track in world.tracks(later)] == [
        (world.section.id, False),
        (world.network.id, True),
    ]
    assert _found_by(world.judicial_officer, later) == set()
    assert world.entries(later)[-3].action == "hand_over"


def test_nobody_hides_a_case_from_their_own_institution(world: World):
    with pytest.raises(ConflictOfInterest):
        world.register(people=[accused_of(world.network)])
    db.session.rollback()
    case = world.register()
    with pytest.raises(ConflictOfInterest):
        wall_off(world, case, world.section)


# --- the doors by which a case could still come there -----------------------------------------------------------------


def test_a_case_comes_to_a_walled_institution_by_no_hand_over(world: World):
    case = world.a_case("police:accepted")
    wall_off(world, case, world.prosecution, world.county_court)
    track = world.track(case, "police")
    for place in (world.prosecution, world.county_court):
        with pytest.raises(ConflictOfInterest):
            world.take("forward", track, target_id=place.id)
        db.session.rollback()
    world.take("forward", track, target_id=world.customary_court.id)
    follow_up = world.track(case, "judicial_follow_up")
    world.take("record_visit", follow_up)
    with pytest.raises(ConflictOfInterest):
        world.take("refer_again", follow_up, target_id=world.county_court.id)


def test_what_was_taken_back_is_not_given_back_as_a_mistake(world: World):
    track = world.a_track("police:accepted")
    wall_off(world, track.case, world.station)
    newest = next(entry for entry in reversed(world.entries(track)) if entry.action == "take_back")
    with pytest.raises(StepRefused, match="on purpose"):
        corrections.withdraw(
            actor=world.judicial_officer, entry=newest, on=track, seen=track.version, note="A mistake."
        )


def test_consent_opens_no_wall(world: World):
    case = world.register(people=[accused_of(world.station)], consent_institution_ids=[])
    consent.record_consent(
        ConsentDecision.GIVEN,
        actor=world.judicial_officer,
        case=case,
        seen=case.entries,
        institution_ids=[world.station.id],
    )
    with pytest.raises(ConflictOfInterest):
        world.refer(case, world.station)


# --- what numbers and histories tell ---------------------------------------------------------------------------------


def test_the_figures_of_a_walled_institution_are_those_of_one_whose_referral_was_revoked(world: World):
    """Its own figures count the case as they did, and its end as any other revocation."""
    period = Period.of(f"{clock.now().year}-Q{(clock.now().month + 2) // 3}")

    def moved_and_came() -> tuple[int, int]:
        found = performance.institution(world.station, viewer=world.police_officer, period=period)
        *_before, books = next(stage for stage in found.stages if stage.stage == "police").caseload
        return books.ended[End.MOVED_OUT], books.came_in

    hidden, revoked = world.a_track("police:sent"), world.a_track("police:sent")
    assert moved_and_came() == (0, 2)
    wall_off(world, hidden.case, world.station)
    assert moved_and_came() == (1, 2)
    world.take("revoke", revoked)
    assert moved_and_came() == (2, 2)


def test_a_monitor_is_shown_no_history_of_an_institution_that_was_hidden_from_it(world: World):
    """Frozen with the quarter: one that is hidden only since is not taken out of what stood still."""
    with world.travel(days=-100):
        early = [world.sent_to_police() for _ in range(6)]
        wall_off(world, early[0].case, world.station)
        wall_off(world, early[1].case, world.station)
    groups = monitoring.groups(world.station, viewer=world.cso_monitor)
    told = {group.status: group.tracks for group in groups if group.stage == "police"}
    assert (told["sent"], told["revoked"]) == (None, None), "four are too few to be told of"
    more = [world.sent_to_police() for _ in range(2)]
    assert monitoring.groups(world.station, viewer=world.cso_monitor) == groups
    wall_off(world, more[0].case, world.station)
    assert monitoring.groups(world.station, viewer=world.cso_monitor) == groups


def test_the_log_discloses_of_a_wall_what_it_discloses_of_an_added_witness(world: World):
    case = world.a_case("police:accepted")
    wall_off(world, case, world.health_service)
    acts.add_person(
        NewPerson(role=PartyRole.WITNESS), actor=world.judicial_officer, case=case, seen=case.entries
    )
    db.session.commit()
    ids = [entry.id for entry in world.entries(case)][-2:]
    seqs = list(db.session.scalars(sa.select(LogEntry.seq).where(LogEntry.entry_id.in_(ids))))
    shown = Store(db.session.connection()).disclosed(seqs, ["step"])
    wall, witness = (open_disclosure(shown[seq][0]).value for seq in seqs)
    assert wall == witness


def test_the_wall_is_told_to_who_works_on_the_case_and_to_nobody_else(world: World):
    case = world.a_case("police:accepted")
    wall_off(world, case, world.gendarmerie)
    told = {name for name, person in world.people.items() if wall_queries.of_case(case.id, viewer=person)}
    assert told == {"focal_point", "judicial_officer"}
    entry = world.entries(case)[-1]
    assert isinstance(entry, HistoryEntry)
    assert entry.action == "wall_off"
    assert entry not in db.session.scalars(visible_entries(world.police_officer)).all()

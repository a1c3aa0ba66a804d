"""Who sees what: every person in every situation of a case, through every question that can be asked."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import references
from tracker.actions import corrections
from tracker.db import db
from tracker.errors import Mistyped, NotFound, NotPermitted
from tracker.models import Alert, HistoryEntry, Membership, ProtectionCase, Track
from tracker.permissions import Permission, may
from tracker.queries import alerts, cases, queues
from tracker.queries.case_file import CaseFile, case_file
from tracker.queries.queues import Show
from tracker.visibility import (
    Sight,
    reads_notes,
    visible_alerts,
    visible_cases,
    visible_entries,
    visible_tracks,
)
from tracker.vocabulary import Role

STAGES = ("referral", "police", "prosecution", "court", "enforcement", "judicial_follow_up", "feedback")
WHOLE, PREVIEW = Sight.FULL, Sight.PREVIEW

Seen = dict[str, Sight]
Situation = Callable[[World], ProtectionCase]


def _at(at: str, **more: Any) -> Situation:
    return lambda world: world.a_case(at, **more)


def _declined_by_one_of_two(world: World) -> ProtectionCase:
    case = world.register()
    first, _second = world.refer(case, world.station, world.other_station)
    world.take("not_accept", first)
    return case


def _accepted_after_being_declined_elsewhere(world: World) -> ProtectionCase:
    case = _declined_by_one_of_two(world)
    world.take("accept", world.track(case, "police"))
    return case


def _at_a_customary_court(world: World) -> ProtectionCase:
    return world.a_track("court:accepted", institution=world.customary_court).case


def _returned_by_the_prosecutor(world: World) -> ProtectionCase:
    track = world.a_track("prosecution:accepted")
    world.take("return_for_investigation", track, target_id=world.other_station.id)
    return track.case


def _handed_on_and_revoked(world: World) -> ProtectionCase:
    track = world.a_track("prosecution:sent")
    world.take("revoke", track, by=world.police_officer)
    return track.case


def _sent_again_after_being_declined(world: World) -> ProtectionCase:
    case = world.a_case("police:not_accepted")
    world.refer(case, world.station)
    return case


def _of_the_other_state(world: World) -> ProtectionCase:
    case = world.register(by=world.other_focal_point, area_id=world.hill_county.id)
    world.refer(case, world.other_station, by=world.other_judicial_officer)
    return case


def _without_a_section(world: World) -> ProtectionCase:
    return world.register(area_id=world.far_state.id)


OURS: Seen = {"focal_point": WHOLE, "judicial_officer": WHOLE}
STATION: Seen = {"police_officer": WHOLE, "second_police_officer": WHOLE}
ASKED: Seen = {"police_officer": PREVIEW, "second_police_officer": PREVIEW}

# situation: how a case comes there, and who of those who read cases then sees it; everybody else sees nothing.
SITUATIONS: dict[str, tuple[Situation, Seen]] = {
    "registered": (_at("referral:registered"), OURS),
    "registered where no section works": (_without_a_section, {"focal_point": WHOLE}),
    "sent": (_at("police:sent"), OURS | ASKED),
    "acknowledged": (_at("police:acknowledged"), OURS | ASKED),
    "accepted": (_at("police:accepted"), OURS | STATION),
    "file ready": (_at("police:file_ready"), OURS | STATION),
    "not accepted": (_at("police:not_accepted"), OURS),
    "revoked": (_at("police:revoked"), OURS),
    "expired": (_at("police:expired"), OURS),
    "refused to register": (_at("police:refused_to_register"), OURS | STATION),
    "no further action": (_at("police:no_action"), OURS | STATION),
    "declined by one of two": (_declined_by_one_of_two, OURS | {"other_police_officer": PREVIEW}),
    "accepted after being declined elsewhere": (
        _accepted_after_being_declined_elsewhere,
        OURS | {"other_police_officer": WHOLE},
    ),
    "sent again after being declined": (_sent_again_after_being_declined, OURS | ASKED),
    "handed on": (_at("prosecution:sent"), OURS | STATION | {"prosecutor": PREVIEW}),
    "accepted by the prosecution": (_at("prosecution:accepted"), OURS | STATION | {"prosecutor": WHOLE}),
    "not accepted by the prosecution": (_at("prosecution:not_accepted"), OURS | STATION),
    "handed on and revoked": (_handed_on_and_revoked, OURS | STATION),
    "returned to another station": (
        _returned_by_the_prosecutor,
        OURS | STATION | {"prosecutor": WHOLE, "other_police_officer": PREVIEW},
    ),
    "before the county court": (_at("court:sent"), OURS | STATION | {"court_clerk": PREVIEW}),
    "listed by the county court": (_at("court:listed"), OURS | STATION | {"court_clerk": WHOLE}),
    "with the customary court": (_at_a_customary_court, OURS | STATION | {"other_court_clerk": WHOLE}),
    "decided": (_at("court:decided"), OURS | STATION | {"court_clerk": WHOLE}),
    "closed": (_at("case:closed"), OURS),
    "of the other state": (
        _of_the_other_state,
        {"other_focal_point": WHOLE, "other_judicial_officer": WHOLE, "other_police_officer": PREVIEW},
    ),
}


def _sight(world: World, name: str, case: ProtectionCase) -> Sight | None:
    """What the person is shown of the case; None: not even that there is one."""
    try:
        return case_file(case.reference, viewer=world.people[name]).sight
    except (NotFound, NotPermitted):
        return None


@pytest.mark.parametrize("situation", SITUATIONS)
def test_who_sees_a_case_that_is(world: World, situation: str):
    come_there, seen = SITUATIONS[situation]
    case = come_there(world)
    assert {name: sight for name in world.people if (sight := _sight(world, name, case))} == seen
    for name, person in world.people.items():
        if name in seen:
            _is_found(world, person, case)
        elif person.role is not Role.AUDITOR:
            _is_not_found(world, person, case)


def _is_found(world: World, person: Membership, case: ProtectionCase) -> None:
    assert cases.find(case.reference.lower(), viewer=person).id == case.id
    listed = cases.case_list(viewer=person, closed=case.status == "closed").rows
    assert [row.reference for row in listed] == [case.reference]
    assert cases.case_list(viewer=person, closed=case.status == "open").rows == []
    own = [
        track for track in world.tracks(case) if track.open and track.institution_id == person.institution_id
    ]
    waiting = queues.queue(viewer=person, stages=STAGES).rows
    assert sorted(row.id for row in waiting) == sorted(track.id for track in own)
    assert queues.counts(viewer=person, stages=STAGES)[Show.ALL] == len(own)


def _is_not_found(world: World, person: Membership, case: ProtectionCase) -> None:
    """Whatever is asked, the answer is the one for a case that does not exist."""
    refused = (NotFound, NotPermitted)
    with pytest.raises(NotFound) as refusal:
        cases.find(case.reference, viewer=person)
    with pytest.raises(NotFound) as unknown:
        cases.find(references.EXAMPLE, viewer=person)
    assert str(refusal.value) == str(unknown.value)
    for track in world.tracks(case):
        with pytest.raises(NotFound):
            cases.track(case.reference, track.id, viewer=person)
    for entry in world.entries(case):
        with pytest.raises(NotFound):
            cases.entry(case.reference, entry.n, viewer=person)
        assert cases.newest_correction(entry, viewer=person) is None
    with pytest.raises(refused):
        case_file(case.reference, viewer=person)
    for question in (visible_cases, visible_tracks, visible_entries):
        assert db.session.scalars(question(person)).all() == []
    assert cases.case_list(viewer=person).rows == cases.case_list(viewer=person, closed=True).rows == []
    if may(person.role, Permission.CASE_READ):
        assert queues.queue(viewer=person, stages=STAGES).rows == []
        assert set(queues.counts(viewer=person, stages=STAGES).values()) == {0}
    else:
        with pytest.raises(NotPermitted):
            queues.queue(viewer=person, stages=STAGES)


# --- tracks and entries -----------------------------------------------------------------------------------------


def _stages_seen(file: CaseFile) -> list[tuple[str, str]]:
    return [(part.stage, part.institution) for part in file.parts]


def test_an_institution_of_the_law_sees_its_own_tracks_and_those_that_it_sent(world: World):
    case = world.a_case("court:accepted")
    police = case_file(case.reference, viewer=world.police_officer)
    assert _stages_seen(police) == [("police", "Bend police station"), ("court", "Bend county court")]
    court = case_file(case.reference, viewer=world.court_clerk)
    assert _stages_seen(court) == [("court", "Bend county court")]


def test_those_who_work_on_a_case_see_all_its_tracks(world: World):
    case = world.a_case("court:accepted")
    for person in (world.focal_point, world.judicial_officer):
        assert len(case_file(case.reference, viewer=person).parts) == len(world.tracks(case)) == 4


def test_an_institution_of_the_law_reads_the_entries_of_the_tracks_that_it_sees_and_no_others(world: World):
    case = world.a_case("court:listed")
    for person in (world.police_officer, world.court_clerk):
        file = case_file(case.reference, viewer=person)
        tracks = {part.id for part in file.parts}
        assert {entry.n for entry in file.entries} == {
            entry.n for entry in world.entries(case) if entry.track_id in tracks
        }
        assert all(entry.track_id for entry in file.entries)


def test_those_who_work_on_a_case_read_its_whole_history(world: World):
    case = world.a_case("court:listed")
    for person in (world.focal_point, world.judicial_officer):
        file = case_file(case.reference, viewer=person)
        assert [entry.n for entry in file.entries] == list(range(1, case.entries + 1))


def test_nothing_of_a_declined_referral_is_left_for_those_who_declined_it(world: World):
    case = world.a_case("police:not_accepted")
    track = world.track(case, "police")
    with pytest.raises(NotFound):
        cases.track(case.reference, track.id, viewer=world.police_officer)
    assert db.session.scalars(visible_entries(world.police_officer)).all() == []


def test_the_earlier_refusal_is_not_shown_when_the_case_is_sent_once_more(world: World):
    case = _sent_again_after_being_declined(world)
    file = case_file(case.reference, viewer=world.police_officer)
    assert [part.status for part in file.parts] == ["sent"]
    assert [entry.action for entry in file.entries] == ["send"]


def test_a_track_is_found_under_its_own_case_only(world: World):
    first, second = world.a_track("police:accepted"), world.a_track("police:accepted")
    with pytest.raises(NotFound):
        cases.track(first.case.reference, second.id, viewer=world.police_officer)
    assert cases.track(first.case.reference, first.id, viewer=world.police_officer).id == first.id


def test_an_entry_is_found_by_its_number_and_its_correction_with_it(world: World):
    track = world.a_track("police:accepted")
    last = world.entries(track)[-1]
    assert cases.entry(track.case.reference, last.n, viewer=world.police_officer).id == last.id
    assert cases.newest_correction(last, viewer=world.police_officer) is None
    corrected = corrections.correct(
        actor=world.police_officer,
        entry=last,
        on=track,
        seen=track.version,
        note="A minute too late.",
        happened_at=last.happened_at,
    )
    assert cases.newest_correction(last, viewer=world.police_officer).id == corrected.id
    with pytest.raises(NotFound):
        cases.entry(track.case.reference, 1, viewer=world.police_officer)  # the registration is not theirs


def test_a_mistyped_reference_is_told_from_an_unknown_one_whatever_exists(world: World):
    case = world.a_case()
    for typed in (
        "",
        "XXXX",
        case.reference[:-1],
        "2" + case.reference[1:] if case.reference[0] != "2" else "3",
    ):
        with pytest.raises(Mistyped):
            cases.find(typed, viewer=world.judicial_officer)


# --- before accepting: nothing personal is even read ------------------------------------------------------------

PERSONAL = ("person", "narrative", "alert_contact", "custody", "court_order")


def _reads(statement: str, table: str) -> bool:
    return f" {table} " in f" {statement.replace(chr(10), ' ').replace(',', ' ')} "


def test_before_accepting_nothing_personal_is_even_read(world: World, statements: Any):
    case = world.a_case("police:sent")
    case_file(case.reference, viewer=world.police_officer)
    with statements() as asked:
        file = case_file(case.reference, viewer=world.police_officer)
    assert asked
    assert not [one for one in asked for table in PERSONAL if _reads(one, table)]
    assert (file.people, file.narratives, file.custodies, file.orders, file.area) == ((), (), (), (), ())
    assert file.district == "Bend County"
    told = repr((file.parts, file.entries, file.consents, file.owner, file.registrar, file.case))
    assert "Abuk" not in told
    assert "ferry" not in told.lower().replace("old ferry protection committee", "")


def test_after_accepting_the_whole_case_is_read(world: World):
    case = world.a_case("police:accepted")
    file = case_file(case.reference, viewer=world.police_officer)
    assert [person.name for person in file.people] == ["Abuk the survivor"]
    assert file.narratives[0].text.startswith("What Abuk told")
    assert file.area == ["Old Ferry Payam", "Bend County"]


def test_before_accepting_only_the_own_consent_is_shown(world: World):
    case = world.a_case("police:sent")
    file = case_file(case.reference, viewer=world.police_officer)
    assert {row.institution for row in file.consents} == {"Bend police station"}
    assert len(case_file(case.reference, viewer=world.judicial_officer).consents) > 5


def test_lists_and_queues_hold_nothing_personal(world: World):
    world.a_case("police:accepted")
    rows = [
        *cases.case_list(viewer=world.police_officer).rows,
        *queues.queue(viewer=world.police_officer, stages=["police"]).rows,
    ]
    assert rows
    assert "Abuk" not in repr(rows)
    assert "Behind" not in repr(rows)


# --- notes ------------------------------------------------------------------------------------------------------


def _notes(case: ProtectionCase, person: Membership) -> list[str]:
    return [entry.note for entry in case_file(case.reference, viewer=person).entries if entry.note]


@pytest.fixture
def noted(world: World) -> ProtectionCase:
    """A case with a note of each institution on its way to the court."""
    case = world.a_case("referral:registered")
    world.take("triage", world.track(case, "referral"), note="of the section, to itself")
    world.refer(case, world.station, note="of the section, to the station")
    police = world.track(case, "police")
    world.take("accept", police, note="of the station, to itself")
    world.take("forward", police, target_id=world.county_court.id, note="of the station, to the court")
    world.take("accept", world.track(case, "court"), note="of the court, to itself")
    return case


def test_a_judicial_officer_reads_every_note_of_the_case(world: World, noted: ProtectionCase):
    assert set(_notes(noted, world.judicial_officer)) == {
        "of the section, to itself",
        "of the section, to the station",
        "of the station, to itself",
        "of the station, to the court",
        "of the court, to itself",
    }


def test_the_police_read_their_own_notes_and_what_came_with_the_referral_and_what_the_court_wrote_back(
    world: World, noted: ProtectionCase
):
    assert "of the section, to itself" not in _notes(noted, world.police_officer)
    assert "of the court, to itself" not in _notes(noted, world.police_officer)
    assert {
        "of the section, to the station",
        "of the station, to itself",
        "of the station, to the court",
    } <= set(_notes(noted, world.police_officer))


def test_the_court_reads_its_own_notes_and_what_came_with_the_case(world: World, noted: ProtectionCase):
    assert set(_notes(noted, world.court_clerk)) == {
        "of the station, to the court",
        "of the court, to itself",
    }


def test_who_registered_a_case_reads_no_note_of_another_institution(world: World, noted: ProtectionCase):
    assert _notes(noted, world.focal_point) == []


def test_before_accepting_only_what_was_asked_and_answered_is_read(world: World):
    case = world.register()
    (track,) = world.refer(case, world.station, note="She told us everything.")
    world.take("acknowledge", track)
    world.take("request_information", track, note="Which payam?")
    world.take("give_information", track, by=world.judicial_officer, note="Old Ferry.")
    assert _notes(case, world.police_officer) == ["Which payam?", "Old Ferry."]
    assert "She told us everything." in _notes(case, world.judicial_officer)
    world.take("accept", track, note="")
    assert "She told us everything." in _notes(case, world.police_officer)


def test_auditors_monitors_and_administrators_read_no_note(world: World, noted: ProtectionCase):
    for entry in world.entries(noted):
        for person in (world.auditor, world.cso_monitor, world.administrator):
            assert not reads_notes(person, entry)


def test_the_rule_for_one_entry_and_the_condition_of_the_queries_agree(world: World, noted: ProtectionCase):
    for person in (world.focal_point, world.judicial_officer, world.police_officer, world.court_clerk):
        visible = db.session.scalars(visible_entries(person).order_by(HistoryEntry.n)).all()
        by_rule = [entry.note.text for entry in visible if entry.note and reads_notes(person, entry)]
        assert by_rule == _notes(noted, person)


# --- those who read no cases ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cso_monitor", "auditor", "administrator"])
def test_who_reads_no_cases_is_told_so_by_the_case_file_and_the_queue(world: World, name: str):
    case = world.a_case("court:decided")
    for ask in (
        lambda: case_file(case.reference, viewer=world.people[name]),
        lambda: queues.queue(viewer=world.people[name], stages=STAGES),
        lambda: queues.counts(viewer=world.people[name], stages=STAGES),
    ):
        with pytest.raises(NotPermitted):
            ask()


def test_an_auditor_sees_every_history(world: World):
    first, second = world.a_case("court:decided"), _of_the_other_state(world)
    seen = db.session.scalars(visible_entries(world.auditor).with_only_columns(HistoryEntry.case_id)).all()
    assert set(seen) == {first.id, second.id}
    assert len(seen) == first.entries + second.entries


def test_a_monitor_and_an_administrator_see_no_case_no_track_no_entry_and_no_alert(world: World):
    world.a_case("court:decided")
    world.an_alert()
    for person in (world.cso_monitor, world.administrator):
        for question in (visible_cases, visible_tracks, visible_entries, visible_alerts):
            assert db.session.scalars(question(person)).all() == []


# --- alerts -----------------------------------------------------------------------------------------------------


def test_an_alert_is_seen_by_the_focal_points_of_its_network_and_by_auditors(world: World):
    alert = world.an_alert("called_back")
    seers = [
        name for name, person in world.people.items() if db.session.scalars(visible_alerts(person)).all()
    ]
    assert seers == ["focal_point", "auditor", "second_auditor"]
    assert alerts.find(alert.reference, viewer=world.focal_point).id == alert.id
    assert [entry.action for entry in alerts.history(alert, viewer=world.focal_point)] == [
        "call_back",
        "raise",
    ]
    for name in ("other_focal_point", "police_officer", "judicial_officer", "cso_monitor", "administrator"):
        with pytest.raises((NotFound, NotPermitted)):
            alerts.find(alert.reference, viewer=world.people[name])


def test_the_history_of_an_alert_is_no_part_of_the_case_that_it_became(world: World):
    alert = world.an_alert("case")
    case = db.session.get_one(ProtectionCase, alert.case_id)
    assert {entry.alert_id for entry in world.entries(case)} == {None}
    assert {entry.case_id for entry in world.entries(alert)} == {None}


# --- a person between institutions ------------------------------------------------------------------------------


def test_what_a_person_sees_is_what_the_membership_sees_in_use(world: World):
    """An officer who also is a focal point of the other network sees each one's cases as that one."""
    officer = Membership(
        user=world.police_officer.user, institution=world.other_network, role=Role.FOCAL_POINT
    )
    db.session.add(officer)
    case = world.a_case("police:accepted")
    assert _visible(world.police_officer) == [case.id]
    assert _visible(officer) == []


def _visible(person: Membership) -> list[int]:
    return list(db.session.scalars(visible_cases(person).with_only_columns(ProtectionCase.id)))


def test_every_question_begins_at_the_same_condition(world: World):
    """The three questions agree: a track is seen only with its case, an entry only with its case or alert."""
    for at in ("police:sent", "police:not_accepted", "prosecution:accepted", "court:decided"):
        world.a_case(at)
    _of_the_other_state(world)
    for person in world.people.values():
        known = set(_visible(person))
        tracks = db.session.scalars(visible_tracks(person).with_only_columns(Track.case_id)).all()
        entries = db.session.scalars(visible_entries(person).with_only_columns(HistoryEntry.case_id)).all()
        assert set(tracks) <= known, person.role
        assert set(entries) - {None} <= known, person.role


def test_all_that_a_viewer_may_know_is_in_the_query_and_not_filtered_afterwards(world: World):
    world.a_case("police:sent")
    for person in world.people.values():
        for question, model in (
            (visible_cases, ProtectionCase),
            (visible_tracks, Track),
            (visible_alerts, Alert),
        ):
            asked = sa.select(sa.func.count()).select_from(question(person).subquery())
            assert db.session.scalar(asked) == len(db.session.scalars(question(person)).unique().all()), model

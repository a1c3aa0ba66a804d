"""Consent: asked and recorded before anything is shared, and taken back at once."""

from collections.abc import Collection
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock, mission
from tracker.actions import consent, corrections
from tracker.db import db
from tracker.errors import BadInput, NoConsent, NotFound, NotPermitted, OutOfDate, StepRefused
from tracker.models import Consent, HistoryEntry, Institution, Membership, ProtectionCase
from tracker.queries import cases, casework, queues
from tracker.queries.case_file import case_file
from tracker.vocabulary import ConsentDecision, DataClass, EndOfAccess

C, D = DataClass, ConsentDecision


def _decide(
    world: World,
    case: ProtectionCase,
    decision: ConsentDecision,
    *places: Institution,
    by: Membership | None = None,
    note: str = "",
    about: Collection[DataClass] = tuple(C),
    authorised_by: str = "",
) -> HistoryEntry:
    entry = consent.record_consent(
        decision,
        actor=by or world.focal_point,
        case=case,
        seen=case.entries,
        institution_ids=[place.id for place in places],
        classes=about,
        note=note,
        authorised_by=authorised_by,
    )
    db.session.commit()
    return entry


@pytest.fixture
def unasked(world: World) -> ProtectionCase:
    """A case whose survivor has not been asked about anybody yet."""
    return world.register(consent_institution_ids=[])


def test_a_case_is_not_shared_before_the_survivor_was_asked(world: World, unasked: ProtectionCase):
    with pytest.raises(NoConsent, match="There is no consent to share this case with Bend police station"):
        world.refer(unasked, world.station)
    db.session.rollback()
    assert [track.stage for track in world.tracks(unasked)] == ["referral"]
    assert world.entries(unasked)[-1].action == "open"


@pytest.mark.parametrize("decision", D)
def test_only_a_yes_or_an_authorised_best_interest_opens_the_gate(
    world: World, unasked: ProtectionCase, decision: ConsentDecision
):
    _decide(
        world,
        unasked,
        decision,
        world.station,
        note="She is a child.",
        authorised_by="Child protection officer",
    )
    if decision in (D.GIVEN, D.BEST_INTEREST):
        assert world.refer(unasked, world.station)[0].status == "sent"
    else:
        with pytest.raises(NoConsent):
            world.refer(unasked, world.station)


def test_consent_for_one_institution_is_none_for_another(world: World, unasked: ProtectionCase):
    _decide(world, unasked, D.GIVEN, world.station)
    with pytest.raises(NoConsent, match="Ford police station"):
        world.refer(unasked, world.station, world.other_station)
    db.session.rollback()
    assert len(world.tracks(unasked)) == 1


def test_the_newest_decision_holds(world: World, unasked: ProtectionCase):
    for decision in (D.GIVEN, D.WITHDRAWN):
        _decide(world, unasked, decision, world.station)
    with pytest.raises(NoConsent):
        world.refer(unasked, world.station)
    db.session.rollback()
    _decide(world, unasked, D.GIVEN, world.station)
    assert world.refer(unasked, world.station)


def test_a_decision_is_an_entry_that_says_about_whom(world: World, unasked: ProtectionCase):
    entry = _decide(world, unasked, D.GIVEN, world.station, world.county_court, world.station)
    assert entry.detail == {"decision": "given", "institutions": [world.station.id, world.county_court.id]}
    rows = db.session.scalars(sa.select(Consent).where(Consent.entry_id == entry.id)).all()
    assert [(row.institution_id, row.data_class, row.decision) for row in rows] == [
        (place.id, data_class, D.GIVEN) for place in (world.station, world.county_court) for data_class in C
    ]
    today = clock.day_of(clock.now(), mission.current().zone)
    assert {row.given_on for row in rows} == {today}


def test_consent_given_at_registration_belongs_to_the_registration(world: World):
    case = world.register(consent_institution_ids=[world.station.id])
    rows = db.session.scalars(sa.select(Consent).where(Consent.case_id == case.id)).all()
    assert {db.session.get_one(HistoryEntry, row.entry_id).action for row in rows} == {"register"}
    assert len(rows) == len(C)


def test_the_day_on_which_consent_was_asked_may_be_earlier_and_not_later(
    world: World, unasked: ProtectionCase
):
    today = clock.day_of(clock.now(), mission.current().zone)
    facts = {"actor": world.focal_point, "case": unasked, "institution_ids": [world.station.id]}
    consent.record_consent(D.GIVEN, seen=unasked.entries, given_on=today - timedelta(days=3), **facts)
    with pytest.raises(BadInput, match="This day is in the future"):
        consent.record_consent(D.GIVEN, seen=unasked.entries, given_on=today + timedelta(days=1), **facts)


@pytest.mark.parametrize("decision", [D.BEST_INTEREST, D.NOT_POSSIBLE])
def test_going_on_without_asking_needs_a_reason(
    world: World, unasked: ProtectionCase, decision: ConsentDecision
):
    with pytest.raises(BadInput, match="Write why the survivor was not asked"):
        _decide(world, unasked, decision, world.station, note=" ", authorised_by="The section's head")


def test_an_override_in_the_best_interest_names_who_authorised_it(world: World, unasked: ProtectionCase):
    with pytest.raises(BadInput, match="Write who authorised it"):
        _decide(world, unasked, D.BEST_INTEREST, world.station, note="The law obliges us.", authorised_by=" ")


def test_a_decision_is_about_some_institution_that_there_is(world: World, unasked: ProtectionCase):
    with pytest.raises(BadInput, match="Choose at least one institution"):
        _decide(world, unasked, D.GIVEN)
    with pytest.raises(BadInput, match="Choose institutions from the list"):
        consent.record_consent(
            D.GIVEN, actor=world.focal_point, case=unasked, seen=unasked.entries, institution_ids=[999_999]
        )


def test_only_those_who_register_or_own_the_case_record_consent(world: World, unasked: ProtectionCase):
    _decide(world, unasked, D.GIVEN, world.station, by=world.judicial_officer)
    for name in ("police_officer", "prosecutor", "court_clerk", "cso_monitor", "auditor", "administrator"):
        with pytest.raises(NotPermitted):
            _decide(world, unasked, D.GIVEN, world.station, by=world.people[name])


def test_a_decision_on_a_stale_page_is_told(world: World, unasked: ProtectionCase):
    seen = unasked.entries
    _decide(world, unasked, D.GIVEN, world.station)
    with pytest.raises(OutOfDate):
        consent.record_consent(
            D.DECLINED, actor=world.focal_point, case=unasked, seen=seen, institution_ids=[world.station.id]
        )


def test_no_consent_is_recorded_in_a_closed_case(world: World):
    case = world.a_case("case:closed")
    with pytest.raises(StepRefused):
        _decide(world, case, D.GIVEN, world.station)


# --- taking it back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [D.WITHDRAWN, D.DECLINED])
@pytest.mark.parametrize("status", ["sent", "acknowledged", "under_investigation"])
def test_an_institution_loses_the_case_at_once_whatever_it_does_with_it(
    world: World, status: str, decision: ConsentDecision
):
    track = world.a_track(f"police:{status}")
    _decide(world, track.case, decision, world.station, note="She is afraid now.")
    assert (track.status, track.open, track.reason) == ("revoked", False, EndOfAccess.CONSENT_WITHDRAWN)
    revoked = world.entries(track)[-1]
    assert (revoked.action, revoked.institution_id, revoked.holder_id) == (
        "take_back",
        world.network.id,
        world.station.id,
    )
    with pytest.raises(NotFound):
        case_file(track.case.reference, viewer=world.police_officer)


def test_a_referral_to_somebody_else_goes_on(world: World):
    case = world.register()
    first, second = world.refer(case, world.station, world.other_station)
    _decide(world, case, D.WITHDRAWN, world.station)
    assert (first.status, second.status) == ("revoked", "sent")


@pytest.mark.parametrize("at", ["police:forwarded", "police:no_action"])
def test_what_an_institution_is_done_with_is_lost_to_it_as_well(world: World, at: str):
    track = world.a_track(at)
    assert cases.find(track.case.reference, viewer=world.police_officer).id == track.case_id
    _decide(world, track.case, D.WITHDRAWN, world.station)
    assert track.status == at.partition(":")[2], "it ended as it ended"
    for ask in (cases.find, case_file):
        with pytest.raises(NotFound):
            ask(track.case.reference, viewer=world.police_officer)
    assert cases.case_list(viewer=world.police_officer).rows == []
    _decide(world, track.case, D.GIVEN, world.station)
    assert cases.find(track.case.reference, viewer=world.police_officer).id == track.case_id


def test_a_sender_who_may_know_nothing_more_is_not_asked_about_the_case(world: World):
    track = world.a_track("prosecution:acknowledged")
    world.take("request_information", track)
    asked = {"viewer": world.police_officer}
    assert casework.counts(**asked)[casework.Part.INFORMATION] == 1
    _decide(world, track.case, D.WITHDRAWN, world.station)
    assert casework.counts(**asked)[casework.Part.INFORMATION] == 0
    assert casework.read(casework.Part.INFORMATION, **asked).rows == []


def test_who_answers_for_the_case_keeps_it_whatever_is_said_about_the_institution(world: World):
    case = world.a_case("referral:triaged")
    _decide(world, case, D.WITHDRAWN, world.section)
    assert world.track(case, "referral").open


def test_what_was_taken_back_or_revoked_comes_back_by_no_correction(world: World):
    sent = world.sent_to_police()
    world.take("revoke", sent)
    revoked = world.entries(sent)[-1]
    _decide(world, sent.case, D.WITHDRAWN, world.station, by=world.judicial_officer)
    asked = {"actor": world.judicial_officer, "on": sent, "note": "A mistake."}
    with pytest.raises(NoConsent):
        corrections.withdraw(entry=revoked, seen=sent.version, **asked)
    db.session.rollback()
    taken = world.a_track("police:accepted")
    _decide(world, taken.case, D.WITHDRAWN, world.station, by=world.judicial_officer)
    back = world.entries(taken)[-1]
    with pytest.raises(StepRefused, match="on purpose"):
        corrections.withdraw(**asked | {"on": taken}, entry=back, seen=taken.version)


def test_a_judicial_officer_refers_again_only_with_consent(world: World):
    case = world.register(consent_institution_ids=[world.station.id])
    world.refer(case, world.station)
    following = world.track(case, "judicial_follow_up")
    world.walk(following, "visited")
    with pytest.raises(NoConsent, match="Ford police station"):
        world.take("refer_again", following, target_id=world.other_station.id)
    db.session.rollback()
    _decide(world, case, D.GIVEN, world.other_station)
    world.take("refer_again", following, target_id=world.other_station.id)
    assert world.track(case, "police").institution_id == world.other_station.id


def test_the_law_hands_on_only_where_the_survivor_agreed_and_is_told_whom_to_ask(world: World):
    case = world.register(consent_institution_ids=[world.station.id])
    world.refer(case, world.station)
    police = world.track(case, "police")
    world.walk(police, "accepted")
    with pytest.raises(NoConsent, match="Ask Judicial affairs, River State to ask the survivor"):
        world.take("forward", police, target_id=world.prosecution.id)
    db.session.rollback()
    _decide(
        world,
        case,
        D.BEST_INTEREST,
        world.prosecution,
        note="The law obliges the police to hand on a rape.",
        authorised_by="Head of the section",
    )
    world.take("forward", police, target_id=world.prosecution.id)
    assert world.track(case, "prosecution").status == "sent"


# --- some of it and not the rest --------------------------------------------------------------------------------


def _read(world: World, case: ProtectionCase, person: str = "police_officer") -> set[DataClass]:
    """The classes of which the person reads something in the case that the world registers."""
    file = case_file(case.reference, viewer=world.people[person])
    (queued,) = queues.queue(viewer=world.police_officer, stages=["police"]).rows
    someone, *_others = file.people
    read = {
        C.IDENTITY: someone.name,
        C.CONTACT: someone.phone,
        C.NARRATIVE: "".join(one.text for one in file.narratives),
        C.LOCATION: "".join(one.place for one in file.narratives),
    }
    assert bool(read[C.LOCATION]) == ("Old Ferry Payam" in file.area)
    assert file.district == "Bend County"
    if person == "police_officer":
        assert queued.area == ("Old Ferry Payam" if read[C.LOCATION] else "Bend County")
    return {one for one, words in read.items() if words}


def test_an_institution_reads_what_the_survivor_shares_and_no_more(world: World):
    case = world.a_case("police:accepted")
    everything = {C.IDENTITY, C.CONTACT, C.NARRATIVE, C.LOCATION}
    assert _read(world, case) == everything
    for shared in [{C.IDENTITY}, {C.CONTACT}, {C.NARRATIVE}, {C.LOCATION}, {C.IDENTITY, C.NARRATIVE}]:
        _decide(world, case, D.GIVEN, world.station, about=shared)
        assert _read(world, case) == shared
        assert set(case_file(case.reference, viewer=world.police_officer).withheld) == set(C) - shared
        for name in ("focal_point", "judicial_officer"):
            assert _read(world, case, name) == everything, "who answers for the case reads all of it"


def test_a_withdrawal_of_one_class_leaves_the_others(world: World):
    case = world.a_case("police:accepted")
    _decide(world, case, D.WITHDRAWN, world.station, about={C.CONTACT})
    assert _read(world, case) == {C.IDENTITY, C.NARRATIVE, C.LOCATION}
    assert world.track(case, "police").open
    _decide(world, case, D.WITHDRAWN, world.station, about=set(C) - {C.CONTACT})
    assert not world.track(case, "police").open


def test_what_is_agreed_for_one_institution_opens_nothing_at_the_next(world: World):
    case = world.a_case("court:accepted")
    _decide(world, case, D.GIVEN, world.county_court, about={C.NARRATIVE})
    file = case_file(case.reference, viewer=world.court_clerk)
    assert [(one.name, one.phone) for one in file.people] == [("", "")]
    assert [(one.text != "", one.place) for one in file.narratives] == [(True, "")]
    assert {one.institution_id for one in file.consents} == {world.county_court.id}


def test_an_institution_knows_whom_it_holds_whatever_is_shared(world: World):
    track = world.a_track("police:accepted")
    world.take("record_arrest", track, name="Deng the accused")
    world.take("forward", track, target_id=world.prosecution.id)
    world.walk(world.track(track.case, "prosecution"), "accepted")
    _decide(world, track.case, D.GIVEN, world.station, world.prosecution, about={C.NARRATIVE})
    names = {
        name: [one.name for one in case_file(track.case.reference, viewer=world.people[name]).custodies]
        for name in ("police_officer", "prosecutor")
    }
    assert names == {"police_officer": ["Deng the accused"], "prosecutor": [""]}


def test_imported_records_are_read_though_nobody_was_asked(world: World):
    """Nothing in them is personal. To send such a case on, consent is asked as for any other."""
    track = world.a_track("police:accepted")
    db.session.execute(sa.delete(Consent).where(Consent.case_id == track.case_id))
    db.session.commit()
    file = case_file(track.case.reference, viewer=world.police_officer)
    assert set(file.withheld) == set(C)
    assert [(one.name, one.phone) for one in file.people] == [("", "")]
    with pytest.raises(NoConsent):
        world.take("forward", track, target_id=world.prosecution.id)

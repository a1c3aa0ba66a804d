"""Consent: asked and recorded before anything is shared, and taken back at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock, mission
from tracker.actions import consent
from tracker.db import db
from tracker.errors import BadInput, NoConsent, NotPermitted, OutOfDate, StepRefused
from tracker.models import Consent, HistoryEntry, Institution, Membership, ProtectionCase
from tracker.vocabulary import ConsentDecision

D = ConsentDecision


def _decide(
    world: World,
    case: ProtectionCase,
    decision: D,
    *places: Institution,
    by: Membership | None = None,
    note: str = "",
) -> HistoryEntry:
    entry = consent.record_consent(
        decision,
        actor=by or world.focal_point,
        case=case,
        seen=case.entries,
        institution_ids=[place.id for place in places],
        note=note,
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
    world: World, unasked: ProtectionCase, decision: D
):
    _decide(world, unasked, decision, world.station, note="The child protection officer authorised it.")
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
    assert [(row.institution_id, row.decision) for row in rows] == [
        (world.station.id, D.GIVEN),
        (world.county_court.id, D.GIVEN),
    ]
    today = clock.day_of(clock.now(), mission.current().zone)
    assert {row.given_on for row in rows} == {today}


def test_consent_given_at_registration_belongs_to_the_registration(world: World):
    case = world.register(consent_institution_ids=[world.station.id])
    (row,) = db.session.scalars(sa.select(Consent).where(Consent.case_id == case.id))
    assert db.session.get_one(HistoryEntry, row.entry_id).action == "register"


def test_the_day_on_which_consent_was_asked_may_be_earlier_and_not_later(
    world: World, unasked: ProtectionCase
):
    today = clock.day_of(clock.now(), mission.current().zone)
    facts = {"actor": world.focal_point, "case": unasked, "institution_ids": [world.station.id]}
    consent.record_consent(D.GIVEN, seen=unasked.entries, given_on=today - timedelta(days=3), **facts)
    with pytest.raises(BadInput, match="This day is in the future"):
        consent.record_consent(D.GIVEN, seen=unasked.entries, given_on=today + timedelta(days=1), **facts)


@pytest.mark.parametrize("decision", [D.BEST_INTEREST, D.NOT_POSSIBLE])
def test_going_on_without_asking_needs_a_reason(world: World, unasked: ProtectionCase, decision: D):
    with pytest.raises(BadInput, match="Write why, and who authorised it"):
        _decide(world, unasked, decision, world.station, note=" ")


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
@pytest.mark.parametrize("status", ["sent", "acknowledged"])
def test_a_referral_that_waits_for_an_answer_is_revoked_at_once(world: World, status: str, decision: D):
    track = world.a_track(f"police:{status}")
    _decide(world, track.case, decision, world.station, note="She is afraid now.")
    assert (track.status, track.open) == ("revoked", False)
    revoked = world.entries(track)[-1]
    assert (revoked.action, revoked.institution_id, revoked.holder_id) == (
        "revoke",
        world.network.id,
        world.station.id,
    )
    assert revoked.note.text == "She is afraid now."


def test_a_referral_to_somebody_else_goes_on(world: World):
    case = world.register()
    first, second = world.refer(case, world.station, world.other_station)
    _decide(world, case, D.WITHDRAWN, world.station)
    assert (first.status, second.status) == ("revoked", "sent")


def test_what_was_accepted_is_not_taken_from_the_police(world: World):
    track = world.a_track("police:accepted")
    _decide(world, track.case, D.WITHDRAWN, world.station)
    assert (track.status, track.open) == ("accepted", True)


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


def test_the_law_hands_on_by_law(world: World):
    case = world.register(consent_institution_ids=[world.station.id])
    world.refer(case, world.station)
    police = world.track(case, "police")
    world.walk(police, "accepted")
    world.take("forward", police, target_id=world.prosecution.id)
    assert world.track(case, "prosecution").status == "sent"

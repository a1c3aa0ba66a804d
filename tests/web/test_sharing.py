"""Sharing a case, closing it, opening it again."""

import pytest

from tests.web.careful_client import Page
from tests.web.case_pages import address, has, of, silent_about
from tests.world import World
from tracker.actions.cases import NewPerson
from tracker.vocabulary import PartyRole, PerpetratorKind

pytestmark = pytest.mark.only_on("sqlite")


def test_a_referral_shows_what_the_survivor_said_and_offers_no_walled_institution(world: World):
    perpetrator = NewPerson(
        role=PartyRole.ALLEGED_PERPETRATOR,
        perpetrator_kind=PerpetratorKind.STATE_SECURITY,
        institution_id=world.gendarmerie.id,
    )
    case = world.register(consent_institution_ids=[world.station.id], people=[perpetrator])
    page = world.sign_in(world.judicial_officer).page(address(case, "refer"))
    labels = [label.text for label in page.all("label")]
    assert "Bend police station (Police station, Bend County) – Consent given on" in " ".join(labels)
    assert not [label for label in labels if label.startswith("River gendarmerie")]
    assert has(page.markup, "hidden from: River gendarmerie", "A neutral way instead: Bend police station")


def test_a_referral_goes_to_several_institutions_at_once(world: World):
    case = world.register()
    client = world.sign_in(world.judicial_officer)
    chosen = [world.station.id, world.county_court.id]
    answer = client.send(address(case, "refer"), institution_ids=chosen, note="With care.")
    assert answer.location == address(case)
    assert [track.status for track in world.tracks(case)] == ["referred", "sent", "sent", "due"]
    offered = client.page(address(case, "refer")).markup
    assert silent_about(offered, "Bend police station", "Bend county court")


def test_without_consent_a_case_is_not_shared_and_the_ticks_stay(world: World):
    case = world.register(consent_institution_ids=[world.station.id])
    client = world.sign_in(world.judicial_officer)
    both = [world.station.id, world.county_court.id]
    answer = client.send(address(case, "refer"), institution_ids=both)
    assert answer.status_code == 409
    assert "There is no consent to share this case with Bend county court." in answer.text
    ticked = [one.get("value") for one in Page(answer.text).all("input") if "checked" in one.attributes]
    assert sorted(ticked) == sorted(map(str, both))
    assert [track.stage for track in world.tracks(case)] == ["referral"]


def test_consent_is_recorded_with_the_referral_that_needs_it(world: World):
    case = world.register(consent_institution_ids=[world.station.id])
    client = world.sign_in(world.judicial_officer)
    court = [world.county_court.id]
    answer = client.send(address(case, "refer"), institution_ids=court, agreed_ids=court)
    assert answer.status_code == 303
    actions = [entry.action for entry in world.entries(case)]
    assert actions[-5:] == ["record_consent", "refer", "send", "refer", "open"]


def test_a_referral_on_a_stale_page_is_told(world: World):
    case = world.register()
    client = world.sign_in(world.judicial_officer)
    path, station = address(case, "refer"), [world.station.id]
    answer = client.send(path, institution_ids=station, seen=1)
    assert answer.status_code == 409
    assert "Somebody changed this record" in answer.text
    assert client.send(path).status_code == 422


def test_a_focal_point_refers_only_what_their_own_network_owns(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    assert "refer" not in client.get(address(case)).text.split("History")[0].lower().split("/cases/")[1]
    assert client.get(address(case, "refer")).status_code == 409
    own = world.register(area_id=world.far_state.id)
    station = [world.station.id]
    assert client.send(address(own, "refer"), institution_ids=station).status_code == 303


def test_consent_is_recorded_and_the_newest_decision_holds(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    path = address(case, "consent")
    station = [world.station.id]
    assert client.send(path, decision="declined", institution_ids=station).status_code == 303
    text = client.get(address(case)).text
    assert has(text, "Consent declined on", "Consent: Declined", "About sharing with: Bend police station")


def test_sharing_without_consent_needs_a_reason(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    said = {"decision": "best_interest", "institution_ids": [world.station.id]}
    answer = client.send(address(case, "consent"), **said)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert has(
        answer.text, "Write why the survivor was not asked.", "Write who authorised it: name and office."
    )
    said |= {"note": "She is a child.", "authorised_by": "Child protection officer"}
    assert client.send(address(case, "consent"), **said).status_code == 303  # type: ignore[arg-type]
    assert "best interest since" in client.get(address(case)).text


def test_a_person_is_added_and_the_history_does_not_say_who(world: World):
    case = world.register()
    client = world.sign_in(world.focal_point)
    answer = client.send(address(case, "people/new"), role="witness", name="Deng", phone="0912345678")
    assert answer.status_code == 303
    before, history = client.get(address(case)).text.split("<h2>History</h2>")
    assert has(before, "Deng", "Witness", "0912345678")
    assert "Person: Witness" in history
    assert "Deng" not in history.replace("Nyandeng Deng", "")


def test_after_not_accepting_nothing_remains(world: World):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    answer = client.send(of(track, "not_accept"), reason="no_capacity", note="No car.")
    assert answer.location == "/police/queue"
    assert client.get(address(track.case)).status_code == 404
    assert "No car." in world.sign_in(world.judicial_officer).get(address(track.case)).text


def test_a_case_is_closed_only_when_nobody_has_it_any_more(world: World):
    track = world.a_track("police:accepted")
    client = world.sign_in(world.judicial_officer)
    path = address(track.case, "close")
    page = client.get(path).text
    assert has(page, "These parts are open still", "Police, Bend police station")
    refused = client.send(path, reason="outcome_delivered", note="All done.")
    assert refused.status_code == 409
    assert has(refused.text, "An institution still has this case", "All done.")


def test_a_case_is_closed_and_opened_again(world: World):
    case = world.register()
    intake = world.track(case, "referral")
    world.walk(intake, "support_only")
    world.take("deliver_accepted", world.track(case, "feedback"))
    client = world.sign_in(world.judicial_officer)
    assert "These parts are open still" not in client.get(address(case, "close")).text
    assert client.send(address(case, "close"), reason="outcome_delivered").status_code == 303
    text = client.get(address(case)).text
    assert has(text, "Outcome delivered", "No institution has this case at present.", "Reopen the case")
    assert client.send(address(case, "reopen"), note="New threats.").status_code == 303
    assert has(client.get(address(case)).text, "Reopened", "New threats.", "Triage")


def test_a_survivor_may_share_some_of_it_and_the_institution_reads_no_more(world: World):
    case = world.register(consent_institution_ids=[])
    officer = world.sign_in(world.judicial_officer)
    answer = officer.send(
        address(case, "refer"),
        institution_ids=[world.station.id],
        agreed_ids=[world.station.id],
        agreed_classes=["identity", "narrative"],
    )
    assert answer.status_code == 303
    world.take("accept", world.track(case, "police"))
    text = world.sign_in(world.police_officer).page(address(case)).markup
    assert has(
        text, "Abuk the survivor", "Not shared with you", "Telephone, Medical information, Exact place"
    )
    assert silent_about(text, "900 000 002", "Exact place:", "Old Ferry Payam")
    assert has(
        officer.page(address(case)).markup, "900 000 002", "Consent given on", "Account of what happened"
    )


def test_an_override_in_the_best_interest_says_who_authorised_it(world: World):
    case = world.register(consent_institution_ids=[])
    client = world.sign_in(world.judicial_officer)
    asked = {
        "decision": "best_interest",
        "institution_ids": [world.prosecution.id],
        "note": "The law obliges us.",
    }
    assert client.send(address(case, "consent"), **asked).status_code == 422
    answer = client.send(address(case, "consent"), **asked, authorised_by="Head of the section")
    assert answer.status_code == 303


def test_an_officer_without_consent_for_the_next_institution_is_told_whom_to_ask(world: World):
    track = world.a_track("police:accepted", consent_institution_ids=[world.station.id])
    client = world.sign_in(world.police_officer)
    answer = client.send(of(track, "forward"), target_id=world.prosecution.id)
    assert answer.status_code == 409
    assert has(answer.text, "Ask Judicial affairs, River State to ask the survivor and to record the answer")


def test_a_case_is_hidden_from_an_institution_by_its_own_form(world: World):
    track = world.a_track("police:accepted")
    station = world.sign_in(world.police_officer)
    assert station.get(address(track.case)).status_code == 200
    client = world.sign_in(world.judicial_officer)
    answer = client.send(address(track.case, "wall"), institution_id=world.station.id, note="Accused.")
    assert answer.location == address(track.case)
    assert has(client.page(address(track.case)).markup, "Hidden from", "Bend police station")
    assert station.get(address(track.case)).status_code == 404
    assert station.get(of(track, "start_investigation")).status_code == 404
    own = client.send(address(track.case, "wall"), institution_id=world.section.id, note="Accused.")
    assert own.status_code in (409, 422)


def test_the_sheet_says_what_each_institution_could_read_and_names_no_survivor(world: World):
    case = world.register(consent_institution_ids=[world.other_station.id])
    officer = world.sign_in(world.judicial_officer)
    officer.send(
        address(case, "refer"),
        institution_ids=[world.station.id, world.other_station.id],
        agreed_ids=[world.station.id],
        agreed_classes=["identity", "narrative"],
    )
    first = next(track for track in world.tracks(case) if track.institution_id == world.station.id)
    world.take("accept", first)
    station = world.sign_in(world.police_officer)
    station.get(address(case))
    text = officer.page(address(case, "shared")).markup
    assert has(text, "Bend police station", "Name, sex and age, Account of what happened", "1 times, last")
    assert has(text, "Ford police station", "Only that there is a case", "Not once", "It can still read it")
    assert silent_about(text, "Abuk", "Physical assault", "900 000 002")
    consent = {"decision": "withdrawn", "institution_ids": [world.station.id]}
    assert officer.send(address(case, "consent"), **consent).status_code == 303
    assert silent_about(officer.page(address(case, "shared")).markup, "It can still read it")
    assert station.get(address(case)).status_code == 404
    assert station.get(address(case, "shared")).status_code in (403, 404)

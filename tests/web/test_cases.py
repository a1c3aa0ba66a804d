"""The case pages: what each person sees of a case, and what they do to it as a whole."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from tests.web.careful_client import CarefulClient, Page
from tests.world import World
from tracker import clock
from tracker.actions.cases import NewPerson
from tracker.db import db
from tracker.models import Effect, HistoryEntry, ImportSource, ProtectionCase, Track
from tracker.visibility import reads_notes, sees_note
from tracker.vocabulary import EntryFlag, PartyRole, PerpetratorKind

Statements = Callable[[], AbstractContextManager[list[str]]]

pytestmark = pytest.mark.only_on("sqlite")

PERSONAL = ("Abuk", "900 000 002", "behind the old ferry", "Behind the old ferry")
CASE_PATH = "/cases/{}".format


def address(case: ProtectionCase, *more: object) -> str:
    """A page of a case."""
    return "/".join((f"/cases/{case.reference}", *map(str, more)))


def of(track: Track, *more: object) -> str:
    """A page about a track."""
    return address(track.case, "tracks", track.id, *more)


def has(text: str, *sentences: str) -> bool:
    """Whether each sentence stands in a page."""
    return all(sentence in text for sentence in sentences)


def silent_about(text: str, *sentences: str) -> bool:
    """Whether none of them stands in a page."""
    return not any(sentence in text for sentence in sentences)


# --- what is seen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["focal_point", "judicial_officer", "police_officer"])
def test_who_works_on_a_case_sees_the_whole_file(world: World, who: str):
    case = world.a_case("police:accepted")
    text = world.sign_in(world.people[who]).get(address(case)).text
    assert has(text, case.reference, "Abuk the survivor", "behind the old ferry", "Physical assault")
    assert has(text, '<bdi dir="ltr">+211 900 000 002</bdi>', "Old Ferry Payam, Bend County")
    assert has(text, "Samuel Lado, Bend police station", "Accepted the referral")


def test_before_accepting_only_a_preview_is_shown(world: World):
    track = world.sent_to_police()
    text = world.sign_in(world.police_officer).get(address(track.case)).text
    assert silent_about(text, *PERSONAL, "Old Ferry Payam")
    assert has(text, track.case.reference, "Physical assault", "Normal", "Bend County", "due in")
    assert has(text, "Consent given on", "Judicial affairs, River State", "Acknowledge receipt", "Accept")


def test_of_a_preview_nothing_personal_is_even_read(world: World, statements: Statements):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    client.get(address(track.case))
    with statements() as asked:
        client.get(address(track.case))
    assert not [one for one in asked if "FROM person" in one or "narrative" in one or "custody" in one]


def test_a_preview_shows_no_note_but_what_was_asked_and_answered(world: World):
    case = world.register()
    world.refer(case, world.station, note="She is hiding at her sister's.")
    track = world.track(case, "police")
    world.take("acknowledge", track)
    world.take("request_information", track, note="Was a clinic visited?")
    police, judicial = (world.sign_in(p) for p in (world.police_officer, world.judicial_officer))
    assert has(judicial.get(address(case)).text, "Bend police station waits for an answer.", "hiding")
    world.take("give_information", track, note="Yes, the same evening.")
    text = police.get(address(case)).text
    assert has(text, "Was a clinic visited?", "Yes, the same evening.", "The question is answered.")
    assert "hiding" not in text


def test_without_consent_for_this_institution_the_preview_says_so(world: World):
    track = world.a_track("police:accepted", consent_institution_ids=[world.station.id])
    world.take("forward", track, target_id=world.county_court.id)
    text = world.sign_in(world.court_clerk).get(address(track.case)).text
    assert "No consent for your institution is recorded." in text


def test_what_one_may_not_know_and_what_does_not_exist_are_answered_alike(world: World):
    case = world.a_case("police:accepted")
    client = world.sign_in(world.other_police_officer)
    unknown = "7K3M-9CX2-RTWN"
    first, second = client.get(address(case)), client.get(CASE_PATH(unknown))
    assert (first.status_code, second.status_code) == (404, 404)
    assert has(first.text, "There is no case with this reference that you may see.")
    assert first.text.replace(case.reference, unknown) == second.text


@pytest.mark.parametrize("who", ["cso_monitor", "auditor", "administrator"])
def test_those_who_do_no_casework_open_no_case(world: World, who: str):
    case = world.a_case("police:accepted")
    client = world.sign_in(world.people[who])
    for path in (address(case), "/cases/", "/cases/new", "/cases/find", address(case, "refer")):
        assert client.get(path).status_code == 403, path


def test_a_title_and_an_address_hold_nothing_personal(world: World):
    track = world.a_track("police:accepted")
    client = world.sign_in(world.judicial_officer)
    for path in (address(track.case), address(track.case, "refer"), address(track.case, "people/new")):
        page = client.page(path)
        assert silent_about(page.words("title"), *PERSONAL)
        assert silent_about(" ".join(one.get("href") for one in page.all("a")), "Abuk", "ferry")


def test_the_heading_says_status_and_the_most_urgent_limit(world: World):
    case = world.a_case("court:accepted", ago=timedelta(days=33))
    text = world.sign_in(world.judicial_officer).get(address(case)).text
    assert has(text, "Filed", "Follow-up due", "over the limit by 3 days")


def test_a_jurisdiction_concern_and_the_next_hearing_are_shown(world: World):
    track = world.a_track("court:listed")
    world.take("flag_jurisdiction", track, by=world.judicial_officer, note="Not a matter for this court.")
    text = world.sign_in(world.court_clerk).get(address(track.case)).text
    assert has(text, "Jurisdiction concern", "Next hearing", "In the hands of")


def test_everybody_reads_the_notes_that_the_rule_gives_them(world: World):
    """The rule stands twice, for one entry and for a query; the two agree."""
    track = world.a_track("court:heard")
    everything = world.entries(track.case)
    for person in world.people.values():
        seen = set(db.session.scalars(db.select(HistoryEntry.id).where(sees_note(person))))
        assert seen == {entry.id for entry in everything if reads_notes(person, entry)}


def test_the_case_page_asks_the_database_the_same_number_of_questions_for_40_entries_as_for_2(
    world: World, statements: Statements
):
    short, long = world.a_track("police:accepted"), world.a_track("police:accepted")
    for _ in range(38):
        world.take("record_measure", long)
    client = world.sign_in(world.police_officer)
    client.get(address(short.case))
    counted = []
    for track in (short, long):
        with statements() as asked:
            client.get(address(track.case))
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 12


# --- the history --------------------------------------------------------------------------------------------------


def test_the_history_is_newest_first_with_who_where_when_and_why(world: World):
    track = world.a_track("court:listed")
    world.take("adjourn", track, reason="judge_absent", note="The judge is at a funeral.")
    page = world.sign_in(world.judicial_officer).page(address(track.case))
    titles = [heading.text for heading in page.all("h3")]
    assert titles.index("Adjourned the hearing") < titles.index("Listed a hearing")
    assert has(page.markup, "Rose Kiden, Bend county court", "Reason: Judge absent", "at a funeral")


def test_both_times_are_shown_when_an_act_was_recorded_long_after_it_happened(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=3))
    world.take("start_investigation", track, happened_at=clock.now() - timedelta(minutes=50))
    client = world.sign_in(world.police_officer)
    assert "recorded " not in client.get(address(track.case)).text
    world.take("record_measure", track, happened_at=clock.now() - timedelta(hours=30))
    assert client.get(address(track.case)).text.count("recorded ") == 1


def test_imported_and_flagged_entries_are_marked(world: World):
    track = world.a_track("police:accepted")
    source = ImportSource(code="s", title="A source", first_run_at=clock.now())
    db.session.add(source)
    db.session.flush()
    db.session.add(imported(track, source))
    track.case.entries += 1
    text = world.sign_in(world.judicial_officer).get(address(track.case)).text
    assert has(text, "Imported", "Date missing", "Time not known")


def imported(track: Track, source: ImportSource) -> HistoryEntry:
    """An entry of another system, without its day."""
    return HistoryEntry(
        case_id=track.case_id,
        track_id=track.id,
        n=track.case.entries + 1,
        stage="police",
        action="record_measure",
        effect=Effect.NOTES,
        status_before="accepted",
        status_after="accepted",
        holder_id=track.institution_id,
        happened_at=None,
        recorded_at=clock.now(),
        detail={},
        procedure="x",
        import_id=source.id,
        flag=EntryFlag.DATE_MISSING,
    )


def number_of(track: Track, world: World, action: str) -> int:
    """The number of the newest entry with this action."""
    return next(entry.n for entry in reversed(world.entries(track.case)) if entry.action == action)


def test_an_own_entry_is_corrected_and_both_are_shown_side_by_side(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=4))
    client = world.sign_in(world.police_officer)
    path = address(track.case, "entries", number_of(track, world, "accept"), "correct")
    assert path in client.get(address(track.case)).text
    day = (clock.now() - timedelta(days=2)).date()
    answer = client.send(path, happened_at=day.isoformat(), note="The register of the station says so.")
    assert answer.status_code == 303
    text = client.get(address(track.case)).text
    assert has(text, "Corrected an entry", "The register of the station says so.", "Happened: ")
    assert world.entries(track.case)[-1].corrects_id is not None


def test_a_reason_is_corrected_again_and_again(world: World):
    track = world.a_track("court:listed", ago=timedelta(days=4))
    world.take("adjourn", track, reason="judge_absent")
    client = world.sign_in(world.court_clerk)
    path = address(track.case, "entries", number_of(track, world, "adjourn"), "correct")
    for reason, label in (
        ("weather", "Weather"),
        ("insecurity", "Insecurity"),
        ("judge_absent", "Judge absent"),
    ):
        assert client.send(path, reason=reason, note="Misread.").status_code == 303
        assert f"Reason: {label}" in client.get(address(track.case)).text
        assert track.reason == reason


def test_a_correction_that_changes_nothing_is_refused(world: World):
    track = world.a_track("police:accepted")
    path = address(track.case, "entries", number_of(track, world, "accept"), "correct")
    answer = world.sign_in(world.police_officer).send(path, note="No reason.")
    assert answer.status_code == 422
    assert has(answer.text, "Enter what the time or the reason should have been", "No reason.")


def test_only_the_own_institution_corrects_an_entry(world: World):
    track = world.a_track("police:accepted")
    client = world.sign_in(world.judicial_officer)
    n = number_of(track, world, "accept")
    assert address(track.case, "entries", n, "correct") not in client.get(address(track.case)).text
    assert client.get(address(track.case, "entries", n, "correct")).status_code == 403
    assert client.get(address(track.case, "entries", n, "withdraw")).status_code == 403
    assert client.get(address(track.case, "entries", 99, "correct")).status_code == 404


def test_an_entry_about_the_whole_case_is_corrected_too(world: World):
    case = world.register(reported_at=clock.now() - timedelta(days=2))
    client = world.sign_in(world.focal_point)
    path = address(case, "entries", 1, "correct")
    day = (clock.now() - timedelta(days=1)).date().isoformat()
    assert client.send(path, happened_at=day, note="Yesterday.").status_code == 303
    assert client.get(address(case, "entries", 1, "withdraw")).status_code == 409


def test_a_step_recorded_by_mistake_is_withdrawn_and_stays_readable(world: World):
    track = world.a_track("police:accepted")
    world.walk(track, "file_ready")
    client = world.sign_in(world.police_officer)
    n = number_of(track, world, "complete_file")
    assert (
        address(track.case, "entries", n, "withdraw")
        in client.get(address(track.case, "entries", n, "correct")).text
    )
    answer = client.send(address(track.case, "entries", n, "withdraw"), note="Wrong case.")
    assert answer.status_code == 303
    assert track.status == "under_investigation"
    text = client.get(address(track.case)).text
    assert has(text, "Withdrawn", "Withdrew an entry made by mistake", "Wrong case.", "Completed the file")
    correction = number_of(track, world, "withdraw")
    assert client.get(address(track.case, "entries", correction, "correct")).status_code == 409


def test_only_the_newest_step_is_withdrawn(world: World):
    track = world.a_track("police:under_investigation")
    path = address(track.case, "entries", number_of(track, world, "accept"), "withdraw")
    answer = world.sign_in(world.police_officer).send(path, note="Wrong case.")
    assert answer.status_code == 409
    assert has(answer.text, "Only the newest step", "Wrong case.")


# --- lists and search ---------------------------------------------------------------------------------------------


def test_a_person_lists_the_cases_that_they_may_know_of(world: World):
    mine, ended = world.a_case("police:accepted"), world.a_case("case:closed")
    other = world.register(by=world.other_focal_point, area_id=world.hill_county.id)
    client = world.sign_in(world.judicial_officer)
    opened, closed = client.get("/cases/").text, client.get("/cases/?show=closed").text
    assert [one.reference in opened for one in (mine, ended)] == [True, False]
    assert [one.reference in closed for one in (mine, ended)] == [False, True]
    assert silent_about(opened + closed, other.reference, *PERSONAL)


def test_a_list_of_cases_goes_on_by_key(world: World):
    references = [world.register().reference for _ in range(51)]
    client = world.sign_in(world.focal_point)
    first = client.page("/cases/")
    onward = next(one.get("href") for one in first.all("a") if one.get("rel") == "next")
    second = client.page("/cases/" + onward)
    assert [one for one in references if one not in first.markup] == references[:1]
    assert [one for one in references if one in second.markup] == references[:1]
    back = next(one.get("href") for one in second.all("a") if one.get("rel") == "prev")
    assert [one for one in references if one not in client.page("/cases/" + back).markup] == references[:1]
    assert client.get("/cases/?after=x").status_code == 422


def test_an_empty_list_says_so(world: World):
    client = world.sign_in(world.focal_point)
    assert "No open case" in client.get("/cases/").text
    assert "No case is closed yet" in client.get("/cases/?show=closed").text


def test_a_case_is_found_by_its_reference_however_it_is_typed(world: World):
    case = world.a_case("police:accepted")
    client = world.sign_in(world.police_officer)
    typed = case.reference.replace("-", " ").lower()
    assert client.get("/cases/find", query_string={"reference": typed}).location == address(case)


def test_a_mistyped_reference_is_told_from_an_unknown_one_and_stays(world: World):
    client = world.sign_in(world.police_officer)
    mistyped = client.get("/cases/find?reference=7K3M-9CX2-RTW3")
    assert mistyped.status_code == 422
    assert has(mistyped.text, "This reference is mistyped", 'value="7K3M-9CX2-RTW3"')
    assert client.get("/cases/7K3M-9CX2-RTW3").status_code == 422
    assert client.get("/cases/find?reference=").status_code == 422
    assert client.get("/cases/find").status_code == 200


def test_an_unknown_reference_and_one_that_may_not_be_seen_are_answered_alike(world: World):
    hidden = world.a_case("police:accepted").reference
    client = world.sign_in(world.other_police_officer)
    answers = [client.get(f"/cases/find?reference={one}") for one in (hidden, "7K3M-9CX2-RTWN")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace(hidden, "7K3M-9CX2-RTWN") == answers[1].text
    assert "There is no case with this reference that you may see." in answers[0].text


# --- registering --------------------------------------------------------------------------------------------------


def a_report(world: World, **other: object) -> dict[str, object]:
    """What a focal point types when registering a case."""
    return {
        "concern": "forced_marriage",
        "area_id": world.payam.id,
        "channel": "visit",
        "urgency": "urgent",
        "risk": "high",
        "reprisal_risk": "medium",
        "survivor_name": "Nyibol the survivor",
        "survivor_phone": "٠٩١٢ 345 678",
        "survivor_sex": "female",
        "survivor_age": "child",
        "perpetrator_kind": "family",
        "perpetrator_name": "An uncle",
        "reporter_name": "Her teacher",
        "narrative": "She is to be married on Sunday.",
        "place": "The third house",
        "consent": "given",
        "consent_institution_ids": [world.station.id, world.county_court.id],
    } | other


def test_a_focal_point_registers_a_case_with_people_account_and_consent(world: World):
    client = world.sign_in(world.focal_point)
    answer = client.send("/cases/new", **a_report(world))  # type: ignore[arg-type]
    assert answer.status_code == 303
    text = client.get(answer.location).text
    assert has(text, "The case is registered. Its reference is", "Nyibol the survivor", "0912345678", "Child")
    assert has(text, "Her teacher", "An uncle", "Family", "She is to be married", "The third house")
    assert has(text, "Bend county court, Bend police station", "Forced marriage", "Urgent", "High")


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(world: World):
    client = world.sign_in(world.judicial_officer)
    page = client.page("/cases/new")
    assert all(form.get("autocomplete") == "off" for form in page.all("form") if form.text.count("Account"))
    answer = client.send("/cases/new", narrative="She is to be married on Sunday.", survivor_name="Nyibol")
    assert answer.status_code == 422
    assert has(answer.text, "Choose the protection concern", "Choose the area", "Choose how urgent it is")
    assert has(answer.text, "She is to be married on Sunday.", "Nyibol")


def test_consent_that_names_nobody_is_no_consent(world: World):
    client = world.sign_in(world.focal_point)
    answer = client.send("/cases/new", **a_report(world, consent_institution_ids=None))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "Tick the institutions that the survivor agreed to" in answer.text
    declined = a_report(world, consent="declined", consent_institution_ids=None)
    assert client.send("/cases/new", **declined).status_code == 303  # type: ignore[arg-type]


def test_areas_are_those_of_the_own_state_by_name_then_the_other_states(world: World):
    page = world.sign_in(world.focal_point).page("/cases/new")
    names = [option.text for option in page.all("option")]
    start = names.index("Bend County, River State")
    assert names[start : start + 4] == [
        "Bend County, River State",
        "Ford County, River State",
        "Old Ferry Payam, Bend County",
        "River State, Imara",
    ]
    assert "Hill State, Imara" in names
    assert "Stone County, Hill State" not in names


def test_a_verified_alert_becomes_a_case(world: World):
    alert = world.an_alert("verified", name="A neighbour", message="A wedding is being prepared.")
    client = world.sign_in(world.focal_point)
    path = f"/cases/new?alert={alert.reference}"
    page = client.get(path).text
    assert has(page, alert.reference, "A neighbour", "A wedding is being prepared.", "+211 900 000 001")
    kept = a_report(world, channel="missed_call", reporter_name="A neighbour")
    answer = client.post(path, data=token(client, path) | kept | {"seen": alert.version})
    assert answer.status_code == 303
    assert (alert.status, alert.open) == ("case", False)
    assert alert.case is not None
    assert answer.location == address(alert.case)


def token(client: CarefulClient, path: str) -> dict[str, object]:
    """The hidden fields and the moment that the form at `path` holds."""
    inputs = client.page(path).all("input")
    names = ("csrf_token", "reported_at", "reported_at-time")
    return {one.get("name"): one.get("value") for one in inputs if one.get("name") in names}


def test_an_alert_becomes_one_case_only(world: World):
    alert = world.an_alert("verified")
    client = world.sign_in(world.focal_point)
    path = f"/cases/new?alert={alert.reference}"
    form = token(client, path) | a_report(world) | {"seen": alert.version}
    assert client.post(path, data=form).status_code == 303
    second = client.post(path, data=form)
    assert second.status_code == 409
    assert has(second.text, "Somebody changed this record", "Nyibol the survivor")
    assert client.get(path).status_code == 409


def test_an_alert_that_is_not_verified_becomes_no_case(world: World):
    alert = world.an_alert("called_back")
    client = world.sign_in(world.focal_point)
    assert client.get(f"/cases/new?alert={alert.reference}").status_code == 409
    other = world.sign_in(world.other_focal_point)
    assert other.get(f"/cases/new?alert={alert.reference}").status_code == 404


# --- sharing ------------------------------------------------------------------------------------------------------


def test_a_referral_shows_what_the_survivor_said_about_each_institution(world: World):
    perpetrator = NewPerson(
        role=PartyRole.ALLEGED_PERPETRATOR,
        perpetrator_kind=PerpetratorKind.STATE_SECURITY,
        institution_id=world.gendarmerie.id,
    )
    case = world.register(consent_institution_ids=[world.station.id], people=[perpetrator])
    page = world.sign_in(world.judicial_officer).page(address(case, "refer"))
    labels = [label.text for label in page.all("label")]
    assert "Bend police station (Police station, Bend County) – Consent given on" in " ".join(labels)
    implicated = next(label for label in labels if label.startswith("River gendarmerie"))
    assert implicated.endswith("No consent recorded – the alleged perpetrator belongs to it")


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
    assert "Write why, and who authorised it." in answer.text
    said["note"] = "The child protection officer authorised it."
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


# --- closing and reopening ----------------------------------------------------------------------------------------


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

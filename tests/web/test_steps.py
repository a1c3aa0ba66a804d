"""The step form: what a step of the procedure asks is what its page asks, and what it refuses is said there."""

from datetime import timedelta

import pytest

from blueprints.cases.take import _OWN_FORMS as OWN_FORMS
from tests.web.careful_client import CarefulClient, Page
from tests.world import World
from tracker import clock, mission, procedure
from tracker.actions import steps
from tracker.models import Track
from tracker.procedure import SYSTEM, Step

pytestmark = pytest.mark.only_on("sqlite")

STAGES = ("referral", "police", "prosecution", "court", "enforcement", "judicial_follow_up", "feedback")
ENTRIES = {
    "reason": ("reason",),
    "outcome": ("outcome",),
    "target": ("target_id",),
    "next_on": ("next_on",),
    "urgency": ("urgency",),
    "risk": ("risk",),
    "note": ("note",),
}
"""What a step asks, and the names of the fields that ask it."""


def steps_of(stage: str) -> list[Step]:
    """The steps of a stage that people take by the shared form."""
    found = procedure.load(None).steps.values()
    return [step for step in found if step.stage == stage and not step.act and SYSTEM not in step.by]


def ready_for(step: Step, world: World) -> Track:
    """A track on which the step is open."""
    track = world.a_track(f"{step.stage}:{step.sources[0]}")
    if step.needs_awaiting is not None:
        world.take("request_information", track)
    if step.reassess:
        world.assess(track.case)
    return track


def address(track: Track, name: str) -> str:
    """Where a step of a track is taken."""
    return f"/cases/{track.case.reference}/tracks/{track.id}/{name}"


def fields_of(page: Page) -> set[str]:
    """The names of what a person fills in on a form."""
    shown = [field for field in page.all("input", "select", "textarea") if field.get("type") != "hidden"]
    return {field.get("name") for field in shown}


def said_in(answer_text: str, *sentences: str) -> bool:
    """Whether each sentence stands in a page."""
    return all(sentence in answer_text for sentence in sentences)


@pytest.mark.parametrize("stage", STAGES)
def test_every_step_has_a_page_that_asks_what_it_asks_and_takes_it(world: World, stage: str):
    for step in steps_of(stage):
        track = ready_for(step, world)
        client = world.sign_in(world.entitled(step, track)[0])
        path = address(track, step.name)
        asked = {name for asked in step.asks for name in ENTRIES[asked]}
        when = {"happened_at", "happened_at-time"} if step.asks else set()
        when |= {"outside_safe_times"} if step.reassess else set()
        assert fields_of(client.page(path)) == asked | when, path
        answers = world.answers_for(step, track)
        said = {name: getattr(answers, name) for name in asked}
        assert client.send(path, at="", **said).status_code == 303, path
        assert world.entries(track.case)[-1].status_after, path
        assert step.name in {entry.action for entry in world.entries(track.case)}, path


@pytest.mark.parametrize("stage", STAGES)
def test_the_buttons_are_exactly_the_open_steps(world: World, stage: str):
    """Save a release: nobody is held here. A survivor is told from a page of its own, which comes first."""
    for status in mission.current().procedure.open_statuses(stage):
        track = world.a_track(f"{stage}:{status}")
        case = track.case.reference
        for person in (world.people[name] for name in ("judicial_officer", "focal_point")):
            offered = offers(world.sign_in(person), case, track)
            opened = {step.name for step in steps.open_steps(actor=person, on=track)}
            assert offered == opened | ({"feedback"} if stage == "feedback" and opened else set()), status
        holder = next(one for one in world.people.values() if one.institution_id == track.institution_id)
        expected = {step.name for step in steps.open_steps(actor=holder, on=track)} - {"record_release"}
        expected |= {"feedback"} if stage == "feedback" else set()
        assert offers(world.sign_in(holder), case, track) == expected, status


def offers(client: CarefulClient, reference: str, track: Track) -> set[str]:
    """The names of the steps of a track that a case page offers, as links or as buttons."""
    page = client.page(f"/cases/{reference}")
    ways = [one.get("href") for one in page.all("a")] + [one.get("action") for one in page.all("form")]
    begin = f"/cases/{reference}/tracks/{track.id}/"
    found = {way.removeprefix(begin) for way in ways if way.startswith(begin)}
    referral = track.stage == "referral" and "refer" in {s.name for s in open_to(page, reference)}
    return found | ({"refer"} if referral else set())


def open_to(page: Page, reference: str) -> list[Step]:
    """The steps on the intake that lead to the page of the whole case."""
    referring = [one for one in page.all("a") if one.get("href") == f"/cases/{reference}/refer"]
    return [mission.current().procedure.step("referral", "refer")] if len(referring) > 1 else []


def test_every_step_with_an_action_of_its_own_has_a_form_of_its_own():
    stages = procedure.load(None).stages.keys() - {"alert", "case"}
    acts = {step.name for step in procedure.load(None).steps.values() if step.act and step.stage in stages}
    assert OWN_FORMS.keys() == acts


def test_a_step_without_questions_is_one_button_on_the_case_page(world: World):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    path = f"/cases/{track.case.reference}"
    assert client.send(path, at=address(track, "acknowledge")).status_code == 303
    assert track.status == "acknowledged"


def test_a_step_without_questions_has_a_page_as_well(world: World):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    assert client.send(address(track, "acknowledge")).status_code == 303
    assert track.status == "acknowledged"


def test_after_a_step_the_case_page_says_what_was_recorded(world: World):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    answer = client.send(address(track, "accept"), note="We take it.")
    assert answer.location == f"/cases/{track.case.reference}"
    assert "Recorded: accepted the referral." in client.get(answer.location).text


def test_a_step_that_is_not_in_the_procedure_is_not_found(world: World):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    assert client.get(address(track, "arrest_everybody")).status_code == 404
    assert client.get(address(track, "triage")).status_code == 404


def test_a_step_that_is_not_open_says_so(world: World):
    track = world.sent_to_police()
    answer = world.sign_in(world.police_officer).get(address(track, "complete_file"))
    assert answer.status_code == 409
    assert said_in(answer.text, "is not open", "the status is now “Sent”")


def test_a_step_of_somebody_else_is_not_open(world: World):
    track = world.sent_to_police()
    assert world.sign_in(world.focal_point).get(address(track, "accept")).status_code == 409


def test_a_track_of_another_institution_is_not_found(world: World):
    track = world.sent_to_police()
    client = world.sign_in(world.other_police_officer)
    assert client.get(address(track, "accept")).status_code == 404
    assert client.post(address(track, "accept")).status_code in {400, 404}


def test_the_second_of_two_officers_is_told_and_keeps_what_they_typed(world: World):
    track = world.sent_to_police()
    first, second = (world.sign_in(p) for p in (world.police_officer, world.second_police_officer))
    path = address(track, "accept")
    stale = form_of(second, path)
    assert first.send(path).status_code == 303
    answer = second.post(path, data=stale | {"note": "Sergeant Keji takes this one."})
    assert answer.status_code == 409
    assert said_in(answer.text, "Somebody changed this record", "Sergeant Keji takes this one.", "Accepted")
    assert len([entry for entry in world.entries(track.case) if entry.action == "accept"]) == 1


def test_who_was_told_may_send_again_if_the_step_is_open_still(world: World):
    track = world.a_track("police:accepted")
    first, second = (world.sign_in(p) for p in (world.police_officer, world.second_police_officer))
    path = address(track, "record_measure")
    stale = form_of(second, path) | {"reason": "scene_visited", "note": "At the ferry."}
    assert first.send(path, reason="statement_taken").status_code == 303
    told = second.post(path, data=stale)
    assert told.status_code == 409
    again = {**stale, "seen": field_in(told.text, "seen")}
    assert second.post(path, data=again).status_code == 303
    assert [entry.reason for entry in world.entries(track.case)][-2:] == ["statement_taken", "scene_visited"]


def test_a_button_pressed_on_a_stale_page_is_refused(world: World):
    track = world.sent_to_police()
    client = world.sign_in(world.police_officer)
    stale = form_of(client, address(track, "acknowledge"))
    world.take("accept", track)
    answer = client.post(address(track, "acknowledge"), data=stale)
    assert answer.status_code == 409
    assert "Somebody changed this record" in answer.text


def form_of(client: CarefulClient, path: str) -> dict[str, str]:
    """What a browser holds of the form at `path`."""
    page = client.page(path)
    form = next(form for form in page.all("form") if form.get("method") == "post")
    inputs = [one for one in page.all("input") if one.form is form]
    return {one.get("name"): one.get("value") for one in inputs}


def field_in(text: str, name: str) -> str:
    """The value of a field in a page."""
    return next(one.get("value") for one in Page(text).all("input") if one.get("name") == name)


def test_what_is_missing_is_said_at_its_field(world: World):
    track = world.a_track("court:listed")
    client = world.sign_in(world.court_clerk)
    answer = client.send(address(track, "adjourn"), note="The judge is ill.")
    assert answer.status_code == 422
    assert said_in(
        answer.text, "Choose why it was adjourned", "Enter the day of the next hearing", "The judge is ill."
    )


def test_a_note_that_must_be_written_is_asked_for(world: World):
    track = world.a_track("police:accepted")
    answer = world.sign_in(world.police_officer).send(address(track, "return_to_sender"))
    assert answer.status_code == 422
    assert "Write a sentence or two" in answer.text


def test_a_reason_from_another_list_is_refused(world: World):
    track = world.a_track("court:listed")
    day = clock.now().date() + timedelta(days=9)
    client = world.sign_in(world.court_clerk)
    answer = client.send(address(track, "adjourn"), reason="no_consent", next_on=day)
    assert answer.status_code == 422
    assert "Choose one of the answers in the list" in answer.text


def test_a_day_of_the_next_hearing_is_read_back_and_may_not_lie_before_the_step(world: World):
    track = world.a_track("court:listed")
    client = world.sign_in(world.court_clerk)
    past = client.send(address(track, "adjourn"), reason="weather", next_on="2020-01-06")
    assert past.status_code == 422
    assert said_in(past.text, "Monday 6 January 2020", "lies before this step")


def test_a_step_cannot_happen_in_the_future_nor_before_the_one_before(world: World):
    track = world.a_track("police:accepted", ago=timedelta(days=3))
    client = world.sign_in(world.police_officer)
    path = address(track, "start_investigation")
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    assert "not in the future" in client.send(path, happened_at=tomorrow).text
    before = (clock.now() - timedelta(days=9)).date().isoformat()
    assert "before the step that came before it" in client.send(path, happened_at=before).text
    assert track.status == "accepted"


def test_what_nobody_asked_for_is_refused(world: World):
    track = world.sent_to_police()
    answer = world.sign_in(world.police_officer).send(address(track, "accept"), status="file_ready")
    assert answer.status_code == 422
    assert track.status == "sent"


def test_targets_are_the_nearest_first_with_kind_and_area_and_never_the_own_institution(world: World):
    track = world.a_track("police:accepted")
    page = world.sign_in(world.police_officer).page(address(track, "forward"))
    names = [option.text for option in page.all("option")][1:]
    assert names[0] == "Old Ferry customary court (Customary court, level A, Old Ferry Payam)"
    assert names[1] == "Bend county court (County court, Bend County)"
    assert names[-1].startswith("Hill State prosecution")
    assert not [name for name in names if "Bend police station" in name]


def test_triage_begins_with_what_is_known(world: World):
    track = world.a_track("referral:registered")
    page = world.sign_in(world.judicial_officer).page(address(track, "triage"))
    chosen = {one.get("name"): one.get("value") for one in page.all("input") if "checked" in one.attributes}
    assert chosen == {"urgency": "normal", "risk": "low"}


def test_an_arrest_is_of_a_person_of_the_case_or_of_somebody_new(world: World):
    track = world.a_track("police:accepted")
    client = world.sign_in(world.police_officer)
    path = address(track, "record_arrest")
    nobody = client.send(path)
    assert nobody.status_code == 422
    assert "Choose who is held" in nobody.text
    assert client.send(path, name="James Lokuji").status_code == 303
    page = client.get(f"/cases/{track.case.reference}").text
    assert said_in(page, "James Lokuji", "Held since", "due in 47 h", "not confirmed against the law")


def test_a_release_names_who_when_and_why(world: World):
    track = world.a_track("police:accepted")
    world.take("record_arrest", track, arrested_at=clock.now() - timedelta(hours=50))
    client = world.sign_in(world.police_officer)
    case_page = f"/cases/{track.case.reference}"
    assert "over the limit by 2 h" in client.get(case_page).text
    path = address(track, "record_release")
    held = next(one for one in client.page(path).all("input") if one.get("name") == "custody_id")
    assert client.send(path).status_code == 422
    early = (clock.now() - timedelta(days=9)).date().isoformat()
    refused = client.send(path, custody_id=held.get("value"), reason="bond", released_at=early)
    assert "lies before the arrest" in refused.text
    assert client.send(path, custody_id=held.get("value"), reason="bond").status_code == 303
    page = client.get(case_page).text
    assert said_in(page, "Released", "Bond")
    assert "over the limit" not in page


def test_where_nobody_is_held_nobody_can_be_released(world: World):
    track = world.a_track("police:accepted")
    answer = world.sign_in(world.police_officer).get(address(track, "record_release"))
    assert answer.status_code == 409
    assert "Nobody is recorded as held" in answer.text


def test_a_decision_has_an_outcome_and_orders_each_with_its_day(world: World):
    track = world.a_track("court:heard")
    client = world.sign_in(world.court_clerk)
    path = address(track, "decide")
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    orders = {"order_1": "compensation", "due_1": day, "order_3": "protection"}
    assert client.send(path, outcome="convicted", **orders).status_code == 303
    page = client.get(f"/cases/{track.case.reference}").text
    assert said_in(page, "Outcome: Convicted", "Orders: Compensation, Protection", "Carrying out the orders")


def test_a_day_without_an_order_is_refused(world: World):
    track = world.a_track("court:heard")
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    answer = world.sign_in(world.court_clerk).send(address(track, "decide"), outcome="convicted", due_2=day)
    assert answer.status_code == 422
    assert "Choose what is to be carried out by that day" in answer.text


def test_referring_from_the_intake_leads_to_the_page_of_the_whole_case(world: World):
    track = world.a_track("referral:triaged")
    answer = world.sign_in(world.judicial_officer).get(address(track, "refer"))
    assert answer.location == f"/cases/{track.case.reference}/refer"


def test_every_word_of_a_step_page_follows_the_language(world: World):
    """The form of a step is made once for all languages; nothing of the first one may stay in it."""
    track = world.a_track("police:accepted")
    client = world.sign_in(world.police_officer)
    client.page(address(track, "record_measure"))
    client.set_cookie("language", "ar")
    page = client.page(address(track, "record_measure"))
    assert page.all("html")[0].get("dir") == "rtl"

"""Whole journeys over HTTP, as people make them: every page is opened, every step is found where it is offered.

Nothing here calls an action; what is checked in the database is only that the journey left it whole.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from blueprints.guards import SAFE_METHODS
from tests.interop.golang import Verifier
from tests.office import Office
from tests.web.careful_client import CarefulClient, Page
from tests.world import World
from tracker import clock
from tracker.actions import rebuild
from tracker.db import Base, db
from tracker.models import ProtectionCase

SURVIVOR = "Nyibol the survivor"
ACCOUNT = "She was beaten by a man of the market guard."


class Journey:
    """One case on its way: who does what on which day, by the pages that they open."""

    def __init__(self, world: World, days: int = 100) -> None:
        self.world = world
        self.start = clock.now() - timedelta(days=days)
        self.reference = ""

    def day(self, number: float) -> Any:
        """Inside, it is that day of the journey."""
        return self.world.travel(to=self.start + timedelta(days=number))

    def date(self, number: float) -> str:
        """That day of the journey, as a form takes it."""
        return (self.start + timedelta(days=number)).date().isoformat()

    def sign_in(self, who: str) -> CarefulClient:
        """A client of the person with that name in the tests."""
        return self.world.sign_in(self.world.people[who])

    @property
    def path(self) -> str:
        """The page of the case."""
        return f"/cases/{self.reference}"

    def page(self, who: str) -> Page:
        """The case, as that person sees it."""
        return self.sign_in(who).page(self.path)

    def take(self, who: str, step: str, **said: Any) -> Page:
        """The person opens the case, finds the step, fills in its form; gives the page that follows."""
        client = self.sign_in(who)
        if step.startswith("deliver"):  # nobody is told before the risk was assessed again
            assert client.send(f"{self.path}/reprisal-risk").status_code == 303
        answer = client.send(offered(client.page(self.path), step), **said)
        assert answer.status_code == 303, f"{who} could not {step}: {answer.status} {answer.text}"
        return client.page(answer.location)

    def choice(self, who: str, step: str, words: str) -> str:
        """The value of the answer with these words on the form of a step."""
        client = self.sign_in(who)
        return chosen(client.page(offered(client.page(self.path), step)), words)

    def first_held(self, who: str) -> str:
        """Whom the release form offers first."""
        client = self.sign_in(who)
        page = client.page(offered(client.page(self.path), "record_release"))
        return next(one.get("value") for one in page.all("input") if one.get("name") == "custody_id")

    def register(self, who: str = "focal_point", path: str = "/cases/new", **other: Any) -> None:
        """Registers the case, with consent to share it with both police stations and the county court."""
        client = self.sign_in(who)
        page = client.page(path)
        agreed = (
            "Bend police station",
            "Ford police station",
            "Bend county court",
            "River State prosecution",
        )
        report = {
            "concern": "physical_assault",
            "area_id": chosen(page, "Old Ferry Payam, Bend County"),
            "channel": "visit",
            "urgency": "urgent",
            "risk": "high",
            "reprisal_risk": "medium",
            "survivor_name": SURVIVOR,
            "narrative": ACCOUNT,
            "consent": "given",
            "consent_institution_ids": [ticked(page, "consent_institution_ids", name) for name in agreed],
        }
        answer = client.send(path, **report | other)
        assert answer.status_code == 303, answer.text
        self.reference = answer.location.rsplit("/", 1)[-1]

    def refer(self, *names: str) -> None:
        """The judicial officer sends the case to these institutions."""
        client = self.sign_in("judicial_officer")
        path = f"{self.path}/refer"
        page = client.page(path)
        answer = client.send(path, institution_ids=[ticked(page, "institution_ids", name) for name in names])
        assert answer.status_code == 303, answer.text

    def is_whole(self) -> bool:
        """Whether every track is what its history says."""
        db.session.expire_all()
        return not list(rebuild.differences())


def offered(page: Page, step: str) -> str:
    """Where a page offers a step: a link, or a button that posts."""
    ways = [one.get("href") for one in page.all("a")] + [one.get("action") for one in page.all("form")]
    found = [way for way in ways if way.endswith(f"/{step}")]
    assert found, f"{step} is not offered"
    return found[0]


def offers(page: Page, step: str) -> bool:
    """Whether the page offers a step."""
    ways = [one.get("href") for one in page.all("a")] + [one.get("action") for one in page.all("form")]
    return any(way.endswith(f"/{step}") for way in ways)


def chosen(page: Page, words: str) -> str:
    """The value of the option with these words."""
    return next(one.get("value") for one in page.all("option") if words in one.text)


def ticked(page: Page, field: str, words: str) -> str:
    """The value of the box or button of `field` with these words beside it."""
    label = next(
        one for one in page.all("label") if words in one.text and one.get("for").startswith(f"{field}-")
    )
    return next(one.get("value") for one in page.all("input") if one.get("id") == label.get("for"))


def test_from_an_alert_to_a_closed_case(world: World):
    journey = Journey(world)
    with journey.day(0):
        alert = an_alert_that_is_verified(journey)
        journey.register(path=f"/cases/new?alert={alert}", channel="missed_call")
        assert SURVIVOR in journey.page("focal_point").markup
    with journey.day(0.1):
        journey.take("judicial_officer", "triage", urgency="urgent", risk="high", note="Injured.")
        journey.refer("Bend police station")
    at_the_police(journey)
    before_the_court(journey)
    with journey.day(62):
        journey.take("judicial_officer", "record_visit", note="Compensation was paid.")
        journey.take("judicial_officer", "resolve")
    with journey.day(63):
        assert "Feedback due" in journey.page("focal_point").markup
        journey.take("focal_point", "deliver_accepted", note="She is content.")
    with journey.day(64):
        page = journey.take("judicial_officer", "close", reason="outcome_delivered")
        assert "No institution has this case at present." in page.markup
    case = db.session.scalars(sa.select(ProtectionCase)).one()
    assert (case.reference, case.status) == (journey.reference, "closed")
    assert not [track for track in world.tracks(case) if track.open]
    assert journey.is_whole()


def an_alert_that_is_verified(journey: Journey) -> str:
    """A missed call is logged, called back, verified; gives the alert's reference."""
    client = journey.sign_in("focal_point")
    answer = client.send("/alerts/new", channel="missed_call", phone="+211 912 345 678")
    alert: str = answer.location
    for step, said in (("call_back", {"reason": "reached"}), ("verify", {"note": "True."})):
        answer = client.send(offered(client.page(alert), step), **said)
        assert answer.status_code == 303, answer.text
    turning = client.get(offered(client.page(alert), "turn_into_case"))
    assert turning.location.endswith(f"/cases/new?alert={alert.rsplit('/', 1)[-1]}")
    return alert.rsplit("/", 1)[-1]


def at_the_police(journey: Journey) -> None:
    """Acknowledged, accepted, investigated; a suspect is held and released; handed on to the county court."""
    with journey.day(1):
        assert SURVIVOR not in journey.page("police_officer").markup
        journey.take("police_officer", "acknowledge")
        assert SURVIVOR in journey.take("police_officer", "accept").markup
    with journey.day(2):
        journey.take("police_officer", "start_investigation", note="Statements taken.")
        page = journey.take("police_officer", "record_arrest", name="A man of the market guard")
        assert "Held since" in page.markup
    with journey.day(3):
        held = journey.first_held("police_officer")
        journey.take("police_officer", "record_release", custody_id=held, reason="bond")
        court = journey.choice("police_officer", "forward", "Bend county court")
        journey.take("police_officer", "forward", target_id=court, note="With the statements.")


def before_the_court(journey: Journey) -> None:
    """Filed, listed, adjourned three times, heard, decided with two orders that are carried out."""
    with journey.day(5):
        journey.take("court_clerk", "acknowledge")
        journey.take("court_clerk", "accept")
        journey.take("court_clerk", "list_hearing", next_on=journey.date(10))
    for day, reason in ((10, "judge_absent"), (20, "accused_not_produced"), (30, "transport_or_fuel")):
        with journey.day(day):
            page = journey.take("court_clerk", "adjourn", reason=reason, next_on=journey.date(day + 10))
            assert "Adjourned the hearing" in page.markup
    with journey.day(40):
        journey.take("court_clerk", "hear")
        orders = {"order_1": "compensation", "due_1": journey.date(60), "order_2": "protection"}
        page = journey.take("court_clerk", "decide", outcome="convicted", **orders)
        assert "Orders: Compensation, Protection" in page.markup
    with journey.day(58):
        journey.take("court_clerk", "record_implemented", note="Paid before the chief.")


def test_a_case_that_one_station_declines_is_accepted_by_another(world: World):
    journey = Journey(world, days=20)
    with journey.day(0):
        journey.register()
        journey.take("judicial_officer", "triage", urgency="urgent", risk="high")
        journey.refer("Bend police station")
    with journey.day(1):
        client = journey.sign_in("police_officer")
        path = offered(client.page(journey.path), "not_accept")
        answer = client.send(path, reason="institution_implicated", note="He is one of ours.")
        assert answer.location == "/police/queue"
        assert journey.reference not in client.get(answer.location).text
        assert client.get(journey.path).status_code == 404
        assert client.get(f"/cases/find?reference={journey.reference}").status_code == 404
        assert client.get(path).status_code == 404
    with journey.day(2):
        assert "He is one of ours." in journey.page("judicial_officer").markup
        journey.refer("Ford police station")
    with journey.day(3):
        assert journey.reference in journey.sign_in("other_police_officer").get("/police/queue").text
        accepted = journey.take("other_police_officer", "accept").markup
        assert SURVIVOR in accepted
        assert "Bend police station" not in accepted.split("<h2>History</h2>")[1]
    assert journey.is_whole()


def test_go_verifies_the_log_of_what_people_did_on_web_forms(
    world: World, go: Verifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Copied by the operator's own commands, and read by code that is none of ours."""
    journey = Journey(world, days=20)
    with journey.day(0):
        journey.register()
        journey.take("judicial_officer", "triage", urgency="urgent", risk="high")
        journey.refer("Bend police station", "Ford police station")
    with journey.day(1):
        journey.take("police_officer", "accept")
    office = Office(tmp_path, world.database_url, monkeypatch)
    key = office.keygen()
    office.log("export", tmp_path / "copy")
    answer = go("log", tmp_path / "copy", key)
    case = db.session.scalars(sa.select(ProtectionCase)).one()
    assert answer.out == f"{case.entries + 2} entries hold\n", answer.err


def test_a_prosecutor_returns_a_file_and_charges_when_it_comes_back(world: World):
    journey = Journey(world, days=40)
    with journey.day(0):
        journey.register()
        journey.refer("Bend police station")
    with journey.day(1):
        journey.take("police_officer", "accept")
        office = journey.choice("police_officer", "forward", "River State prosecution")
        journey.take("police_officer", "forward", target_id=office)
    with journey.day(5):
        journey.take("prosecutor", "accept")
        journey.take("prosecutor", "start_review")
        station = journey.choice("prosecutor", "return_for_investigation", "Bend police station")
        why = "The medical form is missing."
        journey.take("prosecutor", "return_for_investigation", target_id=station, note=why)
    with journey.day(6):
        assert "The medical form is missing." in journey.take("police_officer", "accept").markup
        journey.take("police_officer", "start_investigation", note="Form obtained.")
        journey.take("police_officer", "complete_file")
        journey.take("police_officer", "forward", target_id=office)
    with journey.day(9):
        journey.take("prosecutor", "accept")
        court = journey.choice("prosecutor", "charge", "Bend county court")
        journey.take("prosecutor", "charge", target_id=court)
    with journey.day(10):
        assert "Filed" in journey.take("court_clerk", "accept").markup
    assert journey.is_whole()


def test_of_two_officers_on_one_stale_page_the_second_is_told_and_loses_nothing(world: World):
    journey = Journey(world, days=3)
    journey.register()
    journey.refer("Bend police station")
    first, second = journey.sign_in("police_officer"), journey.sign_in("second_police_officer")
    path = offered(second.page(journey.path), "accept")
    stale = held(second.page(path))
    assert first.send(path, note="Mine.").status_code == 303
    answer = second.post(path, data=stale | {"note": "I have spoken with her sister."})
    assert answer.status_code == 409
    for words in ("Somebody changed this record", "I have spoken with her sister.", "Accepted"):
        assert words in answer.text
    again = second.post(path, data=held(Page(answer.text)) | {"note": "I have spoken with her sister."})
    assert (again.status_code, "is not open" in again.text) == (409, True)
    assert "In the hands of" in journey.take("second_police_officer", "take_over").markup
    assert journey.is_whole()


def held(page: Page) -> dict[str, str]:
    """What a browser holds of the form in the main part of a page."""
    form = next(form for form in page.all("form") if form.get("method") == "post")
    return {one.get("name"): one.get("value") for one in page.all("input") if one.form is form}


def test_disputed_feedback_opens_the_case_again(world: World):
    journey = Journey(world, days=30)
    with journey.day(0):
        journey.register()
        journey.refer("Bend police station")
    with journey.day(1):
        journey.take("police_officer", "accept")
        journey.take("police_officer", "take_no_action", reason="insufficient_evidence")
    with journey.day(3):
        page = journey.take("focal_point", "deliver_disputed", note="She has two witnesses.")
        assert "Delivered and disputed" in page.markup
    with journey.day(4):
        page = journey.page("judicial_officer")
        assert "Reopened" in page.markup
        assert offers(page, "triage")
        journey.take("judicial_officer", "triage", urgency="urgent", risk="high")
        journey.refer("Ford police station")
    with journey.day(5):
        journey.take("other_police_officer", "accept")
    assert journey.is_whole()


def test_a_monitor_tries_every_write_and_nothing_changes(world: World):
    journey = Journey(world, days=2)
    journey.register()
    journey.refer("Bend police station")
    alert = world.an_alert("verified").reference
    client = journey.sign_in("cso_monitor")
    token = held(client.page("/account"))["csrf_token"]
    before = everything()
    for method, path in writes(world, journey.reference, alert):
        answer = client.open(path, method=method, data={"csrf_token": token, "seen": "1"})
        closed = {403, 404, 405} | ({401} if path.startswith(OF_OTHER_SYSTEMS) else set())
        assert answer.status_code in closed, f"{method} {path}: {answer.status}"
    assert everything() == before


OF_OTHER_SYSTEMS = ("/api/", "/openrosa/", "/gateways/")
"""Doors at which nobody looks at a session."""


def writes(world: World, reference: str, alert: str) -> Iterator[tuple[str, str]]:
    """(method, path) of all that writes, save what everybody does with their own account."""
    track = world.track(db.session.scalars(sa.select(ProtectionCase)).one(), "police")
    values = {"reference": reference, "track_id": track.id, "n": 1, "code": world.station.code}
    adapter = world.app.url_map.bind("localhost")
    for rule in world.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SAFE_METHODS):
            if rule.endpoint.split(".")[0] == "account":
                continue
            for step in ("accept", "refer", "call_back") if "step" in rule.arguments else ("",):
                given = {name: values.get(name, 1) for name in rule.arguments} | (
                    {"step": step} if step else {}
                )
                if rule.endpoint.startswith("alerts"):
                    given |= {"reference": alert} if "reference" in given else {}
                yield method, adapter.build(rule.endpoint, given, method=method)
        for method in ("PUT", "PATCH", "DELETE"):
            yield method, "/cases/" + reference


OF_THE_TRIES = frozenset({"user_session", "door_record", "access", "throttle"})


def everything() -> dict[str, list[Any]]:
    """All rows of all tables, save when which session was last used, and what was written down of the tries."""
    db.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in OF_THE_TRIES]
    rows = {table.name: [tuple(row) for row in db.session.execute(sa.select(table))] for table in tables}
    db.session.rollback()
    return {name: sorted(found, key=str) for name, found in rows.items()}

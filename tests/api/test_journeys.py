"""A case from the community to the court and back by the API alone, and every safeguard tried through it."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests import canaries
from tests.api.client import System
from tests.world import World
from tracker.actions import cases as case_actions
from tracker.actions.cases import NewPerson
from tracker.db import db
from tracker.models import Institution, Membership, ProtectionCase, Submission
from tracker.permissions import Scope
from tracker.vocabulary import DataClass, PartyRole

SURVIVOR, PHONE, STORY, PLACE = (
    "Nyakong Canary",
    "+211900555777",
    "What the canary told",
    "Under the canary tree",
)


def new_case(world: World, **other: Any) -> dict[str, Any]:
    """A case as another system registers it, with consent for the station."""
    return {
        "concern": "rape",
        "area": world.payam.code,
        "channel": "walk_in",
        "urgency": "urgent",
        "risk": "high",
        "people": [
            {"role": "survivor", "name": SURVIVOR, "phone": "+211 900 555 777", "sex": "female"},
            {"role": "reporter", "name": "Reporter Canary"},
        ],
        "narrative": STORY,
        "place": PLACE,
        "consent": {"decision": "given", "institutions": [world.station.code, world.prosecution.code]},
        "assessment": {"factors": [], "level": "low"},
    } | other


class Road:
    """One case, and the systems of the people on its way."""

    def __init__(self, world: World, reference: str) -> None:
        self.world, self.reference = world, reference
        self.systems: dict[int, System] = {}

    def of(self, person: Membership) -> System:
        if person.id not in self.systems:
            self.systems[person.id] = System(self.world, person)
        return self.systems[person.id]

    def case(self, person: Membership) -> dict[str, Any]:
        return self.of(person).get(f"/cases/{self.reference}").json or {}

    def track(self, person: Membership, stage: str) -> dict[str, Any]:
        return next(one for one in self.case(person)["tracks"] if one["stage"] == stage)

    def take(self, person: Membership, stage: str, step: str, **said: Any) -> dict[str, Any]:
        """A step that the track itself offers, at the address that it gives."""
        track = self.track(person, stage)
        offered = next(one for one in track["steps"] if one["step"] == step)
        body = said if "/acts" not in offered["at"] else {"step": step, **said}
        answer = self.of(person).post(offered["at"], body, seen=track["version"])
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.json or {}


def begin(world: World, **other: Any) -> Road:
    answer = System(world, world.focal_point).post("/cases", new_case(world, **other))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return Road(world, (answer.json or {})["reference"])


def refer(road: Road, by: Membership, *places: Institution) -> Any:
    seen = int(road.of(by).get(f"/cases/{road.reference}").headers["ETag"].strip('"'))
    body = {"institutions": [place.code for place in places], "note": "Please."}
    return road.of(by).post(f"/cases/{road.reference}/referrals", body, seen=seen)


def test_a_case_goes_from_the_community_to_the_court_by_the_api_alone(world: World):
    road = begin(world)
    judicial, police = world.judicial_officer, world.police_officer
    road.take(judicial, "referral", "triage", urgency="urgent", risk="high")
    assert refer(road, judicial, world.station).status_code == 201
    preview = road.case(police)
    assert preview["sight"] == "preview"
    assert canaries.found(str(preview), SURVIVOR, PHONE, STORY, PLACE) == []
    road.take(police, "police", "acknowledge")
    road.take(police, "police", "accept")
    whole = road.case(police)
    assert (whole["people"][0]["name"], whole["people"][0]["phone"]) == (SURVIVOR, PHONE)
    assert whole["narratives"][0]["text"] == STORY
    road.take(police, "police", "record_measure", reason="statement_taken", note="She was heard.")
    arrested = whole["registered_at"]
    road.take(police, "police", "record_arrest", name="Somebody held", arrested_at=arrested)
    held = road.case(police)["custodies"][0]
    assert held["name"] == "Somebody held"
    release = {"custody": held["id"], "released_at": arrested, "reason": "bond"}
    road.take(police, "police", "record_release", **release)
    road.take(police, "police", "start_investigation")
    road.take(police, "police", "forward", institution=world.prosecution.code, note="Go on.")
    road.take(world.prosecutor, "prosecution", "acknowledge")
    history = road.of(judicial).get(f"/cases/{road.reference}/history?limit=3").json or {}
    entries = list(history["items"])
    while history["next"]:
        history = road.of(judicial).get(history["next"]).json or {}
        entries += history["items"]
    assert [one["n"] for one in entries] == list(range(1, len(entries) + 1))
    assert {"register", "send", "record_arrest", "record_release"} <= {one["action"] for one in entries}
    listed = road.of(police).get("/tracks?stage=police&show=in_hand").json or {}
    assert listed["items"] == []
    waiting = road.of(world.prosecutor).get("/tracks?stage=prosecution&show=waiting").json or {}
    assert [one["reference"] for one in waiting["items"]] == [road.reference]
    found = road.of(world.focal_point).post("/cases/search", {"who": "nyakong"}).json or {}
    assert [one["reference"] for one in found["items"]] == [road.reference]


@pytest.mark.only_on("sqlite")
def test_a_court_decides_and_its_mistake_is_taken_back(world: World):
    track = world.a_track("court:heard")
    road, clerk = Road(world, track.case.reference), world.court_clerk
    orders = [{"kind": "compensation"}]
    done = road.take(clerk, "court", "decide", outcome="convicted", orders=orders)
    assert done["status"] == "decided"
    assert road.case(clerk)["orders"] == [{"kind": "compensation", "due_on": None}]
    other = world.a_track("court:heard")
    road = Road(world, other.case.reference)
    road.take(clerk, "court", "reserve_judgment")
    last = (road.of(clerk).get(f"/cases/{road.reference}/history").json or {})["items"][-1]
    seen = road.track(clerk, "court")["version"]
    path = f"/cases/{road.reference}/history/{last['n']}"
    taken = road.of(clerk).post(f"{path}/withdrawals", {"note": "A mistake."}, seen=seen)
    assert (taken.json or {})["status"] == "heard"
    earlier = {"happened_at": last["happened_at"], "note": "Again."}
    assert road.of(clerk).post(f"{path}/corrections", earlier, seen=seen).status_code == 412


@pytest.mark.only_on("sqlite")
def test_nothing_is_shared_without_consent_and_a_no_takes_the_case_back(world: World):
    road = begin(world)
    by = world.judicial_officer
    assert refer(road, by, world.county_court).status_code == 409
    assert refer(road, by, world.station).status_code == 201
    assert road.case(world.police_officer)["sight"] == "preview"
    seen = int(road.of(by).get(f"/cases/{road.reference}").headers["ETag"].strip('"'))
    no = {"decision": "withdrawn", "institutions": [world.station.code]}
    assert road.of(by).post(f"/cases/{road.reference}/consents", no, seen=seen).status_code == 201
    assert road.of(world.police_officer).get(f"/cases/{road.reference}").status_code == 404


@pytest.mark.only_on("sqlite")
def test_what_the_survivor_does_not_share_is_not_in_the_answer(world: World):
    agreed = {"decision": "given", "institutions": [world.station.code], "classes": ["narrative"]}
    road = begin(world, consent=agreed)
    assert refer(road, world.judicial_officer, world.station).status_code == 201
    road.take(world.police_officer, "police", "accept")
    whole = road.case(world.police_officer)
    assert canaries.found(str(whole), SURVIVOR, PHONE, PLACE) == []
    assert whole["narratives"][0]["text"] == STORY
    assert DataClass.IDENTITY in whole["withheld"]


@pytest.mark.only_on("sqlite")
def test_nobody_of_the_accused_s_institution_finds_the_case(world: World):
    road = begin(world)
    by = world.judicial_officer
    assert refer(road, by, world.station).status_code == 201
    police = road.of(world.police_officer)
    track = road.track(world.police_officer, "police")
    seen = int(road.of(by).get(f"/cases/{road.reference}").headers["ETag"].strip('"'))
    accused = {"role": "alleged_perpetrator", "institution": world.station.code}
    assert road.of(by).post(f"/cases/{road.reference}/people", accused, seen=seen).status_code == 201
    unknown = police.get("/cases/2222-2222-2222").get_data()
    for answer in (
        police.get(f"/cases/{road.reference}"),
        police.get(f"/cases/{road.reference}/history"),
        police.get(f"/cases/{road.reference}/tracks/{track['id']}"),
        police.post(f"/cases/{road.reference}/tracks/{track['id']}/acts", {"step": "accept"}, seen=1),
    ):
        assert (answer.status_code, answer.get_data()) == (404, unknown)
    for path in ("/cases", "/tracks?stage=police"):
        assert (police.get(path).json or {})["items"] == []
    assert refer(road, by, world.station).status_code == 409


@pytest.mark.only_on("sqlite")
def test_a_grave_risk_of_reprisals_is_mitigated_before_anything_is_shared(world: World):
    road = begin(world, assessment={"factors": [], "level": "high"})
    by = world.judicial_officer
    refused = refer(road, by, world.station)
    assert refused.status_code == 409
    seen = int(road.of(by).get(f"/cases/{road.reference}").headers["ETag"].strip('"'))
    body = {"factors": ["detained"], "level": "high", "mitigation": "She sleeps elsewhere."}
    assert road.of(by).post(f"/cases/{road.reference}/assessments", body, seen=seen).status_code == 201
    assert refer(road, by, world.station).status_code == 201


@pytest.mark.only_on("sqlite")
def test_who_may_not_know_of_a_case_is_told_the_same_as_of_none(world: World):
    track = world.a_track("police:accepted")
    reference = track.case.reference
    for person in (world.other_police_officer, world.prosecutor, world.other_judicial_officer):
        system = System(world, person)
        nothing = system.get("/cases/2222-2222-2222").get_data()
        for path in (
            f"/cases/{reference}",
            f"/cases/{reference}/history",
            f"/cases/{reference}/history/1/proof",
        ):
            answer = system.get(path)
            assert (answer.status_code, answer.get_data()) == (404, nothing), path
        assert reference not in system.get("/cases").get_data(as_text=True)


@pytest.mark.only_on("sqlite")
def test_an_etag_tells_nobody_what_happens_elsewhere(world: World):
    track = world.a_track("police:accepted")
    police = System(world, world.police_officer)
    path = f"/cases/{track.case.reference}"
    first = police.get(path), police.get(f"{path}/tracks/{track.id}")
    case_actions.add_person(
        NewPerson(role=PartyRole.WITNESS),
        actor=world.judicial_officer,
        case=track.case,
        seen=track.case.entries,
    )
    db.session.commit()
    then = police.get(path), police.get(f"{path}/tracks/{track.id}")
    assert "ETag" not in first[0].headers
    assert first[1].headers["ETag"] == then[1].headers["ETag"]
    assert System(world, world.judicial_officer).get(path).headers["ETag"] == f'"{track.case.entries}"'


@pytest.mark.only_on("sqlite")
def test_a_token_without_that_scope_is_given_nothing_personal(world: World):
    track = world.a_track("police:accepted")
    world.take("record_arrest", track, name="Somebody Held")
    system = System(world, world.police_officer, Scope.CASES_READ)
    for path in ("", "/history"):
        text = system.get(f"/cases/{track.case.reference}{path}").get_data(as_text=True)
        words = ("Abuk the survivor", "+211 900 000 002", "Behind the old ferry", "Somebody Held", "At once")
        assert canaries.found(text, *words) == []
    assert system.post("/cases/search", {"who": "Abuk"}).status_code == 403


@pytest.mark.only_on("sqlite")
def test_two_who_change_one_track_are_told_apart(world: World):
    track = world.sent_to_police()
    path = f"/cases/{track.case.reference}/tracks/{track.id}/acts"
    first, second = System(world, world.police_officer), System(world, world.second_police_officer)
    seen = track.version
    assert first.post(path, {"step": "accept"}, seen=seen).status_code == 201
    assert second.post(path, {"step": "accept"}, seen=seen).status_code == 412


@pytest.mark.only_on("sqlite")
def test_a_case_like_another_one_is_looked_at_first(world: World):
    begin(world)
    system = System(world, world.focal_point)
    assert system.post("/cases", new_case(world)).status_code == 409
    assert system.post("/cases", new_case(world, looked=True)).status_code == 201
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProtectionCase)) == 2
    assert canaries.found(str(db.session.scalars(sa.select(Submission.answer)).all()), SURVIVOR, STORY) == []

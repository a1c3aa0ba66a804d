"""Registering a case, also from an alert."""

import pytest

from tests.web.careful_client import CarefulClient
from tests.web.case_pages import address, has
from tests.world import World

pytestmark = pytest.mark.only_on("sqlite")


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
    second = client.post(path, data=form | {"looked": "y"})
    assert second.status_code == 409
    assert has(second.text, "Somebody changed this record", "Nyibol the survivor")
    assert client.get(path).status_code == 409


def test_an_alert_that_is_not_verified_becomes_no_case(world: World):
    alert = world.an_alert("called_back")
    client = world.sign_in(world.focal_point)
    assert client.get(f"/cases/new?alert={alert.reference}").status_code == 409
    other = world.sign_in(world.other_focal_point)
    assert other.get(f"/cases/new?alert={alert.reference}").status_code == 404

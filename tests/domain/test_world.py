"""The world of the tests stands on its own feet: its factories lead where they say."""

import pytest

from tests.world import World
from tracker import procedure

EVERYWHERE = [
    f"{stage.code}:{status}"
    for stage in procedure.load().stages.values()
    if stage.code not in ("alert", "case")
    for status in (*stage.statuses, *stage.ends)
]


def test_a_track_comes_to_every_status_and_end(world: World):
    for at in EVERYWHERE:
        track = world.a_track(at)
        assert f"{track.stage}:{track.status}" == at


def test_an_alert_comes_to_every_status_and_end(world: World):
    stage = procedure.load().stages["alert"]
    assert [world.an_alert(at).status for at in (*stage.statuses, *stage.ends)] == [
        *stage.statuses,
        *stage.ends,
    ]


@pytest.mark.parametrize("name", ["focal_point", "police_officer", "cso_monitor", "administrator"])
def test_a_person_of_the_world_is_signed_in(world: World, name: str):
    person = world.people[name]
    assert person.institution.name in world.sign_in(person).page("/account").words("header")


def test_what_a_request_writes_is_seen_by_the_test_and_the_other_way_round(world: World):
    client = world.sign_in(world.police_officer)
    world.police_officer.user.full_name = "Samuel Lado Gore"
    assert "Samuel Lado Gore" in client.page("/account").words("header")
    assert client.send("/account/password", current="wrong", new="a new and long password").status_code == 422

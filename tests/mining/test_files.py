"""The files of process mining: as their standards ask, read by other software; two of them have nothing in common."""

import io
import itertools
import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from tests.mining import formats
from tracker.mining import ocel_json, ocel_sqlite, xes
from tracker.mining.courses import Group, Step
from tracker.mining.instances import Instance, instances

_BEGAN = date(2026, 1, 1).toordinal()


def _step(stay: int, stage: str, action: str, status: str, place: str, role: str = "") -> Step:
    return Step(stay, stage, action, status, place, role)


STATION, COURT = "police_station", "county_court"
GROUPS = [
    Group(
        5,
        (
            _step(0, "case", "register", "open", "community_network", "focal_point"),
            _step(1, "police", "send", "sent", STATION, "judicial_officer"),
            _step(1, "police", "accept", "accepted", STATION, "police_officer"),
            _step(1, "police", "record_arrest", "accepted", STATION, "police_officer"),
            _step(1, "police", "record_release", "accepted", STATION, "police_officer"),
            _step(1, "police", "forward", "forwarded", STATION, "police_officer"),
            _step(2, "court", "send", "sent", COURT, "police_officer"),
            _step(2, "court", "list_hearing", "listed", COURT, "court_clerk"),
            _step(2, "court", "adjourn", "adjourned", COURT, "court_clerk"),
            _step(2, "court", "hear", "heard", COURT, "court_clerk"),
            _step(2, "court", "decide", "decided", COURT, "court_clerk"),
        ),
        [_BEGAN + 2 * place for place in range(11)],
        "rape",
        "XA01",
        False,
    ),
    Group(6, (_step(1, "police", "expire", "expired", STATION),), [_BEGAN], "", "", True),
]
KINDS = sorted({step.place for group in GROUPS for step in group.steps})
ACTIVITIES = sorted({step.activity for group in GROUPS for step in group.steps})


def cases(seed: int = 1) -> list[Instance]:
    """The cases of the groups, under names that a number makes."""
    numbers = itertools.count(seed * 1_000_000)
    chance = random.Random(seed)  # noqa: S311 - the same again
    return list(instances(GROUPS, name=lambda: f"n{next(numbers)}", chance=chance))


def written(form: Any, seed: int = 1, **more: Any) -> bytes:
    """The file in a form."""
    file = io.BytesIO()
    assert form.write(cases(seed), file, **more) == 11
    return file.getvalue()


def test_xes_is_as_the_standard_asks_and_tells_the_cases():
    traces = formats.traces_of(written(xes, about={"concept:name": "x", "notice": '<"&'}))
    assert Counter(len(events) for _facts, events in traces) == {11: 5, 1: 6}
    facts, events = next(trace for trace in traces if len(trace[1]) == 11)
    assert (facts["concern"], facts["area"], facts["detail"]) == ("rape", "XA01", "steps")
    assert [event["concept:name"] for event in events][:3] == [
        "case.register",
        "police.send",
        "police.accept",
    ]
    assert events[2]["org:role"] == "police_officer"
    assert events[2]["org:group"] == STATION
    assert {event["lifecycle:transition"] for event in events} == {"complete"}
    assert len({event["stay"] for event in events}) == 3


def test_ocel_has_the_stays_hearings_and_detentions_of_each_case():
    log = formats.ocel_of(written(ocel_json, activities=ACTIVITIES, kinds=KINDS))
    types = Counter(one["type"] for one in log["objects"])
    assert types == {"case": 11, "stay": 16, "institution": 3, "hearing": 10, "detention": 5}
    assert len(log["events"]) == 5 * 11 + 6
    objects = {one["id"]: one for one in log["objects"]}
    decided = next(event for event in log["events"] if event["type"] == "court.decide")
    about = {objects[link["objectId"]]["type"] for link in decided["relationships"]}
    assert about == {"case", "stay", "institution", "hearing"}
    stay = next(one for one in log["objects"] if one["type"] == "stay" and len(one["attributes"]) == 4)
    assert [change["value"] for change in stay["attributes"]] == ["police", "sent", "accepted", "forwarded"]
    assert {objects[link["objectId"]]["type"] for link in stay["relationships"]} == {"case", "institution"}


def test_ocel_of_sqlite_says_the_same(tmp_path: Path):
    log = formats.ocel_of(written(ocel_json, activities=ACTIVITIES, kinds=KINDS))
    tables = formats.tables_of(written(ocel_sqlite, activities=ACTIVITIES, kinds=KINDS), tmp_path)
    assert set(tables["object"]) == {(one["id"], one["type"]) for one in log["objects"]}
    assert set(tables["event"]) == {(one["id"], one["type"]) for one in log["events"]}
    for kind, table in (("events", "event_object"), ("objects", "object_object")):
        links = {(one["id"], *link.values()) for one in log[kind] for link in one["relationships"]}
        assert set(tables[table]) == links
    assert len(tables["object_stay"]) == 5 * (4 + 6) + 6 * 2


def test_two_files_have_nothing_in_common_but_what_all_cases_of_a_group_have():
    first, second = ({case.name for case in cases(seed)} for seed in (1, 2))
    assert not first & second
    order = [[len(case.events) for case in cases(seed)] for seed in range(1, 6)]
    assert len(set(map(tuple, order))) > 1

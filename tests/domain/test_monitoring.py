"""What monitors may be told: the two gates, and histories that cannot be joined."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests import plans
from tests.crowd import crowd
from tests.world import World
from tracker import clock, mission
from tracker.actions import corrections
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted
from tracker.indicators.disclosure import disclosed, listable, listed, share
from tracker.models import HistoryEntry, Institution, Track
from tracker.queries import audit, figures, gazetteer, monitoring
from tracker.queries import people as people_queries
from tracker.queries.monitoring import Shown
from tracker.queries.paging import Page
from tracker.vocabulary import InstitutionKind, Role

SECRET = b"for this test"


def police(world: World, at: Institution | None = None) -> dict[str, int | None]:
    """What may be said of the groups of histories of the police stage, by status or end, once the quarter is over."""
    with world.next_quarter():
        found = monitoring.groups(at or world.station, viewer=world.cso_monitor)
    return {group.status: group.tracks for group in found if group.stage == "police"}


def histories_of(
    world: World, status: str, at: Institution | None = None, secret: bytes = SECRET, **turn: str | None
) -> list[list[tuple[str, str]]]:
    with world.next_quarter():
        found = monitoring.histories(
            at or world.station, "police", status, viewer=world.cso_monitor, secret=secret, **turn
        )
    return [[(mark.status, mark.week) for mark in one.marks] for one in found.page.rows]


# --- the gates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "cases", "said"),
    [
        (0, 0, None),
        (1, 1, None),
        (4, 4, None),
        (5, 5, 5),
        (7, 7, 5),
        (8, 8, 10),
        (12, 12, 10),
        (13, 13, 15),
        (1001, 900, 1000),
        (40, 4, None),  # forty stays of four cases are four cases
    ],
)
def test_a_number_below_five_cases_is_not_said_and_others_are_rounded(
    number: int, cases: int, said: int | None
):
    assert disclosed(number, cases) == said


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_no_hidden_number_can_be_had_by_subtraction(numbers: list[int]):
    """The attack: what is said of the others and of all leaves at least two values for each hidden number."""
    said = [disclosed(one, one) for one in numbers]
    lowest, highest = could_be(disclosed(sum(numbers), sum(numbers)))
    for at, shown in enumerate(said):
        if shown is None:
            others = [could_be(one) for one in (*said[:at], *said[at + 1 :])]
            least, most = (sum(ends) for ends in zip(*others, strict=True))
            left = [guess for guess in range(5) if guess + least <= highest and guess + most >= lowest]
            assert numbers[at] in left
            assert len(left) > 1


def could_be(said: int | None) -> tuple[int, int]:
    """The least and the greatest number of which this is said."""
    return (0, 4) if said is None else (max(5, said - 2), said + 2)


@pytest.mark.parametrize(("cases", "allowed"), [(0, False), (1, False), (4, False), (5, True), (500, True)])
def test_histories_are_listed_from_five_different_cases_on(cases: int, allowed: bool):
    assert listable(cases) is allowed


def test_the_number_of_histories_says_no_more_than_the_figure():
    for number in range(5, 300):
        said = disclosed(number, number)
        assert said is not None
        alike = [other for other in range(5, 310) if disclosed(other, other) == said]
        assert 5 <= listed(said) <= min(alike)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (5, 15, None),
        (None, 100, None),
        (5, None, None),
        (5, 20, 25),
        (20, 20, 100),
        (25, 20, 100),
        (5, 35, 14),
    ],
)
def test_a_share_is_whole_per_cent_of_twenty_or_more(part: int | None, whole: int | None, said: int | None):
    assert share(part, whole) == said


# --- figures --------------------------------------------------------------------------------------------------------


def test_a_quiet_institution_says_less_than_five_of_everything(world: World):
    told = police(world)
    known = mission.current().procedure.stages["police"]
    assert list(told) == [*known.ends, *known.statuses]
    assert set(told.values()) == {None}


def test_histories_are_counted_by_status_and_end(world: World):
    for _n in range(6):
        world.a_track("police:accepted")
    for _n in range(8):
        world.a_track("police:no_action", ago=timedelta(days=40))
    world.a_track("police:sent", ago=timedelta(days=40))
    told = police(world)
    assert told == {**dict.fromkeys(told), "accepted": 5, "no_action": 10}


def test_many_stays_of_one_case_are_one_case(world: World):
    crowd(world, 60)
    assert set(police(world).values()) == {None}


def test_another_institutions_cases_are_not_counted(world: World):
    for _n in range(5):
        world.a_track("police:accepted", institution=world.other_station)
    assert police(world)["accepted"] is None
    assert police(world, world.other_station)["accepted"] == 5


def test_a_stage_that_an_institution_should_not_hold_shows_once_it_has_five_cases(world: World):
    five_cases(world, stage="prosecution")
    found = monitoring.groups(world.station, viewer=world.cso_monitor)
    assert {group.stage for group in found} == {"police", "prosecution"}


# --- histories ------------------------------------------------------------------------------------------------------


def test_a_history_is_its_statuses_and_weeks(world: World):
    for _n in range(5):
        world.a_track("police:no_action")
    week = "{}-W{:02}".format(*clock.day_of(clock.now(), mission.current().zone).isocalendar())
    histories = histories_of(world, "no_action")
    assert len(histories) == 5
    for history in histories:
        assert history[0][0] == "sent"
        assert history[-1] == ("no_action", week)


def test_four_cases_are_not_listed_nor_are_many_stays_of_one(world: World):
    for _n in range(4):
        world.a_track("police:no_action")
    crowd(world, 60)
    assert histories_of(world, "no_action") == []
    assert histories_of(world, "sent") == []


def test_weeks_are_those_of_recording(world: World):
    for _n in range(5):
        track = world.sent_to_police()
        world.take("acknowledge", track, happened_at=track.status_since)
    recorded = db.session.scalars(sa.select(HistoryEntry.recorded_at)).all()
    weeks = {clock.day_of(one, mission.current().zone).isocalendar().week for one in recorded}
    assert {
        int(week[-2:]) for history in histories_of(world, "acknowledged") for _status, week in history
    } <= weeks


def test_nothing_moves_before_the_quarter_is_over_and_nothing_ever_after(world: World):
    """Who looks daily must not learn on which day a group passed five, nor that a case of the list moved."""
    for _n in range(4):
        world.a_track("police:accepted")
    track = world.a_track("police:accepted")

    def seen() -> tuple[list[monitoring.Group], list[monitoring.Listing]]:
        viewer = world.cso_monitor
        groups = monitoring.groups(world.station, viewer=viewer)
        return groups, [
            monitoring.histories(world.station, one.stage, one.status, viewer=viewer, secret=SECRET)
            for one in groups
        ]

    assert {group.tracks for group in seen()[0]} == {None}, (
        "the quarter in which all was recorded is not over"
    )
    with world.next_quarter():
        before = seen()
        assert [group.status for group in before[0] if group.tracks] == ["accepted"]
        world.take("start_investigation", track)
        world.a_track("police:accepted")
        world.a_track("police:accepted")
        assert seen() == before
        with world.next_quarter():
            assert [group.tracks for group in seen()[0] if group.tracks] == [5]
            assert seen() != before


def test_as_it_stood_and_as_it_stands_are_one_once_all_is_over(world: World):
    for at in ("police:accepted", "police:no_action", "court:heard"):
        world.a_track(at)
    track = world.a_track("feedback:unreachable")
    entry = world.take("start_investigation", back := world.a_track("police:accepted"))
    corrections.withdraw(actor=world.police_officer, entry=entry, on=back, seen=back.version, note="mistake")
    db.session.commit()
    assert (track.status, back.status) == ("unreachable", "accepted")
    for one in db.session.scalars(sa.select(Track)):
        after = clock.now() + timedelta(days=1)
        first = sa.select(sa.func.min(HistoryEntry.recorded_at)).where(HistoryEntry.track_id == one.id)
        opened = db.session.scalars(first).one()
        assert one.id in figures.track_ids(one.institution, one.stage, one.status, after)
        assert one.id not in figures.track_ids(one.institution, one.stage, one.status, opened)


@pytest.mark.only_on("sqlite")
def test_a_case_has_a_file_in_one_stage_and_there_of_its_first_stay(world: World):
    stages = [code for code in mission.current().procedure.stages if code not in figures.APART]
    drawn = Counter(monitoring._drawn(secrets.token_hex(16)) for _n in range(1_000))
    assert set(drawn) == set(stages)
    assert min(drawn.values()) > 1_000 / len(stages) / 2
    for _n in range(12):
        world.a_track("court:accepted")
    tracks = db.session.scalars(sa.select(Track)).all()
    filed = monitoring._filed([one.id for one in tracks])
    cases = [one.case_id for one in tracks if one.id in filed]
    assert cases
    assert len(cases) == len(set(cases))


def test_a_withdrawn_step_is_shown_as_what_it_is(world: World):
    for _n in range(5):
        track = world.a_track("police:accepted")
        entry = world.take("start_investigation", track)
        corrections.withdraw(
            actor=world.police_officer, entry=entry, on=track, seen=track.version, note="mistake"
        )
    db.session.commit()
    with world.next_quarter():
        page = monitoring.histories(
            world.station, "police", "accepted", viewer=world.cso_monitor, secret=SECRET
        ).page
    assert [mark.status for mark in page.rows[0].marks][-2:] == ["under_investigation", "accepted"]
    assert [mark.correction for mark in page.rows[0].marks][-2:] == [False, True]


def test_the_order_is_one_of_chance_and_another_in_each_list(world: World):
    """Else the n-th history at the police and the n-th at the court would be one case."""
    for n in range(12):
        with world.travel(days=-200 + 14 * n):
            world.a_track("police:forwarded")
    orders = [histories_of(world, "forwarded", secret=secret) for secret in (b"one", b"one", b"two")]
    assert orders[0] == orders[1] != orders[2]
    assert [len(one) for one in orders] == [8, 8, 8]
    assert orders[0] != sorted(orders[0])


def test_histories_are_paged_both_ways_without_losing_one(world: World):
    five_cases(world, times=9)

    def page(**turn: str | None) -> Page[Shown]:
        return monitoring.histories(
            world.station, "police", "accepted", viewer=world.cso_monitor, secret=SECRET, **turn
        ).page

    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    assert [len(one.rows) for one in (first, second, third)] == [20, 20, 3]
    assert third.after is None
    assert page(before=third.before) == second
    with pytest.raises(BadInput):
        page(after="17")


# --- who, where, and at what cost -----------------------------------------------------------------------------------


def test_only_monitors_read_groups_of_histories(world: World):
    for person in world.people.values():
        if person.role is not Role.CSO_MONITOR:
            with pytest.raises(NotPermitted):
                monitoring.groups(world.station, viewer=person)


def test_institutions_that_hold_no_stage_are_not_followed(world: World):
    with pytest.raises(NotFound):
        monitoring.institution(world.audit_body.code, viewer=world.cso_monitor)
    with pytest.raises(NotFound):
        monitoring.institution("nowhere", viewer=world.cso_monitor)
    assert monitoring.institution(world.station.code, viewer=world.cso_monitor) == world.station


def test_institutions_are_listed_by_name_kind_and_area(world: World):
    names = [row.name for row in monitoring.watched(viewer=world.cso_monitor).rows]
    assert names == sorted(names)
    assert world.audit_body.name not in names
    kind = InstitutionKind.POLICE_STATION
    stations = monitoring.watched(viewer=world.cso_monitor, kind=kind, area_id=world.county.id).rows
    assert [row.name for row in stations] == [world.station.name]
    inside = monitoring.watched(viewer=world.cso_monitor, area_id=world.state.id).rows
    assert {world.station.name, world.customary_court.name} <= {row.name for row in inside}
    assert world.other_section.name not in {row.name for row in inside}


def test_a_list_by_name_turns_both_ways(world: World):
    db.session.add_all(
        Institution(code=f"post-{n}", name=f"Post {n % 7}", kind=InstitutionKind.POLICE_STATION)
        for n in range(120)
    )
    kinds = frozenset({InstitutionKind.POLICE_STATION})

    def page(**turn: Any) -> Page[gazetteer.InstitutionRow]:
        return gazetteer.institutions(viewer=world.cso_monitor, kinds=kinds, **turn)

    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    names = [row.name for one in (first, second, third) for row in one.rows]
    assert (len(names), names) == (122, sorted(names))
    assert page(before=third.before).rows == second.rows
    assert page(before=second.before).rows == first.rows
    assert (first.before, third.after) == (None, None)
    for wrong in ("999999", "x", "-1"):
        with pytest.raises(BadInput):
            page(after=wrong)


@pytest.mark.parametrize("number", [1, 200])
def test_histories_cost_the_same_statements_for_any_number_of_cases(
    world: World, statements: Callable[[], AbstractContextManager[list[str]]], number: int
):
    viewer, place = world.cso_monitor, world.station
    five_cases(world, number) if number > 1 else crowd(world, 1)
    monitoring.groups(place, viewer=viewer)
    with statements() as asked:
        monitoring.groups(place, viewer=viewer)
    assert len(asked) == 1
    with statements() as asked:
        monitoring.histories(place, "police", "accepted", viewer=viewer, secret=SECRET)
    assert len(asked) == (1 if number == 1 else 4)  # nothing more is asked for too few


@pytest.mark.only_on("sqlite")  # PostgreSQL's planner weighs a small table against its indexes
def test_groups_are_counted_from_indexes_alone(world: World, noted: list[tuple[str, object]]):
    crowd(world, 300)
    world.a_track("police:accepted")
    noted.clear()
    monitoring.groups(world.station, viewer=world.cso_monitor)
    counting = [one for one in noted if "FROM track" in one[0] or "FROM history_entry" in one[0]]
    assert len(counting) == 1
    read = plans.of(*counting[0]).text.splitlines()
    assert [what for what in read if "SEARCH track USING COVERING INDEX" in what], read
    assert [what for what in read if "COVERING INDEX ix_history_entry_recorded" in what], read
    assert not [what for what in read if "SCAN track" in what or "SCAN history_entry" in what], read


@pytest.fixture
def noted(world: World) -> Iterator[list[tuple[str, object]]]:
    """The statements with their values, as they are sent."""
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        sent.append((statement, values))

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


# --- the other lists of this floor ----------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_the_lists_of_others_are_closed_to_a_monitor(world: World):
    viewer = world.cso_monitor
    for closed in (
        lambda: audit.entries(viewer=viewer),
        lambda: audit.administration(viewer=viewer),
        lambda: people_queries.people(viewer=viewer),
        lambda: people_queries.person(1, viewer=viewer),
    ):
        with pytest.raises(NotPermitted):
            closed()


def five_cases(world: World, times: int = 1, **facts: Any) -> None:
    """Five cases, each with `times` tracks at the Bend police station."""
    for _n in range(5):
        crowd(world, times, **{"status": "accepted", **facts})

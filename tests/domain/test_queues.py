"""What waits: the queues, the docket, caseworkers' lists and what is overdue elsewhere, on both engines."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests import plans
from tests.crowd import crowd
from tests.world import World
from tracker import clock, mission
from tracker.db import db
from tracker.errors import BadInput, NotPermitted
from tracker.models import NO_LIMIT, Membership
from tracker.queries import casework, docket, overview, queues
from tracker.queries.docket import Part
from tracker.queries.paging import Page
from tracker.queries.queues import Show
from tracker.queries.ranges import COUNT_LIMIT, TrackRow
from tracker.vocabulary import Concern, Urgency

POLICE = ("police",)
Reader = Callable[..., Page[TrackRow]]


def queue_of(person: Membership, show: Show = Show.ALL, **more: Any) -> list[str]:
    """The references in one part of a person's queue, in order."""
    stages = {"police_officer": POLICE, "prosecutor": ("prosecution",)}[person.role]
    return [row.reference for row in queues.queue(viewer=person, stages=stages, show=show, **more).rows]


# --- what a queue holds ---------------------------------------------------------------------------------------------


def test_a_referral_waits_in_the_queue_of_its_station_alone(world: World):
    track = world.sent_to_police()
    assert queue_of(world.police_officer) == [track.case.reference]
    assert queue_of(world.other_police_officer) == []
    assert queue_of(world.prosecutor) == []


def test_a_row_says_what_the_queue_must_show_and_nothing_personal(world: World):
    track = world.a_track("police:accepted", concern=Concern.RAPE, urgency=Urgency.EMERGENCY)
    (row,) = queues.queue(viewer=world.police_officer, stages=POLICE).rows
    shown = (row.reference, row.concern, row.urgency, row.status, row.assigned_to)
    assert shown == (track.case.reference, Concern.RAPE, Urgency.EMERGENCY, "accepted", "Samuel Lado")
    assert "Abuk" not in repr(row)


def test_before_acceptance_the_area_is_the_district(world: World):
    track = world.sent_to_police()
    assert world.payam.level == 3
    (row,) = queues.queue(viewer=world.police_officer, stages=POLICE).rows
    assert row.area == world.county.name
    world.take("accept", track)
    (row,) = queues.queue(viewer=world.police_officer, stages=POLICE).rows
    assert row.area == world.payam.name


def test_what_was_not_accepted_is_gone(world: World):
    world.take("not_accept", world.sent_to_police())
    assert queue_of(world.police_officer) == []


def test_the_longest_overdue_comes_first_and_what_has_no_limit_last(world: World):
    later = world.a_track("police:sent", ago=timedelta(days=2))
    first = world.a_track("police:sent", ago=timedelta(days=9))
    without = world.a_track("police:accepted", ago=timedelta(days=12))
    assert queue_of(world.police_officer) == [track.case.reference for track in (first, later, without)]


def test_the_parts_of_a_queue(world: World):
    late = world.a_track("police:sent", ago=timedelta(days=9)).case.reference
    waiting = world.a_track("police:acknowledged").case.reference
    mine = world.a_track("police:under_investigation").case.reference
    officer = world.police_officer
    assert queue_of(officer, Show.WAITING) == [late, waiting]
    assert queue_of(officer, Show.IN_HAND) == [mine]
    assert queue_of(officer, Show.OVERDUE) == [late]
    assert queue_of(officer, Show.MINE) == [mine]
    assert queue_of(world.second_police_officer, Show.MINE) == []
    assert queue_of(officer, status="acknowledged") == [waiting]


def test_counts_are_those_of_the_lists(world: World):
    crowd(world, 23)
    crowd(world, 4, assigned_to_id=world.police_officer.user_id, status="file_ready")
    counts = queues.counts(viewer=world.police_officer, stages=POLICE)
    assert counts == {show: len(queue_of(world.police_officer, show)) for show in Show}


def test_counting_stops_at_the_limit(world: World):
    crowd(world, COUNT_LIMIT + 5, status="sent", due_at=NO_LIMIT)
    counts = queues.counts(viewer=world.police_officer, stages=POLICE)
    assert counts[Show.WAITING] == counts[Show.ALL] == COUNT_LIMIT
    assert counts[Show.OVERDUE] == 0


@pytest.mark.parametrize("role", ["cso_monitor", "auditor", "administrator"])
def test_a_queue_is_read_by_those_who_read_cases(world: World, role: str):
    for read in (queues.queue, queues.counts):
        with pytest.raises(NotPermitted):
            read(viewer=world.people[role], stages=POLICE)


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", Show)
def test_pages_show_every_row_once_on_and_back(world: World, show: Show):
    person = world.police_officer
    crowd(world, 23, assigned_to_id=person.user_id)
    instant = clock.now() - timedelta(hours=3)  # well past: none becomes overdue between two of the pages
    crowd(world, 9, assigned_to_id=person.user_id, due_at=instant)
    whole = queues.queue(viewer=person, stages=POLICE, show=show, size=100).rows
    on = list(_turn(person, show))
    assert [row.id for page in on for row in page.rows] == [row.id for row in whole]
    assert on[0].before is None
    back = queues.queue(viewer=person, stages=POLICE, show=show, size=5, before=on[-1].before)
    assert back == on[-2]


def _turn(person: Membership, show: Show) -> Iterator[Page[TrackRow]]:
    page = queues.queue(viewer=person, stages=POLICE, show=show, size=5)
    yield page
    while page.after:
        page = queues.queue(viewer=person, stages=POLICE, show=show, size=5, after=page.after)
        yield page


def test_a_key_that_no_page_gave_is_refused(world: World):
    for key in ("x", "1.x", "99999999999999999.1", "-1.-1"):
        with pytest.raises(BadInput):
            queues.queue(viewer=world.police_officer, stages=POLICE, after=key)


# --- the docket -----------------------------------------------------------------------------------------------------


def docket_of(world: World, part: Part) -> list[str]:
    """The references in one part of the county court's docket."""
    return [row.reference for row in docket.docket(viewer=world.court_clerk, part=part).rows]


def test_a_hearing_is_in_the_part_of_its_day(world: World):
    track = world.a_track("court:listed")  # for seven days from today
    (reference, before) = (track.case.reference, Part.WEEK)
    assert docket_of(world, Part.WEEK) == [reference]
    for days, part in ((-3, Part.LATER), (0, Part.WEEK), (7, Part.TODAY), (8, Part.PAST)):
        with world.travel(days=days):
            found = {part: docket_of(world, part) for part in (Part.PAST, Part.TODAY, Part.WEEK, Part.LATER)}
        assert found == {part: [reference]} | {other: [] for other in found if other is not part}, before


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("court:sent", Part.TO_FILE),
        ("court:acknowledged", Part.TO_FILE),
        ("court:accepted", Part.TO_LIST),
        ("court:heard", Part.DECISION),
        ("court:judgment_reserved", Part.DECISION),
        ("court:adjourned_sine_die", Part.NO_DATE),
        ("enforcement:pending", Part.ORDERS),
        ("enforcement:partially_implemented", Part.ORDERS),
    ],
)
def test_every_other_status_has_its_part(world: World, at: str, part: Part):
    reference = world.a_case(at).reference
    counts = docket.counts(viewer=world.court_clerk)
    assert {name for name, number in counts.items() if number} == {part, Part.ALL}
    assert docket_of(world, part) == docket_of(world, Part.ALL) == [reference]


def test_every_open_status_of_a_court_is_in_one_part(world: World):
    procedure = mission.current().procedure
    open_statuses = [(stage, status) for stage in docket.STAGES for status in procedure.open_statuses(stage)]
    for stage, status in open_statuses:
        crowd(world, 1, at=world.county_court, stage=stage, status=status)
    counts = Counter(docket.counts(viewer=world.court_clerk))
    assert counts.pop(Part.ALL) == len(open_statuses)
    assert counts.total() == len(open_statuses)


def test_a_row_of_the_docket_counts_adjournments_but_not_mistakes(world: World):
    from tracker.actions import corrections

    track = world.a_track("court:listed")
    world.take("adjourn", track)
    world.take("hear", track)
    mistaken = world.take("adjourn_sine_die", track)
    assert docket.docket(viewer=world.court_clerk).rows[0].adjournments == 2
    corrections.withdraw(
        actor=world.court_clerk, entry=mistaken, on=track, seen=track.version, note="Wrong case"
    )
    assert docket.docket(viewer=world.court_clerk).rows[0].adjournments == 1


def test_a_docket_is_that_of_the_own_court(world: World):
    world.a_case("court:listed")
    assert docket.docket(viewer=world.other_court_clerk).rows == []
    with pytest.raises(NotPermitted):
        docket.docket(viewer=world.cso_monitor)


# --- caseworkers' lists ---------------------------------------------------------------------------------------------


def test_who_sent_a_referral_is_told_what_its_holder_asks(world: World):
    track = world.a_track("police:acknowledged")
    world.take("request_information", track)
    (row,) = casework.read(casework.Part.INFORMATION, viewer=world.judicial_officer).rows
    assert (row.reference, row.holder) == (track.case.reference, "Bend police station")
    assert casework.counts(viewer=world.judicial_officer)[casework.Part.INFORMATION] == 1
    assert casework.counts(viewer=world.focal_point)[casework.Part.INFORMATION] == 0
    world.take("give_information", track)
    assert casework.read(casework.Part.INFORMATION, viewer=world.judicial_officer).rows == []


@pytest.mark.parametrize(
    ("at", "person", "parts"),
    [
        ("referral:registered", "judicial_officer", {casework.Part.INTAKE}),
        ("judicial_follow_up:due", "judicial_officer", {casework.Part.FOLLOW_UP}),
        (
            "judicial_follow_up:escalated",
            "judicial_officer",
            {casework.Part.FOLLOW_UP, casework.Part.ESCALATED},
        ),
        ("feedback:due", "focal_point", {casework.Part.FEEDBACK}),
    ],
)
def test_a_caseworker_s_lists(world: World, at: str, person: str, parts: set[casework.Part]):
    reference, viewer = world.a_case(at).reference, world.people[person]
    for part in parts:
        assert [row.reference for row in casework.read(part, viewer=viewer).rows] == [reference]
    counts = casework.counts(viewer=viewer)
    # A referral that brought the case there may have made another list's entry as well.
    assert {part for part, number in counts.items() if number} >= parts


# --- overdue elsewhere ----------------------------------------------------------------------------------------------


def test_a_section_sees_where_its_cases_are_overdue(world: World):
    late = world.a_case("police:sent", ago=timedelta(days=9)).reference
    found = {row.code: row for row in overview.overdue_by_institution(viewer=world.judicial_officer)}
    assert found[world.station.code].number == 1
    (row,) = overview.overdue_at(world.station, viewer=world.judicial_officer).rows
    assert row.reference == late


def test_a_section_sees_nothing_of_another_section_s_cases(world: World):
    world.a_case("police:sent", ago=timedelta(days=9))
    assert overview.overdue_by_institution(viewer=world.other_judicial_officer) == []
    assert overview.overdue_at(world.station, viewer=world.other_judicial_officer).rows == []


@pytest.mark.parametrize("role", ["focal_point", "police_officer", "cso_monitor", "auditor", "administrator"])
def test_only_those_who_oversee_an_area_ask_what_is_overdue(world: World, role: str):
    with pytest.raises(NotPermitted):
        overview.overdue_by_institution(viewer=world.people[role])
    with pytest.raises(NotPermitted):
        overview.overdue_at(world.station, viewer=world.people[role])


def test_the_oldest_comes_first_and_only_so_many_as_asked(world: World):
    world.a_case("police:sent", ago=timedelta(days=9))
    world.a_case("police:sent", ago=timedelta(days=20), institution=world.gendarmerie)
    rows = overview.overdue_by_institution(viewer=world.judicial_officer)
    assert [row.oldest for row in rows] == sorted(row.oldest for row in rows)
    assert overview.overdue_by_institution(viewer=world.judicial_officer, most=1) == rows[:1]


def test_an_auditor_counts_what_was_recorded_lately(world: World):
    with world.travel(days=-3):
        world.register()
    before = overview.new_entries(viewer=world.auditor)
    world.register()
    assert overview.new_entries(viewer=world.auditor) > before == 0
    with pytest.raises(NotPermitted):
        overview.new_entries(viewer=world.judicial_officer)


def test_an_administrator_counts_people_institutions_and_limits_to_confirm(world: World):
    found = overview.installation(viewer=world.administrator)
    assert (found.people, found.institutions) == (len(world.people), len(world.institutions))
    assert found.limits_to_confirm == 1  # police custody
    with pytest.raises(NotPermitted):
        overview.installation(viewer=world.auditor)


# --- how the engines read them --------------------------------------------------------------------------------------


@contextmanager
def statements_of() -> Iterator[list[tuple[str, Any]]]:
    """The very statements that are sent to the database inside, with their values."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def busy(world: World) -> World:
    """A station with 6,000 open tracks among the tracks of others."""
    for place in (world.station, world.other_station):
        crowd(world, 6_000, at=place, assigned_to_id=world.police_officer.user_id)
    crowd(world, 3_000, at=world.station, open=False, status="forwarded")
    crowd(world, 300, at=world.station, status="acknowledged", awaiting="sender")
    db.session.execute(sa.text("ANALYZE"))
    db.session.commit()
    return world


READS: list[tuple[str, str, int]] = [
    ("all", "ix_track_waiting", 1),
    ("waiting", "ix_track_queue", 2),
    ("in_hand", "ix_track_queue", 4),
    ("overdue", "ix_track_waiting", 1),
    ("mine", "ix_track_mine", 1),
]


def test_every_page_of_a_queue_walks_its_index_and_sorts_no_more_than_pages(busy: World):
    viewer = busy.police_officer
    for name, index, ranges in READS:
        first = queues.queue(viewer=viewer, stages=POLICE, show=Show(name))
        for at in ((None, None), (first.after, None), (None, first.after)):
            with statements_of() as sent:
                queues.queue(viewer=viewer, stages=POLICE, show=Show(name), after=at[0], before=at[1])
            plan = plans.of(*sent[-1])
            assert plan.indexes_of("track") >= {index}, (name, at, plan.text)
            assert not plan.scanned("track"), (name, at, plan.text)
            assert plan.most_sorted() <= 51 * ranges, (name, at, plan.text)


def test_the_counts_of_a_queue_are_read_from_indexes(busy: World):
    with statements_of() as sent:
        queues.counts(viewer=busy.police_officer, stages=POLICE)
    plan = plans.of(*sent[-1])
    assert plan.indexes_of("track") == {"ix_track_queue", "ix_track_waiting", "ix_track_mine"}, plan.text
    assert not plan.scanned("track")


def test_what_is_asked_is_read_from_its_own_small_index(busy: World):
    with statements_of() as sent:
        casework.read(casework.Part.INFORMATION, viewer=busy.judicial_officer)
    plan = plans.of(*sent[-1])
    assert "ix_track_asked" in plan.indexes_of("track"), plan.text


def test_the_docket_and_its_counts_walk_indexes(busy: World):
    with statements_of() as sent:
        docket.docket(viewer=busy.court_clerk, part=Part.WEEK)
        docket.counts(viewer=busy.court_clerk)
    for statement in sent[-2:]:
        plan = plans.of(*statement)
        assert not plan.scanned("track"), plan.text

"""No case can be told from fewer than four others, whatever the cases are."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.mining import alike
from tracker.mining.courses import Course, Disclosed, Step

SMALLEST = 5
_BEGAN = date(2026, 2, 3).toordinal()


def step(action: str, *, stay: int = 1, status: str = "", role: str = "police_officer") -> Step:
    """An act at a police station."""
    return Step(stay, "police", action, status or action, "police_station", role)


_STEPS = st.lists(
    st.builds(step, st.sampled_from(["send", "accept", "forward"]), stay=st.integers(1, 2)),
    min_size=1,
    max_size=3,
)


@st.composite
def _cases(draw: Any) -> list[Course]:
    """Many cases of few kinds, so that groups of every size come about."""
    kinds = draw(st.lists(_STEPS, min_size=1, max_size=4))
    cases = []
    for _ in range(draw(st.integers(0, 40))):
        steps = tuple(draw(st.sampled_from(kinds)))
        days = sorted(_BEGAN + draw(st.integers(0, 300)) for _ in steps)
        area = draw(st.sampled_from(["XA01", "XA02", ""]))
        cases.append(Course(steps, tuple(days), draw(st.sampled_from(["rape", "killing"])), area))
    return cases


@settings(max_examples=40)
@given(_cases())
def test_whatever_is_written_is_the_same_for_five_cases_or_more(cases: list[Course]):
    found = alike.disclosed(cases, smallest=SMALLEST)
    written = Counter[Any]()
    for group in found.groups:
        written[group.steps, tuple(group.days), group.concern, group.area] += group.cases
    assert all(many >= SMALLEST for many in written.values())
    assert sum(written.values()) + found.left_out == len(cases)
    assert all(list(group.days) == sorted(group.days) for group in found.groups)


@settings(max_examples=40)
@given(_cases())
def test_nothing_is_said_of_a_group_that_is_not_true_of_so_many_cases(cases: list[Course]):
    found = alike.disclosed(cases, smallest=SMALLEST)
    for group in found.groups:
        like = [
            case
            for case in map(alike.outline if group.outline else _itself, cases)
            if case.steps == group.steps
            and group.concern in (case.concern, "")
            and group.area in (case.area, "")
        ]
        assert len(like) >= group.cases


def _itself(course: Course) -> Course:
    return course


def of(*cases: Course) -> Disclosed:
    """What may leave of these."""
    return alike.disclosed(cases, smallest=SMALLEST)


def case(
    *actions: str, began: int = _BEGAN, concern: str = "rape", area: str = "XA01", gap: int = 7
) -> Course:
    """A case of these acts, so many days apart."""
    steps = tuple(map(step, actions))
    return Course(steps, tuple(began + gap * place for place in range(len(steps))), concern, area)


def test_four_are_too_few_and_five_are_not():
    assert of(*[case("send", "accept")] * 4) == Disclosed([], 4)
    assert of(*[case("send", "accept")] * 5).groups[0].cases == 5


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ({"area": "XA02"}, ("rape", "")),
        ({"concern": "killing"}, ("", "")),
        ({"concern": "killing", "area": "XA02"}, ("", "")),
    ],
)
def test_what_is_rare_gives_up_the_state_first_and_then_the_concern(
    other: dict[str, str], kept: tuple[str, str]
):
    (group,) = of(*[case("send", "accept")] * 3, *[case("send", "accept", **other)] * 2).groups
    assert (group.concern, group.area, group.outline) == (*kept, False)


def test_rare_ways_between_two_ends_are_told_as_an_outline():
    ways = [("send", word, "forward") for word in ("accept", "acknowledge", "ask", "answer", "wait")]
    (group,) = of(*(case(*way) for way in ways)).groups
    assert [one.action for one in group.steps] == ["send", "forward"]
    assert group.outline
    assert {one.role for one in group.steps} == {""}


def test_days_are_means_from_the_first_day_of_a_quarter_and_nobody_s_own():
    cases = [case("send", "accept", began=_BEGAN + n, gap=10 * n) for n in range(5)]
    (group,) = of(*cases).groups
    begin = date(2026, 1, 1).toordinal()
    assert group.days == [begin, begin + 20]


def test_a_large_group_is_cut_into_parts_that_began_together():
    cases = [case("send", began=_BEGAN + 100 * n) for n in range(12)]
    parts = of(*cases).groups
    assert [part.cases for part in parts] == [6, 6]
    assert parts[0].days[0] < parts[1].days[0]

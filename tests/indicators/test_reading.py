"""Which reading is unusual: each rule by itself, and what it must not list."""

from hypothesis import given
from hypothesis import strategies as st

from tracker.indicators.reading import LEAST, Finding, Read, Why, far_above, unusual

POLICE = "police_officer"


def weeks(reader: int, *cases: int, late: int = 0) -> list[Read]:
    """The days before: one number of cases a day, some of them read at night."""
    return [Read(reader, POLICE, number, outside_hours=late) for number in cases]


def test_far_more_cases_than_oneself_and_the_role_is_listed_with_what_is_usual():
    before = weeks(1, 4, 5, 6, 5, 4, 5) + weeks(2, 3, 4, 5, 4, 3, 4)
    assert unusual([Read(1, POLICE, 30)], before) == [Finding(1, Why.VOLUME, 30, 5)]


def test_who_reads_much_every_day_is_not_listed_and_neither_are_two_cases_more():
    busy = weeks(1, 30, 31, 29, 30, 30, 32) + weeks(2, 4, 5, 4, 5, 4, 5)
    assert unusual([Read(1, POLICE, 33)], busy) == []
    assert unusual([Read(2, POLICE, 8)], busy) == []


def test_one_who_reads_everything_does_not_hide_by_moving_the_mean():
    before = weeks(9, 200, 200, 200, 200, 200) + [one for n in range(8) for one in weeks(n, 4, 5, 4, 5, 4)]
    assert [one.why for one in unusual([Read(1, POLICE, 40)], before)] == [Why.VOLUME]


def test_a_newcomer_is_compared_with_the_role_alone():
    before = weeks(2, 3, 4, 5, 4, 3, 4)
    assert unusual([Read(1, POLICE, 9)], before) == []
    assert unusual([Read(1, POLICE, 20)], before) == [Finding(1, Why.VOLUME, 20, 4)]


def test_reading_at_night_is_listed_save_for_who_works_at_night():
    at_night = Read(1, POLICE, 4, outside_hours=4)
    assert [one.why for one in unusual([at_night], weeks(1, 4, 4, 4, 4, 4, 4))] == [Why.HOURS]
    assert unusual([at_night], weeks(1, 4, 4, 4, 4, 4, 4, late=4)) == []
    assert unusual([at_night._replace(outside_hours=2)], []) == []


def test_every_emergency_and_many_guesses_are_listed():
    read = Read(1, POLICE, 1, emergencies=1, guesses=5)
    assert [one.why for one in unusual([read], [])] == [Why.EMERGENCY, Why.GUESSING]
    assert unusual([Read(1, POLICE, 1, guesses=4)], []) == []


@given(st.lists(st.integers(0, 60), min_size=1), st.integers(0, 200))
def test_nothing_below_the_least_number_is_far_and_more_is_never_less_unusual(usual: list[int], number: int):
    before = [Read(2, POLICE, one) for one in usual]
    listed = [bool(unusual([Read(1, POLICE, more)], before)) for more in (number, number + 1)]
    assert listed[0] <= listed[1]
    assert far_above(usual) >= LEAST

"""Instants are UTC; days are the mission area's."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tracker import clock

JUBA, KABUL, TORONTO = ZoneInfo("Africa/Juba"), ZoneInfo("Asia/Kabul"), ZoneInfo("America/Toronto")
ZONES = st.sampled_from([JUBA, KABUL, TORONTO, ZoneInfo("Africa/Bamako"), ZoneInfo("Pacific/Apia")])


def test_now_is_aware_in_utc_and_in_whole_seconds():
    with time_machine.travel(datetime(2026, 11, 23, 12, 0, 0, 987654, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_late_in_the_evening_in_utc_the_next_day_has_begun_in_juba():
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert clock.day_of(late, JUBA) == date(2026, 11, 24)
    assert clock.day_of(late, TORONTO) == date(2026, 11, 23)


def test_a_day_begins_and_ends_by_the_mission_area_s_clock():
    day = date(2026, 11, 24)
    assert clock.start_of(day, JUBA) == datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert clock.end_of(day, JUBA) == datetime(2026, 11, 24, 21, 59, 59, tzinfo=UTC)


def test_the_day_on_which_clocks_change_has_its_own_length():
    day = date(2026, 11, 1)
    assert clock.end_of(day, TORONTO) - clock.start_of(day, TORONTO) == timedelta(hours=25, seconds=-1)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), ZONES)
def test_a_day_s_first_and_last_second_are_in_it_and_the_seconds_beside_them_are_not(
    day: date, zone: ZoneInfo
):
    if (zone.key, day) == ("Pacific/Apia", date(2011, 12, 30)):
        return  # Samoa crossed the date line: this day was never
    first, last = clock.start_of(day, zone), clock.end_of(day, zone)
    assert clock.day_of(first, zone) == clock.day_of(last, zone) == day
    assert clock.day_of(last + timedelta(seconds=1), zone) != day
    assert clock.day_of(first - timedelta(seconds=1), zone) != day


def test_the_clock_stands_only_inside_and_only_here():
    then = datetime(2025, 3, 1, 8, tzinfo=UTC)
    with clock.standing_at(then):
        assert clock.now() == then
        with clock.standing_at(then + timedelta(days=1)):
            assert clock.now() == then + timedelta(days=1)
        assert clock.now() == then
    assert clock.now() > then + timedelta(days=365)


def test_the_clock_goes_on_after_something_failed_while_it_stood():
    with pytest.raises(ZeroDivisionError), clock.standing_at(datetime(2025, 3, 1, tzinfo=UTC)):
        _ = 1 / 0
    assert clock.now().year > 2025

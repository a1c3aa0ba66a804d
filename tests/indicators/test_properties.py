"""What always holds of the figures, whatever happened."""

import itertools
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.indicators import ages, caseload, durations, limits, survival
from tracker.indicators.comparison import Unit, binomial_limit, chi_square_95, funnel
from tracker.indicators.disclosure import disclosed
from tracker.indicators.measured import wilson
from tracker.indicators.periods import Period
from tracker.indicators.spells import Pause, Spell, parts
from tracker.indicators.words import Beginning, Blank, End, Excluded

DAYS = st.integers(0, 800).map(lambda day: date(2019, 1, 1) + timedelta(days=day))
PERIODS = st.tuples(DAYS, DAYS).map(lambda two: Period(min(two), max(two)))
ENDS = st.sampled_from(durations.WAYS_OUT)


@st.composite
def a_spell(draw: st.DrawFn) -> Spell:
    """A stay: suspended or not, open or ended, with days that a source may not know, or have wrong."""
    entered, *between = sorted(draw(st.lists(DAYS, min_size=2, max_size=6)))
    ended = draw(st.booleans())
    left = between.pop() if ended else None
    pauses = [Pause(since, until) for since, until in zip(between[::2], between[1::2], strict=False)]
    if left is None and len(between) % 2:
        pauses.append(Pause(between[-1], None))
    wrong = draw(st.sampled_from(("", "", "", "entry", "end", "backwards"))) if not pauses else ""
    if wrong == "backwards" and left is not None:
        entered, left = left, entered
    return Spell(
        case="a",
        institution="b",
        stage="police",
        beginning=draw(st.sampled_from([Beginning.NEW, Beginning.TRANSFERRED_IN, Beginning.REOPENED])),
        entered=None if wrong == "entry" else entered,
        left=None if wrong == "end" else left,
        end=draw(ENDS) if ended else None,
        pauses=tuple(pauses),
    )


SPELLS = st.lists(a_spell(), max_size=30)


@given(SPELLS, PERIODS, DAYS)
def test_the_books_of_any_period_balance(spells: list[Spell], period: Period, as_of: date):
    asked = [period.earlier(2), period.earlier(1), period]
    books = caseload.books(spells, caseload.bounds(asked, as_of))
    loads = [caseload.caseload(books, one) for one in asked]
    for load in loads:
        assert load.balances
        assert min(load.open_at_start, load.open_at_end, load.suspended_at_end, load.undated) >= 0
    for before, after in itertools.pairwise(loads):
        assert before.open_at_end == after.open_at_start
    stock = ages.open_cases(spells, min(as_of, period.last))
    assert loads[-1].open_at_end == sum(stock.histogram.values()) + stock.undated
    assert loads[-1].suspended_at_end == stock.suspended


@given(SPELLS, PERIODS, DAYS)
def test_nobody_of_a_cohort_is_lost(spells: list[Spell], period: Period, as_of: date):
    cohort = durations.cohort(spells, period, as_of)
    came = [spell for spell in spells if spell.entered in period and spell.entered <= as_of]
    undated = cohort.excluded.get(Excluded.ENTRY_UNDATED, 0)
    assert sum(cohort.histogram.values()) + sum(cohort.excluded.values()) - undated == len(came)
    measured, ways = durations.duration(cohort), durations.ways_out(cohort)
    assert measured.ends + measured.censored == measured.n == ways.n
    heights = [point.open for point in measured.curve]
    assert heights == sorted(heights, reverse=True)
    for point in measured.curve:
        assert 0 <= point.lower <= point.open + 1e-12
        assert point.open <= point.upper + 1e-12 <= 1 + 2e-12
    for ended in ways.curve:
        assert sum(ended.by_end.values()) + ended.open == pytest.approx(1)
    if ways.curve:
        assert ways.curve[-1].open == pytest.approx(measured.curve[-1].open)


@given(a_spell())
def test_a_suspended_spell_is_counted_in_parts_that_follow_each_other(spell: Spell):
    its = list(parts(spell))
    assert [part.end for part in its[:-1]] == [End.SUSPENDED] * (len(its) - 1)
    for before, after in itertools.pairwise(its):
        assert after.beginning is Beginning.REACTIVATED
        assert before.went <= after.came


def _year(*spells: Spell) -> caseload.Caseload:
    year = Period.of("2019")
    return caseload.caseload(caseload.books(spells, caseload.bounds([year], date(2020, 1, 1))), year)


def test_rates_say_in_words_what_has_no_number():
    empty = _year()
    assert (caseload.clearance(empty).percent, caseload.clearance(empty).blank) == (None, Blank.NO_NEW_CASES)
    assert (caseload.disposition(empty).days, caseload.disposition(empty).blank) == (
        None,
        Blank.NONE_RESOLVED,
    )
    load = _year(Spell("a", "b", "c", Beginning.NEW, date(2018, 1, 1), date(2019, 5, 1), End.DECIDED))
    assert (caseload.disposition(load).days, caseload.disposition(load).turnover) == (0, None)
    assert caseload.disposition(load).change_percent == -100
    assert caseload.clearance(load).few


def test_who_only_hands_on_is_not_at_fault():
    day = date(2019, 3, 1)
    handed = [Spell("a", "b", "c", Beginning.NEW, day, day, End.MOVED_OUT)] * 7
    cleared = caseload.clearance(_year(*handed, Spell("a", "b", "c", Beginning.NEW, day, day, End.DECIDED)))
    assert (cleared.percent, cleared.of_those_kept) == (12.5, 100)


def test_a_spell_of_one_day_has_the_duration_zero():
    day = date(2019, 2, 3)
    same = Spell("a", "b", "c", Beginning.NEW, day, day, End.DECIDED)
    assert durations.cohort([same], Period.of("2019"), day).histogram == {(0, End.DECIDED): 1}


def test_open_and_late_is_late_and_what_was_taken_back_is_nobody_s():
    verdict = limits.Verdict
    verdicts = {verdict.IN_TIME: 6, verdict.LATE: 2, verdict.STILL_OPEN: 2, verdict.TAKEN_BACK: 3}
    found = limits.on_time(verdicts, Period.of("2019"), without_limit=4)
    assert (found.part, found.n, found.share) == (6, 10, 0.6)
    assert found.excluded == {Excluded.NO_LIMIT: 4, Excluded.TAKEN_BACK: 3}


@given(st.integers(1, 400), st.floats(0.02, 0.98))
def test_limits_lie_around_each_other(n: int, target: float):
    around = [binomial_limit(n, target, tail) for tail in (0.001, 0.025, 0.975, 0.999)]
    assert around == sorted(around)
    assert around[0] < target < around[3] + 1e-9


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), max_size=25))
def test_a_funnel_keeps_the_order_that_it_was_given(pairs: list[tuple[int, int]]):
    units = [Unit(str(at), min(pair), max(pair)) for at, pair in enumerate(pairs)]
    found = funnel(units)
    codes = [point.code for point in found.points]
    assert codes == sorted(codes, key=int)
    assert found.left_out == len(units) - len(codes)
    for row in found.limits:
        assert all(0 <= limit <= 1 for limit in row[1:])
        assert list(row[1:]) == sorted(row[1:])


def test_a_large_unit_does_not_set_its_own_target():
    found = funnel([Unit("large", 900, 1000), Unit("small", 5, 50), Unit("tiny", 1, 3)])
    assert [point.target for point in found.points] == pytest.approx([0.1, 0.9])
    assert found.left_out == 1


def test_the_95_percent_point_of_chi_squared():
    published = {3: 7.815, 10: 18.307, 30: 43.773, 123: 149.885}
    for freedom, point in published.items():
        assert chi_square_95(freedom) == pytest.approx(point, rel=6e-3)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_lies_in_its_interval(part: int, more: int):
    interval = wilson(part, part + more)
    if interval is None:
        assert part + more == 0
    else:
        assert 0 <= interval.lower <= part / (part + more) <= interval.upper <= 1


@given(st.integers(0, 10_000))
def test_a_count_is_said_to_the_nearest_five_or_not_at_all(number: int):
    said = disclosed(number)
    assert (said is None) == (number < 5)
    assert said is None or (said % 5 == 0 and abs(said - number) <= 2)


@given(PERIODS)
def test_a_period_is_read_as_it_is_written(period: Period):
    assert Period.of(str(period)) == period
    assert period.earlier(1).last == period.eve


def test_a_quantile_that_is_not_reached_is_none():
    curve = survival.kaplan_meier(Counter({(5, True): 1, (90, False): 9}), {True})
    assert survival.quantile(curve, 0.5)[::2] == (None, None)
    assert survival.at(curve, 91, 90) is None
    assert survival.at(curve, 90, 90).open == pytest.approx(0.9)

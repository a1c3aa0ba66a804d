"""What a report says, under attack: whoever reads all of its tables, and those of the next quarter, with a solver."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from tests import made_figures
from tracker.indicators import editions, published, reported
from tracker.indicators.disclosure import SMALLEST, STEP, disclosed, fewest
from tracker.indicators.periods import Period
from tracker.indicators.published import CASES, NOTHING, Before, Cell, Said
from tracker.indicators.reported import Counted, Counts
from tracker.indicators.tally import Stay
from tracker.indicators.words import Beginning, End

ENDS = ("decided", "withdrawn", "administrative", "moved_out")
RESOLVED = ENDS[:3]
Place = tuple[str, str, str]
"""Period, table, row."""

QUARTERS = (Period.of("2026-Q2"), Period.of("2026-Q3"))
GIVEN_AWAY = [(129, 200), (182, 15)]
"""Institutions whose sums give a hidden number away: by the parts of a whole, and by the quarter that follows."""

_MOST = 2_000


@cache
def possible(cell: Cell, step: int) -> tuple[int, int]:
    """The least and the most that a cell may stand for: by trying."""
    found = [number for number in range(_MOST) if disclosed(number, step=step) == cell]
    return found[0], found[-1]


class Attack:
    """A reader with a solver: what each number may be, by what is published and by what must add up."""

    def __init__(self) -> None:
        self.places: dict[Place, int] = {}
        self.bounds: list[tuple[float, float]] = []
        self.equal: list[dict[int, float]] = []
        self.at_most: list[dict[int, float]] = []

    def read(self, said: Said) -> None:
        """Takes in every count of every table, and what must hold between them."""
        for table in said.tables:
            for line in table.lines:
                if table.columns[0] == CASES and line.cells[0] != NOTHING:
                    self._take((str(said.period), table.code, line.code), line.cells[0], said.step)
        self._books(str(said.period))
        self._parts(str(said.period))

    def _take(self, place: Place, cell: Cell, step: int) -> None:
        self.places[place] = len(self.bounds)
        self.bounds.append(possible(cell, step))

    def _at(self, period: str, table: str, row: str) -> int:
        return self.places[period, table, row]

    def _sum(self, period: str, table: str, whole: str, parts: Sequence[str]) -> None:
        row = {self._at(period, table, part): 1.0 for part in parts}
        self.equal.append({**row, self._at(period, table, whole): -1.0})

    def _same(self, one: Place, other: Place) -> None:
        if one in self.places and other in self.places:
            self.equal.append({self.places[one]: 1.0, self.places[other]: -1.0})

    def _books(self, period: str) -> None:
        self._sum(period, "caseload", "came_in", list(Beginning))
        self._sum(period, "caseload", "resolved", RESOLVED)
        balance = {self._at(period, "caseload", end): -1.0 for end in End}
        balance[self._at(period, "caseload", "open_at_start")] = 1.0
        balance[self._at(period, "caseload", "came_in")] = 1.0
        balance[self._at(period, "caseload", "open_at_end")] = -1.0
        self.equal.append(balance)
        for table in ("time", "ends"):
            self._same((period, table, "n"), (period, "caseload", "came_in"))
        for mark in (30, 90, 180):
            self._at_most((period, "time", f"open_at_{mark}"), (period, "time", "n"))
            self._at_most((period, "time", f"open_at_{mark * 2}"), (period, "time", f"open_at_{mark}"))
        self._same((period, "ages", "n"), (period, "caseload", "open_at_end"))
        self._sum(period, "ages", "n", [f"band_{first}" for first in (0, 91, 181, 366, 731)])

    def _parts(self, period: str) -> None:
        self._sum(period, "on_time", "n", ("part", "late", "still_open"))
        for table, part, whole in (
            ("ages", "with_limit", "n"),
            ("ages", "over_limit", "with_limit"),
            ("progression", "part", "n"),
            ("received", "acknowledged", "n"),
            ("received", "unanswered", "judged"),
        ):
            self._at_most((period, table, part), (period, table, whole))

    def _at_most(self, part: Place, whole: Place) -> None:
        if part in self.places and whole in self.places:
            self.at_most.append({self.places[part]: 1.0, self.places[whole]: -1.0})

    def follow(self, before: str, after: str) -> None:
        """The quarter that follows: what was open at the end of the one is open at the start of the other."""
        self._same((before, "caseload", "open_at_end"), (after, "caseload", "open_at_start"))

    def close(self) -> None:
        """Everything was read: the rows become matrices."""
        self._equal, self._less = self._matrix(self.equal), self._matrix(self.at_most)

    def constrained(self, at: int) -> bool:
        """Whether anything is known of a number besides its own cell."""
        return any(at in row for row in (*self.equal, *self.at_most))

    def narrowed(self, at: int) -> tuple[int, int]:
        """The least and the most whole number that it may be."""
        target = np.zeros(len(self.bounds))
        target[at] = 1.0
        least, most = self._solve(target), -self._solve(-target)
        return int(np.ceil(least - 1e-6)), int(np.floor(most + 1e-6))

    def _solve(self, target: np.ndarray) -> float:
        found = linprog(
            target,
            A_ub=self._less,
            b_ub=np.zeros(len(self.at_most)),
            A_eq=self._equal,
            b_eq=np.zeros(len(self.equal)),
            bounds=self.bounds,
        )
        assert found.success, found.message
        return float(found.fun)

    def _matrix(self, rows: Sequence[dict[int, float]]) -> csr_array:
        made = np.zeros((len(rows), len(self.bounds)))
        for number, row in enumerate(rows):
            for at, weight in row.items():
                made[number, at] = weight
        return csr_array(made)


def quarters(seed: int, many: int) -> list[list[Counts]]:
    """What an institution's reports of two quarters count."""
    stays = made_figures.stays(seed, many)
    return [reported.institution(made_figures.institution(stays, period=period)) for period in QUARTERS]


def publish(counts: Sequence[Sequence[Counts]]) -> list[Said]:
    """The reports of two quarters, one after the other."""
    first = published.gate(counts[0], QUARTERS[0])
    return [first, published.gate(counts[1], QUARTERS[1], [first])]


def recovered(reports: Sequence[Said]) -> tuple[list[tuple[Place, int]], int]:
    """The hidden numbers that only one value is left for, and of how many that was asked."""
    attack = Attack()
    for said in reports:
        attack.read(said)
    attack.follow(*map(str, QUARTERS))
    attack.close()
    hidden = [
        (place, at)
        for place, at in attack.places.items()
        if attack.bounds[at] == (0, SMALLEST - 1) and attack.constrained(at)
    ]
    ranges = [(place, *attack.narrowed(at)) for place, at in hidden]
    return [(place, least) for place, least, most in ranges if least == most], len(hidden)


@pytest.mark.parametrize("many", [6, 15, 40, 90, 200])
def test_no_count_under_five_is_recovered_by_linear_programming_from_all_tables_of_two_quarters(many: int):
    asked = 0
    for seed in range(2):
        found, hidden = recovered(publish(quarters(seed, many)))
        assert not found
        asked += hidden
    assert asked > 20


@pytest.mark.parametrize(("seed", "many"), GIVEN_AWAY)
def test_what_sums_would_give_away_is_rounded_more_coarsely_until_they_do_not(seed: int, many: int):
    counts = quarters(seed, many)
    plain = [published.at_step(one, period, STEP) for one, period in zip(counts, QUARTERS, strict=True)]
    assert recovered(plain)[0], "at the usual step a solver finds a number under five"
    reports = publish(counts)
    assert max(said.step for said in reports) > STEP
    assert not recovered(reports)[0]


# --- another edition ------------------------------------------------------------------------------------------------


def editions_of(*stays: Sequence[Stay]) -> list[Said]:
    """The editions of one quarter's report, from the stays that were known when each was published."""
    period = QUARTERS[1]
    counts = [reported.institution(made_figures.institution(one, period=period)) for one in stays]
    said = [published.gate(counts[0], period)]
    for number in range(1, len(counts)):
        stood = editions.stood_for(counts[:number])
        said.append(published.gate(counts[number], period, (), Before(said[-1], stood)))
    return said


@pytest.mark.parametrize("many", [3, 18, 60])
def test_who_knows_of_up_to_four_new_cases_learns_nothing_from_another_edition(many: int):
    for seed in range(6):
        before = made_figures.stays(seed, many)
        for more in (1, 4):
            first, second = editions_of(before, [*before, *made_figures.stays(seed + 50, more)])
            assert second.tables == first.tables


def test_an_edition_changes_what_five_cases_moved_and_keeps_the_rest():
    before = made_figures.stays(3, 60)
    after = [*before, *made_figures.stays(7, 40)]
    first, second = editions_of(before, after)
    was, now = numbers_of(before), numbers_of(after)
    changed = {
        (str(place[0]), str(place[1]), str(place[2]))
        for place in published.changed(first.tables, second.tables)
    }
    assert ("caseload", "police", "came_in") in changed
    for place in was.keys() & now.keys():
        if place[0] not in editions.OF_ENTRIES and abs(now[place] - was[place]) >= SMALLEST:
            assert place in changed
    cells = [published.cells(one.tables) for one in (first, second)]
    stand = [place for place in cells[0] if place[3] == CASES and place[:3] in second.kept]
    assert stand
    assert {place: cells[1][place] for place in stand} == {place: cells[0][place] for place in stand}


def of_high_risk(*numbers: int) -> list[list[Counts]]:
    """The one table of three editions."""
    return [[Counts("protection", "M14", [Counted("n", number)])] for number in numbers]


def test_cases_that_come_by_fours_are_said_once_they_are_five():
    place, counts = ("protection", "", "n"), of_high_risk(12, 16, 18)
    stood = editions.stood_for(counts[:2])
    assert stood == {place: 12}, "four are not enough, so the first edition still stands"
    assert editions.moved(counts[2], stood) == {place}
    assert editions.stood_for(counts) == {place: 18}


# --- stays and cases ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "repeats", "cases"),
    [(5, {}, 5), (5, {5: 1}, 1), (5, {3: 1, 2: 20}, 2), (9, {2: 2}, 7), (0, {2: 9}, 0), (40, {10: 4}, 4)],
)
def test_stays_are_of_so_many_cases_at_least(number: int, repeats: dict[int, int], cases: int):
    assert fewest(number, repeats) == cases


def test_five_stays_of_one_case_are_not_said_as_five():
    stays = [
        Counts("caseload", "M1", [Counted("resolved", 5), Counted("came_in", 30), Counted("open_at_end", 5)])
    ]
    told = {("", ""): {5: 1}}
    for counts, said in ((stays, [5, 30, 5]), (reported.with_repeats(stays, told), [None, 30, None])):
        (table, *_rates) = published.gate(counts, QUARTERS[1]).tables
        assert [line.cells[0] for line in table.lines] == said
    once = reported.with_repeats(of_high_risk(12)[0], told)
    assert not editions.moved(reported.with_repeats(of_high_risk(17)[0], told), editions.numbers(once))


def numbers_of(stays: Sequence[Stay]) -> editions.Numbers:
    """The true numbers of a quarter."""
    return editions.numbers(reported.institution(made_figures.institution(stays, period=QUARTERS[1])))

"""The custody clock, country by country and to the minute, and what can never move it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import procedure
from tracker.errors import BrokenProcedure
from tracker.procedure.custody import CustodyLaw, Event, Spell, Standing, standing
from tracker.vocabulary import Authority, CustodyAct, CustodyFault, LimitBasis, ProductionResult

LAWS = {pack: procedure.load(pack).custody for pack in (None, *procedure.PACKS)}
ARREST = datetime(2026, 3, 27, 14, 7, tzinfo=UTC)
"""A Friday afternoon: no country's limit waits for Monday."""


def _at(hours: float, minutes: int = 0) -> datetime:
    return ARREST + timedelta(hours=hours, minutes=minutes)


def _arrest(hours: float = 0) -> Event:
    return Event(CustodyAct.ARREST, _at(hours))


def _extend(at: float, hours: int | None = None, **facts: object) -> Event:
    return Event(CustodyAct.EXTENSION, _at(at), hours=hours, **facts)  # type: ignore[arg-type]


def _court(
    at: float, result: ProductionResult = ProductionResult.REMANDED, until: float | None = None
) -> Event:
    day = None if until is None else _at(until)
    return Event(CustodyAct.PRODUCTION, _at(at), result=result, until=day)


def _release(at: float) -> Event:
    return Event(CustodyAct.RELEASE, _at(at))


WRITTEN = {"written": True, "authority": Authority.PROSECUTOR}
TOO_LONG, TOO_OFTEN, NO_EXTENSION = CustodyFault.TOO_LONG, CustodyFault.TOO_OFTEN, CustodyFault.NO_EXTENSION
TABLE: list[tuple[str | None, str, list[Event], float | None, dict[int, CustodyFault]]] = [
    # country, what happened, the hour (from the arrest) at which the limit ends, what went beyond the law
    (None, "arrested", [], 48, {}),
    (None, "extended where no extension is recorded", [_extend(20, 24)], 48, {1: NO_EXTENSION}),
    (None, "remanded without a day", [_court(30)], None, {}),
    (None, "remanded to a day", [_court(30, until=200)], 200, {}),
    (None, "sent back without an order", [_court(30, ProductionResult.NO_ORDER)], 48, {}),
    (None, "release ordered", [_court(30, ProductionResult.RELEASE_ORDERED)], 30, {}),
    (None, "release ordered too late", [_court(60, ProductionResult.RELEASE_ORDERED)], 48, {}),
    ("ssd", "arrested", [], 24, {}),
    ("ssd", "extended", [_extend(20, 24, **WRITTEN)], 24, {1: NO_EXTENSION}),
    ("ssd", "brought late, remanded to a day", [_court(90, until=258)], 258, {}),
    ("caf", "arrested", [], 72, {}),
    ("caf", "extended once", [_extend(70, 72)], 144, {}),
    ("caf", "extended at the last minute", [_extend(72, 72)], 144, {}),
    ("caf", "extended a minute late", [_extend(72 + 1 / 60, 72)], 72, {1: CustodyFault.TOO_LATE}),
    ("caf", "extended for less", [_extend(70, 24)], 96, {}),
    ("caf", "extended twice", [_extend(70, 72), _extend(140, 72)], 144, {2: TOO_OFTEN}),
    ("caf", "extended for too long", [_extend(70, 73)], 72, {1: TOO_LONG}),
    ("caf", "too long, then lawfully", [_extend(60, 73), _extend(70, 72)], 144, {1: TOO_LONG}),
    ("caf", "extended after a remand", [_court(60, until=90), _extend(80, 72)], 90, {2: NO_EXTENSION}),
    ("mli", "arrested", [], 48, {}),
    ("mli", "extended in writing", [_extend(40, 24, **WRITTEN)], 72, {}),
    ("mli", "extended by word of mouth", [_extend(40, 24)], 48, {1: CustodyFault.NOT_WRITTEN}),
    ("mli", "extended for two days", [_extend(40, 48, **WRITTEN)], 48, {1: TOO_LONG}),
    ("mli", "extended twice", [_extend(40, 24, **WRITTEN), _extend(60, 24, **WRITTEN)], 72, {2: TOO_OFTEN}),
    ("cod", "arrested", [], 48, {}),
    ("cod", "extended", [_extend(40, 48, **WRITTEN)], 48, {1: NO_EXTENSION}),
    ("cod", "a provisional warrant", [_court(47)], 47 + 120, {}),
    ("cod", "detention", [_court(47), _court(160)], 160 + 360, {}),
    ("cod", "a month more", [_court(47), _court(160), _court(500)], 500 + 720, {}),
    ("cod", "and another", [_court(47), _court(160), _court(500), _court(1200)], 1200 + 720, {}),
    ("cod", "a warrant for longer than the law", [_court(47, until=300)], 47 + 120, {1: TOO_LONG}),
    ("cod", "a warrant for less", [_court(47, until=95)], 95, {}),
    ("cod", "another offence is found", [_arrest(30)], 48, {}),
]


@pytest.mark.parametrize(
    "zone", ["UTC", "Africa/Juba", "Africa/Kinshasa", "Europe/Paris", "Africa/Casablanca"]
)
@pytest.mark.parametrize(
    ("pack", "what", "events", "due", "faults"), TABLE, ids=lambda value: str(value)[:40]
)
def test_the_limit_ends_at_its_minute_in_every_country_and_zone(
    pack: str | None,
    what: str,
    events: list[Event],
    due: float | None,
    faults: dict[int, CustodyFault],
    zone: str,
):
    told = [_in_zone(event, ZoneInfo(zone)) for event in (_arrest(), *events)]
    found = standing(LAWS[pack], told)
    assert found.due_at == (None if due is None else _at(due)), what
    assert found.faults == faults


def _in_zone(event: Event, zone: ZoneInfo) -> Event:
    until = None if event.until is None else event.until.astimezone(zone)
    return event._replace(at=event.at.astimezone(zone), until=until)


def test_every_country_has_a_row_in_which_nothing_but_the_arrest_happened():
    assert {pack for pack, _, events, _, _ in TABLE if not events} == set(LAWS)


@pytest.mark.parametrize("pack", LAWS)
def test_over_the_limit_is_told_to_the_minute_from_the_first_one(pack: str | None):
    found = standing(LAWS[pack], [_arrest()])
    limit = LAWS[pack].hours or 0
    assert found.over(_at(limit)) == timedelta()
    assert found.over(_at(limit, 1)) == timedelta(minutes=1)
    assert found.over(_at(limit + 31, 12)) == timedelta(hours=31, minutes=12)
    ended = standing(LAWS[pack], [_arrest(), _release(limit + 2)])
    assert ended.over(_at(limit + 500)) == timedelta(hours=2)


@pytest.mark.parametrize("night", ["2026-03-28T20:00", "2026-10-24T20:00"])
def test_the_night_on_which_the_clocks_are_changed_has_as_many_hours_as_it_has(night: str):
    paris = ZoneInfo("Europe/Paris")
    arrested = datetime.fromisoformat(night).replace(tzinfo=paris)
    found = standing(LAWS["ssd"], [Event(CustodyAct.ARREST, arrested)])
    assert found.due_at is not None
    assert found.due_at.timestamp() - arrested.timestamp() == 24 * 3600


@pytest.mark.parametrize(
    ("pack", "apart", "started"),
    [("cod", 3, 0), ("cod", 47.9, 0), ("cod", 48, 68), ("ssd", 3, 23), (None, 3, 23)],
)
def test_another_arrest_soon_after_the_release_goes_on_under_the_first_clock_where_the_law_says_so(
    pack: str | None, apart: float, started: float
):
    again = _at(20 + apart)
    found = standing(LAWS[pack], [Event(CustodyAct.ARREST, again)], earlier=[Spell(_at(0), _at(20))])
    assert found.started_at == _at(started)
    assert found.due_at == _at(started + (LAWS[pack].hours or 0))


def test_released_and_arrested_again_and_again_is_one_time_in_custody():
    spells = [Spell(_at(50), _at(60)), Spell(_at(0), _at(20)), Spell(_at(25), _at(40))]
    assert standing(LAWS["cod"], [_arrest(61)], earlier=spells).started_at == _at(0)


def test_a_child_has_the_shorter_limit_where_the_law_has_one_and_none_is_invented():
    assert [law.child_hours for law in LAWS.values()] == [None] * len(LAWS)
    for hours, due in ((12, 12), (72, 48)):
        law = CustodyLaw(hours=48, child_hours=hours)
        assert standing(law, [_arrest()], child=True).due_at == _at(due)
        assert standing(law, [_arrest()]).due_at == _at(48)


def test_what_is_told_late_counts_when_it_happened():
    told_late = [_arrest(), _extend(150, 72), _extend(60, 72)]
    assert standing(LAWS["caf"], told_late).faults == {1: TOO_OFTEN}
    assert standing(LAWS["caf"], [_court(2), _arrest()]).produced_at == _at(2)


def test_nobody_is_held_who_was_not_arrested():
    with pytest.raises(ValueError, match="not arrested"):
        standing(LAWS[None], [_release(1)])


def test_on_what_the_limit_rests_is_told_with_it():
    def rests(pack: str | None, *events: Event) -> tuple[LimitBasis, str | None]:
        found = standing(LAWS[pack], [_arrest(), *events])
        return found.basis, found.clock

    assert rests("caf") == (LimitBasis.LAW, "custody")
    assert rests("caf", _extend(70)) == (LimitBasis.EXTENSION, "custody_extension")
    assert rests("cod", _court(40)) == (LimitBasis.REMAND, "custody_warrant")
    assert rests("ssd", _court(20, until=90)) == (LimitBasis.COURT_DAY, None)
    assert rests("ssd", _court(20)) == (LimitBasis.REMAND, None)
    assert rests("ssd", _court(9, ProductionResult.RELEASE_ORDERED)) == (LimitBasis.RELEASE_ORDER, None)


# --- what never moves it, whatever happened -------------------------------------------------------------------------

_hours = st.integers(1, 900)
_events = st.lists(
    st.one_of(
        st.builds(
            _extend, _hours, st.integers(1, 100), written=st.booleans(), authority=st.sampled_from(Authority)
        ),
        st.builds(_court, _hours, st.sampled_from(ProductionResult), st.none() | _hours),
    ),
    max_size=5,
)
_laws = st.sampled_from(list(LAWS.values()))


def _no_later(one: Standing, other: Standing) -> bool:
    return other.due_at is None or (one.due_at is not None and one.due_at <= other.due_at)


@settings(max_examples=60, deadline=None)
@given(_laws, _events, st.integers(0, 900))
def test_another_offence_never_gives_more_time(law: CustodyLaw, events: list[Event], hour: int):
    without = standing(law, [_arrest(), *events])
    assert _no_later(standing(law, [_arrest(), *events, _arrest(hour)]), without)


@settings(max_examples=60, deadline=None)
@given(_laws, _events, st.sampled_from(["Africa/Juba", "America/New_York", "Pacific/Apia", "Europe/Paris"]))
def test_no_zone_moves_the_instant(law: CustodyLaw, events: list[Event], zone: str):
    moved = [_in_zone(event, ZoneInfo(zone)) for event in (_arrest(), *events)]
    assert standing(law, moved) == standing(law, [_arrest(), *events])


@settings(max_examples=60, deadline=None)
@given(_laws, _events)
def test_what_goes_beyond_the_law_moves_nothing(law: CustodyLaw, events: list[Event]):
    told = [_arrest(), *events]
    found = standing(law, told)
    unlawful = {place for place in found.faults if told[place].kind is CustodyAct.EXTENSION}
    lawful = [event for place, event in enumerate(told) if place not in unlawful]
    assert standing(law, lawful).due_at == found.due_at


@settings(max_examples=60, deadline=None)
@given(_laws, _events, st.integers(0, 2000))
def test_how_far_over_grows_with_every_minute_and_never_goes_back(
    law: CustodyLaw, events: list[Event], hour: int
):
    found = standing(law, [_arrest(), *events])
    assert (
        timedelta()
        <= found.over(_at(hour))
        <= found.over(_at(hour, 1))
        <= found.over(_at(hour)) + timedelta(minutes=1)
    )


# --- the law as data ------------------------------------------------------------------------------------------------

SMALL = """
version = "1"
[clocks.custody]
hours = 48
[stages]
"""


@pytest.mark.parametrize(
    ("pack", "sentence"),
    [
        ("[custody]\nweekends_pause = true", "pauses at weekends"),
        ('[custody]\nextensions = [{ clock = "custody_extension" }]', "names the clock 'custody_extension'"),
        ('[custody]\nextensions = [{ clock = "custody", by = ["cousin"] }]', "extended by 'cousin'"),
        ("[custody]\nextensions = [{ times = 1 }]", "does not say its 'clock'"),
        ("[custody]\nlunch_hours = 2", "has 'lunch_hours', which nothing reads"),
        ("[clocks.lunch]\nhours = 1", "changes the clock 'lunch'"),
    ],
)
def test_a_law_that_could_not_be_counted_is_refused(pack: str, sentence: str):
    with pytest.raises(BrokenProcedure, match=sentence):
        procedure.read(SMALL, pack)


@pytest.mark.parametrize("pack", LAWS)
def test_every_limit_of_custody_says_on_what_it_rests_and_waits_for_somebody_to_confirm_it(pack: str | None):
    read = procedure.load(pack)
    limits = {"custody", *(one.clock for one in (*read.custody.extensions, *read.custody.remands))}
    assert {code for code in read.clocks if code.startswith("custody")} == limits
    for clock in (read.clocks[code] for code in limits):
        assert clock.basis, clock.code
        assert clock.source, clock.code
        assert not clock.confirmed, clock.code

"""What a report counts: true numbers, in fixed tables, one dimension at a time. Nothing leaves but by the gate."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from tracker.indicators.disclosure import may_break_down
from tracker.indicators.durations import MARKS, Duration, WaysOut
from tracker.indicators.figures import InstitutionFigures, Pathway, StageFigures
from tracker.indicators.hand_overs import HandOvers
from tracker.indicators.measured import NotRecorded, Share
from tracker.indicators.periods import Period
from tracker.indicators.words import Beginning, End

ENDS = (End.DECIDED, End.WITHDRAWN, End.ADMINISTRATIVE, End.MOVED_OUT)


class Counted(NamedTuple):
    """One row: how many, and of which row they are a part ("": of none). A row of days alone counts nothing."""

    code: str
    number: int | None
    of: str = ""
    days: int | None = None


class Counts(NamedTuple):
    """One table, before the gate."""

    code: str
    indicator: str
    rows: Sequence[Counted]
    stage: str = ""
    repeats: Mapping[int, int] = MappingProxyType({})
    """How many cases may stand in it k times, by k: five stays of one case are not five cases."""


Repeats = Mapping[tuple[str, str], Mapping[int, int]]
"""By table and stage, and for all tables of a stage ("" and the stage): how many cases had k stays each, k above 1."""


def with_repeats(counts: Iterable[Counts], repeats: Repeats) -> list[Counts]:
    """The same, each table with the cases that stand in it more than once."""
    return [
        one._replace(repeats=repeats.get((one.code, one.stage)) or repeats.get(("", one.stage), {}))
        for one in counts
    ]


def institution(one: InstitutionFigures) -> list[Counts]:
    """What the report of an institution counts."""
    held = one.detention
    return [
        _quality(one),
        *(
            table._replace(stage=stage.stage)
            for stage in one.stages
            for table in of_stage(stage, one.period, one.basis.as_of)
        ),
        hand_overs("received", one.received),
        hand_overs("sent", one.sent),
        _plain(
            "detention",
            "M11",
            {"arrested": held.n, "held": held.held, "held_past_limit": held.held_past_limit},
        ),
        *(
            _share(code, share)
            for code, share in (("hearings", one.hearings), ("orders", one.orders))
            if not isinstance(share, NotRecorded)
        ),
        _share("protection", one.protection),
        _share("told", one.told),
    ]


def area(one: Pathway) -> list[Counts]:
    """What the report of an area counts: how far cases come, where they ended, where they wait."""
    way = one.attrition
    ended = {stage: sum(words.values()) for stage, words in way.losses.items()}
    waiting: dict[str, int] = {}
    late: dict[str, int] = {}
    for row in one.waiting:
        waiting[row.stage] = waiting.get(row.stage, 0) + row.cases
        late[row.stage] = late.get(row.stage, 0) + row.over_limit
    return [
        Counts(
            "attrition",
            "M9",
            [
                Counted("referred", way.n),
                *(Counted(step.milestone, step.cases, "referred") for step in way.steps),
                Counted("moving", way.moving, "referred"),
            ],
        ),
        _plain("losses", "M9", ended),
        _plain("waiting", "M7", waiting),
        _plain("waiting_late", "M7", late),
        hand_overs("links", one.links),
    ]


def of_stage(one: StageFigures, period: Period, as_of: date) -> list[Counts]:
    """The tables of one stage. Marks that nobody can have been followed to yet are not there."""
    followed = (as_of - period.first).days
    marks = [mark for mark in MARKS if mark <= followed]
    limits = one.on_time
    tables = [
        _books(one),
        _times(one.in_stage, marks),
        _ends(one.ways_out, marks),
        _share("on_time", limits, late=limits.late, still_open=limits.still_open),
        _ages(one),
        _share("progression", one.progression),
    ]
    return [table._replace(stage=one.stage) for table in tables]


def _books(one: StageFigures) -> Counts:
    load = one.caseload[-1]
    numbers = {
        "open_at_start": load.open_at_start,
        "came_in": load.came_in,
        **{way.value: load.incoming[way] for way in Beginning},
        "resolved": load.resolved,
        **{end.value: load.ended[end] for end in End},
        "open_at_end": load.open_at_end,
        "suspended_at_end": load.suspended_at_end,
    }
    return _plain("caseload", "M1", numbers)


def _times(one: Duration, marks: Sequence[int]) -> Counts:
    """How many are still open after so many days, and the quartiles; the curve itself would say each end's day."""
    rows = [Counted("n", one.n)]
    if may_break_down(one.n):
        seen = {mark: one.open_at.get(mark) for mark in marks}
        rows += [
            Counted(f"open_at_{mark}", _of(one.n, point.open if point else None), "n")
            for mark, point in seen.items()
        ]
        rows += [Counted(f"quartile_{part}", None, days=found.day) for part, found in one.quartiles.items()]
    return Counts("time", "M4", rows)


def _ends(one: WaysOut, marks: Sequence[int]) -> Counts:
    """How many had ended in each way; of fewer than twenty only how many they are."""
    rows = [Counted("n", one.n)]
    if may_break_down(one.n):
        for mark in marks[1:]:
            ended = one.at.get(mark)
            rows += [
                Counted(f"{end.value}_at_{mark}", _of(one.n, ended.by_end.get(end) if ended else None), "n")
                for end in ENDS
            ]
    return Counts("ends", "M5", rows)


def _of(n: int, share: float | None) -> int:
    """So many of `n`; none where the curve does not reach."""
    return round(n * (share or 0.0))


def _ages(one: StageFigures) -> Counts:
    ages = one.ages
    rows = [
        Counted("n", ages.n),
        *(Counted(f"band_{band.first}", band.cases, "n") for band in ages.bands),
        Counted("with_limit", ages.with_limit),
        Counted("over_limit", ages.over_limit, "with_limit"),
    ]
    if may_break_down(ages.n):
        rows.append(Counted("median", None, days=ages.median))
    return Counts("ages", "M7", rows)


def _quality(one: InstitutionFigures) -> Counts:
    quality = one.quality
    rows = []
    for code, share in (
        ("usable_entries", quality.usable_entries),
        ("usable_ends", quality.usable_ends),
        ("required", quality.required),
        ("late", quality.late),
    ):
        rows += [Counted(f"{code}_of", share.n), Counted(code, share.part, f"{code}_of")]
    if may_break_down(quality.late.n):
        rows.append(Counted("lag", None, days=quality.lag_median_days))
    return Counts("quality", "M16", [*rows, Counted("corrections", quality.corrections)])


def hand_overs(code: str, links: Iterable[HandOvers]) -> Counts:
    """All links together: one pair of institutions in one quarter is too few to be said."""
    found = list(links)
    return Counts(
        code,
        "M8",
        [
            Counted("n", sum(link.n for link in found)),
            Counted("acknowledged", sum(link.acknowledged for link in found), "n"),
            Counted("judged", sum(link.judged for link in found)),
            Counted("unanswered", sum(link.unanswered for link in found), "judged"),
        ],
    )


def _plain(code: str, indicator: str, numbers: Mapping[str, int]) -> Counts:
    return Counts(code, indicator, [Counted(name, number) for name, number in numbers.items()])


def _share(code: str, one: Share, **more: int) -> Counts:
    rest = [Counted(name, number, "n") for name, number in more.items()]
    return Counts(code, one.indicator, [Counted("n", one.n), Counted("part", one.part, "n"), *rest])

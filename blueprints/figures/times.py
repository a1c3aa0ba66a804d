"""M4 and M5 of a stage: how long cases take, and how they end."""

from collections.abc import Mapping
from functools import partial

from blueprints import charts, words
from blueprints.charts import Chart
from blueprints.figures.wording import few, name_of, quantile, two, versus
from blueprints.i18n import _
from blueprints.sheets import (
    Row,
    Sheet,
    Value,
    facing,
    left_out,
    number,
    share,
)
from tracker.indicators.durations import Duration, WaysOut
from tracker.indicators.figures import StageFigures
from tracker.indicators.measured import Interval
from tracker.indicators.words import End

SHOWN_ENDS = (End.DECIDED, End.WITHDRAWN, End.ADMINISTRATIVE, End.MOVED_OUT)
_MARKS_OF_ENDS = (90, 180, 365)


def duration(code: str, own: Duration, peers: Duration | None, stage: str, heading: str) -> Sheet:
    """M4: the curve, its quartiles, and how many are still open after so many days."""
    return Sheet(
        code=code,
        indicators=("M4",),
        heading=heading,
        says=[_median_words(own), *few(own.enough)],
        chart=facing(_curves(heading, own, peers)) if own.ends else None,
        columns=versus(peers is not None),
        rows=[*_numbers(own, peers), *_quartiles(own, peers), *_still_open(own, peers)],
        notes=[*left_out(own.excluded), *_unseen(own.open_at)],
        stage=stage,
    )


def _numbers(own: Duration, peers: Duration | None) -> list[Row]:
    return [
        Row("n", _("Cases that came in the period"), two(lambda one: number(one.n), own, peers)),
        Row("ends", _("Of them ended this way"), two(lambda one: number(one.ends), own, peers)),
    ]


def _quartiles(own: Duration, peers: Duration | None) -> list[Row]:
    labels = {
        25: _("A quarter had ended by"),
        50: _("Half had ended by"),
        75: _("Three quarters had ended by"),
    }
    return [
        Row(
            f"quartile_{quartile}",
            label,
            two(partial(_quartile, quartile), own, peers),
        )
        for quartile, label in labels.items()
    ]


def _still_open(own: Duration, peers: Duration | None) -> list[Row]:
    return [
        Row(
            f"open_at_{mark}",
            _("Still open after %(days)s days", days=mark),
            two(partial(_open_at, mark), own, peers),
        )
        for mark in own.open_at
        if any(one is not None and one.open_at[mark] for one in (own, peers))
    ]


def _quartile(quartile: int, one: Duration) -> Value:
    return quantile(one.quartiles[quartile], soft=not one.enough)


def _open_at(mark: int, one: Duration) -> Value:
    point = one.open_at[mark]
    if point is None:
        return Value(None, _("not seen for so long yet"))
    return share(point.open, Interval(point.lower, point.upper), soft=not one.enough)


def _median_words(one: Duration) -> str:
    middle = one.quartiles[50].day
    if not one.n:
        return _("No case came in the period.")
    if middle is None:
        return _("More than half of the %(n)s cases are still open.", n=f"{one.n:,}")
    return _("Half of the %(n)s cases had ended by day %(day)s.", n=f"{one.n:,}", day=f"{middle:,}")


def _curves(heading: str, own: Duration, peers: Duration | None) -> Chart:
    shown = [_curve(_("Here"), own, band=True)]
    if peers is not None and peers.ends:
        shown.append(_curve(_("All of its kind"), peers, band=False))
    return charts.curves(
        _("%(figure)s: share of the cases still open", figure=heading),
        _median_words(own),
        shown,
        axis=_("days since the case came"),
    )


def _curve(name: str, one: Duration, *, band: bool) -> charts.Curve:
    last = max((point.day for point in one.curve), default=0)
    edges = None
    if band:
        edges = (
            [(point.day, point.lower) for point in one.curve],
            [(point.day, point.upper) for point in one.curve],
        )
    steps = [(point.day, point.open) for point in one.curve]
    return charts.Curve(name, steps, last, edges, one.quartiles[50].day)


def ends(own: StageFigures, peers: StageFigures | None) -> Sheet:
    """M5: how cases had ended after 90, 180 and 365 days."""
    here = own.ways_out
    there = peers.ways_out if peers else None
    rows = [
        Row(
            f"{end or 'open'}_at_{mark}",
            _("After %(days)s days: %(end)s", days=mark, end=words.label(end) if end else _("still open")),
            two(partial(_ended_at, mark, end), here, there),
        )
        for mark in _MARKS_OF_ENDS
        for end in (*SHOWN_ENDS, None)
        if any(one is not None and one.at.get(mark) for one in (here, there))
    ]
    stacks = [
        charts.Stack(
            _("After %(days)s days", days=mark),
            [here_at.by_end.get(end, 0.0) for end in SHOWN_ENDS] + [here_at.open],
        )
        for mark in _MARKS_OF_ENDS
        if (here_at := here.at.get(mark)) is not None
    ]
    names = [*(words.label(end) for end in SHOWN_ENDS), _("still open")]
    drawn = charts.stacks(name_of("M5"), _cases(here.n), stacks, names=names) if stacks and here.n else None
    return Sheet(
        code="ends",
        indicators=("M5",),
        heading=name_of("M5"),
        says=[_cases(here.n), *few(here.enough)],
        chart=facing(drawn) if drawn else None,
        columns=versus(peers is not None),
        rows=rows,
        notes=[*left_out(here.excluded), *_unseen(here.at)],
        stage=own.stage,
    )


def _unseen(marks: Mapping[int, object]) -> list[str]:
    """Up to which of the marks nobody has been followed yet."""
    missing = [f"{mark}" for mark, seen in marks.items() if seen is None]
    return [_("No case has been followed for %(days)s days yet.", days=", ".join(missing))] if missing else []


def _ended_at(mark: int, end: End | None, one: WaysOut) -> Value:
    at = one.at.get(mark)
    if at is None:
        return Value(None, _("not seen for so long yet"))
    return share(at.open if end is None else at.by_end.get(end, 0.0))


def _cases(n: int) -> str:
    return _("Of %(n)s cases that came in the period.", n=f"{n:,}")

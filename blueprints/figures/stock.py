"""M6, M7 and M10 of a stage: limits, the age of what is open, and what goes on."""

from collections.abc import Sequence
from functools import partial

from blueprints import charts, words
from blueprints.charts import Chart
from blueprints.figures.wording import name_of, two, versus
from blueprints.i18n import _
from blueprints.sheets import (
    Row,
    Sheet,
    Value,
    blank_words,
    days,
    facing,
    left_out,
    number,
    percent,
    share,
)
from tracker.indicators.ages import Ages
from tracker.indicators.figures import StageFigures
from tracker.indicators.limits import OnTime
from tracker.indicators.pathway import Progression


def on_time(own: StageFigures, peers: StageFigures | None) -> Sheet:
    """M6 and M10: done by the limit, and handed on within so many days."""
    shares: list[tuple[OnTime | Progression, OnTime | Progression | None, str]] = [
        (own.on_time, peers.on_time if peers else None, _("Done by the time limit")),
        (
            own.progression,
            peers.progression if peers else None,
            _("Came to the next stage within %(days)s days", days=own.progression.within),
        ),
    ]
    rows = [Row(one.indicator, label, two(_of, one, other)) for one, other, label in shares if one.n]
    limits, theirs = own.on_time, peers.on_time if peers else None
    rows += [
        Row(
            "due",
            _("Limits that fell in the period"),
            two(lambda one: number(one.n), limits, theirs),
        ),
        Row("late", _("Done after the limit"), two(lambda one: number(one.late), limits, theirs)),
        Row(
            "still_open",
            _("Not done, though the limit has passed"),
            two(lambda one: number(one.still_open), limits, theirs),
        ),
    ]
    return Sheet(
        code="on-time",
        indicators=("M6", "M10"),
        heading=_("On time, and on to the next stage"),
        chart=facing(_paired(shares, has_peers=peers is not None))
        if any(one.n for one, _o, _l in shares)
        else None,
        columns=versus(peers is not None),
        rows=rows,
        notes=[*left_out(limits.excluded), *left_out(own.progression.excluded)],
        stage=own.stage,
    )


def _of(one: OnTime | Progression) -> Value:
    value = share(one.share, one.interval)
    return (
        value._replace(words=_("%(share)s of %(n)s", share=value.words, n=f"{one.n:,}")) if one.n else value
    )


def _paired(
    shares: Sequence[tuple[OnTime | Progression, OnTime | Progression | None, str]], *, has_peers: bool
) -> Chart:
    title = _("Shares of the cases")
    if not has_peers:
        bars = [
            charts.Bar(label, one.share, share(one.share).words) for one, _other, label in shares if one.n
        ]
        return charts.bars(title, _("Done by the limit, and handed on."), bars, whole=1)
    rows = [
        charts.Pair(
            label,
            (one.share, share(one.share).words),
            (other.share if other else None, share(other.share if other else None).words),
        )
        for one, other, label in shares
        if one.n
    ]
    names = (_("Here"), _("All of its kind"))
    return charts.pairs(title, _("Done by the limit, and handed on."), rows, names=names)


def ages(own: Ages, peers: Ages | None, stage: str) -> Sheet:
    """M7: how old the open cases are."""
    bars = [
        charts.Bar(words.band(band.first, band.last), band.cases, f"{band.cases:,}") for band in own.bands
    ]
    says = (
        _("Half of the %(n)s open cases are older than %(days)s days.", n=f"{own.n:,}", days=own.median)
        if own.median is not None
        else _("No case is open.")
    )
    return Sheet(
        code="ages",
        indicators=("M7",),
        heading=name_of("M7"),
        says=[says],
        chart=facing(charts.bars(name_of("M7"), says, bars)) if own.n else None,
        columns=versus(peers is not None),
        rows=[*_bands(own, peers), *_age_rows(own, peers)],
        notes=left_out(own.excluded),
        stage=stage,
    )


def _bands(own: Ages, peers: Ages | None) -> list[Row]:
    return [
        Row(
            f"band_{band.first}",
            words.band(band.first, band.last),
            two(partial(_in_band, at), own, peers),
        )
        for at, band in enumerate(own.bands)
    ]


def _in_band(at: int, one: Ages) -> Value:
    cases = one.bands[at].cases
    if not one.n:
        return number(cases)
    return Value(cases, f"{cases:,} ({100 * cases / one.n:.0f}%)")


def _age_rows(own: Ages, peers: Ages | None) -> list[Row]:
    return [
        Row(
            "median",
            _("Half are older than"),
            two(lambda one: _age(one.median, one), own, peers),
        ),
        Row("p90", _("One in ten is older than"), two(lambda one: _age(one.p90, one), own, peers)),
        Row(
            "over_limit",
            _("Over their time limit"),
            two(lambda one: number(one.over_limit), own, peers),
        ),
        Row(
            "backlog",
            _("Backlog: over the limit, of those with one"),
            two(lambda one: percent(one.backlog_percent), own, peers),
        ),
        Row(
            "aging_index",
            _("Aging index"),
            two(lambda one: percent(one.aging_index_percent), own, peers),
        ),
        Row("suspended", _("Suspended"), two(lambda one: number(one.suspended), own, peers)),
    ]


def _age(value: int | None, of: Ages) -> Value:
    return Value(None, blank_words(of.blank)) if value is None else days(value)

"""M1, M2 and M3 of a stage: the books of the last periods."""

from collections.abc import Sequence

from blueprints import charts, words
from blueprints.charts import Chart
from blueprints.figures.wording import name_of
from blueprints.i18n import _
from blueprints.sheets import (
    Row,
    Sheet,
    days,
    facing,
    left_out,
    number,
    percent,
)
from tracker.indicators.caseload import Caseload
from tracker.indicators.figures import StageFigures
from tracker.indicators.words import Beginning, End


def caseload(own: StageFigures, peers: StageFigures | None) -> Sheet:
    """M1, M2 and M3 over the last periods; the columns are the periods."""
    periods = [" ".join(words.period(one.period)) for one in own.caseload]
    last = own.caseload[-1]
    says = [] if last.balances else [_("These books do not balance: tell whoever runs this installation.")]
    return Sheet(
        code="caseload",
        indicators=("M1", "M2", "M3"),
        heading=name_of("M1"),
        says=[*says, *_against(peers)],
        chart=facing(_columns(own)),
        columns=periods,
        rows=[*_books(own.caseload), *_rates(own)],
        notes=left_out(last.excluded),
        stage=own.stage,
    )


def _books(loads: Sequence[Caseload]) -> list[Row]:
    def row(code: str, label: str, values: Sequence[int]) -> Row:
        return Row(code, label, [number(value) for value in values])

    return [
        row("open_at_start", _("Open at the start"), [one.open_at_start for one in loads]),
        *(row(way, f"+ {words.label(way)}", [one.incoming[way] for one in loads]) for way in Beginning),
        *(row(end, f"− {words.label(end)}", [one.ended[end] for one in loads]) for end in End),
        row("open_at_end", _("= Open at the end"), [one.open_at_end for one in loads]),
        row("suspended_at_end", _("Suspended at the end"), [one.suspended_at_end for one in loads]),
    ]


def _rates(own: StageFigures) -> list[Row]:
    clear, pace = own.clearance, own.disposition
    return [
        Row(
            "clearance", name_of("M2"), [percent(one.percent, blank=one.blank, soft=one.few) for one in clear]
        ),
        Row(
            "clearance_of_kept",
            _("Clearance rate of those kept"),
            [percent(one.of_those_kept, blank=one.blank, soft=one.few) for one in clear],
        ),
        Row("disposition", name_of("M3"), [days(one.days, blank=one.blank, soft=one.few) for one in pace]),
        Row("change", _("Change of open cases"), [percent(one.change_percent) for one in pace]),
    ]


def _against(peers: StageFigures | None) -> list[str]:
    if peers is None or not peers.clearance:
        return []
    clear, pace = peers.clearance[-1], peers.disposition[-1]
    return [
        _(
            "All of its kind together in the last period: clearance rate %(rate)s, disposition time %(days)s.",
            rate=percent(clear.percent, blank=clear.blank).words,
            days=days(pace.days, blank=pace.blank).words,
        )
    ]


def _columns(own: StageFigures) -> Chart:
    periods = [
        charts.Period(
            *words.period(load.period), load.came_in, load.resolved, load.open_at_end, _rate(clear.percent)
        )
        for load, clear in zip(own.caseload, own.clearance, strict=True)
    ]
    last = own.caseload[-1]
    return charts.columns(
        _("What came in, what was resolved, what stayed open"),
        _(
            "In the last period %(came)s came in, %(resolved)s were resolved, and %(open)s were open at its end.",
            came=f"{last.came_in:,}",
            resolved=f"{last.resolved:,}",
            open=f"{last.open_at_end:,}",
        ),
        periods,
        names=(_("came in"), _("resolved"), _("open at the end")),
        under=_("clearance rate"),
    )


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}%"

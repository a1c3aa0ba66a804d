"""The page "compare": a funnel and a table in order of name. It never ranks, nor can it be sorted by performance."""

from collections.abc import Mapping

from blueprints import charts
from blueprints.figures.wording import name_of
from blueprints.i18n import _
from blueprints.sheets import Row, Sheet, Value, facing, number, share
from tracker.indicators.comparison import Funnel, FunnelPoint
from tracker.indicators.figures import Comparison
from tracker.indicators.words import Outside

_LEAST = 3
"""Of fewer points a funnel says nothing that the table does not."""


def sheet(one: Comparison, names: Mapping[str, str], own: str | None = None) -> Sheet:
    """The comparison. `names`: of the institutions; `own`: the one that is marked."""
    funnel = one.funnel
    in_order = sorted(funnel.points, key=lambda point: names.get(point.code, point.code))
    return Sheet(
        code="compare",
        indicators=(one.indicator,),
        heading=name_of(one.indicator),
        says=_says(funnel),
        first=_("Institution"),
        columns=[_("Cases"), _("Share"), _("All the others"), _("Against chance")],
        rows=[
            Row(
                point.code,
                names.get(point.code, point.code),
                [number(point.n), share(point.share), share(point.target), _verdict(point)],
            )
            for point in in_order
        ],
        chart=facing(_chart(one, names, own)) if len(funnel.points) >= _LEAST else None,
        stage=one.stage,
        wide=True,
    )


def _says(funnel: Funnel) -> list[str]:
    if funnel.target is None:
        return [_("No institution of this kind has enough cases in this period.")]
    said = [
        _(
            "Inside the funnel, institutions do not differ by more than chance explains. Outside, ask why: it may be "
            "the kind of cases, the way of recording, or the work."
        )
    ]
    if funnel.adjusted:
        said.append(
            _(
                "Institutions differ more than chance explains (dispersion %(phi)s), because their cases do. The "
                "limits are widened for that.",
                phi=f"{funnel.dispersion:.2f}",
            )
        )
    if funnel.left_out:
        said.append(_("%(n)s institutions with fewer than 10 cases are left out.", n=funnel.left_out))
    return said


def _verdict(point: FunnelPoint) -> Value:
    if point.outside is None:
        return Value(round(point.z, 2), _("inside"))
    beyond = _("beyond 99.8%% of chance") if point.outside is Outside.ALARM else _("beyond 95%% of chance")
    return Value(round(point.z, 2), beyond.replace("%%", "%"))


def _chart(one: Comparison, names: Mapping[str, str], own: str | None) -> charts.Chart:
    funnel = one.funnel
    outside = [point for point in funnel.points if point.outside is Outside.ALARM]
    points = [
        charts.Point(
            names.get(point.code, point.code),
            point.n,
            point.share,
            outside=point.outside is Outside.ALARM,
            own=point.code == own,
        )
        for point in funnel.points
    ]
    limits = [
        charts.Limits(limit.n, (limit.alert_below, limit.alert_above), (limit.alarm_below, limit.alarm_above))
        for limit in funnel.limits
    ]
    target = funnel.target or 0.0
    return charts.funnel(
        name_of(one.indicator),
        _(
            "%(n)s institutions; %(outside)s lie beyond the outer limits. The table has every one.",
            n=len(points),
            outside=len(outside),
        ),
        points,
        limits,
        target,
        axis=_("cases (logarithmic)"),
        target_name=_("all together: %(share)s", share=share(target).words),
    )

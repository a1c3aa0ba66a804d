"""The sheets of the pathway: how far cases come, where they wait, how long they lie between institutions."""

from collections.abc import Sequence

from blueprints import charts, words
from blueprints.figures import wide
from blueprints.figures.wording import name_of, quantile
from blueprints.i18n import _
from blueprints.parts import Part
from blueprints.sheets import Row, Sheet, days, facing, left_out, number, share
from tracker.indicators.figures import Pathway, Waiting
from tracker.indicators.pathway import Attrition
from tracker.vocabulary import InstitutionKind


def sheets(one: Pathway) -> list[Sheet]:
    """All of the page, in the order in which it is read."""
    kinds = {kind.value: words.label(kind) for kind in InstitutionKind}
    links = wide.hand_overs("links", name_of("M8"), one.links, kinds)
    return [attrition(one.attrition), losses(one.attrition), waiting(one.waiting), links]


def parts(sheets: Sequence[Sheet]) -> list[Part]:
    """What stands on a page of its own: how far cases come and where they are lost; where they wait; the links."""
    far, _lost, waits, links = sheets
    return [
        Part(code, first.heading, first.heading, its)
        for code, first, its in (
            ("attrition", far, sheets[:2]),
            ("waiting", waits, [waits]),
            ("links", links, [links]),
        )
    ]


def attrition(one: Attrition) -> Sheet:
    """M9: of the cases referred, how many ever came so far."""
    bars = [
        charts.Bar(words.milestone("referred"), one.n, f"{one.n:,} (100%)"),
        *(
            charts.Bar(
                words.milestone(step.milestone),
                step.cases,
                f"{step.cases:,} ({share(step.of_referred).words})",
            )
            for step in one.steps
        ),
    ]
    says = [
        _(
            "%(n)s cases were referred in the period; %(moving)s are open somewhere.",
            n=f"{one.n:,}",
            moving=f"{one.moving:,}",
        )
    ]
    if one.follow_up_days:
        least, most = one.follow_up_days
        says.append(
            _("Followed for %(least)s to %(most)s days: young cases look worse.", least=least, most=most)
        )
    return Sheet(
        code="attrition",
        indicators=("M9",),
        heading=name_of("M9"),
        says=says,
        chart=facing(charts.bars(name_of("M9"), says[0], bars)) if one.n else None,
        columns=[_("Cases"), _("Of those referred"), _("Of the stage before"), _("Half by day")],
        rows=[
            Row(
                "referred",
                words.milestone("referred"),
                [number(one.n), share(1.0 if one.n else None), share(None), days(None)],
            ),
            *(
                Row(
                    step.milestone,
                    words.milestone(step.milestone),
                    [
                        number(step.cases),
                        share(step.of_referred, step.interval),
                        share(step.of_previous),
                        quantile(step.days),
                    ],
                )
                for step in one.steps
            ),
        ],
        notes=left_out(one.excluded),
    )


def losses(one: Attrition) -> Sheet:
    """M9: where cases ended that are nowhere now, and how."""
    return Sheet(
        code="losses",
        indicators=("M9",),
        heading=_("Where cases ended"),
        columns=[_("Cases")],
        rows=[
            Row(
                f"{stage}:{word}",
                _("%(stage)s, %(status)s", stage=words.stage(stage), status=words.status(stage, word)),
                [number(cases)],
            )
            for stage, its in one.losses.items()
            for word, cases in its.items()
        ],
    )


def waiting(found: Sequence[Waiting]) -> Sheet:
    """Where cases waited when the period ended, or wait now while it runs."""
    bars = [charts.Bar(_where(one), one.cases, f"{one.cases:,}") for one in found]
    title = _("Where cases wait at the end of the period")
    return Sheet(
        code="waiting",
        indicators=("M7",),
        heading=title,
        chart=facing(charts.bars(title, _("Open cases by stage and status."), bars)) if found else None,
        columns=[_("Cases"), _("Wait, median"), _("Over their time limit")],
        rows=[
            Row(
                f"{one.stage}:{one.status}",
                _where(one),
                [number(one.cases), days(one.median_days), number(one.over_limit)],
            )
            for one in found
        ],
    )


def _where(one: Waiting) -> str:
    return _(
        "%(stage)s, %(status)s", stage=words.stage(one.stage), status=words.status(one.stage, one.status)
    )

"""The sheets of an institution as a whole: the quality of its data, hand-overs, and what follows from its work."""

from collections.abc import Mapping, Sequence

from blueprints import charts, words
from blueprints.figures.wording import name_of, quantile
from blueprints.i18n import _, said
from blueprints.sheets import Row, Sheet, Value, days, facing, left_out, number, share
from tracker.indicators.detention import Detention
from tracker.indicators.figures import InstitutionFigures
from tracker.indicators.hand_overs import HandOvers
from tracker.indicators.hearings import Hearings
from tracker.indicators.limits import OnTime
from tracker.indicators.measured import NotRecorded, Share
from tracker.indicators.protection import Protected, Told
from tracker.indicators.quality import Quality


def quality(one: Quality) -> Sheet:
    """M16, on top: a figure is as good as this. Four shares in a table need no chart, which thin links would carry."""
    parts = {
        "usable_entries": (_("Days of coming that are usable"), one.usable_entries),
        "usable_ends": (_("Days of ending that are usable"), one.usable_ends),
        "required": (_("Cases with every required field"), one.required),
        "late": (_("Recorded more than seven days after it happened"), one.late),
    }
    return Sheet(
        code="quality",
        indicators=("M16",),
        heading=name_of("M16"),
        says=[_("From %(n)s entries about cases here.", n=f"{one.n:,}")],
        columns=[_("Share"), _("Of how many")],
        rows=[
            *(Row(code, label, [share(part.share), number(part.n)]) for code, (label, part) in parts.items()),
            Row(
                "lag",
                _("From the act to its record, median"),
                [days(one.lag_median_days), number(one.late.n)],
            ),
            Row("corrections", _("Corrections in the period"), [number(one.corrections), number(one.n)]),
            Row("flagged", _("Imported with something wrong"), [number(one.flagged), number(one.imported)]),
        ],
        notes=left_out(one.excluded),
    )


def hand_overs(code: str, heading: str, links: Sequence[HandOvers], names: Mapping[str, str]) -> Sheet:
    """M8: each link, how long nobody had the case. `names`: of institutions (or kinds) by code."""
    pairs = [
        charts.Pair(
            _link(link, names),
            (link.to_acknowledged.day, days(link.to_acknowledged.day).words),
            (link.to_first_act.day, days(link.to_first_act.day).words),
        )
        for link in links
        if link.to_acknowledged.day is not None or link.to_first_act.day is not None
    ]
    chart = charts.pairs(
        heading,
        _("Median days from the hand-over; who still waits counts."),
        pairs,
        names=(_("until acknowledged"), _("until the first act")),
    )
    return Sheet(
        code=code,
        indicators=("M8",),
        heading=heading,
        says=[] if links else [_("No case was handed over in the period.")],
        chart=facing(chart) if pairs else None,
        columns=[
            _("Hand-overs"),
            _("Acknowledged"),
            _("Until acknowledged"),
            _("Until the first act"),
            _("Not acknowledged in 7 days"),
        ],
        rows=[
            Row(
                f"{link.sender or 'outside'}>{link.receiver}:{link.stage}",
                _link(link, names),
                [
                    number(link.n),
                    number(link.acknowledged),
                    quantile(link.to_acknowledged),
                    quantile(link.to_first_act),
                    share(link.unanswered_share, link.interval),
                ],
            )
            for link in links
        ],
        wide=True,
    )


def _link(link: HandOvers, names: Mapping[str, str]) -> str:
    sender = names.get(link.sender, link.sender) if link.sender else _("the community")
    receiver = names.get(link.receiver, link.receiver)
    return _("%(sender)s to %(receiver)s", sender=sender, receiver=receiver)


def effects(one: InstitutionFigures) -> list[Sheet]:
    """M11 to M15, and what nobody records yet."""
    return [
        detention(one.detention),
        _hearings(one.hearings),
        _orders(one.orders),
        protected(one.protection),
        told(one.told),
        *(unrecorded(other) for other in one.others),
    ]


def detention(one: Detention) -> Sheet:
    """M11."""
    hours = one.hours_to_judge.day
    return Sheet(
        code="detention",
        indicators=("M11",),
        heading=name_of("M11"),
        columns=[_("People")],
        rows=[
            Row("n", _("Arrested in the period"), [number(one.n)]),
            Row("held", _("Held now"), [number(one.held)]),
            Row("held_past_limit", _("Of them past the limit"), [number(one.held_past_limit)]),
            Row(
                "within_48_hours",
                _("Before a court within 48 hours"),
                [share(one.within_48_share, one.interval)],
            ),
            Row(
                "hours_to_judge",
                _("Half were before a court within"),
                [Value(hours, _("not reached") if hours is None else _("%(hours)s hours", hours=hours))],
            ),
        ],
        notes=left_out(one.excluded),
    )


def _hearings(one: Hearings | NotRecorded) -> Sheet:
    if isinstance(one, NotRecorded):
        return unrecorded(one)
    return Sheet(
        code="hearings",
        indicators=("M12",),
        heading=name_of("M12"),
        columns=[_("Number")],
        rows=[
            Row("set", _("Hearings set"), [number(one.n)]),
            Row("held", _("Held on the day"), [share(one.share, one.interval)]),
            Row("per_decision", _("Settings for a decision, median"), [number(one.settings_per_decision)]),
            *(
                Row(
                    f"adjourned_{reason}",
                    _("Adjourned: %(reason)s", reason=words.reason(reason)),
                    [number(n)],
                )
                for reason, n in one.adjourned.items()
            ),
        ],
        notes=[said(one.not_recorded)] if one.not_recorded else [],
    )


def _orders(one: OnTime | NotRecorded) -> Sheet:
    if isinstance(one, NotRecorded):
        return unrecorded(one)
    return Sheet(
        code="orders",
        indicators=("M13",),
        heading=name_of("M13"),
        columns=[_("Number")],
        rows=[
            Row("due", _("Limits that fell in the period"), [number(one.n)]),
            Row("done", _("Carried out by the limit"), [share(one.share, one.interval)]),
            Row("late", _("Done after the limit"), [number(one.late)]),
            Row("still_open", _("Not done, though the limit has passed"), [number(one.still_open)]),
        ],
        notes=left_out(one.excluded),
    )


def protected(one: Protected) -> Sheet:
    """M14."""
    return _simple(
        "protection", one, _("High-risk cases"), _("With a protective measure in time"), one.not_recorded
    )


def told(one: Told) -> Sheet:
    """M15."""
    sheet = _simple("told", one, _("Feedback that was due"), _("Given by the limit"), one.not_recorded)
    return sheet._replace(
        rows=[
            *sheet.rows,
            *(
                Row(f"answer_{word}", words.status("feedback", word), [number(n)])
                for word, n in one.answers.items()
            ),
            Row("visits_due", _("Follow-ups begun"), [number(one.visits_due)]),
            Row(
                "visited",
                _("Visited within %(days)s days", days=one.visit_days),
                [share(one.visited_share)],
            ),
        ]
    )


def _simple(code: str, one: Share, whole: str, part: str, note: str) -> Sheet:
    return Sheet(
        code=code,
        indicators=(one.indicator,),
        heading=name_of(one.indicator),
        columns=[_("Number")],
        rows=[
            Row("n", whole, [number(one.n)]),
            Row("share", part, [share(one.share, one.interval)]),
        ],
        notes=[*left_out(one.excluded), *([said(note)] if note else [])],
    )


def unrecorded(one: NotRecorded) -> Sheet:
    """An indicator whose facts nobody writes down yet: that is said."""
    return Sheet(
        code=one.indicator.lower(),
        indicators=(one.indicator,),
        heading=name_of(one.indicator),
        columns=[],
        rows=[],
        says=[_("Not recorded yet: %(reason)s", reason=said(one.reason))],
    )

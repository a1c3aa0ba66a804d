"""The docket in words, for the court's own page and the clerk's home page."""

from collections.abc import Callable, Iterable

from blueprints import queues, times
from blueprints.i18n import _
from blueprints.queues import Table
from blueprints.times import Clock
from tracker import clock
from tracker.queries.docket import Part
from tracker.queries.ranges import TrackRow


def table(caption: str, rows: Iterable[TrackRow]) -> Table:
    """These tracks with the day of the hearing where there is one, and how often each was adjourned."""
    return queues.table(
        caption,
        rows,
        limit=_("Hearing or time limit"),
        last=_("Adjournments"),
        limit_of=_hearings_and_limits(),
        last_of=_adjournments,
    )


def labels() -> dict[Part, str]:
    """The parts of the docket, in the order in which a clerk works."""
    return {
        Part.TO_FILE: _("To be filed"),
        Part.PAST: _("No record yet"),
        Part.TODAY: _("Today"),
        Part.WEEK: _("Next 7 days"),
        Part.LATER: _("Later"),
        Part.TO_LIST: _("To be listed"),
        Part.NO_DATE: _("Adjourned without a date"),
        Part.DECISION: _("Decision awaited"),
        Part.ORDERS: _("Orders"),
        Part.ALL: _("All"),
    }


def nothing(part: Part) -> str:
    """What to say, and do, when a part is empty."""
    sentences = {
        Part.TO_FILE: _(
            "No referral waits to be filed. New ones appear here when they are sent to your court."
        ),
        Part.PAST: _("Every hearing whose day is over has its record."),
        Part.TODAY: _("No hearing is listed for today."),
        Part.WEEK: _("No hearing is listed for the next seven days. List the cases that are filed."),
        Part.LATER: _("No hearing is listed for a later day."),
        Part.TO_LIST: _("Every filed case has a hearing day."),
        Part.NO_DATE: _("No case is adjourned without a date."),
        Part.DECISION: _("No case was heard and waits for its decision."),
        Part.ORDERS: _("No order waits to be carried out."),
        Part.ALL: _("The docket is empty. Referrals appear here when they are sent to your court."),
    }
    return sentences[part]


def _hearings_and_limits() -> Callable[[TrackRow], Clock]:
    now = clock.now()
    today, limit_of = clock.day_of(now, times.zone()), queues.limits(now)
    return lambda row: limit_of(row) if row.next_on is None else queues.hearing(row.next_on, today)


def _adjournments(row: TrackRow) -> str:
    return str(row.adjournments) if row.adjournments else ""

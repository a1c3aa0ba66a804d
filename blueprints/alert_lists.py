"""Lists of alerts in words, for the alerts' own page and the focal point's home page."""

from collections.abc import Iterable
from datetime import datetime

from blueprints import queues, steps, words
from blueprints.i18n import _, ngettext
from blueprints.queues import Line, Table
from blueprints.times import between, clock_of, moment
from tracker import clock
from tracker.actions.alerts import STAGE
from tracker.models import NO_LIMIT
from tracker.queries.alerts import AlertRow
from tracker.vocabulary import Urgency


def table(caption: str, rows: Iterable[AlertRow], *, ended: bool = False) -> Table:
    """These alerts: how and when they came in, until when they must be answered, or the case that came of them."""
    headings = (
        _("Reference"),
        _("Status"),
        _("Arrived by"),
        _("Arrived"),
        _("Time limit"),
        _("Area"),
        _("Case") if ended else "",
    )
    now = clock.now()
    return Table(caption, headings, [queues.markup(_line(row, now, headings[6])) for row in rows])


def _line(row: AlertRow, now: datetime, last_heading: str) -> Line:
    return Line(
        href=f"/alerts/{row.reference}",
        reference=row.reference,
        tone=steps.tone(STAGE, row.status),
        status=words.status(STAGE, row.status),
        mark=_mark(row),
        what=words.label(row.channel),
        how=_arrived(row),
        limit=clock_of(None if row.due_at == NO_LIMIT else row.due_at, now),
        area=row.area or "",
        last=row.case or "",
        last_heading=last_heading,
    )


def _arrived(row: AlertRow) -> str:
    """When it came in; of an alert of the past, when it happened."""
    if row.first_day is None or row.last_day is None:
        return moment(row.received_at)
    return _("happened: %(when)s", when=between(row.first_day, row.last_day))


def _mark(row: AlertRow) -> str:
    """What a message says of its urgency, and that there are several; never what it is about."""
    urgent = words.label(row.urgency) if row.urgency in (Urgency.EMERGENCY, Urgency.URGENT) else ""
    several = ngettext("%(num)d message", "%(num)d messages", row.messages) if row.messages > 1 else ""
    return " · ".join(filter(None, (urgent, several)))

"""Lists of alerts in words, for the alerts' own page and the focal point's home page."""

from collections.abc import Iterable
from datetime import datetime

from blueprints import steps, words
from blueprints.i18n import _
from blueprints.queues import Line, Table
from blueprints.times import Clock, clock_of, moment
from tracker import clock
from tracker.actions.alerts import STAGE
from tracker.models import NO_LIMIT
from tracker.queries.alerts import AlertRow


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
    return Table(caption, headings, [_line(row, now) for row in rows])


def _line(row: AlertRow, now: datetime) -> Line:
    limit = Clock("", "") if row.due_at == NO_LIMIT else clock_of(row.due_at, now)
    return Line(
        href=f"/alerts/{row.reference}",
        reference=row.reference,
        late=limit.level == "late",
        tone=steps.tone(STAGE, row.status),
        status=words.status(STAGE, row.status),
        mark="",
        what=words.label(row.channel),
        how=moment(row.received_at),
        level=limit.level,
        limit=limit.words,
        area=row.area or "",
        last=row.case or "",
    )

"""The overview in words: what is stuck, where, since when; each row opens the list of the cases behind it."""

from collections.abc import Sequence

from flask import url_for

from blueprints import words
from blueprints.i18n import _, ngettext
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row
from tracker.indicators.figures import Stuck
from tracker.models import Acting
from tracker.queries import institutions

COLUMNS = (
    Column(_l("Institution")),
    Column(_l("Where it waits")),
    Column(_l("Cases"), "number"),
    Column(_l("Oldest"), "number"),
    Column(_l("Over their time limit"), "number"),
    Column(_l("First limit ended"), "number"),
)


def rows(found: Sequence[Stuck], viewer: Acting) -> list[Row]:
    """A row for each institution and status, late where a limit has ended."""
    names = institutions.names({one.institution for one in found}, viewer=viewer)
    return [
        Row(
            url_for("judicial.stuck_at", code=one.institution, stage=one.stage, status=one.status),
            (
                names.get(one.institution, one.institution),
                _(
                    "%(stage)s, %(status)s",
                    stage=words.stage(one.stage),
                    status=words.status(one.stage, one.status),
                ),
                f"{one.cases:,}",
                _days(one.oldest_days),
                f"{one.over_limit:,}" if one.over_limit else "",
                "" if one.limit_ended_days is None else _("%(span)s ago", span=_days(one.limit_ended_days)),
            ),
            late=one.over_limit > 0,
        )
        for one in found
    ]


def _days(number: int) -> str:
    return ngettext("%(num)d day", "%(num)d days", number)

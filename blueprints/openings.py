"""Openings of cases in an emergency, in words: for those who answer for the case, and for auditors."""

from collections.abc import Sequence
from typing import NamedTuple

from blueprints import words
from blueprints.i18n import _
from blueprints.times import moment
from tracker.queries.emergencies import EmergencyRow


class Opening(NamedTuple):
    """One opening; `href`: where the case is read; `acknowledged`: "" while nobody has acknowledged it."""

    id: int
    href: str
    case: str
    who: str
    reason: str
    when: str
    acknowledged: str


def shown(rows: Sequence[EmergencyRow], cases: str) -> list[Opening]:
    """`cases`: the address under which the reader's room has its cases."""
    return [_shown(row, cases) for row in rows]


def _shown(row: EmergencyRow, cases: str) -> Opening:
    acknowledged = _(
        "Acknowledged by %(person)s, %(moment)s",
        person=row.acknowledged_by,
        moment=moment(row.acknowledged_at),
    )
    return Opening(
        row.id,
        cases + row.case,
        row.case,
        f"{row.person} · {words.label(row.role)} · {row.institution}",
        words.reason(row.reason),
        _("From %(first)s to %(last)s", first=moment(row.opened_at), last=moment(row.ends_at)),
        acknowledged if row.acknowledged_at else "",
    )

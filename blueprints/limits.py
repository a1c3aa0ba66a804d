"""The time limits of the procedure in words: how long, on what they rest, and whether anybody confirmed them."""

from typing import NamedTuple

from blueprints import words
from blueprints.i18n import _, ngettext
from tracker.procedure import Clock
from tracker.queries.limits import Limit
from tracker.vocabulary import Level, Urgency

_HOURS_SHOWN = 72


class LimitRow(NamedTuple):
    """One limit as it is shown. `basis` and `source` are in the language of the law that they quote."""

    code: str
    label: str
    lengths: list[str]
    basis: str
    source: str
    confirmed: bool
    by: str | None
    hours: int | None


def row(limit: Limit) -> LimitRow:
    """A limit with its words."""
    clock = limit.clock
    return LimitRow(
        clock.code,
        words.clock(clock.code),
        lengths(clock),
        clock.basis,
        clock.source,
        limit.confirmed,
        limit.confirmed_by,
        clock.hours,
    )


def lengths(clock: Clock) -> list[str]:
    """How long a limit is: one line, or one for each urgency or risk that has its own."""
    special = [(words.label(Urgency(code)), hours) for code, hours in clock.by_urgency.items()]
    special += [(words.label(Level(code)), hours) for code, hours in clock.by_risk.items()]
    lines = [_("%(which)s: %(length)s", which=which, length=length(hours)) for which, hours in special]
    if clock.until:
        lines.append(_("until the day that was set"))
    if clock.hours is not None and len(clock.by_urgency) < len(Urgency):
        otherwise = bool(lines)
        lines.append(
            _("otherwise %(length)s", length=length(clock.hours)) if otherwise else length(clock.hours)
        )
    return lines


def length(hours: int) -> str:
    """ "48 hours" as laws say it, "14 days" from four days on."""
    if hours > _HOURS_SHOWN and hours % 24 == 0:
        return ngettext("%(num)d day", "%(num)d days", hours // 24)
    return ngettext("%(num)d hour", "%(num)d hours", hours)

"""Days, moments and time limits in words: in the mission's time zone, in the reader's language, in Latin digits."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from flask import Flask

from blueprints.i18n import _, language, ngettext
from tracker import clock, mission

_SOON = 24
_HOURS_SHOWN = 48


class Clock(NamedTuple):
    """A time limit as it is shown: its words, and "late", "soon" or "" (neither)."""

    words: str
    level: str


_NO_LIMIT = Clock("", "")


def zone() -> ZoneInfo:
    """The mission area's time zone."""
    return mission.current().zone


def day(value: date | datetime | None) -> str:
    """ "12 Nov 2026": a calendar day, or the mission's day of an instant; "" for none."""
    if value is None:
        return ""
    return _day(
        value.astimezone(zone()).date() if isinstance(value, datetime) else value, language(), "d MMM y"
    )


def day_in_full(value: date | datetime | None) -> str:
    """ "Thursday 12 November 2026": to read back what somebody entered; "" for none."""
    if value is None:
        return ""
    return _day(
        value.astimezone(zone()).date() if isinstance(value, datetime) else value, language(), "EEEE d MMMM y"
    )


def between(first: date, last: date) -> str:
    """ "12 Nov 2026", "August 1992", "2000" or "27 May 2001 to 6 Jun 2001": days, no nearer than they are known."""
    code, after = language(), last + timedelta(days=1)
    if first == last:
        return _day(first, code, "d MMM y")
    if first.day == after.day == 1:
        if (first.month, after.year) == (1, first.year + 1) and after.month == 1:
            return str(first.year)
        if (first.year, first.month) == (last.year, last.month):
            return _day(first, code, "LLLL y")
    return _("%(first)s to %(last)s", first=_day(first, code, "d MMM y"), last=_day(last, code, "d MMM y"))


def weekday(value: date) -> str:
    """ "Thu 12 Nov": a day that is near."""
    return _day(value, language(), "EEE d MMM")


def weekdays() -> list[tuple[str, str]]:
    """("0", "Monday") and so on, in the language of this request."""
    names = get_day_names("wide", context="stand-alone", locale=language())
    return [(str(number), names[number]) for number in range(7)]


def moment(value: datetime | None) -> str:
    """ "12 Nov 2026, 16:30": an instant in the mission's time zone; "" for none."""
    if value is None:
        return ""
    local = value.astimezone(mission.current().zone)
    return f"{_day(local.date(), language(), 'd MMM y')}, {local.hour:02}:{local.minute:02}"


def span(length: timedelta) -> str:
    """ "31 h" or "12 days": minutes below an hour (at least one), hours below two days, whole days above."""
    return _span(language(), *_rounded(length))


def ago(value: datetime, now: datetime | None = None) -> str:
    """ "3 days ago": how long before `now` (default: the clock) the instant was."""
    return _("%(span)s ago", span=span((now or clock.now()) - value))


def clock_of(due_at: datetime | None, now: datetime | None = None) -> Clock:
    """The time limit `due_at` seen from `now` (default: the clock), in words; empty words for no limit."""
    return clocks(now or clock.now())(due_at)


def clocks(now: datetime) -> Callable[[datetime | None], Clock]:
    """`clock_of` for many limits seen from one instant, in the language of this request."""
    code = language()

    def clock_at(due_at: datetime | None) -> Clock:
        if due_at is None:
            return _NO_LIMIT
        left = due_at - now
        late = left.days < 0
        return _limit(code, late, *_rounded(-left if late else left))

    return clock_at


def init_app(app: Flask) -> None:
    """Give the templates of `app` these words as filters."""
    app.jinja_env.filters.update(day=day, day_in_full=day_in_full, moment=moment, span=span, ago=ago)
    app.jinja_env.globals.update(clock_of=clock_of)


@lru_cache(maxsize=20_000)
def _day(value: date, code: str, pattern: str) -> str:
    return format_date(value, pattern, locale=code)


def _rounded(length: timedelta) -> tuple[str, int]:
    minutes = length.days * 1440 + length.seconds // 60 or 1
    if minutes < 60:
        return "min", minutes
    return ("h", minutes // 60) if minutes < _HOURS_SHOWN * 60 else ("d", minutes // (24 * 60))


@lru_cache(maxsize=20_000)
def _span(_code: str, unit: str, number: int) -> str:
    if unit == "min":
        return ngettext("%(num)d min", "%(num)d min", number)
    if unit == "h":
        return ngettext("%(num)d h", "%(num)d h", number)
    return ngettext("%(num)d day", "%(num)d days", number)


@lru_cache(maxsize=20_000)
def _limit(code: str, late: bool, unit: str, number: int) -> Clock:
    words = _span(code, unit, number)
    if late:
        return Clock(_("over the limit by %(span)s", span=words), "late")
    soon = unit == "min" or (unit == "h" and number < _SOON)
    return Clock(_("due in %(span)s", span=words), "soon" if soon else "")

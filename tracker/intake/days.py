"""Reads the days of a source: a calendar day of the mission area, or what is wrong with it."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tracker import clock
from tracker.vocabulary import EntryFlag

_MANY_DAYS = 100_000


class Day(NamedTuple):
    """A day as a source gives it. `at`: its first instant (UTC), where it can be used; `flag`: else why not."""

    on: date | None
    at: datetime | None
    flag: EntryFlag | None


class Calendar:
    """Reads days; the same few thousand days come again and again, so each is read once."""

    def __init__(self, zone: ZoneInfo, now: datetime, date_format: str, as_of: date | None) -> None:
        self._zone, self._now, self._format, self._as_of = zone, now, date_format, as_of
        self.read = lru_cache(_MANY_DAYS)(self._read)

    def _read(self, text: str) -> Day:
        """The day written in `text`: missing, unreadable and future days have no instant."""
        text = text.strip()
        if not text:
            return Day(None, None, EntryFlag.DATE_MISSING)
        try:
            on = self._parse(text)
            at = clock.start_of(on, self._zone)
        except (ValueError, OverflowError):
            return Day(None, None, EntryFlag.DATE_UNREADABLE)
        if at > self._now:
            return Day(on, None, EntryFlag.DATE_IN_THE_FUTURE)
        late = self._as_of is not None and on > self._as_of
        return Day(on, at, EntryFlag.AFTER_CUT_OFF if late else None)

    def _parse(self, text: str) -> date:
        if self._format == "%Y-%m-%d":
            return date.fromisoformat(text)
        return datetime.strptime(text, self._format).date()  # noqa: DTZ007 - a calendar day has no zone

"""What a page of live figures is asked for: a period, a day as of which, and a day by which it was known."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self

from blueprints.times import zone
from tracker import clock, mission
from tracker.errors import BadInput, say
from tracker.indicators.periods import Period

_OFFERED = 8
"""Quarters that are offered as links, and years of them as many as they touch."""


class Asked(NamedTuple):
    """Which figures. `known_at` None: by now."""

    period: Period
    as_of: date
    known_on: date | None

    @classmethod
    def of(cls, query: Mapping[str, str], *, yearly: bool = False) -> Self:
        """What an address asks for; the quarter before this one, or its year, where it says nothing.

        Refuses (`BadInput`) what is no period or day.
        """
        today = clock.day_of(clock.now(), mission.current().zone)
        last = Period.quarter_of(today).earlier(1)
        given = query.get("period", "").strip() or str(last.first.year if yearly else last)
        try:
            period = Period.of(given)
        except (ValueError, OverflowError):
            raise BadInput(
                period=say("This is no period. Write 2026, 2026-Q3 or 2026-07, or choose one.")
            ) from None
        return cls(period, _day(query, "as_of", today) or today, _day(query, "known_on", today))

    @property
    def known_at(self) -> datetime | None:
        """The end of the day by which it was known, in the mission's time zone."""
        if self.known_on is None:
            return None
        return datetime.combine(self.known_on + timedelta(days=1), time(), zone())

    @property
    def days(self) -> dict[str, str]:
        """The days that were asked for, as fields take them; "" for today and for now."""
        today = clock.day_of(clock.now(), mission.current().zone)
        return {
            "as_of": "" if self.as_of == today else self.as_of.isoformat(),
            "known_on": self.known_on.isoformat() if self.known_on else "",
        }

    def query(self, **other: str) -> dict[str, str]:
        """The parameters of an address that asks for the same; `other`: instead, or as well."""
        own = {"period": str(self.period), **self.days, **other}
        return {name: value for name, value in own.items() if value}


def _day(query: Mapping[str, str], name: str, today: date) -> date | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(**{name: say("Enter a day, such as 2026-09-30.")}) from None
    if day > today or day.year < 1990:
        raise BadInput(**{name: say("Enter a day that is not in the future.")})
    return day


def offered(asked: Asked) -> list[tuple[str, bool]]:
    """The last quarters and years, newest first, each with whether it is the one that is shown."""
    today = clock.day_of(clock.now(), mission.current().zone)
    quarters = [Period.quarter_of(today).earlier(n) for n in range(_OFFERED)]
    years = sorted({quarter.first.year for quarter in quarters}, reverse=True)
    texts = [*map(str, quarters), *map(str, years)]
    if str(asked.period) not in texts:
        texts.insert(0, str(asked.period))
    return [(text, text == str(asked.period)) for text in texts]

"""Periods: calendar days of the mission area, first and last inclusive."""

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple, Self

_SHAPES = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?\Z")


class Period(NamedTuple):
    """From one day to another, both inside. Make whole ones with `Period.of("2019-Q3")`."""

    first: date
    last: date

    @classmethod
    def of(cls, text: str) -> Self:
        """Reads "2019", "2019-Q3", "2019-07" or "2019-07-01..2019-09-30"; refuses (`ValueError`) anything else."""
        if ".." in text:
            first, last = map(date.fromisoformat, text.split("..", 1))
            if last < first:
                raise ValueError(f"{text!r} ends before it begins")
            return cls(first, last)
        found = _SHAPES.match(text)
        if found is None:
            raise ValueError(f"{text!r} is no period: write 2019, 2019-Q3, 2019-07 or 2019-07-01..2019-09-30")
        months = _months(found["quarter"], found["month"])
        return cls._of_months(int(found["year"]), *months)

    @classmethod
    def _of_months(cls, year: int, first: int, last: int) -> Self:
        return cls(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))

    @classmethod
    def quarter_of(cls, day: date) -> Self:
        """The quarter of the year that a day lies in."""
        first = (day.month - 1) // 3 * 3 + 1
        return cls._of_months(day.year, first, first + 2)

    def __str__(self) -> str:
        """The shortest text that `of` reads back."""
        for text in (
            f"{self.first.year}",
            f"{self.first.year}-Q{(self.first.month + 2) // 3}",
            f"{self.first:%Y-%m}",
        ):
            if Period.of(text) == self:
                return text
        return f"{self.first}..{self.last}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def days_of_forecast(self) -> int:
        """D of the disposition time: 365 for any year (also 2024), else the real days."""
        return 365 if str(self) == f"{self.first.year}" else self.days

    @property
    def eve(self) -> date:
        """The day before it begins."""
        return self.first - timedelta(days=1)

    def earlier(self, number: int) -> Self:
        """The period of the same shape that ended `number` periods before this one."""
        return self if number == 0 else self._before().earlier(number - 1)

    def _before(self) -> Self:
        last, text = self.eve, str(self)
        if "Q" in text:
            return self.quarter_of(last)
        if len(text) == len("2019"):
            return self._of_months(last.year, 1, 12)
        if len(text) == len("2019-07"):
            return self._of_months(last.year, last.month, last.month)
        return type(self)(last - timedelta(days=self.days - 1), last)

    def __contains__(self, day: object) -> bool:
        """Whether the day lies in it."""
        return isinstance(day, date) and self.first <= day <= self.last


def _months(quarter: str | None, month: str | None) -> tuple[int, int]:
    if quarter:
        last = 3 * int(quarter)
        return last - 2, last
    return (int(month), int(month)) if month else (1, 12)

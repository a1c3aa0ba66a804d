"""Sheets of figures: a chart, the same numbers as a table, and what must be known beside them.

Live figures and published reports are both made into sheets; pages, downloads and print show sheets and nothing else.
A number that may not be said has no value here, so that none of them can say it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from blueprints.charts import Chart
from blueprints.i18n import _, direction, ngettext
from blueprints.i18n import lazy_gettext as _l
from tracker.indicators.measured import Interval
from tracker.indicators.words import Blank, Excluded

TOO_FEW = "\u2066<5\u2069"
"""Isolated, so that it is not written 5> between Arabic words."""

NOTHING = "–"

BLANKS = {
    Blank.NO_NEW_CASES: _l("no new cases"),
    Blank.NONE_RESOLVED: _l("no case resolved"),
    Blank.NONE_OPEN: _l("none open"),
    Blank.NONE_DUE: _l("no limit fell in the period"),
    Blank.NOBODY: _l("nobody"),
}

EXCLUSIONS = {
    Excluded.ENTRY_UNDATED: _l("nobody knows when they came"),
    Excluded.END_UNDATED: _l("nobody knows when they ended"),
    Excluded.END_BEFORE_ENTRY: _l("they ended before they came"),
    Excluded.NO_LIMIT: _l("no time limit is set"),
    Excluded.FOLLOW_UP_TOO_SHORT: _l("they have not been followed for long enough"),
    Excluded.SUSPENDED: _l("suspended"),
    Excluded.TAKEN_BACK: _l("taken back by the sender before an answer"),
}


class Value(NamedTuple):
    """A number and how it is written; `soft`: greyed, because it stands for very few."""

    number: float | None
    words: str
    soft: bool = False


class Row(NamedTuple):
    """One row of a sheet: its code (for downloads), its label, a value for each column."""

    code: str
    label: str
    values: Sequence[Value]


class Sheet(NamedTuple):
    """One indicator, or a few that are read together. `code` names it in addresses and downloads."""

    code: str
    indicators: Sequence[str]
    heading: str
    columns: Sequence[str]
    rows: Sequence[Row]
    first: str = ""
    """The heading of the column of labels."""
    says: Sequence[str] = ()
    notes: Sequence[str] = ()
    chart: Chart | None = None
    stage: str = ""
    wide: bool = False
    """The chart needs the whole width: it stands above the table."""


def number(value: float | None, *, soft: bool = False) -> Value:
    """A count."""
    return Value(value, NOTHING if value is None else f"{value:,.0f}", soft)


def said(value: int | None) -> Value:
    """A count that went through the gate: None is "<5"."""
    return Value(value, TOO_FEW if value is None else f"{value:,}")


def percent(value: float | None, *, blank: Blank | None = None, soft: bool = False) -> Value:
    """A percentage, 0 to 100 and beyond; `blank`: why there is none."""
    if value is None:
        return Value(None, blank_words(blank))
    return Value(round(value, 1), f"{value:.0f}%", soft)


def share(value: float | None, interval: Interval | None = None, *, soft: bool = False) -> Value:
    """A share between 0 and 1 as a percentage, with its 95 % interval."""
    if value is None:
        return Value(None, NOTHING)
    words = f"{100 * value:.0f}%"
    if interval is not None and interval.lower is not None and interval.upper is not None:
        words = apart(f"{words} ({100 * interval.lower:.0f}–\u2060{100 * interval.upper:.0f})")
    return Value(round(100 * value, 1), words, soft)


def days(value: float | None, *, blank: Blank | None = None, soft: bool = False) -> Value:
    """A time in days."""
    if value is None:
        return Value(None, blank_words(blank))
    return Value(round(value, 1), ngettext("%(num)d day", "%(num)d days", round(value)), soft)


def apart(words: str) -> str:
    """Words in which everything stands from left to right, also between Arabic words."""
    return f"\u2066{words}\u2069"


def span(first: str, last: str) -> str:
    """From one to another, in this order also between Arabic words."""
    return apart(f"{first}–\u2060{last}")


def blank_words(blank: Blank | None) -> str:
    """Why there is no number, in words."""
    return str(BLANKS[blank]) if blank else NOTHING


def left_out(excluded: Mapping[Excluded, int]) -> list[str]:
    """One sentence with everything that a figure leaves out, and why; none where nothing is."""
    parts = [f"{n:,} ({EXCLUSIONS[reason]})" for reason, n in excluded.items() if n]
    return [_("Left out: %(parts)s.", parts=", ".join(parts))] if parts else []


def facing(chart: Chart) -> Chart:
    """The chart as it is read in the language of this request."""
    return chart.toward(direction())


def of_code(sheets: Iterable[Sheet], code: str | None) -> list[Sheet]:
    """All sheets, or the one of that code."""
    return [sheet for sheet in sheets if code in (None, "", sheet.code)]

"""The spell: what every figure is made of."""

from datetime import date
from typing import NamedTuple

from tracker.indicators.words import Beginning, End


class Spell(NamedTuple):
    """One stay of one case with one institution in one stage, in calendar days of the mission area.

    A stay that was suspended is several spells: up to each suspension, and on from each return. Open is what has no
    `end`; the day of the end may be unknown (`left` None) where a source did not say.
    """

    case: str
    institution: str
    stage: str
    beginning: Beginning
    entered: date | None
    """None: nobody knows. It counts in stock and attrition, not in flow or duration."""
    left: date | None = None
    end: End | None = None
    word: str = ""
    """The procedure's own word for the end, or for the status in which it waits."""
    due: date | None = None
    """The last day of the limit under which it should end; None where there is no limit."""
    since: date | None = None
    """For a stay that goes on after a suspension: when the stay itself began."""

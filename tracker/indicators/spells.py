"""The spell: what every figure is made of."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tracker.indicators.words import Beginning, End


class Pause(NamedTuple):
    """While a spell is suspended it is not open. `until`: the day on which it went on or ended; None: not yet."""

    since: date
    until: date | None


class Spell(NamedTuple):
    """One stay of one case with one institution in one stage, in calendar days of the mission area.

    Open is what has no `end`. The day of the end may be unknown (`left` None) where a source did not say.
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
    pauses: tuple[Pause, ...] = ()


class Part(NamedTuple):
    """A spell, or as much of it as lies between suspensions: what the books of a period count."""

    beginning: Beginning
    came: date | None
    went: date | None
    end: End | None


def parts(spell: Spell) -> Iterator[Part]:
    """The spell as the books count it: out of the stock when it is suspended, and in again when it goes on.

    A spell that ends while it is suspended goes on and ends on the same day: so the books tell how it ended.
    """
    beginning, came = spell.beginning, spell.entered
    for pause in spell.pauses:
        yield Part(beginning, came, pause.since, End.SUSPENDED)
        if pause.until is None:
            return
        beginning, came = Beginning.REACTIVATED, pause.until
    yield Part(beginning, came, spell.left, spell.end)


def as_of(spell: Spell, day: date) -> Spell | None:
    """The spell as it stood at the end of a day; None where it had not begun. An end without a day is an end."""
    if spell.entered is not None and spell.entered > day:
        return None
    pauses = tuple(
        pause if pause.until is None or pause.until <= day else Pause(pause.since, None)
        for pause in spell.pauses
        if pause.since <= day
    )
    if spell.left is not None and spell.left > day:
        return spell._replace(left=None, end=None, pauses=pauses)
    return spell._replace(pauses=pauses)

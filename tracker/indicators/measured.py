"""What every result says beside its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tracker.indicators.words import Excluded


class Interval(NamedTuple):
    """A 95 % interval; shares run from 0 to 1, days from 0. None above: open, not reached."""

    lower: float | None
    upper: float | None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The frame of a result: which definition, from how many, without whom."""

    indicator: str
    """M1 to M18: the key into `definitions.DEFINITIONS`."""
    version: int
    """Of the definition by which it was reckoned."""
    n: int
    """How many spells, cases or people it is made of."""
    excluded: Mapping[Excluded, int] = field(default_factory=dict)
    """How many were left out, and why; only reasons that happened."""


@dataclass(frozen=True, kw_only=True)
class Share(Measured):
    """`part` of `n`: a proportion with its Wilson interval; `share` is None when `n` is 0."""

    part: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True, kw_only=True)
class NotRecorded:
    """An indicator whose facts nobody writes down yet. `reason`: an English sentence that goes through gettext."""

    indicator: str
    version: int
    reason: str

"""What every result says beside its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, NamedTuple

from tracker.indicators.definitions import version
from tracker.indicators.words import Excluded

Z95 = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""


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


def wilson(part: int, n: int) -> Interval | None:
    """The 95 % interval of a share (Wilson 1927): honest also for 0 of 20. None where n is 0."""
    if not n:
        return None
    share, z2 = part / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    lower = 0.0 if part == 0 else middle - reach
    upper = 1.0 if part == n else middle + reach
    return Interval(lower, upper)


def frame(code: str, n: int, excluded: Mapping[Excluded, int] | None = None) -> dict[str, Any]:
    """The fields of `Measured` for a result by the definition in force."""
    left_out = {reason: number for reason, number in (excluded or {}).items() if number}
    return {"indicator": code, "version": version(code), "n": n, "excluded": left_out}


def share_of(code: str, part: int, n: int, excluded: Mapping[Excluded, int] | None = None) -> dict[str, Any]:
    """The fields of `Share`: `part` of `n`, None where `n` is 0."""
    return frame(code, n, excluded) | {
        "part": part,
        "share": part / n if n else None,
        "interval": wilson(part, n),
    }

"""From numbers to places on the sheet, and the round numbers that stand along an axis."""

import math
from collections.abc import Sequence
from typing import NamedTuple

_STEPS_OF_DAYS = (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825)

_MOST_SIZES = 8


class Scale(NamedTuple):
    """Values `low` to `high` between the places `start` and `end`; values beyond stand at the nearer end."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """The place of `value`."""
        value = min(max(value, self.low), self.high)
        low, high, at = self.low, self.high, value
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(value)
        part = (at - low) / (high - low) if high > low else 0.0
        return self.start + part * (self.end - self.start)


def ticks(high: float, most: int = 5) -> list[int]:
    """Round whole numbers from 0 to at least `high`, at most `most` steps."""
    rough = max(high, 1) / most
    power = 10 ** math.floor(math.log10(rough)) if rough > 1 else 1
    step = next(power * of for of in (1, 2, 5, 10) if power * of >= rough)
    return [int(step * n) for n in range(math.ceil(max(high, 1) / step) + 1)]


def day_ticks(last: int, most: int = 6) -> list[int]:
    """Days from 0 up to `last` in steps that people count by: weeks are few, 30, 90, 180, 365 are known."""
    step = next((days for days in _STEPS_OF_DAYS if last / days <= most), _STEPS_OF_DAYS[-1])
    return list(range(0, last + 1, step))


def log_ticks(low: float, high: float) -> list[int]:
    """1, 2, 5, 10, 20, 50 ... as far as they lie between `low` and `high`; of many, the powers of ten alone."""
    found = [of * 10**power for power in range(7) for of in (1, 2, 5) if low <= of * 10**power <= high]
    return found if len(found) <= _MOST_SIZES else [value for value in found if str(value)[0] == "1"]


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """`places`, each moved as little as it takes to be `gap` from the next and between `low` and `high`."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    moved = [min(max(places[n], low), high) for n in order]
    for n in range(1, len(moved)):
        moved[n] = max(moved[n], moved[n - 1] + gap)
    if moved and moved[-1] > high:
        moved[-1] = high
        for n in range(len(moved) - 2, -1, -1):
            moved[n] = min(moved[n], moved[n + 1] - gap)
    result = [0.0] * len(places)
    for place, n in zip(moved, order, strict=True):
        result[n] = place
    return result

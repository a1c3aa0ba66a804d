"""What the pages cost, in multiples of the floor: many short turns, the floor's among them, and their medians."""

import json
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

_A_TURN = 12
"""Requests in a turn: short, so that whatever else the machine does falls on all alike."""


class Cost(NamedTuple):
    """What one page costs: CPU milliseconds of a request, and in multiples of the floor."""

    name: str
    milliseconds: float
    ratio: float
    bytes: int


class _Worker:
    def __init__(self, kind: str, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", kind, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.sizes: dict[str, int] = json.loads(self._hear())

    def cost(self, name: str, times: int) -> float:
        """CPU seconds of one request, as a mean of so many."""
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        self._process.stdin.write(f"{name} {times}\n")
        self._process.stdin.flush()
        return float(self._hear())

    def stop(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _hear(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The measured process ended with {self._process.wait()}.")
        return line


def measure(url: str, turns: int, tell: Callable[[int], None]) -> list[Cost]:
    """The floor first, then each page: `turns` of each in rotation. A ratio is the median of the turns' own."""
    floor, pages = _Worker("floor", url), _Worker("pages", url)
    costs: dict[str, list[float]] = {"floor": [], **{name: [] for name in pages.sizes}}
    ratios: dict[str, list[float]] = {name: [] for name in costs}
    try:
        for _ in range(turns):
            beneath = floor.cost("floor", _A_TURN)
            for name, found in costs.items():
                cost = beneath if name == "floor" else pages.cost(name, _A_TURN)
                found.append(cost)
                ratios[name].append(cost / beneath)
            tell(1)
    finally:
        floor.stop()
        pages.stop()
    sizes = floor.sizes | pages.sizes
    return [Cost(name, median(costs[name]) * 1000, median(ratios[name]), sizes[name]) for name in costs]

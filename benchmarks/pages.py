"""What the pages cost, in multiples of the floor: many short turns, the floor's among them, and their medians."""

import json
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from statistics import median
from typing import NamedTuple

_A_TURN = 12
"""Requests in a turn: short, so that whatever else the machine does falls on all alike."""

_WARM_UP = 30


class Cost(NamedTuple):
    """What one page costs: CPU milliseconds of a request, and in multiples of the floor."""

    name: str
    milliseconds: float
    ratio: float
    bytes: int


def measure(url: str, turns: int, tell: Callable[[int], None]) -> list[Cost]:
    """The floor first, then each page: `turns` of each in rotation. A ratio is the median of the turns' own."""
    floor, pages = _Worker("floor", url), _Worker("pages", url)
    costs: dict[str, list[float]] = {"floor": [], **{name: [] for name in pages.pages}}
    ratios: dict[str, list[float]] = {name: [] for name in costs}
    try:
        sizes = floor.warm_up() | pages.warm_up()
        for _ in range(turns):
            beneath = floor.cost("floor")
            for name, found in costs.items():
                cost = beneath if name == "floor" else pages.cost(name)
                found.append(cost)
                ratios[name].append(cost / beneath)
            tell(1)
    finally:
        floor.stop()
        pages.stop()
    return [Cost(name, median(costs[name]) * 1000, median(ratios[name]), sizes[name]) for name in costs]


class _Worker:
    """An application that is measured, and the connection to it."""

    def __init__(self, kind: str, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", kind, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = json.loads(self._hear())
        self.pages: dict[str, tuple[str, dict[str, str]]] = told["pages"]
        self._connection = HTTPConnection("127.0.0.1", told["port"])

    def warm_up(self) -> dict[str, int]:
        """Asks for each page some times; gives how many bytes each has."""
        sizes = {}
        for name in self.pages:
            for _ in range(_WARM_UP):
                sizes[name] = self._ask(name)
        return sizes

    def cost(self, name: str) -> float:
        """CPU seconds of one request, as the mean of a turn."""
        before = self._cpu("begin")
        for _ in range(_A_TURN):
            self._ask(name)
        return (self._cpu("end") - before) / _A_TURN

    def stop(self) -> None:
        """Ends the process."""
        self._connection.close()
        self._process.communicate()

    def _ask(self, name: str) -> int:
        path, headers = self.pages[name]
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return len(body)

    def _cpu(self, at: str) -> float:
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        self._process.stdin.write(f"{at}\n")
        self._process.stdin.flush()
        return float(self._hear())

    def _hear(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The measured process ended with {self._process.wait()}.")
        return line

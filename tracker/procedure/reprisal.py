"""How the risk of reprisals is reckoned: points for each factor that holds, and the sum from which a level is on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from tracker.errors import BrokenProcedure
from tracker.procedure import shape
from tracker.procedure.shape import checked
from tracker.vocabulary import Level, ReprisalFactor


@dataclass(frozen=True)
class Reprisal:
    """The table `[reprisal]`. Empty where a procedure has none: then nothing is ever proposed."""

    points: Mapping[ReprisalFactor, int] = field(default_factory=dict)
    levels: Mapping[Level, int] = field(default_factory=dict)
    """The level -> the sum from which on it is proposed."""
    lasts: timedelta = timedelta.max
    """How long an assessment holds."""
    changed_by: frozenset[tuple[str, str]] = frozenset()
    """The steps (stage, name) after which an assessment no longer holds."""
    basis: str = ""
    source: str = ""

    def propose(self, factors: Iterable[ReprisalFactor]) -> Level:
        """The level that the factors which hold amount to; each counts once."""
        total = sum(self.points.get(factor, 0) for factor in set(factors))
        reached = [level for level, least in self.levels.items() if total >= least]
        return max(reached, key=rank, default=Level.LOW)


def rank(level: Level) -> int:
    """How high a level is: 0 for the lowest."""
    return list(Level).index(level)


def read(given: Any, steps: Collection[str], deciding: Iterable[str]) -> Reprisal:
    """Reads the table; refuses (`BrokenProcedure`) a factor without points, or levels that do not rise.

    `steps`: all that there are, "stage.name"; `deciding`: those after which a survivor is told.
    """
    row = checked(given, "The table of reprisals", shape.REPRISAL, *shape.REPRISAL)
    if set(row["points"]) != set(ReprisalFactor):
        raise BrokenProcedure("The table [reprisal.points] must weigh each factor, and nothing else.")
    higher = list(Level)[1:]
    levels = {level: row["levels"].get(level, 0) for level in higher}
    if set(row["levels"]) != set(levels) or any(a >= b for a, b in pairwise((0, *levels.values()))):
        raise BrokenProcedure("The sums in [reprisal] levels must rise from medium to critical.")
    if unknown := set(row["changed_by"]) - set(steps):
        raise BrokenProcedure(f"The table of reprisals names {min(unknown)!r}, which does not exist.")
    return Reprisal(
        points={ReprisalFactor(name): points for name, points in row["points"].items()},
        levels=levels,
        lasts=timedelta(days=row["days"]),
        changed_by=frozenset(_step(text) for text in (*row["changed_by"], *deciding)),
        basis=row["basis"],
        source=row["source"],
    )


def _step(text: str) -> tuple[str, str]:
    stage, _, name = text.partition(".")
    return stage, name

"""One case of a group, under names that were made for this one file: what the formats write.

The names are of chance (`name`) and kept nowhere. So nothing joins two files, nor a file and the records.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from datetime import date as day_of
from typing import NamedTuple, Protocol

from tracker.mining.courses import Group, Step


class Chance(Protocol):
    """What puts cases in an order that says nothing: `random.SystemRandom` outside of tests."""

    def shuffle(self, things: list[int], /) -> None: ...


class Event(NamedTuple):
    """One step, with its own name. `at`: the day is a mean of its group; the seconds only keep the order of a day."""

    name: str
    step: Step
    at: datetime


class Instance(NamedTuple):
    """One case. `stays`: the names of its stays by their numbers."""

    name: str
    group: Group
    events: Sequence[Event]
    stays: dict[int, str]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is said of the case as a whole, as far as its group allows."""
        told = [("concern", self.group.concern), ("area", self.group.area)]
        detail = ("detail", "outline" if self.group.outline else "steps")
        return [detail, *((name, value) for name, value in told if value)]


def instances(groups: Sequence[Group], *, name: Callable[[], str], chance: Chance) -> Iterator[Instance]:
    """The cases of all groups, in an order of chance."""
    order = [place for place, group in enumerate(groups) for _ in range(group.cases)]
    chance.shuffle(order)
    for place in order:
        yield _instance(groups[place], name)


def _instance(group: Group, name: Callable[[], str]) -> Instance:
    events = [
        Event(name(), step, _instant(day, number))
        for number, (step, day) in enumerate(zip(group.steps, group.days, strict=True))
    ]
    stays = {stay: name() for stay in sorted({step.stay for step in group.steps}) if stay}
    return Instance(name(), group, events, stays)


def _instant(day: int, number: int) -> datetime:
    return datetime.combine(day_of.fromordinal(day), time(), UTC) + timedelta(seconds=number)

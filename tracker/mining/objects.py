"""A case as objects and how they hang together, for OCEL 2.0: the case, its stays, hearings, detentions, institutions.

    stay -> case, institution      hearing, detention -> stay      event -> case, stay, institution, hearing, detention

An institution is one of its kind: which one it was would point at a place.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tracker.mining.courses import Step
from tracker.mining.instances import Event, Instance

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""What holds from the beginning is said to hold since then."""

OBJECT_TYPES = {
    "case": ("concern", "area", "detail"),
    "stay": ("stage", "status"),
    "institution": ("kind",),
    "hearing": ("status",),
    "detention": ("status",),
}
"""Each type of object with its attributes, all of them texts."""

EVENT_ATTRIBUTES = ("status", "role")

_LISTED = frozenset({"list_hearing", "adjourn"})
"""What sets a day for a hearing, and so makes one."""
_HEARINGS = frozenset(
    {*_LISTED, "hear", "adjourn_sine_die", "reserve_judgment", "decide", "dismiss", "transfer"}
)
_ARREST = "record_arrest"
_DETENTIONS = frozenset(
    {
        _ARREST,
        "record_release",
        "extend_custody",
        "record_production",
        "transfer_custody",
        "release_from_custody",
    }
)


class Link(NamedTuple):
    """What an event or an object has to do with an object."""

    object_name: str
    qualifier: str


class Attribute(NamedTuple):
    """What an object is like from a time on."""

    name: str
    value: str
    since: datetime


class Thing(NamedTuple):
    """One object."""

    name: str
    type: str
    attributes: Sequence[Attribute]
    links: Sequence[Link] = ()


class Happening(NamedTuple):
    """One event with its attributes and the objects that it is about."""

    name: str
    type: str
    at: datetime
    attributes: Sequence[tuple[str, str]]
    links: Sequence[Link]


class _Occasions:
    """The hearings, or the detentions, of one case: which is going on in which stay, and what became of it."""

    def __init__(self, kind: str, case: str) -> None:
        self.kind, self._case, self._number = kind, case, 0
        self._going: dict[int, str] = {}
        self.told: dict[str, list[Attribute]] = {}
        self.stays: dict[str, int] = {}

    def begin(self, step: Step) -> None:
        """Another one begins in the stay."""
        self._number += 1
        name = self._going[step.stay] = f"{self._case}-{self.kind}-{self._number}"
        self.told[name], self.stays[name] = [], step.stay

    def of(self, event: Event) -> str | None:
        """The one that the event is about; None where the beginning was not recorded."""
        name = self._going.get(event.step.stay)
        if name is not None:
            self.told[name].append(Attribute("status", event.step.action, event.at))
        return name


def happenings(instance: Instance) -> Iterator[Happening]:
    """The events of a case."""
    hearings, detentions = _occasions(instance)
    return _happenings(instance, hearings, detentions)


def things(instance: Instance) -> Iterator[Thing]:
    """The objects of a case that are its own: the institutions are everybody's (`institutions`)."""
    occasions = _occasions(instance)
    for _ in _happenings(instance, *occasions):  # what becomes of a hearing is known when all is told
        pass
    yield Thing(instance.name, "case", [Attribute(name, value, ALWAYS) for name, value in instance.facts])
    yield from _stays(instance)
    for kind in occasions:
        for name, told in kind.told.items():
            stay = instance.stays.get(kind.stays[name], instance.name)
            yield Thing(name, kind.kind, told, [Link(stay, "during"), Link(instance.name, "of")])


def institutions(kinds: Iterable[str]) -> Iterator[Thing]:
    """One object for each kind of institution."""
    for kind in sorted(kinds):
        yield Thing(institution(kind), "institution", [Attribute("kind", kind, ALWAYS)])


def institution(kind: str) -> str:
    """What the institutions of a kind are called."""
    return f"institution-{kind}"


def _occasions(instance: Instance) -> tuple[_Occasions, _Occasions]:
    return _Occasions("hearing", instance.name), _Occasions("detention", instance.name)


def _happenings(instance: Instance, hearings: _Occasions, detentions: _Occasions) -> Iterator[Happening]:
    for event in instance.events:
        step = event.step
        links = [Link(instance.name, "case"), Link(institution(step.place), "at")]
        if step.stay:
            links.append(Link(instance.stays[step.stay], "stay"))
        links += _linked(hearings, event, step.action in _HEARINGS and step.stage == "court")
        if step.action == _ARREST:
            detentions.begin(step)
        links += _linked(detentions, event, step.action in _DETENTIONS)
        if step.action in _LISTED:
            hearings.begin(step)
            links += _linked(hearings, event, about=True, qualifier="lists")
        attributes = [("status", step.status), *([("role", step.role)] if step.role else [])]
        yield Happening(event.name, step.activity, event.at, attributes, links)


def _linked(kind: _Occasions, event: Event, about: bool, qualifier: str = "") -> list[Link]:
    name = kind.of(event) if about else None
    return [Link(name, qualifier or kind.kind)] if name is not None else []


def _stays(instance: Instance) -> Iterator[Thing]:
    for number, name in instance.stays.items():
        own = [event for event in instance.events if event.step.stay == number]
        attributes = [Attribute("stage", own[0].step.stage, ALWAYS)]
        before = ""
        for event in own:
            if event.step.status != before:
                attributes.append(Attribute("status", event.step.status, event.at))
            before = event.step.status
        yield Thing(
            name, "stay", attributes, [Link(instance.name, "of"), Link(institution(own[-1].step.place), "at")]
        )

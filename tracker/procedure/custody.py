"""How long the law lets a person be held: its limits as data, and the clock that they make of what happened.

Pure. Instants are absolute and hours are hours: no weekend, night or change of the time zone moves a limit, and none is
ever begun anew by another offence. What goes beyond the law happened all the same: it is told, and moves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tracker.vocabulary import Authority, CustodyAct, CustodyFault, LimitBasis, ProductionResult


@dataclass(frozen=True)
class Allowance:
    """Some hours more that the law allows: an extension of police custody, or a remand by a court.

    `times`: how often (None: no number is recorded). `by`: who may authorise it (empty: not recorded). `clock`: its
    row in the table of clocks, with its basis, its source, and whether somebody confirmed it.
    """

    clock: str
    hours: int
    times: int | None = None
    by: frozenset[Authority] = frozenset()
    written: bool = False


@dataclass(frozen=True)
class CustodyLaw:
    """What the law of one country says of custody, as far as it is recorded. `hours` None: no limit is known.

    `remands` follow one another, each as often as it may. `rearrest_hours`: who is arrested again within so many hours
    of the release goes on under the first clock. `child_hours`: a shorter limit for children; None: none is recorded.
    """

    hours: int | None
    extensions: tuple[Allowance, ...] = ()
    remands: tuple[Allowance, ...] = ()
    rearrest_hours: int | None = None
    child_hours: int | None = None

    def limit(self, *, child: bool) -> int | None:
        """The hours of police custody: a child's own where the law has them, if they are fewer."""
        hours = [one for one in (self.hours, self.child_hours if child else None) if one is not None]
        return min(hours, default=None)


class Event(NamedTuple):
    """One thing that happened to a held person; `at` is aware.

    `hours`, `authority`, `written`: of an extension. `result`, `until`: what a court said, and to which instant it
    remanded the person (None: it named none).
    """

    kind: CustodyAct
    at: datetime
    hours: int | None = None
    authority: Authority | None = None
    written: bool = False
    result: ProductionResult | None = None
    until: datetime | None = None


class Spell(NamedTuple):
    """An earlier time for which the same person was held; `released_at` None: still."""

    arrested_at: datetime
    released_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """What the law says of one held person. `due_at` None: no limit is recorded for how the person is held now.

    `started_at`: from when the hours run; earlier than the arrest where the law lets an earlier one go on. `clock`: the
    limit that runs. `faults`: what went beyond the law, by the place of the event. `ended_at`: the release.
    """

    started_at: datetime
    due_at: datetime | None
    basis: LimitBasis
    clock: str | None
    faults: Mapping[int, CustodyFault] = field(default_factory=dict)
    produced_at: datetime | None = None
    ended_at: datetime | None = None

    def over(self, now: datetime) -> timedelta:
        """How long the person is, or was, held over the limit; nothing where there is no limit."""
        until = min(now, self.ended_at) if self.ended_at is not None else now
        return max(until - self.due_at, timedelta()) if self.due_at is not None else timedelta()


def standing(
    law: CustodyLaw, events: Sequence[Event], *, earlier: Iterable[Spell] = (), child: bool = False
) -> Standing:
    """What the law makes of the events of one custody, of which the earliest arrest begins it.

    They may come in any order: what happened first counts first, and of one instant what was told first. `earlier`:
    other times for which this person was held. Refuses (`ValueError`) events without an arrest.
    """
    in_order = sorted(range(len(events)), key=lambda place: (_utc(events[place].at), place))
    arrests = [_utc(event.at) for event in events if event.kind is CustodyAct.ARREST]
    if not arrests:
        raise ValueError("Nobody is held who was not arrested.")
    clock = _Running(law, _start(law, min(arrests), earlier), child=child)
    for place in in_order:
        clock.take(place, events[place])
    return clock.standing()


def _start(law: CustodyLaw, arrested_at: datetime, earlier: Iterable[Spell]) -> datetime:
    """From when the hours run: another arrest soon after a release begins no new clock, where the law says so."""
    start = arrested_at
    if law.rearrest_hours is None:
        return start
    apart = timedelta(hours=law.rearrest_hours)
    for spell in sorted(earlier, key=lambda one: one.arrested_at, reverse=True):
        began, ended = _utc(spell.arrested_at), _utc(spell.released_at or arrested_at)
        if began < start and start - ended < apart:
            start = began
    return start


class _Running:
    """The clock, while what happened is told to it in order."""

    def __init__(self, law: CustodyLaw, started_at: datetime, *, child: bool) -> None:
        hours = law.limit(child=child)
        self.law, self.started_at = law, started_at
        self.due_at = started_at + timedelta(hours=hours) if hours is not None else None
        self.basis, self.clock = LimitBasis.LAW, "custody" if hours is not None else None
        self.used = {one.clock: 0 for one in (*law.extensions, *law.remands)}
        self.faults: dict[int, CustodyFault] = {}
        self.produced_at: datetime | None = None
        self.ended_at: datetime | None = None

    def take(self, place: int, event: Event) -> None:
        """What the next event makes of the limit."""
        at = _utc(event.at)
        if event.kind is CustodyAct.EXTENSION:
            self._extend(place, event, at)
        elif event.kind is CustodyAct.PRODUCTION:
            self.produced_at = self.produced_at or at
            self._produce(place, event, at)
        elif event.kind is CustodyAct.RELEASE:
            self.ended_at = at

    def _extend(self, place: int, event: Event, at: datetime) -> None:
        extension = self._next(self.law.extensions)
        fault = self._wrong_with(extension, event, at)
        if fault is not None or extension is None or self.due_at is None:
            self.faults[place] = fault or CustodyFault.NO_EXTENSION
            return
        self.used[extension.clock] += 1
        self.due_at += timedelta(hours=event.hours or extension.hours)
        self.basis, self.clock = LimitBasis.EXTENSION, extension.clock

    def _wrong_with(self, extension: Allowance | None, event: Event, at: datetime) -> CustodyFault | None:
        running = self.basis in (LimitBasis.LAW, LimitBasis.EXTENSION)
        if not self.law.extensions or not running:
            return CustodyFault.NO_EXTENSION
        if extension is None:
            return CustodyFault.TOO_OFTEN
        wrong = {
            CustodyFault.TOO_LONG: (event.hours or 0) > extension.hours,
            CustodyFault.NOT_WRITTEN: extension.written and not event.written,
            CustodyFault.WRONG_AUTHORITY: bool(extension.by) and event.authority not in extension.by,
            CustodyFault.TOO_LATE: self.due_at is not None and at > self.due_at,
        }
        return next((fault for fault, found in wrong.items() if found), None)

    def _produce(self, place: int, event: Event, at: datetime) -> None:
        if event.result is ProductionResult.RELEASE_ORDERED:
            self.due_at = at if self.due_at is None else min(self.due_at, at)
            self.clock, self.basis = None, LimitBasis.RELEASE_ORDER
        elif event.result is ProductionResult.REMANDED:
            self._remand(place, at, _utc(event.until) if event.until is not None else None)

    def _remand(self, place: int, at: datetime, until: datetime | None) -> None:
        remand = self._next(self.law.remands)
        if remand is None and self.law.remands:
            self.faults[place] = CustodyFault.TOO_OFTEN
            return
        lawful = at + timedelta(hours=remand.hours) if remand is not None else None
        if remand is not None:
            self.used[remand.clock] += 1
        if lawful is not None and until is not None and until > lawful:
            self.faults[place] = CustodyFault.TOO_LONG
        by_day = until is not None and (lawful is None or until < lawful)
        self.due_at = until if by_day else lawful
        self.basis = LimitBasis.COURT_DAY if by_day else LimitBasis.REMAND
        self.clock = remand.clock if remand is not None and not by_day else None

    def _next(self, allowances: Sequence[Allowance]) -> Allowance | None:
        """The first allowance that is not used up."""
        left = (one for one in allowances if one.times is None or self.used[one.clock] < one.times)
        return next(left, None)

    def standing(self) -> Standing:
        """What was found."""
        return Standing(
            self.started_at,
            self.due_at,
            self.basis,
            self.clock,
            self.faults,
            self.produced_at,
            self.ended_at,
        )


def _utc(instant: datetime) -> datetime:
    """The instant in UTC: hours that are added in a zone with summer time would be hours of the wall's clock."""
    return instant.astimezone(UTC)

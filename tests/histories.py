"""Random histories, made by the real actions of the people of a world, days apart."""

import random
from datetime import datetime, timedelta

from tests.world import Thing, World
from tracker import clock, mission
from tracker.actions import corrections, steps
from tracker.actions.standing import steps_that_stand
from tracker.db import db
from tracker.errors import Refusal
from tracker.models import HistoryEntry, ProtectionCase, Track
from tracker.procedure import SYSTEM
from tracker.vocabulary import Level


class Historian:
    """Lets so many things happen in a world, from `begin` on; the same seed gives the same history."""

    def __init__(self, world: World, seed: int, begin: datetime) -> None:
        self._world, self._rng, self.now = world, random.Random(seed), begin  # noqa: S311 - the same again
        self._cases: list[ProtectionCase] = []

    def write(self, acts: int) -> None:
        """Lets things happen; what the procedure or an action refuses does not."""
        for _ in range(acts):
            self.now += timedelta(hours=self._rng.choice((0, 1, 5, 30, 100, 400)))
            with self._world.travel(to=self.now):
                try:
                    self._act()
                    db.session.commit()
                except Refusal:
                    db.session.rollback()

    def _act(self) -> None:
        choice = self._rng.random()
        if not self._cases or choice < 0.12:
            self._cases.append(self._world.register(risk=self._rng.choice(list(Level))))
            return
        case = self._rng.choice(self._cases)
        things: list[Thing] = [track for track in self._world.tracks(case) if track.open]
        if choice < 0.22:
            self._correct(self._rng.choice(self._world.tracks(case)))
        elif choice < 0.3:
            self._withdraw(self._rng.choice(self._world.tracks(case)))
        elif case.status == "closed" or not things:
            self._step(case)
        else:
            self._step(self._rng.choice(things))

    def _step(self, on: Thing) -> None:
        procedure = mission.current().procedure
        stage, status, _ = steps.standing(on)
        open_ones = [
            step
            for step in procedure.steps.values()
            if step.stage == stage
            and status in step.sources
            and SYSTEM not in step.by
            # a case that is to be gone on with, and a court that puts off without a date
            and (step.name not in ("close", "close_at_intake") or self._rng.random() < 0.3)
        ]
        if not open_ones:
            return
        likely = [
            step for step in open_ones if step.name in ("accept", "forward", "hear", "list_hearing", "refer")
        ]
        step = (
            self._rng.choice(likely or open_ones) if self._rng.random() < 0.4 else self._rng.choice(open_ones)
        )
        given = {} if step.act or self._rng.random() < 0.6 else {"happened_at": self._earlier(on)}
        self._world.take(step.name, on, **given)

    def _earlier(self, on: Thing) -> datetime:
        """A time between the last step and now, as somebody remembers it."""
        since = getattr(on, "status_since", None) or self.now
        return since + (self.now - since) * self._rng.random()

    def _correct(self, track: Track) -> None:
        entry = self._rng.choice(steps_that_stand(track))
        if entry.institution_id is None or entry.happened_at is None:
            return
        corrections.correct(
            actor=self._by(entry),
            entry=entry,
            on=track,
            seen=track.version,
            note="It was at another time.",
            happened_at=min(clock.now(), entry.happened_at + timedelta(hours=self._rng.randint(-60, 60))),
        )

    def _withdraw(self, track: Track) -> None:
        entry = steps_that_stand(track)[-1]
        corrections.withdraw(
            actor=self._by(entry), entry=entry, on=track, seen=track.version, note="By mistake."
        )

    def _by(self, entry: HistoryEntry) -> object:
        return next(
            person
            for person in self._world.people.values()
            if person.institution_id == entry.institution_id and person.role == entry.role
        )

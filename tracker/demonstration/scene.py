"""One story in the middle of being told: the case, whom it can go to, and who acts next."""

from dataclasses import dataclass, field
from random import Random

from sqlalchemy import select

from tracker import mission
from tracker.db import db
from tracker.demonstration.places import HOMES, Home
from tracker.demonstration.plan import Telling
from tracker.demonstration.world import OFFICERS, World
from tracker.models import Alert, Custody, Membership, ProtectionCase, Track
from tracker.procedure import Step


@dataclass
class Scene:
    """How far one telling has come."""

    telling: Telling
    world: World
    registrar: int
    alert: Alert | None = None
    the_case: ProtectionCase | None = field(default=None)

    @property
    def rng(self) -> Random:
        """What is drawn for this case."""
        return self.telling.rng

    @property
    def case(self) -> ProtectionCase:
        """The case, once it is registered."""
        assert self.the_case is not None, "the story speaks of a case before it is registered"  # noqa: S101
        return self.the_case

    @property
    def home(self) -> Home:
        """Where it takes place."""
        return HOMES[self.telling.home]

    def posts(self, words: str) -> list[int]:
        """The institutions that these words of the story mean at this case's home."""
        return [self.world.institutions[self.home.posts[word]].id for word in words.split(",")]

    def focal_point(self) -> Membership:
        """Somebody of the institution that registers the case."""
        return self.world.worker(self.registrar, OFFICERS, self.rng)

    def holder(self, track: Track) -> Membership:
        """Who works on the track: the person who took it, else somebody of the institution that has it."""
        everybody = frozenset(one.role for one in self.world.workers[track.institution_id])
        return self.world.worker(track.institution_id, everybody, self.rng, user_id=track.assigned_to_id)

    def held(self) -> Custody:
        """Who is held in this case."""
        found = select(Custody).where(Custody.case_id == self.case.id, Custody.released_at.is_(None))
        return db.session.scalars(found).one()

    def open_to(self, name: str) -> tuple[Track, Step]:
        """The newest open part of the case on which the step `name` is open to somebody, and the step.

        `town.accept` asks for the part that is at the institution called "town".
        """
        post, _, step_name = name.rpartition(".")
        tracks = select(Track).where(Track.case_id == self.case.id, Track.open).order_by(Track.id.desc())
        if post:
            tracks = tracks.where(Track.institution_id.in_(self.posts(post)))
        procedure = mission.current().procedure
        for track in db.session.scalars(tracks):
            step = procedure.steps.get((track.stage, step_name))
            if (
                step is not None
                and step.needs_awaiting in (None, track.awaiting)
                and track.status in step.sources
            ):
                return track, step
        raise LookupError(f"{name} is open on no part of the case: {[m.name for m in self.telling.moves]}")


def begin(telling: Telling, world: World) -> Scene:
    """Nothing has happened yet; who registers the case is settled."""
    registrar = telling.rng.choice(HOMES[telling.home].registrars)
    return Scene(telling, world, registrar=world.institutions[registrar].id)

"""Telling all stories at once, in the order of time, as if fourteen months had passed: all through the actions."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tracker import clock, mission
from tracker.actions import custody_alarms, history_exports, verifiers
from tracker.demonstration import acts, factors, lists, plan, scene, telephone, world
from tracker.demonstration.stories import STORIES
from tracker.permissions import OVERSEERS

_SEED = 20_261_123
_A_MINUTE = timedelta(minutes=1)
_HALF_A_YEAR = timedelta(days=183)


def _silent(_done: int, _of: int) -> None:
    """Tells nobody."""


def seed(*, progress: Callable[[int, int], None] = _silent) -> None:
    """Fills an empty, migrated database with the demonstration. The caller commits, all or nothing.

    `progress` is told how many acts of how many are done. What happens is the same each time, save the references;
    when it happens is relative to the present.
    """
    now: datetime = clock.now()
    tellings = list(plan.tellings(STORIES, now=now, zone=mission.current().zone, seed=_SEED))
    moves = sorted((move, number) for number, telling in enumerate(tellings) for move in telling.moves)
    place = world.build(now=now, since=moves[0][0].at)
    scenes = [scene.begin(telling, place) for telling in tellings]
    for done, (move, number) in enumerate(moves, start=1):
        with clock.standing_at(move.at):
            acts.do(move, scenes[number])
        progress(done, len(moves))
    custody_alarms.raise_alarms()
    _propose_a_verifier(place, now)
    network = place.institutions["wun-riak-network"].id
    lists.bring(actor=place.workers[network][0])
    _ask_for_histories(place)
    with clock.standing_at(now):
        telephone.ring(place, now)
    with clock.standing_at(now - _A_MINUTE):
        _equip(place)


def _propose_a_verifier(place: world.World, now: datetime) -> None:
    """One auditor did; the other one may confirm it, and hand over the token."""
    review_panel = place.institutions["review-panel"].id
    verifiers.propose(
        actor=place.workers[review_panel][0],
        organisation="Lakes Legal Aid Watch",
        agreement="Data agreement 7",
        expires_on=clock.day_of(now + _HALF_A_YEAR, mission.current().zone),
    )


def _ask_for_histories(place: world.World) -> None:
    """The same auditor did; the other one may agree."""
    history_exports.ask(
        actor=place.workers[place.institutions["review-panel"].id][0],
        purpose="Where do files wait between police and court, and for how long?",
        recipient="Research desk of the review panel",
    )


def _equip(place: world.World) -> None:
    """Those who oversee must have a second factor; theirs shows its code on the page of the demonstration."""
    for worker in (one for people in place.workers.values() for one in people):
        if worker.role in OVERSEERS and worker.user.factor_since is None:
            factors.equip(worker.user)

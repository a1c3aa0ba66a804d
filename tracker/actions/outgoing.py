"""What leaves the installation: in one worker's hands at a time, tried again later and later, never lost.

At least once: a worker that dies after the other side took a thing and before it said so here leaves it to the next
one, which sends it again under the same key. No worker can do better (the two-generals problem).
"""

from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import or_, select, update

from tracker import clock
from tracker.db import db
from tracker.models import Outgoing, SendingState

LEASE = timedelta(minutes=10)
"""Longer than any try may take: after it the worker that had it is taken for dead."""

MOST_TRIES = 24
"""With these waits nearly five days."""

KEPT = timedelta(days=30)
"""How long what is over is kept, for the pages that list it."""

OPEN = (SendingState.WAITING, SendingState.SENDING)

_LONGEST_WAIT = timedelta(hours=6)

Kind = TypeVar("Kind", bound=Outgoing)


class Held(Protocol):
    """A thing in a worker's hands, by the number of its try."""

    @property
    def id(self) -> Any:
        """Its row."""

    @property
    def attempts(self) -> Any:
        """How often it was taken."""


def take(kind: type[Kind]) -> Kind | None:
    """The one of a kind that has waited longest, for `LEASE`; None when none is due. Commit before you send it."""
    now = clock.now()
    due = (
        select(kind.id)
        .where(
            kind.state.in_(OPEN),
            kind.due_at <= now,
            or_(kind.lease_until.is_(None), kind.lease_until <= now),
        )
        .order_by(kind.due_at, kind.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(kind)
        .where(kind.id == due)
        .values(state=SendingState.SENDING, attempts=kind.attempts + 1, lease_until=now + LEASE)
        .returning(kind)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return db.session.scalars(taken).one_or_none()


def settle(kind: type[Kind], held: Held, *, state: SendingState, **values: Any) -> bool:
    """Says what came of it, and gives it out of hand. False when another worker has it by now: nothing is changed.

    Only by who has it: the number of the try tells this worker from the next one.
    """
    own = update(kind).where(
        kind.id == held.id, kind.attempts == held.attempts, kind.state == SendingState.SENDING
    )
    done = db.session.execute(
        own.values(state=state, lease_until=None, **values).execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def next_try(attempts: int) -> datetime:
    """When to try again what came to nothing so often: each time twice as late, at most six hours."""
    return clock.now() + min(timedelta(minutes=2 ** min(attempts - 1, 10)), _LONGEST_WAIT)

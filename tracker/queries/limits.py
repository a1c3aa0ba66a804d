"""The limits of the procedure in force, each with whether somebody confirmed it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from tracker import mission
from tracker.db import db
from tracker.models import Acting, ClockConfirmation, UserAccount
from tracker.procedure import Clock


class Limit(NamedTuple):
    """One limit, who confirmed it and when (None: nobody, or only what it was before)."""

    clock: Clock
    confirmed_by: str | None
    confirmed_at: datetime | None

    @property
    def confirmed(self) -> bool:
        """Whether it may be relied on: it is no limit of the law, or somebody compared it with the law."""
        return self.clock.confirmed or self.confirmed_at is not None


def limits(*, viewer: Acting) -> Sequence[Limit]:
    """Every limit of the procedure in force, in its order; limits are public to all who may sign in."""
    assert viewer is not None  # noqa: S101
    procedure = mission.current().procedure
    rows = db.session.execute(
        select(
            ClockConfirmation.clock,
            ClockConfirmation.hours,
            UserAccount.full_name,
            ClockConfirmation.confirmed_at,
        )
        .join(ClockConfirmation.confirmed_by)
        .where(ClockConfirmation.procedure == procedure.version)
    )
    found = {(code, hours): (name, at) for code, hours, name, at in rows}
    return [
        Limit(clock, *found.get((code, clock.hours or 0), (None, None)))
        for code, clock in procedure.clocks.items()
    ]

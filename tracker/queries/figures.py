"""How many cases stand behind the histories of an institution, as they stood when the last quarter was over.

Monitors read no number of today: who looks daily would see which day a group passed five, and whose case it was that
day. The entries recorded by the end of the quarter decide, so what is said is the same on every day of the next one,
and for ever. Every number goes through `disclosure` before it leaves; what the database counted stays in `Counted`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

import sqlalchemy as sa

from tracker import clock, mission
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.history import CASE_STAGE
from tracker.indicators.disclosure import disclosed, listable
from tracker.indicators.periods import Period
from tracker.models import Acting, Effect, HistoryEntry, Institution, Track
from tracker.permissions import Permission, may
from tracker.procedure import Stage
from tracker.visibility import hidden_from

APART = ("alert", CASE_STAGE)
"""The stages that no track is in."""


class Closed(NamedTuple):
    """The last quarter that is over, and the first instant after it."""

    period: Period
    until: datetime

    @classmethod
    def now(cls) -> Self:
        """The one that is over now."""
        zone = mission.current().zone
        running = Period.quarter_of(clock.day_of(clock.now(), zone))
        return cls(running.earlier(1), clock.start_of(running.first, zone))


class _Count(NamedTuple):
    tracks: int = 0
    cases: int = 0


@dataclass(frozen=True)
class Counted:
    """What the database counted, by stage and last word, before anything of it may be said."""

    cells: dict[tuple[str, str], _Count]

    def group(self, stage: str, word: str) -> int | None:
        """The number of a listing group that may be said; None where its histories may not be shown."""
        counted = self.cells.get((stage, word), _Count())
        return disclosed(*counted) if listable(counted.cases) else None


def known(stage: str) -> Stage:
    """The stage as the procedure in force has it."""
    return mission.current().procedure.stages[stage]


def require(viewer: Acting) -> None:
    """Refuses (`NotPermitted`) everybody but monitors."""
    if not may(viewer.role, Permission.PERFORMANCE_READ):
        raise NotPermitted(say("Only monitors read the figures of institutions."))


def stages(of: Institution, words: Counted) -> list[str]:
    """The stages that an institution of its kind holds, and those in which it has a group that may be listed."""
    procedure = mission.current().procedure
    own = procedure.stages_of(of.kind)
    listed = {stage for stage, word in words.cells if words.group(stage, word) is not None}
    return [stage for stage in procedure.stages if stage not in APART and (stage in own or stage in listed)]


def by_word(of: Institution, until: datetime) -> Counted:
    """By status or end, from what was recorded before the instant."""
    stood = _stood(of, until)
    numbers = sa.func.count(), sa.func.count(stood.c.case_id.distinct())
    found = sa.select(stood.c.stage, stood.c.word, *numbers).group_by(stood.c.stage, stood.c.word)
    return Counted({(stage, word): _Count(*counted) for stage, word, *counted in db.session.execute(found)})


def track_ids(of: Institution, stage: str, word: str, until: datetime) -> Sequence[int]:
    """The tracks that stood at that word, from what was recorded before the instant."""
    stood = _stood(of, until)
    found = sa.select(stood.c.track_id).where(stood.c.stage == stage, stood.c.word == word)
    return db.session.scalars(found).all()


def _stood(of: Institution, until: datetime) -> sa.Subquery:
    """The tracks as they stood: those untouched since as they are now, the others as their last entry by then says.

    None of a case that was hidden from the institution by then.
    """
    hidden = hidden_from(of.id, until)
    since = sa.select(HistoryEntry.track_id).where(
        HistoryEntry.holder_id == of.id,
        HistoryEntry.recorded_at >= until,
        HistoryEntry.track_id.is_not(None),
    )
    untouched = sa.select(
        Track.id.label("track_id"),
        Track.case_id.label("case_id"),
        Track.stage.label("stage"),
        Track.status.label("word"),
    ).where(Track.institution_id == of.id, Track.id.not_in(since), Track.case_id.not_in(hidden))
    last = (
        sa.select(sa.func.max(HistoryEntry.id))
        .where(
            HistoryEntry.track_id.in_(since),
            HistoryEntry.recorded_at < until,
            HistoryEntry.effect != Effect.NOTES,
        )
        .group_by(HistoryEntry.track_id)
    )
    touched = sa.select(
        HistoryEntry.track_id, HistoryEntry.case_id, HistoryEntry.stage, HistoryEntry.status_after
    ).where(HistoryEntry.id.in_(last), HistoryEntry.case_id.not_in(hidden))
    return sa.union_all(untouched, touched).subquery("stood")

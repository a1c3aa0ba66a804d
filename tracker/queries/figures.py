"""How many cases stand behind the histories of an institution, counted by the database from its indexes alone.

Every number goes through `disclosure` before it leaves; what the database counted stays in `Counted`.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal, select, union_all

from tracker import mission
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.history import CASE_STAGE
from tracker.indicators.disclosure import disclosed, listable
from tracker.models import Acting, Institution, Track
from tracker.permissions import Permission, may
from tracker.procedure import Stage

APART = ("alert", CASE_STAGE)
"""The stages that no track is in."""

Cell = tuple[str, str | int]


class _Count(NamedTuple):
    tracks: int = 0
    cases: int = 0


@dataclass(frozen=True)
class Counted:
    """What the database counted, before anything of it may be said."""

    cells: dict[Cell, _Count]

    def number(self, stage: str, word: str | int) -> int | None:
        """The number that may be said."""
        return disclosed(*self.cells.get((stage, word), _Count()))

    def group(self, stage: str, word: str) -> int | None:
        """The number of a listing group that may be said; None where its histories may not be shown."""
        counted = self.cells.get((stage, word), _Count())
        return disclosed(*counted) if listable(counted.cases) else None


def require(viewer: Acting) -> None:
    """Refuses (`NotPermitted`) everybody but monitors."""
    if not may(viewer.role, Permission.PERFORMANCE_READ):
        raise NotPermitted(say("Only monitors read the figures of institutions."))


def stages(of: Institution, words: Counted) -> list[str]:
    """The stages that an institution of its kind holds, and those in which it has cases enough to say so."""
    procedure = mission.current().procedure
    own = procedure.stages_of(of.kind)
    return [
        stage
        for stage in procedure.stages
        if stage not in APART
        and (stage in own or words.number(stage, True) is not None or words.number(stage, False) is not None)
    ]


def known(stage: str) -> Stage:
    """The stage as the procedure in force has it."""
    return mission.current().procedure.stages[stage]


def by_word(of: Institution) -> Counted:
    """By status or end, and in all: True for those open, False for those ended."""
    here = Track.institution_id == of.id
    parts = [
        select(literal(code), literal(is_open), *_numbers(Track.case_id)).where(
            here, Track.stage == code, Track.status.in_(its)
        )
        for code, stage in mission.current().procedure.stages.items()
        for is_open, its in ((True, stage.statuses), (False, stage.ends))
        if code not in APART
    ]
    words = select(Track.stage, Track.status, *_numbers(Track.case_id)).where(here)
    cells: dict[Cell, _Count] = {
        (stage, word): _Count(tracks, cases)
        for stage, word, tracks, cases in db.session.execute(words.group_by(Track.stage, Track.status))
    }
    for stage, is_open, tracks, cases in db.session.execute(union_all(*parts)):
        cells[stage, bool(is_open)] = _Count(tracks, cases)
    return Counted(cells)


def _numbers(case_id: Any) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count(), func.count(case_id.distinct())

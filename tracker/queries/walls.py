"""From whom a case is hidden, and where it could go instead: for those who work on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from tracker import mission
from tracker.db import db
from tracker.models import Acting, Institution, ProtectionCase, Track, Wall
from tracker.queries import areas
from tracker.visibility import works_on


class WallRow(NamedTuple):
    """One institution from which a case is hidden."""

    institution_id: int
    name: str
    kind: str
    since: datetime


def of_case(case_id: int, *, viewer: Acting) -> Sequence[WallRow]:
    """The walls around a case, for those who are responsible for it or registered it; nothing for anybody else."""
    rows = db.session.execute(
        select(Wall.institution_id, Institution.name, Institution.kind, Wall.since)
        .join(Wall.institution)
        .join(ProtectionCase, ProtectionCase.id == Wall.case_id)
        .where(Wall.case_id == case_id, works_on(viewer))
        .order_by(Wall.id)
    )
    return [WallRow._make(row) for row in rows]


def neutral(case: ProtectionCase, walls: Sequence[WallRow], *, viewer: Acting) -> Sequence[Institution]:
    """For each stage that a walled institution holds, the nearest one that nothing connects with those accused.

    It is a proposal: nothing is ever sent by itself. Left out are also institutions under a walled one (whoever
    commands both reads both), and those that have the case already.
    """
    procedure = mission.current().procedure
    stages = filter(None, (procedure.stage_by_referral(wall.kind) for wall in walls))
    out = [wall.institution_id for wall in walls]
    have = select(Track.institution_id).where(Track.case_id == case.id, Track.open)
    free = select(Institution).where(
        Institution.active,
        Institution.id.not_in([*out, viewer.institution_id]),
        Institution.id.not_in(have),
        or_(Institution.parent_id.is_(None), Institution.parent_id.not_in(out)),
    )
    atlas, near = areas.atlas(viewer=viewer), case.area_id or viewer.institution.area_id
    found = []
    for stage in dict.fromkeys(stages):
        ours = db.session.scalars(free.where(Institution.kind.in_(procedure.stages[stage].kinds)))
        found += sorted(ours, key=lambda one: (atlas.apart(near, one.area_id), one.name))[:1]
    return found

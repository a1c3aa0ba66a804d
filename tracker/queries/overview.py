"""What lies beyond one institution's own queue: what is overdue elsewhere, and how the installation stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from tracker import clock, mission
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Acting, HistoryEntry, Institution, ProtectionCase, Track, UserAccount
from tracker.permissions import Permission, may
from tracker.queries import limits, queues, ranges
from tracker.queries.paging import PAGE_SIZE, Page
from tracker.queries.ranges import COUNT_LIMIT, TrackRow
from tracker.visibility import visible_entries, works_on
from tracker.vocabulary import InstitutionKind


class OverdueAt(NamedTuple):
    """How much of the viewer's cases is over its limit at one institution."""

    code: str
    name: str
    kind: InstitutionKind
    number: int
    oldest: datetime
    """The limit that ended longest ago."""


class Installation(NamedTuple):
    """What an administrator looks after."""

    people: int
    institutions: int
    limits_to_confirm: int


def overdue_by_institution(*, viewer: Acting, most: int | None = None) -> Sequence[OverdueAt]:
    """Where the cases that the viewer's section owns or registered are over a time limit, the oldest first.

    `most`: only the first so many institutions. Refuses (`NotPermitted`) who does not oversee an area.
    """
    _require(viewer, Permission.AREA_OVERSEE)
    oldest = func.min(Track.due_at)
    stages = (
        mission.current().procedure.stages
    )  # named, so that the index finds what is late at an institution
    rows = db.session.execute(
        select(Institution.code, Institution.name, Institution.kind, func.count(), oldest)
        .select_from(ProtectionCase)
        .join(Track, Track.case_id == ProtectionCase.id)
        .join(Institution, Institution.id == Track.institution_id)
        .where(works_on(viewer), Track.open, Track.stage.in_(stages), Track.due_at < clock.now())
        .group_by(Institution.id, Institution.code, Institution.name, Institution.kind)
        .order_by(oldest, Institution.id)
        .limit(most)
    )
    return [OverdueAt._make(row) for row in rows]


def overdue_at(
    institution: Institution,
    *,
    viewer: Acting,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
    coded: bool = False,
) -> Page[TrackRow]:
    """The tracks of the viewer's section's cases that are over their limit at an institution, the oldest first.

    `coded`: with the P-codes of areas.
    """
    _require(viewer, Permission.AREA_OVERSEE)
    ours = select(ProtectionCase.id).where(ProtectionCase.id == Track.case_id, works_on(viewer)).exists()
    late = [Track.open, Track.due_at < ranges.asked("now"), ours]
    stages = mission.current().procedure.stages_of(institution.kind)
    statement = ranges.page_statement(
        [[*ranges.here(stage), *late] for stage in stages],
        ranges.way_of(after, before),
        extras=ranges.CODED if coded else (),
    )
    values = queues.values(viewer) | {"institution": institution.id}
    return ranges.read_page(statement, values, after=after, before=before, size=size)


def waiting_at(
    institution: Institution,
    stage: str,
    status: str,
    *,
    viewer: Acting,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
    coded: bool = False,
) -> Page[TrackRow]:
    """The tracks of the viewer's section's cases that wait at an institution with one status of a stage.

    `coded`: with the P-codes of areas.
    """
    _require(viewer, Permission.AREA_OVERSEE)
    known = mission.current().procedure.stages.get(stage)
    if known is None or status not in known.statuses:
        raise NotFound(say("There is no such list."))
    ours = select(ProtectionCase.id).where(ProtectionCase.id == Track.case_id, works_on(viewer)).exists()
    (here,) = ranges.with_status(stage, status)
    way = ranges.way_of(after, before)
    statement = ranges.page_statement([[*here, Track.open, ours]], way, extras=ranges.CODED if coded else ())
    values = queues.values(viewer) | {"institution": institution.id}
    return ranges.read_page(statement, values, after=after, before=before, size=size)


def new_entries(*, viewer: Acting, within: timedelta = timedelta(days=1)) -> int:
    """How many history entries were recorded lately, up to `COUNT_LIMIT`: the newest are looked at, not all."""
    _require(viewer, Permission.HISTORY_AUDIT)
    seen = visible_entries(viewer).with_only_columns(HistoryEntry.recorded_at)
    newest = seen.order_by(HistoryEntry.id.desc()).limit(COUNT_LIMIT).subquery()
    lately = select(func.count()).where(newest.c.recorded_at >= clock.now() - within)
    return db.session.scalar(lately) or 0


def installation(*, viewer: Acting) -> Installation:
    """How many active people and institutions there are, and how many limits of the law nobody has confirmed yet."""
    _require(viewer, Permission.PEOPLE_MANAGE)
    unconfirmed = sum(not limit.confirmed for limit in limits.limits(viewer=viewer))
    people, institutions = db.session.execute(
        select(_active(UserAccount).scalar_subquery(), _active(Institution).scalar_subquery())
    ).one()
    return Installation(people, institutions, unconfirmed)


def _active(model: Any) -> Select[Any]:
    return select(func.count()).select_from(model).where(model.active)


def _require(viewer: Acting, permission: Permission) -> None:
    if not may(viewer.role, permission):
        raise NotPermitted(say("Your role does not read this."))

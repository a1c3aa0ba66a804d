"""The histories of cases for process mining, as they stood when the last quarter was over, and who of them is left out.

Left out is whoever did not want to be followed, or must not be found: cases that are hidden from any institution, that
were erased, of which the survivor took back a consent or withdrew. By now and not by the end of the quarter: what was
asked for yesterday holds today.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock, mission
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.history import CASE_STAGE
from tracker.indicators.disclosure import SMALLEST, disclosed
from tracker.indicators.periods import Period
from tracker.mining import alike
from tracker.mining.courses import Course, Group, Step
from tracker.models import (
    Acting,
    Area,
    Consent,
    Effect,
    HistoryEntry,
    Institution,
    LogHistory,
    ProtectionCase,
    Wall,
)
from tracker.permissions import Permission, may
from tracker.queries import areas
from tracker.queries.figures import Closed
from tracker.vocabulary import ClosureReason, ConsentDecision

_ROWS_AT_ONCE = 2_000

_OF_THE_CASE = frozenset({"register", "close", "reopen"})
"""The acts on a case as a whole that are told: none of consent, people, walls, reprisals or emergencies."""

_KEPT_NOTES = frozenset(
    {
        "record_measure",
        "record_arrest",
        "record_release",
        "extend_custody",
        "record_production",
        "transfer_custody",
        "release_from_custody",
        "request_information",
        "give_information",
    }
)
"""What is told of a stay though its status stays as it is."""


class Histories(NamedTuple):
    """What may leave. `left_out`: how many cases more there are, as far as that may be said (None: fewer than five)."""

    quarter: Period
    groups: Sequence[Group]
    left_out: int | None

    @property
    def cases(self) -> int:
        """How many cases are in the groups."""
        return sum(group.cases for group in self.groups)


def histories(*, viewer: Acting | None) -> Histories:
    """All histories, made alike. The viewer is None for a command.

    There is nothing to choose: two exports of other parts could be subtracted from each other. Refuses
    (`NotPermitted`) whoever may not take histories.
    """
    if viewer is not None and not may(viewer.role, Permission.HISTORY_EXPORT):
        raise NotPermitted(say("Your role does not read this."))
    quarter = Closed.now()
    found = alike.disclosed(_courses(quarter.until), smallest=SMALLEST)
    return Histories(quarter.period, found.groups, disclosed(found.left_out))


class _Row(NamedTuple):
    """One entry, in the order of the statement's columns."""

    case_id: int
    id: int
    track_id: int | None
    stage: str
    action: str
    effect: Effect
    status: str
    place: str
    role: str | None
    happened_at: datetime | None
    recorded_at: datetime
    corrects_id: int | None
    concern: str
    area: str | None


def _courses(until: datetime) -> Iterator[Course]:
    """Each case in turn; the database hands over so many entries at a time."""
    states = areas.states(viewer=None)
    rows = db.session.connection().execute(
        _entries(until), execution_options={"yield_per": _ROWS_AT_ONCE, "stream_results": True}
    )
    same: dict[Any, Any] = {}  # steps are few and cases many: each is kept once
    for _case, entries in groupby(map(_Row._make, rows), key=lambda row: row.case_id):
        course = _course(list(entries), states, same)
        if course.steps:
            yield course


def _entries(until: datetime) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            HistoryEntry.case_id,
            HistoryEntry.id,
            HistoryEntry.track_id,
            HistoryEntry.stage,
            HistoryEntry.action,
            HistoryEntry.effect,
            HistoryEntry.status_after,
            sa.type_coerce(Institution.kind, sa.String),
            sa.type_coerce(HistoryEntry.role, sa.String),
            HistoryEntry.happened_at,
            HistoryEntry.recorded_at,
            HistoryEntry.corrects_id,
            sa.type_coerce(ProtectionCase.concern, sa.String),
            Area.code,
        )
        .join(ProtectionCase, ProtectionCase.id == HistoryEntry.case_id)
        .join(Institution, Institution.id == HistoryEntry.holder_id)
        .outerjoin(Area, Area.id == ProtectionCase.area_id)
        .where(HistoryEntry.recorded_at < until, *_may_be_told())
        .order_by(HistoryEntry.case_id, HistoryEntry.id)
    )


def _may_be_told() -> list[Any]:
    later = aliased(Consent)
    newer = sa.exists().where(
        later.case_id == Consent.case_id,
        later.institution_id == Consent.institution_id,
        later.data_class == Consent.data_class,
        later.id > Consent.id,
    )
    taken_back = sa.select(Consent.case_id).where(Consent.decision == ConsentDecision.WITHDRAWN, ~newer)
    erased = sa.select(LogHistory.case_id).where(LogHistory.erased, LogHistory.case_id.is_not(None))
    withdrew = ProtectionCase.closure_reason == ClosureReason.SURVIVOR_WITHDREW
    return [
        HistoryEntry.case_id.not_in(sa.select(Wall.case_id)),
        HistoryEntry.case_id.not_in(taken_back),
        HistoryEntry.case_id.not_in(erased),
        sa.or_(ProtectionCase.closure_reason.is_(None), ~withdrew),
    ]


def _course(entries: Sequence[_Row], states: Any, same: dict[Any, Any]) -> Course:
    stays: dict[int, int] = {}
    told: list[tuple[int, Step]] = []
    zone = mission.current().zone
    for entry, at in _standing(entries):
        stay = 0 if entry.track_id is None else stays.setdefault(entry.track_id, len(stays) + 1)
        step = Step(stay, entry.stage, entry.action, entry.status, entry.place, entry.role or "")
        told.append((clock.day_of(at, zone).toordinal(), same.setdefault(step, step)))
    told.sort(key=lambda one: one[0])  # of one day, as they were recorded
    steps, days = tuple(step for _day, step in told), tuple(day for day, _step in told)
    state = states.get(entries[0].area or "", ("", ""))[0]
    return Course(same.setdefault(steps, steps), days, entries[0].concern, state)


def _standing(entries: Sequence[_Row]) -> Iterator[tuple[_Row, datetime]]:
    """What is told of a case and was not taken back as a mistake, each with when it happened by its last correction."""
    corrected = {one.corrects_id: one for one in entries if one.action == "correct"}
    mistakes = {one.corrects_id for one in entries if one.action == "withdraw"}
    for entry in entries:
        if entry.id in mistakes or not _told(entry):
            continue
        happened = corrected.get(entry.id, entry).happened_at
        yield entry, happened or entry.recorded_at


def _told(entry: _Row) -> bool:
    if entry.corrects_id is not None:
        return False
    if entry.track_id is None:
        return entry.stage == CASE_STAGE and entry.action in _OF_THE_CASE
    return entry.effect is not Effect.NOTES or entry.action in _KEPT_NOTES

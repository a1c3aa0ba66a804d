"""The figures of an institution: tracks and cases counted by the database, from its indexes alone.

Every number goes through `disclosure` before it leaves; what the database counted stays in `Counted`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, text, union_all

from tracker import clock, mission
from tracker.db import db
from tracker.errors import NotPermitted, say
from tracker.history import CASE_STAGE
from tracker.indicators.disclosure import disclosed, listable, share
from tracker.models import Acting, HistoryEntry, Institution, Track
from tracker.models.history_entry import ABOUT_SENT
from tracker.permissions import Permission, may
from tracker.procedure import Stage

BANDS = (30, 90, 180, 365)
"""The last whole day of each band of time in a stage; the band after the last is open."""

APART = ("alert", CASE_STAGE)
"""The stages that no track is in."""

_NO_ANSWER = ("sent", "revoked", "expired")

Cell = tuple[str, str | int]


class Answer(StrEnum):
    """How a referral was answered."""

    IN_TIME = "in_time"
    LATE = "late"
    WAITING = "waiting"


class StageFigures(NamedTuple):
    """The figures of one stage at one institution; a number is rounded, and None stands for "fewer than five".

    Every list has a row for every word that the procedure has, so that a row's being there says nothing.
    """

    stage: str
    open_now: int | None
    ended: int | None
    by_status: Sequence[tuple[str, int | None]]
    by_end: Sequence[tuple[str, int | None]]
    by_age: Sequence[int | None]
    """One number for each of the bands, the open one last."""
    by_answer: Sequence[tuple[Answer, int | None]]
    """Empty where the stage does not begin by referral."""
    in_time_share: int | None
    """Whole per cent of the answered or overdue referrals, from rounded numbers; None where they are too few."""


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


def figures(of: Institution, *, viewer: Acting) -> list[StageFigures]:
    """The figures of each stage that the institution may hold; of any other where it has five cases or more."""
    require(viewer)
    words, ages, answers = by_word(of), _by_age(of), _by_answer(of)
    return [_stage_figures(stage, words, ages, answers) for stage in stages(of, words)]


def _stage_figures(stage: str, words: Counted, ages: Counted, answers: Counted) -> StageFigures:
    its = known(stage)
    by_answer = [(answer, answers.number(stage, answer)) for answer in Answer] if its.by_referral else []
    return StageFigures(
        stage=stage,
        open_now=words.number(stage, True),
        ended=words.number(stage, False),
        by_status=[(word, words.number(stage, word)) for word in its.statuses],
        by_end=[(word, words.number(stage, word)) for word in its.ends],
        by_age=[ages.number(stage, band) for band in range(len(BANDS) + 1)],
        by_answer=by_answer,
        in_time_share=_in_time_share(stage, answers),
    )


def _in_time_share(stage: str, answers: Counted) -> int | None:
    """Of those answered or over their limit; who still has time has not failed to answer."""
    judged = [answers.cells.get((stage, one), _Count()) for one in (Answer.IN_TIME, Answer.LATE)]
    whole = disclosed(sum(one.tracks for one in judged), max(one.cases for one in judged))
    return share(answers.number(stage, Answer.IN_TIME), whole)


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


def _by_age(of: Institution) -> Counted:
    """Those open, by the band of days since they came; where that is not known they are in none."""
    now = clock.now()
    band = case(
        *((Track.entered_at > now - timedelta(days=last + 1), n) for n, last in enumerate(BANDS)),
        else_=len(BANDS),
    )
    rows = db.session.execute(
        select(Track.stage, band.label("band"), *_numbers(Track.case_id))
        .where(Track.institution_id == of.id, Track.open, Track.entered_at.is_not(None))
        .group_by(Track.stage, text("band"))
    )
    return Counted({(stage, n): _Count(tracks, cases) for stage, n, tracks, cases in rows})


def _by_answer(of: Institution) -> Counted:
    """Referrals by how they were answered."""
    asked = _referrals(of).subquery()
    now = clock.now()
    verdict: ColumnElement[Any] = case(
        (asked.c.answered_at <= asked.c.due_at, Answer.IN_TIME.value),
        (asked.c.answered_at > asked.c.due_at, Answer.LATE.value),
        (asked.c.taken_back_at <= asked.c.due_at, None),  # the sender did not wait for the answer
        (asked.c.due_at < now, Answer.LATE.value),
        (asked.c.due_at >= now, Answer.WAITING.value),
    )
    judged = select(asked.c.stage, asked.c.case_id, verdict.label("verdict")).subquery()
    rows = db.session.execute(
        select(judged.c.stage, judged.c.verdict, *_numbers(judged.c.case_id))
        .where(judged.c.verdict.is_not(None))
        .group_by(judged.c.stage, judged.c.verdict)
    )
    return Counted({(stage, word): _Count(tracks, cases) for stage, word, tracks, cases in rows})


def _referrals(of: Institution) -> Select[*tuple[Any, ...]]:
    """Each referral to the institution with its limit, its first answer, and when it was taken back."""
    procedure = mission.current().procedure
    before, after = HistoryEntry.status_before, HistoryEntry.status_after
    happened = HistoryEntry.happened_at
    return (
        select(
            HistoryEntry.stage,
            HistoryEntry.case_id,
            func.max(case((before.is_(None), HistoryEntry.due_at))).label("due_at"),
            func.min(case((and_(before == "sent", after.not_in(_NO_ANSWER)), happened))).label("answered_at"),
            func.min(case((after == "revoked", happened))).label("taken_back_at"),
        )
        .where(
            HistoryEntry.holder_id == of.id,
            HistoryEntry.stage.in_([stage.code for stage in procedure.stages.values() if stage.by_referral]),
            text(f"({ABOUT_SENT})"),
        )
        .group_by(HistoryEntry.stage, HistoryEntry.case_id, HistoryEntry.track_id)
    )


def _numbers(case_id: Any) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count(), func.count(case_id.distinct())

"""What monitors read about institutions: counts that name nobody, and histories without anything that does.

Everything is counted by the database, from its indexes. A true number leaves this file through `disclosed` only, and
a history through `listable` only.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, text, union_all

from tracker import clock, mission
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, say
from tracker.history import CASE_STAGE
from tracker.models import Effect, HistoryEntry, Institution, Membership, Track
from tracker.models.history_entry import ABOUT_SENT
from tracker.permissions import Permission, may
from tracker.queries import gazetteer, institutions
from tracker.queries.paging import Page, cut
from tracker.vocabulary import InstitutionKind

SMALLEST = 5
"""A number of cases below this is not said; it is the number of cases that hide each other."""

LEAST_FOR_SHARE = 20
BANDS = (30, 90, 180, 365)
"""The last whole day of each band of time in a stage; the band after the last is open."""

HISTORIES_A_PAGE = 20
_KEY_LETTERS = 12
_APART = ("alert", CASE_STAGE)
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


class Group(NamedTuple):
    """A listing group: the tracks of one institution in one stage with the same last word."""

    stage: str
    status: str
    tracks: int | None
    """How many, rounded; None: too few to list any."""


class Mark(NamedTuple):
    """One step of a de-identified history: the status that it led to, and the ISO week of its recording."""

    status: str
    week: str
    correction: bool


class _Count(NamedTuple):
    tracks: int = 0
    cases: int = 0


@dataclass(frozen=True)
class _Counted:
    """What the database counted, before anything of it may be said."""

    cells: dict[Cell, _Count]

    def number(self, stage: str, word: str | int) -> int | None:
        """The number that may be said."""
        return disclosed(*self.cells.get((stage, word), _Count()))


def disclosed(number: int, cases: int) -> int | None:
    """What may be said of a count of `number` tracks that belong to `cases` different cases.

    Nothing (None, shown as "<5") for fewer than five cases, none among them: a zero is said in the same words, so
    that no table ever tells that all cases ended one way. Otherwise the nearest multiple of five. Each number is
    rounded on its own, so sums may differ: a hidden number cannot be had by subtraction.
    """
    return None if cases < SMALLEST else (number + SMALLEST // 2) // SMALLEST * SMALLEST


def listable(cases: int) -> bool:
    """Whether the histories of a listing group of `cases` different cases may be read: the rule of no singling out.

    A listing group is all tracks of one institution, in one stage, with the same last word (the end, or the status
    in which they wait). Who knows that somebody's case is among them must not be able to tell which history is
    theirs, nor to learn its end from being alone: five different cases at least. Five tracks of one case that came
    back again and again are one case. A history then shows statuses and ISO weeks of recording, nothing else: no
    reference, and not the case's own code either, because one code at the police and at the court would join two
    histories into one that nobody else shares.
    """
    return cases >= SMALLEST


def listed(said: int) -> int:
    """How many histories are shown of a group of which `said` is said: as many as there are in any case.

    Else counting them would give the true number, and what is hidden beside it by subtraction.
    """
    return max(SMALLEST, said - SMALLEST // 2)


def share(part: int | None, whole: int | None) -> int | None:
    """Whole per cent, from numbers already rounded; None unless the whole is at least twenty."""
    if part is None or whole is None or whole < LEAST_FOR_SHARE:
        return None
    return min(100, round(100 * part / whole))


def watched_kinds() -> frozenset[InstitutionKind]:
    """The kinds of institutions that may hold a track."""
    stages = mission.current().procedure.stages.values()
    return frozenset(
        InstitutionKind(kind) for stage in stages if stage.code not in _APART for kind in stage.kinds
    )


def watched(
    *,
    viewer: Membership,
    kind: InstitutionKind | None = None,
    area_id: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[gazetteer.InstitutionRow]:
    """The institutions that monitors follow, in order of name."""
    _require(viewer)
    kinds = frozenset({kind}) & watched_kinds() if kind else watched_kinds()
    return gazetteer.institutions(viewer=viewer, kinds=kinds, area_id=area_id, after=after, before=before)


def institution(code: str, *, viewer: Membership) -> Institution:
    """One institution that monitors follow. Refuses (`NotFound`) any other."""
    _require(viewer)
    found = institutions.find(code, viewer=viewer)
    if found.kind not in watched_kinds():
        raise NotFound(say("There is no such institution."))
    return found


def figures(of: Institution, *, viewer: Membership) -> list[StageFigures]:
    """The figures of each stage that the institution may hold; of any other where it has five cases or more."""
    _require(viewer)
    words, ages, answers = _by_word(of), _by_age(of), _by_answer(of)
    return [_stage_figures(stage, words, ages, answers) for stage in _stages(of, words)]


def groups(of: Institution, *, viewer: Membership) -> list[Group]:
    """Every listing group that the procedure has for the institution, each with whether it may be listed."""
    _require(viewer)
    words = _by_word(of)
    return [
        Group(stage, word, words.number(stage, word))
        for stage in _stages(of, words)
        for word in (*_known(stage).ends, *_known(stage).statuses)
    ]


def histories(
    of: Institution,
    group: Group,
    *,
    viewer: Membership,
    secret: bytes,
    after: str | None = None,
    before: str | None = None,
) -> Page[Sequence[Mark]]:
    """One page of the de-identified histories of a listing group, each oldest step first.

    They stand in an order of chance, made from `secret` and different in every group, and are paged by it: neither
    the place of a history nor the address of a page says which case it is, here or in another list. The first
    `listed` of them are shown.
    """
    _require(viewer)
    if group.tracks is None:
        return Page([], None)
    shown = _shuffled(of, group, secret)[: listed(group.tracks)]
    page = _turned(shown, _checked(after), _checked(before))
    marks = _marks([number for _key, number in page.rows])
    return Page([marks.get(number, []) for _key, number in page.rows], page.after, page.before)


def _shuffled(of: Institution, group: Group, secret: bytes) -> list[tuple[str, int]]:
    ids = db.session.scalars(
        select(Track.id).where(
            Track.institution_id == of.id, Track.stage == group.stage, Track.status == group.status
        )
    )
    shuffle = hashlib.blake2b(key=hashlib.sha256(secret).digest(), digest_size=_KEY_LETTERS // 2)
    shuffle.update(f"{of.id} {group.stage} {group.status} ".encode())
    return sorted((_place(shuffle, number), number) for number in ids)


def _turned(keyed: Sequence[tuple[str, int]], after: str | None, before: str | None) -> Page[tuple[str, int]]:
    if before:
        near = [one for one in keyed if one[0] < before][-HISTORIES_A_PAGE - 1 :]
    else:
        near = [one for one in keyed if after is None or one[0] > after][: HISTORIES_A_PAGE + 1]
    return cut(near, HISTORIES_A_PAGE, lambda one: one[0], after=after, before=before)


def _stage_figures(stage: str, words: _Counted, ages: _Counted, answers: _Counted) -> StageFigures:
    known = _known(stage)
    by_answer = [(answer, answers.number(stage, answer)) for answer in Answer] if known.by_referral else []
    return StageFigures(
        stage=stage,
        open_now=words.number(stage, True),
        ended=words.number(stage, False),
        by_status=[(word, words.number(stage, word)) for word in known.statuses],
        by_end=[(word, words.number(stage, word)) for word in known.ends],
        by_age=[ages.number(stage, band) for band in range(len(BANDS) + 1)],
        by_answer=by_answer,
        in_time_share=_in_time_share(stage, answers),
    )


def _in_time_share(stage: str, answers: _Counted) -> int | None:
    """Of those answered or over their limit; who still has time has not failed to answer."""
    judged = [answers.cells.get((stage, one), _Count()) for one in (Answer.IN_TIME, Answer.LATE)]
    whole = disclosed(sum(one.tracks for one in judged), max(one.cases for one in judged))
    return share(answers.number(stage, Answer.IN_TIME), whole)


def _stages(of: Institution, words: _Counted) -> list[str]:
    procedure = mission.current().procedure
    own = procedure.stages_of(of.kind)
    return [
        stage
        for stage in procedure.stages
        if stage not in _APART
        and (stage in own or words.number(stage, True) is not None or words.number(stage, False) is not None)
    ]


def _known(stage: str) -> Any:
    return mission.current().procedure.stages[stage]


def _by_word(of: Institution) -> _Counted:
    """By status or end, and in all: True for those open, False for those ended."""
    here = Track.institution_id == of.id
    parts = [
        select(literal(code), literal(is_open), *_numbers(Track.case_id)).where(
            here, Track.stage == code, Track.status.in_(words)
        )
        for code, stage in mission.current().procedure.stages.items()
        for is_open, words in ((True, stage.statuses), (False, stage.ends))
        if code not in _APART
    ]
    words = select(Track.stage, Track.status, *_numbers(Track.case_id)).where(here)
    cells: dict[Cell, _Count] = {
        (stage, word): _Count(tracks, cases)
        for stage, word, tracks, cases in db.session.execute(words.group_by(Track.stage, Track.status))
    }
    for stage, is_open, tracks, cases in db.session.execute(union_all(*parts)):
        cells[stage, bool(is_open)] = _Count(tracks, cases)
    return _Counted(cells)


def _by_age(of: Institution) -> _Counted:
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
    return _Counted({(stage, n): _Count(tracks, cases) for stage, n, tracks, cases in rows})


def _by_answer(of: Institution) -> _Counted:
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
    return _Counted({(stage, word): _Count(tracks, cases) for stage, word, tracks, cases in rows})


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


def _marks(track_ids: Sequence[int]) -> dict[int, list[Mark]]:
    rows = db.session.execute(
        select(
            HistoryEntry.track_id,
            HistoryEntry.status_after,
            HistoryEntry.recorded_at,
            HistoryEntry.corrects_id.is_not(None),
        )
        .where(
            HistoryEntry.track_id.in_(track_ids),
            or_(HistoryEntry.effect != Effect.NOTES, HistoryEntry.corrects_id.is_not(None)),
        )
        .order_by(HistoryEntry.track_id, HistoryEntry.id)
    )
    return {number: _of_track(steps) for number, steps in groupby(rows, key=lambda row: row[0])}


def _of_track(steps: Iterable[Any]) -> list[Mark]:
    zone = mission.current().zone
    return [
        Mark(status, _week(clock.day_of(recorded_at, zone).isocalendar()), bool(correction))
        for _track, status, recorded_at, correction in steps
    ]


def _week(iso: Any) -> str:
    return f"{iso.year}-W{iso.week:02}"


def _place(shuffle: Any, number: int) -> str:
    own = shuffle.copy()
    own.update(str(number).encode())
    return str(own.hexdigest())


def _checked(key: str | None) -> str | None:
    if key and (len(key) != _KEY_LETTERS or set(key) - set("0123456789abcdef")):
        raise BadInput(after=say("This page does not exist. Begin at the first page."))
    return key or None


def _require(viewer: Membership) -> None:
    if not may(viewer.role, Permission.PERFORMANCE_READ):
        raise NotPermitted(say("Only monitors read the figures of institutions."))

"""What monitors read: institutions, and histories without anything that says whose they are.

A history is shown through `disclosure.listable` only, and holds statuses and weeks only. Histories and their groups are
offered as they stood at the end of the last quarter that is over (`figures.Closed`), and do not move until the next.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker import clock, mission
from tracker.db import db
from tracker.errors import BadInput, NotFound, say
from tracker.indicators.disclosure import listed
from tracker.indicators.periods import Period
from tracker.models import Acting, Effect, HistoryEntry, Institution, LogHistory, Track
from tracker.queries import figures, gazetteer, institutions
from tracker.queries.figures import Closed, require
from tracker.queries.paging import Page, cut
from tracker.vocabulary import InstitutionKind

HISTORIES_A_PAGE = 20
_KEY_LETTERS = 12


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


class Shown(NamedTuple):
    """One de-identified history, by a key that says nothing: it is the history's place in an order of chance."""

    key: str
    marks: Sequence[Mark]
    filed: bool
    """Whether it may be had as a file (`_filed`)."""


class Listing(NamedTuple):
    """One page of a listing group, and how many of its histories all pages show."""

    quarter: Period
    group: Group
    shown: int
    page: Page[Shown]


class Source(NamedTuple):
    """Where a listed history comes from: its case, and the entries that may be shown of it. Neither is for a page."""

    case_id: int
    entry_ids: Sequence[int]
    last_id: int
    """The last entry of the case that was recorded when the quarter ended: the file goes no further."""


def watched_kinds() -> frozenset[InstitutionKind]:
    """The kinds of institutions that may hold a track."""
    stages = mission.current().procedure.stages.values()
    return frozenset(
        InstitutionKind(kind) for stage in stages if stage.code not in figures.APART for kind in stage.kinds
    )


def watched(
    *,
    viewer: Acting,
    kind: InstitutionKind | None = None,
    area_id: int | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[gazetteer.InstitutionRow]:
    """The institutions that monitors follow, in order of name."""
    require(viewer)
    kinds = frozenset({kind}) & watched_kinds() if kind else watched_kinds()
    return gazetteer.institutions(viewer=viewer, kinds=kinds, area_id=area_id, after=after, before=before)


def institution(code: str, *, viewer: Acting) -> Institution:
    """One institution that monitors follow. Refuses (`NotFound`) any other."""
    require(viewer)
    found = institutions.find(code, viewer=viewer)
    if found.kind not in watched_kinds():
        raise NotFound(say("There is no such institution."))
    return found


def closed(*, viewer: Acting) -> Period:
    """The quarter at whose end histories are shown as they stood."""
    require(viewer)
    return Closed.now().period


def groups(of: Institution, *, viewer: Acting) -> list[Group]:
    """Every listing group that the procedure has for the institution, each with whether it may be listed."""
    require(viewer)
    words = figures.by_word(of, Closed.now().until)
    return [
        Group(stage, word, words.group(stage, word))
        for stage in figures.stages(of, words)
        for word in (*figures.known(stage).ends, *figures.known(stage).statuses)
    ]


def histories(
    of: Institution,
    stage: str,
    status: str,
    *,
    viewer: Acting,
    secret: bytes,
    after: str | None = None,
    before: str | None = None,
) -> Listing:
    """The de-identified histories of a listing group, each oldest step first. Refuses (`NotFound`) an unknown group.

    They stand in an order of chance, made from `secret` and different in every group, and are paged by it: neither
    the place of a history nor the address of a page says which case it is, here or in another list. The first
    `listed` of them are shown, in each quarter those that were shown before: other ones would in time be all of them.
    """
    quarter = Closed.now()
    group = _group(of, stage, status, viewer)
    if group.tracks is None:
        return Listing(quarter.period, group, 0, Page([], None))
    shown = _shuffled(of, group, quarter, secret)[: listed(group.tracks)]
    page = _turned(shown, _checked(after), _checked(before))
    numbers = [number for _key, number in page.rows]
    marks, filed = _marks(numbers, quarter), _filed(numbers)
    rows = [Shown(key, marks.get(number, []), number in filed) for key, number in page.rows]
    return Listing(quarter.period, group, len(shown), Page(rows, page.after, page.before))


def source(of: Institution, stage: str, status: str, key: str, *, viewer: Acting, secret: bytes) -> Source:
    """Where the history with this key comes from. Refuses (`NotFound`) every one of which the list has no file."""
    quarter = Closed.now()
    group = _group(of, stage, status, viewer)
    shown = (
        dict(_shuffled(of, group, quarter, secret)[: listed(group.tracks)])
        if group.tracks is not None
        else {}
    )
    track_id = shown.get(key)
    if track_id is None or not _filed([track_id]):
        raise NotFound(say("This institution has no such histories."))
    ids = db.session.execute(
        _marked(quarter, HistoryEntry.case_id, HistoryEntry.id).where(HistoryEntry.track_id == track_id)
    )
    found = ids.all()
    case_id = found[0].case_id
    last = select(func.max(HistoryEntry.id)).where(
        HistoryEntry.case_id == case_id, HistoryEntry.recorded_at < quarter.until
    )
    return Source(case_id, [entry_id for _case, entry_id in found], db.session.scalars(last).one())


def _group(of: Institution, stage: str, status: str, viewer: Acting) -> Group:
    for group in groups(of, viewer=viewer):
        if (group.stage, group.status) == (stage, status):
            return group
    raise NotFound(say("This institution has no such histories."))


def _filed(track_ids: Sequence[int]) -> set[int]:
    """Those of the tracks whose histories may be had as files: of one case never more than one, wherever it goes.

    A file carries the case's code, so that two files of one case could be put together. Chance draws the one stage
    for which a case has a file, and there its first stay has it. The draw is made from the code itself, which is
    random and on no page: it stays the same for ever, whatever was downloaded and whoever asks.
    """
    earlier = aliased(Track)
    first = ~exists().where(
        earlier.case_id == Track.case_id, earlier.stage == Track.stage, earlier.id < Track.id
    )
    asked = (
        select(Track.id, Track.stage, LogHistory.code)
        .join(LogHistory, LogHistory.case_id == Track.case_id)
        .where(Track.id.in_(track_ids), first)
    )
    return {number for number, stage, code in db.session.execute(asked) if stage == _drawn(code)}


def _drawn(code: str) -> str:
    """The stage for which a case has a file: that with the least of the hashes of code and stage."""
    stages = (stage for stage in mission.current().procedure.stages if stage not in figures.APART)
    return min(stages, key=lambda stage: hashlib.sha256(f"file {code} {stage}".encode()).digest())


def _shuffled(of: Institution, group: Group, quarter: Closed, secret: bytes) -> list[tuple[str, int]]:
    ids = figures.track_ids(of, group.stage, group.status, quarter.until)
    shuffle = hashlib.blake2b(key=hashlib.sha256(secret).digest(), digest_size=_KEY_LETTERS // 2)
    shuffle.update(f"{of.id} {group.stage} {group.status} ".encode())
    return sorted((_place(shuffle, number), number) for number in ids)


def _turned(keyed: Sequence[tuple[str, int]], after: str | None, before: str | None) -> Page[tuple[str, int]]:
    if before:
        near = [one for one in keyed if one[0] < before][-HISTORIES_A_PAGE - 1 :]
    else:
        near = [one for one in keyed if after is None or one[0] > after][: HISTORIES_A_PAGE + 1]
    return cut(near, HISTORIES_A_PAGE, lambda one: one[0], after=after, before=before)


def _marks(track_ids: Sequence[int], quarter: Closed) -> dict[int, list[Mark]]:
    rows = db.session.execute(
        _marked(
            quarter,
            HistoryEntry.track_id,
            HistoryEntry.status_after,
            HistoryEntry.recorded_at,
            HistoryEntry.corrects_id.is_not(None),
        ).where(HistoryEntry.track_id.in_(track_ids))
    )
    return {number: _of_track(steps) for number, steps in groupby(rows, key=lambda row: row[0])}


def _marked(quarter: Closed, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The entries of a track of which a mark is shown: its steps, and what corrects them."""
    steps = or_(HistoryEntry.effect != Effect.NOTES, HistoryEntry.corrects_id.is_not(None))
    by_then = HistoryEntry.recorded_at < quarter.until
    return select(*columns).where(steps, by_then).order_by(HistoryEntry.track_id, HistoryEntry.id)


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

"""What monitors read: institutions, and histories without anything that says whose they are.

A history is shown through `disclosure.listable` only, and holds statuses and weeks only.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select

from tracker import clock, mission
from tracker.db import db
from tracker.errors import BadInput, NotFound, say
from tracker.indicators.disclosure import listed
from tracker.models import Acting, Effect, HistoryEntry, Institution, Track
from tracker.queries import figures, gazetteer, institutions
from tracker.queries.figures import require
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


class Listing(NamedTuple):
    """One page of a listing group, and how many of its histories all pages show."""

    group: Group
    shown: int
    page: Page[Shown]


class Source(NamedTuple):
    """Where a listed history comes from: its case, and the entries that may be shown of it. Neither is for a page."""

    case_id: int
    entry_ids: Sequence[int]


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


def groups(of: Institution, *, viewer: Acting) -> list[Group]:
    """Every listing group that the procedure has for the institution, each with whether it may be listed."""
    require(viewer)
    words = figures.by_word(of)
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
    `listed` of them are shown.
    """
    group = _group(of, stage, status, viewer)
    if group.tracks is None:
        return Listing(group, 0, Page([], None))
    shown = _shuffled(of, group, secret)[: listed(group.tracks)]
    page = _turned(shown, _checked(after), _checked(before))
    marks = _marks([number for _key, number in page.rows])
    rows = [Shown(key, marks.get(number, [])) for key, number in page.rows]
    return Listing(group, len(shown), Page(rows, page.after, page.before))


def source(of: Institution, stage: str, status: str, key: str, *, viewer: Acting, secret: bytes) -> Source:
    """Where the history with this key comes from. Refuses (`NotFound`) every one that the list does not show."""
    group = _group(of, stage, status, viewer)
    shown = dict(_shuffled(of, group, secret)[: listed(group.tracks)]) if group.tracks is not None else {}
    if (track_id := shown.get(key)) is None:
        raise NotFound(say("This institution has no such histories."))
    ids = db.session.execute(
        _marked(HistoryEntry.case_id, HistoryEntry.id).where(HistoryEntry.track_id == track_id)
    )
    found = ids.all()
    return Source(found[0].case_id, [entry_id for _case, entry_id in found])


def _group(of: Institution, stage: str, status: str, viewer: Acting) -> Group:
    for group in groups(of, viewer=viewer):
        if (group.stage, group.status) == (stage, status):
            return group
    raise NotFound(say("This institution has no such histories."))


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


def _marks(track_ids: Sequence[int]) -> dict[int, list[Mark]]:
    rows = db.session.execute(
        _marked(
            HistoryEntry.track_id,
            HistoryEntry.status_after,
            HistoryEntry.recorded_at,
            HistoryEntry.corrects_id.is_not(None),
        ).where(HistoryEntry.track_id.in_(track_ids))
    )
    return {number: _of_track(steps) for number, steps in groupby(rows, key=lambda row: row[0])}


def _marked(*columns: Any) -> Select[*tuple[Any, ...]]:
    """The entries of a track of which a mark is shown: its steps, and what corrects them."""
    steps = or_(HistoryEntry.effect != Effect.NOTES, HistoryEntry.corrects_id.is_not(None))
    return select(*columns).where(steps).order_by(HistoryEntry.track_id, HistoryEntry.id)


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

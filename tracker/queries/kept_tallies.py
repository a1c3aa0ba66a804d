"""Tallies that are kept from one request to the next, as of the last leaf of the log.

The log's head stands in the order of the commits: when it has not moved nothing was written, and when it has, the new
leaves name the institutions whose tallies are counted anew. Without a log nothing is kept.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tracker import mission
from tracker.db import db
from tracker.indicators.tally import Asked, Tally
from tracker.models import HistoryEntry, LogEntry, LogHead, LogNotice, Track
from tracker.models.log import TRACKS_REBUILT
from tracker.queries import counts, particulars
from tracker.queries.histograms import Tallies
from tracker.queries.particulars import Particulars
from tracker.queries.stays import Frame

MOST = 16
"""So many questions (period and day) are kept at a time."""

ByStage = dict[str, Tally]


class Mark(NamedTuple):
    """Where the log's head stands: its size, and the hash of the last leaf, by which one log is known from another."""

    size: int
    last: bytes


@dataclass
class _Answer:
    """What was counted for one question, by institution."""

    tallies: dict[int, ByStage] = field(default_factory=dict)
    particulars: dict[int, Particulars] = field(default_factory=dict)

    def forget(self, institution_id: int) -> None:
        """Drops what was counted of an institution."""
        self.tallies.pop(institution_id, None)
        self.particulars.pop(institution_id, None)


@dataclass
class _Kept:
    mark: Mark
    answers: OrderedDict[tuple[Asked, str], _Answer] = field(default_factory=OrderedDict)

    def answer(self, asked: Asked) -> _Answer:
        """The answer to a question, a new one if need be; the oldest goes when there are too many."""
        key = (asked, mission.current().procedure.version)
        answer = self.answers.setdefault(key, _Answer())
        self.answers.move_to_end(key)
        while len(self.answers) > MOST:
            self.answers.popitem(last=False)
        return answer


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_one_at_a_time = Lock()


def tallies(asked: Asked, institution_ids: Collection[int], codes: Mapping[int, str]) -> dict[int, ByStage]:
    """The tallies of these institutions by id and stage, as things are known now."""
    mark = position()
    if mark is None:
        return _count(asked, institution_ids, codes)
    with _one_at_a_time:
        known = _refreshed(mark).answer(asked).tallies
        if missing := set(institution_ids) - known.keys():
            known |= _count(asked, missing, codes)
        return {institution_id: known[institution_id] for institution_id in institution_ids}


def particulars_of(asked: Asked, institution_id: int) -> Particulars:
    """What else the sheet of an institution says, as things are known now."""
    mark = position()
    frame = Frame(asked, [institution_id], None)
    if mark is None:
        return particulars.read(frame)
    with _one_at_a_time:
        known = _refreshed(mark).answer(asked).particulars
        if institution_id not in known:
            known[institution_id] = particulars.read(frame)
        return known[institution_id]


def forget() -> None:
    """Drops all that is kept of the present database."""
    _kept.pop(db.engine, None)


def position() -> Mark | None:
    """Where the log stands; None where there is none, or not every entry has its leaf yet."""
    row = db.session.execute(
        sa.select(LogHead.size, LogEntry.hash)
        .join(LogEntry, LogEntry.seq == LogHead.size - 1)
        .where(LogHead.complete)
    ).first()
    return None if row is None else Mark(*row)


def _refreshed(mark: Mark) -> _Kept:
    """What is kept, without what was written since it was counted."""
    engine: Any = db.engine
    kept = _kept.get(engine)
    if kept is None or not _leads_to(kept.mark, mark) or (kept.mark != mark and _rebuilt(kept.mark.size)):
        _kept[engine] = kept = _Kept(mark)
    if kept.mark != mark:
        for institution_id in _touched(kept.mark.size):
            for answer in kept.answers.values():
                answer.forget(institution_id)
        kept.mark = mark
    return kept


def _leads_to(earlier: Mark, now: Mark) -> bool:
    """Whether it is the same log, grown. Who reads an earlier state than what is kept has all counted anew."""
    if earlier.size > now.size:
        return False
    return earlier == now or _hash_at(earlier.size - 1) == earlier.last


def _hash_at(seq: int) -> bytes | None:
    return db.session.scalar(sa.select(LogEntry.hash).where(LogEntry.seq == seq))


def _rebuilt(size: int) -> bool:
    """Whether tracks were mended since the log had this size: that tells of no institution, so of all."""
    mended = sa.select(LogNotice.seq).where(LogNotice.seq >= size, LogNotice.of == TRACKS_REBUILT)
    return db.session.scalar(mended.limit(1)) is not None


def _touched(size: int) -> Iterable[int]:
    """The institutions that had something of the cases and alerts of which the leaves from `size` on tell."""
    new = (
        sa.select(HistoryEntry)
        .join(LogEntry, LogEntry.entry_id == HistoryEntry.id)
        .where(LogEntry.seq >= size)
    )
    holders = new.with_only_columns(HistoryEntry.holder_id)
    others = sa.select(Track.institution_id).where(
        Track.case_id.in_(new.with_only_columns(HistoryEntry.case_id))
    )
    return db.session.scalars(sa.union(holders, others)).all()


def _count(asked: Asked, institution_ids: Collection[int], codes: Mapping[int, str]) -> dict[int, ByStage]:
    return by_institution(counts.tallies(Frame(asked, institution_ids, None), codes), institution_ids)


def by_institution(tallies: Tallies, institution_ids: Collection[int]) -> dict[int, ByStage]:
    """The same by institution, one for each of those asked about."""
    made: dict[int, ByStage] = {institution_id: {} for institution_id in institution_ids}
    for (institution_id, stage), tally in tallies.items():
        made[institution_id][stage] = tally
    return made

"""Tallies that are kept from one request to the next, as of the last leaf of the log.

The log's head stands in the order of the commits: when it has not moved nothing was written, and when it has, the new
leaves name the institutions whose tallies are counted anew. Without a log nothing is kept.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tracker import mission
from tracker.db import db
from tracker.indicators.tally import Asked, Tally
from tracker.models import HistoryEntry, LogEntry, LogHead
from tracker.queries import counts
from tracker.queries.histograms import Tallies
from tracker.queries.stays import Frame

MOST = 16
"""So many questions (period and day) are kept at a time."""

ByStage = dict[str, Tally]


class Mark(NamedTuple):
    """Where the log's head stands: its size, and the hash of the last leaf, by which one log is known from another."""

    size: int
    last: bytes


@dataclass
class _Kept:
    mark: Mark
    answers: OrderedDict[tuple[Asked, str], dict[int, ByStage]] = field(default_factory=OrderedDict)


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_one_at_a_time = Lock()


def tallies(asked: Asked, institution_ids: Collection[int], codes: Mapping[int, str]) -> dict[int, ByStage]:
    """The tallies of these institutions by id and stage, as things are known now."""
    mark = position()
    if mark is None:
        return _count(asked, institution_ids, codes)
    with _one_at_a_time:
        kept = _refreshed(mark)
        known = kept.answers.setdefault((asked, mission.current().procedure.version), {})
        kept.answers.move_to_end((asked, mission.current().procedure.version))
        while len(kept.answers) > MOST:
            kept.answers.popitem(last=False)
        if missing := set(institution_ids) - known.keys():
            known |= _count(asked, missing, codes)
        return {institution_id: known[institution_id] for institution_id in institution_ids}


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
    if kept is None or not _leads_to(kept.mark, mark):
        _kept[engine] = kept = _Kept(mark)
    if kept.mark != mark:
        for institution_id in _touched(kept.mark.size):
            for answer in kept.answers.values():
                answer.pop(institution_id, None)
        kept.mark = mark
    return kept


def _leads_to(earlier: Mark, now: Mark) -> bool:
    """Whether it is the same log, grown. Who reads an earlier state than what is kept has all counted anew."""
    if earlier.size > now.size:
        return False
    return earlier == now or _hash_at(earlier.size - 1) == earlier.last


def _hash_at(seq: int) -> bytes | None:
    return db.session.scalar(sa.select(LogEntry.hash).where(LogEntry.seq == seq))


def _touched(size: int) -> list[int]:
    """The institutions of whose stays, cases and alerts the leaves from `size` on tell."""
    return list(
        db.session.scalars(
            sa.select(HistoryEntry.holder_id)
            .join(LogEntry, LogEntry.entry_id == HistoryEntry.id)
            .where(LogEntry.seq >= size)
            .distinct()
        )
    )


def _count(asked: Asked, institution_ids: Collection[int], codes: Mapping[int, str]) -> dict[int, ByStage]:
    return by_institution(counts.tallies(Frame(asked, institution_ids, None), codes), institution_ids)


def by_institution(tallies: Tallies, institution_ids: Collection[int]) -> dict[int, ByStage]:
    """The same by institution, one for each of those asked about."""
    made: dict[int, ByStage] = {institution_id: {} for institution_id in institution_ids}
    for (institution_id, stage), tally in tallies.items():
        made[institution_id][stage] = tally
    return made

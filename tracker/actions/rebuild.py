"""Proves that what is kept equals what the history says, and mends it where it does not.

A track, an alert and the facts of a case are projections of their entries. Here they are made again from the entries
alone, by the very function that makes them when something happens (`history.project`), and compared.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from tracker.db import db
from tracker.history import project, project_facts
from tracker.ledger.append import append_notice
from tracker.log import canonical
from tracker.log.leaf import Kind
from tracker.models import Alert, HistoryEntry, LogHead, ProtectionCase, Track
from tracker.models.log import TRACKS_REBUILT

BATCH = 500

_OF_A_STAY = (
    "stage",
    "status",
    "status_since",
    "open",
    "entered_at",
    "left_at",
    "clock",
    "due_at",
    "reason",
    "outcome",
    "awaiting",
    "next_on",
    "version",
    "institution_id",
)
_NAMES: dict[type[Track | Alert | ProtectionCase], tuple[str, ...]] = {
    Track: (*_OF_A_STAY, "sender_id", "parent_id", "assigned_to_id", "jurisdiction_concern", "reopened"),
    Alert: (*_OF_A_STAY, "entries"),
    ProtectionCase: ("closed_at", "closure_reason", "urgency", "risk", "reprisal_risk", "entries"),
}
"""What is projected. Tracks and alerts also count their changes (`version`), cases and alerts their entries."""

_SAID_OR_GIVEN = ("urgency", "risk", "reprisal_risk")
"""Facts of a case that its first row gives and an entry may change: without such an entry nothing is to compare."""

Kept = Track | Alert | ProtectionCase
Progress = Callable[[int], object]


@dataclass(frozen=True)
class Difference:
    """One field of one thing that is kept otherwise than the entries say."""

    thing: Kept
    reference: str
    name: str
    kept: Any
    told: Any

    def __str__(self) -> str:
        """What an operator reads."""
        kind = type(self.thing).__name__.removeprefix("Protection").lower()
        return f"{self.reference}: {self.name} of {kind} {self.thing.id} is {self.kept}, its entries say {self.told}."


@dataclass
class _Replayed:
    """One thing as it is kept, beside an empty one of its kind on which its entries are played again."""

    kept: Kept
    reference: str
    told: Kept
    entries: int = 0

    def hear(self, entry: HistoryEntry) -> None:
        """Plays the next entry; one of a track tells a whole case no more than some facts."""
        self.entries += 1
        if isinstance(self.told, ProtectionCase) and entry.track_id is not None:
            project_facts(self.told, entry)
        else:
            project(self.told, entry)

    def differences(self) -> Iterator[Difference]:
        """The fields that differ; of a track that no entry tells of, only that."""
        if isinstance(self.kept, Track) and not self.entries:
            yield Difference(self.kept, self.reference, "entries", "some", 0)
            return
        for name in _NAMES[type(self.kept)]:
            told = self.entries if name == "entries" else getattr(self.told, name)
            if getattr(self.kept, name) != told and not (told is None and name in _SAID_OR_GIVEN):
                yield Difference(self.kept, self.reference, name, getattr(self.kept, name), told)


def how_many(*, actor: None = None) -> int:  # noqa: ARG001 - nobody's act: an operator's command
    """How many cases and alerts there are to go through: the sum of what `progress` is told."""
    counts = (db.session.scalar(select(func.count()).select_from(model)) for model in (ProtectionCase, Alert))
    return sum(number or 0 for number in counts)


def differences(
    *, actor: None = None, progress: Progress | None = None, batch: int = BATCH
) -> Iterator[Difference]:
    """Every field of a track, an alert or a case that differs from what its entries say; nothing is written.

    Goes through the cases and then the alerts, `batch` at a time, so memory stays the same however many there are;
    `progress` is told after each batch how many it held. A batch is read in one statement, so people may go on
    working meanwhile and are not taken for a difference.
    """
    return _differences(actor, progress, batch, mending=False)


def rebuild(*, actor: None = None, progress: Progress | None = None, batch: int = BATCH) -> int:
    """Writes what the entries say wherever something else is kept; gives how many fields. The caller commits.

    `progress` and `batch` as for `differences`. A track without any entry is left as it is: nothing tells of it. What
    was mended becomes a leaf of the log, by which running servers know that what they counted before is void.
    """
    written = 0
    for found in _differences(actor, progress, batch, mending=True):
        if hasattr(found.thing, found.name):
            setattr(found.thing, found.name, found.told)
            written += 1
    db.session.flush()
    if written and db.session.scalar(select(LogHead.size)):
        content = canonical.encode({"fields": written})
        append_notice(db.session.connection(), Kind.CONFIG, TRACKS_REBUILT, content)
    return written


def _differences(
    _actor: None, progress: Progress | None, batch: int, *, mending: bool
) -> Iterator[Difference]:
    for model, replay in ((ProtectionCase, _replay_cases), (Alert, _replay_alerts)):
        for first, last, number in _ranges(model, batch):
            if mending:
                db.session.execute(select(model.id).where(model.id.between(first, last)).with_for_update())
            for thing in replay(first, last):
                yield from thing.differences()
            db.session.flush()
            if progress is not None:
                progress(number)


def _ranges(model: type[ProtectionCase | Alert], batch: int) -> Iterator[tuple[int, int, int]]:
    """The first and last id of each batch, and how many are in it."""
    last = 0
    while True:
        ids = db.session.scalars(
            select(model.id).where(model.id > last).order_by(model.id).limit(batch)
        ).all()
        if not ids:
            return
        last = ids[-1]
        yield ids[0], last, len(ids)


def _replay_cases(first: int, last: int) -> Iterable[_Replayed]:
    asked = (
        select(ProtectionCase, HistoryEntry, Track)
        .outerjoin(HistoryEntry, HistoryEntry.case_id == ProtectionCase.id)
        .outerjoin(Track, HistoryEntry.track_id == Track.id)
        .where(ProtectionCase.id.between(first, last))
        .order_by(ProtectionCase.id, HistoryEntry.n)
        .execution_options(populate_existing=True)
    )
    things: dict[ProtectionCase | Track, _Replayed] = {}
    for case, entry, track in db.session.execute(asked):
        whole = things.setdefault(case, _Replayed(case, case.reference, ProtectionCase()))
        if entry is not None:
            whole.hear(entry)
        if track is not None:
            things.setdefault(track, _Replayed(track, case.reference, Track())).hear(entry)
    return [*things.values(), *_untold(first, last)]


def _untold(first: int, last: int) -> Iterable[_Replayed]:
    """The tracks of these cases that no entry tells of."""
    asked = (
        select(Track, ProtectionCase.reference)
        .join(ProtectionCase, Track.case_id == ProtectionCase.id)
        .where(
            ProtectionCase.id.between(first, last),
            ~select(HistoryEntry.id).where(HistoryEntry.track_id == Track.id).exists(),
        )
    )
    return [_Replayed(track, reference, Track()) for track, reference in db.session.execute(asked)]


def _replay_alerts(first: int, last: int) -> Iterable[_Replayed]:
    asked = (
        select(Alert, HistoryEntry)
        .outerjoin(HistoryEntry, HistoryEntry.alert_id == Alert.id)
        .where(Alert.id.between(first, last))
        .order_by(Alert.id, HistoryEntry.n)
        .execution_options(populate_existing=True)
    )
    things: dict[Alert, _Replayed] = {}
    for alert, entry in db.session.execute(asked):
        whole = things.setdefault(alert, _Replayed(alert, alert.reference, Alert()))
        if entry is not None:
            whole.hear(entry)
    return things.values()

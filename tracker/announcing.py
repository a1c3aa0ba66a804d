"""Writing down of what other systems are told: in the act's own transaction, content-free, for a worker to send.

Nothing is decided here but whom it concerns; whether the institution may know of it is asked when it is sent
(`tracker.actions.telling`), so that a wall or a withdrawal that came in between holds.
"""

import secrets
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Select, insert, select

from tracker import clock
from tracker.db import db
from tracker.models import (
    Alert,
    Announcement,
    HistoryEntry,
    ProtectionCase,
    Receiver,
    ReceiverTopic,
    SendingState,
    Track,
)
from tracker.vocabulary import Topic


class _Word(NamedTuple):
    """What one institution is told of one act."""

    topic: Topic
    institution_id: int
    entry_id: int


def announce(entries: Iterable[HistoryEntry]) -> None:
    """Tells the receivers of all institutions that a case, track or alert of theirs changed; once each and kind.

    Of several entries of one case in one transaction the last is kept. One question where nobody listens.
    """
    words = {}
    for entry in entries:
        for word in _words(entry):
            words[word.topic, word.institution_id, entry.case_id, entry.alert_id] = word
    listening = _listening({word.institution_id for word in words.values()})
    _write(
        row(receiver_id, word.topic, entry_id=word.entry_id)
        for word in words.values()
        for receiver_id in listening.get((word.institution_id, word.topic), ())
    )


def announce_report() -> None:
    """Tells every receiver that asked for it that a report was published."""
    asked = _active().where(ReceiverTopic.topic == Topic.REPORT_PUBLISHED)
    _write(row(receiver_id, Topic.REPORT_PUBLISHED) for receiver_id, *_ in db.session.execute(asked))


def row(receiver_id: int, topic: Topic, *, entry_id: int | None = None) -> dict[str, object]:
    """The columns of a new announcement, due at once, under a key of its own."""
    now = clock.now()
    return {
        "key": secrets.token_urlsafe(24),
        "receiver_id": receiver_id,
        "topic": topic,
        "entry_id": entry_id,
        "state": SendingState.WAITING,
        "attempts": 0,
        "created_at": now,
        "due_at": now,
    }


def _words(entry: HistoryEntry) -> Iterator[_Word]:
    for institution_id in _concerned(entry):
        yield _Word(_topic(entry), institution_id, entry.id)


def _topic(entry: HistoryEntry) -> Topic:
    if entry.alert_id is not None:
        return Topic.ALERT_CHANGED
    return Topic.CASE_CHANGED if entry.track_id is None else Topic.TRACK_CHANGED


def _concerned(entry: HistoryEntry) -> set[int]:
    """Who holds what the entry is about, or sent it, or answers for the case."""
    if entry.alert_id is not None:
        return {db.session.get_one(Alert, entry.alert_id).institution_id}
    case = db.session.get_one(ProtectionCase, entry.case_id)
    found = {case.owner_id, case.registrar_id}
    if entry.track_id is not None:
        track = db.session.get_one(Track, entry.track_id)
        found |= {track.institution_id} | ({track.sender_id} if track.sender_id else set())
    return found


def _listening(institution_ids: set[int]) -> dict[tuple[int, Topic], list[int]]:
    """The receivers of these institutions by what they listen for."""
    found: dict[tuple[int, Topic], list[int]] = {}
    if institution_ids:
        asked = _active().where(Receiver.institution_id.in_(institution_ids)).order_by(Receiver.id)
        for receiver_id, institution_id, topic in db.session.execute(asked):
            found.setdefault((institution_id, topic), []).append(receiver_id)
    return found


def _active() -> Select[int, int, Topic]:
    listens = ReceiverTopic.receiver_id == Receiver.id
    asked = select(Receiver.id, Receiver.institution_id, ReceiverTopic.topic).join(ReceiverTopic, listens)
    return asked.where(Receiver.disabled_at.is_(None))


def _write(rows: Iterable[dict[str, object]]) -> None:
    if written := list(rows):
        db.session.execute(insert(Announcement), written)

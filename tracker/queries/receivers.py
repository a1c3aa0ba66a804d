"""Receivers and what they were told, for those who run the installation: when and whether, never about what."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Acting, Announcement, CallFailure, Receiver, SendingState
from tracker.permissions import Permission, may
from tracker.vocabulary import Topic

_MOST_SHOWN = 100
_SHOWN = (SendingState.WAITING, SendingState.SENDING, SendingState.DELIVERED, SendingState.GIVEN_UP)


class AnnouncementRow(NamedTuple):
    """One thing that a receiver was told, or will be."""

    id: int
    key: str
    topic: Topic
    state: SendingState
    failure: CallFailure | None
    attempts: int
    created_at: datetime


def receivers(*, viewer: Acting) -> Sequence[Receiver]:
    """Every receiver, by institution."""
    _require(viewer)
    found = (
        select(Receiver)
        .join(Receiver.institution)
        .options(joinedload(Receiver.institution), selectinload(Receiver.topics))
        .order_by(Receiver.disabled_at.is_not(None), Receiver.institution_id, Receiver.id)
    )
    return db.session.scalars(found).all()


def receiver(receiver_id: int, *, viewer: Acting) -> Receiver:
    """One receiver. Refuses (`NotFound`) an unknown one."""
    _require(viewer)
    found = db.session.get(Receiver, receiver_id)
    if found is None:
        raise NotFound(say("There is no such receiver."))
    return found


def announcements(of: Receiver, *, viewer: Acting) -> Sequence[AnnouncementRow]:
    """What it was told in the last thirty days or will be, the newest first; at most a hundred.

    Not what was dropped: how much was, would tell of cases that the institution may not know of.
    """
    _require(viewer)
    rows = (
        select(
            Announcement.id,
            Announcement.key,
            Announcement.topic,
            Announcement.state,
            Announcement.failure,
            Announcement.attempts,
            Announcement.created_at,
        )
        .where(Announcement.receiver_id == of.id, Announcement.state.in_(_SHOWN))
        .order_by(Announcement.id.desc())
        .limit(_MOST_SHOWN)
    )
    return [AnnouncementRow(*row) for row in db.session.execute(rows)]


def announcement(announcement_id: int, *, of: Receiver, viewer: Acting) -> Announcement:
    """One of them. Refuses (`NotFound`) another receiver's, and what was dropped."""
    _require(viewer)
    found = db.session.get(Announcement, announcement_id)
    if found is None or found.receiver_id != of.id or found.state not in _SHOWN:
        raise NotFound(say("There is no such delivery."))
    return found


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.INSTITUTION_MANAGE):
        raise NotPermitted(say("Only administrators read the list of receivers."))

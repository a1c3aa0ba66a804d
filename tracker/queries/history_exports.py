"""Exports of de-identified histories as auditors see them: who asked, for what, who agreed, how often it was taken."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Access, Acting, HistoryExport
from tracker.permissions import Permission, may

MOST = 200


class State(StrEnum):
    """Where an export stands."""

    ASKED = "asked"
    OPEN = "open"
    OVER = "over"
    TURNED_DOWN = "turned_down"


def exports(*, viewer: Acting) -> Sequence[HistoryExport]:
    """The exports that were asked for, the newest first."""
    _require(viewer)
    asked = select(HistoryExport).options(joinedload(HistoryExport.asked_by))
    return db.session.scalars(asked.order_by(HistoryExport.id.desc()).limit(MOST)).all()


def export(number: int, *, viewer: Acting) -> HistoryExport:
    """One of them, with who asked, agreed and ended it. Refuses (`NotFound`) an unknown one."""
    _require(viewer)
    people = (HistoryExport.asked_by, HistoryExport.agreed_by, HistoryExport.ended_by)
    found = db.session.scalar(
        select(HistoryExport).where(HistoryExport.id == number).options(*map(joinedload, people))
    )
    if found is None:
        raise NotFound(say("There is nothing at this address that you may see."))
    return found


def state_of(one: HistoryExport, *, viewer: Acting) -> State:
    """Where it stands now."""
    _require(viewer)
    if one.open_at(clock.now()):
        return State.OPEN
    if one.agreed_at is not None:
        return State.OVER
    return State.ASKED if one.ended_at is None else State.TURNED_DOWN


def times_taken(one: HistoryExport, *, viewer: Acting) -> int:
    """How many files left for it, by the access log."""
    _require(viewer)
    theirs = Access.user_id == one.asked_by_id
    taken = select(func.count()).where(theirs, Access.about.startswith(f"{taken_as(one, viewer=viewer)} "))
    return db.session.scalar(taken) or 0


def taken_as(one: HistoryExport, *, viewer: Acting) -> str:
    """How the access log names it."""
    _require(viewer)
    return f"histories {one.id}"


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.HISTORY_EXPORT):
        raise NotPermitted(say("Your role does not read this."))

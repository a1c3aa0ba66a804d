"""Accredited verifiers as auditors see them: who, under which agreement, until when, and what they downloaded."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker import clock, mission
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import Acting, Verifier, VerifierDownload
from tracker.permissions import Permission, may
from tracker.queries.paging import PAGE_SIZE, Page, cut, id_key


class State(StrEnum):
    """Where an accreditation stands."""

    PROPOSED = "proposed"
    ACCREDITED = "accredited"
    EXPIRED = "expired"
    REVOKED = "revoked"
    TURNED_DOWN = "turned_down"


class VerifierRow(NamedTuple):
    """One organisation in the list."""

    id: int
    organisation: str
    agreement: str
    expires_on: date
    state: State
    downloads: int
    last_used_at: datetime | None


class DownloadRow(NamedTuple):
    """One file that was asked for."""

    id: int
    path: str
    downloaded_at: datetime


def verifiers(*, viewer: Acting) -> list[VerifierRow]:
    """Every organisation that was ever proposed, the newest first: they are few."""
    _require(viewer)
    taken = select(func.count()).where(VerifierDownload.verifier_id == Verifier.id).scalar_subquery()
    asked = select(Verifier, taken, _last_used()).order_by(Verifier.id.desc())
    return [
        VerifierRow(
            one.id, one.organisation, one.agreement, one.expires_on, state_of(one, viewer=viewer), many, last
        )
        for one, many, last in db.session.execute(asked)
    ]


def verifier(verifier_id: int, *, viewer: Acting) -> Verifier:
    """One of them, with who proposed, confirmed and revoked it. Refuses (`NotFound`) an unknown one."""
    _require(viewer)
    people = (Verifier.proposed_by, Verifier.confirmed_by, Verifier.revoked_by)
    asked = select(Verifier).where(Verifier.id == verifier_id).options(*map(joinedload, people))
    found = db.session.scalar(asked)
    if found is None:
        raise NotFound(say("There is no such verifier."))
    return found


def state_of(one: Verifier, *, viewer: Acting) -> State:
    """Where it stands today."""
    _require(viewer)
    if one.revoked_at:
        return State.REVOKED if one.confirmed_at else State.TURNED_DOWN
    if one.expires_on < clock.day_of(clock.now(), mission.current().zone):
        return State.EXPIRED
    return State.ACCREDITED if one.confirmed_at else State.PROPOSED


def downloads(
    of: Verifier, *, viewer: Acting, after: str | None = None, before: str | None = None
) -> Page[DownloadRow]:
    """What a verifier asked for, newest first."""
    _require(viewer)
    key: Any = VerifierDownload.id
    asked = select(key, VerifierDownload.path, VerifierDownload.downloaded_at)
    asked = asked.where(VerifierDownload.verifier_id == of.id)
    if (place := id_key(after or before)) is not None:
        asked = asked.where(key > place if before else key < place)
    asked = asked.order_by(key if before else key.desc()).limit(PAGE_SIZE + 1)
    rows = [DownloadRow._make(row) for row in db.session.execute(asked)]
    return cut(rows[::-1] if before else rows, PAGE_SIZE, lambda row: row.id, after=after, before=before)


def _last_used() -> Any:
    newest = select(VerifierDownload.downloaded_at).where(VerifierDownload.verifier_id == Verifier.id)
    return newest.order_by(VerifierDownload.id.desc()).limit(1).scalar_subquery()


def _require(viewer: Acting) -> None:
    if not may(viewer.role, Permission.VERIFIER_ACCREDIT):
        raise NotPermitted(say("Only auditors accredit verifiers."))

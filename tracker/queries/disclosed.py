"""What was disclosed to whom: for each institution to which a case was sent, what it could read, from when to when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.errors import NotFound
from tracker.models import (
    Access,
    Acting,
    Consent,
    HistoryEntry,
    Institution,
    ProtectionCase,
    Track,
    Wall,
)
from tracker.queries import noted
from tracker.queries.cases import UNKNOWN, find
from tracker.visibility import ALLOWS
from tracker.vocabulary import AccessKind, ConsentDecision, DataClass


class Shared(NamedTuple):
    """One class that an institution could read, and by which decision of which day."""

    data_class: DataClass
    decision: ConsentDecision
    given_on: date
    authorised_by: str


class Reads(NamedTuple):
    """How often people of an institution opened the case, first and last."""

    times: int
    first: datetime
    last: datetime


class Disclosed(NamedTuple):
    """What one institution could know of a case."""

    institution: str
    senders: Sequence[str]
    sent_at: datetime | None
    accepted_at: datetime | None
    """None: it never read more than the preview, in which nothing is personal."""
    until: datetime | None
    """When it lost what it could read; None: it still can."""
    shared: Sequence[Shared]
    reads: Reads | None


class Record(NamedTuple):
    """The whole record: who answers for the case and so reads all of it, and what each other institution could."""

    reference: str
    answering: Sequence[str]
    disclosed: Sequence[Disclosed]


def record(typed: str, *, viewer: Acting) -> Record:
    """The record of a case, for those who answer for it; that it was made is itself noted.

    Refuses (`NotFound`) whoever neither owns nor registered it, in the words for what does not exist.
    """
    case = find(typed, viewer=viewer)
    if viewer.institution_id not in (case.owner_id, case.registrar_id):
        raise NotFound(UNKNOWN)
    near = noted.relation(viewer, owner_id=case.owner_id, registrar_id=case.registrar_id, tracks=())
    noted.note(noted.Noted(AccessKind.PAPER, near, case_id=case.id))
    reads, ends = _reads(case.id), _walls(case.id)
    decided, sent = _decided(case.id), _sent(case)
    return Record(
        case.reference,
        list(dict.fromkeys([case.owner.name, case.registrar.name])),
        [
            _disclosed(tracks, decided.get(one, ()), ends.get(one), reads.get(one))
            for one, tracks in sent.items()
        ],
    )


class _Sent(NamedTuple):
    institution_id: int
    institution: str
    sender: str | None
    sent_at: datetime | None
    status: str
    left_at: datetime | None
    accepted_at: datetime | None


class _Decision(NamedTuple):
    institution_id: int
    data_class: DataClass
    decision: ConsentDecision
    given_on: date
    authorised_by: str
    recorded_at: datetime


def _sent(case: ProtectionCase) -> Mapping[int, Sequence[_Sent]]:
    sender = aliased(Institution)
    accepted = (
        select(func.min(HistoryEntry.recorded_at))
        .where(HistoryEntry.track_id == Track.id, HistoryEntry.status_after == "accepted")
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Track.institution_id,
            Institution.name,
            sender.name,
            Track.entered_at,
            Track.status,
            Track.left_at,
            accepted,
        )
        .join(Track.institution)
        .outerjoin(sender, sender.id == Track.sender_id)
        .where(
            Track.case_id == case.id,
            Track.sender_id.is_not(None),
            Track.institution_id.not_in([case.owner_id, case.registrar_id]),
        )
        .order_by(Track.id)
    )
    return _grouped(_Sent._make(row) for row in rows)


def _decided(case_id: int) -> Mapping[int, Sequence[_Decision]]:
    rows = db.session.execute(
        select(
            Consent.institution_id,
            Consent.data_class,
            Consent.decision,
            Consent.given_on,
            Consent.authorised_by,
            HistoryEntry.recorded_at,
        )
        .join(HistoryEntry, HistoryEntry.id == Consent.entry_id)
        .where(Consent.case_id == case_id)
        .order_by(Consent.id)
    )
    return _grouped(_Decision._make(row) for row in rows)


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.institution_id, []).append(row)
    return found


def _walls(case_id: int) -> Mapping[int, datetime]:
    rows = db.session.execute(select(Wall.institution_id, Wall.since).where(Wall.case_id == case_id))
    return dict(rows.all())


def _reads(case_id: int) -> Mapping[int, Reads]:
    rows = db.session.execute(
        select(Access.institution_id, func.count(), func.min(Access.read_at), func.max(Access.read_at))
        .where(Access.case_id == case_id)
        .group_by(Access.institution_id)
    )
    return {institution_id: Reads(times, first, last) for institution_id, times, first, last in rows}


def _disclosed(
    tracks: Sequence[_Sent], decisions: Sequence[_Decision], wall: datetime | None, reads: Reads | None
) -> Disclosed:
    accepted = [one.accepted_at for one in tracks if one.accepted_at is not None]
    began = min(accepted, default=None)
    shared, lost = _shared(decisions, began, wall)
    return Disclosed(
        institution=tracks[0].institution,
        senders=list(dict.fromkeys(one.sender for one in tracks if one.sender)),
        sent_at=min((one.sent_at for one in tracks if one.sent_at is not None), default=None),
        accepted_at=began,
        until=min((one for one in (lost, wall) if one is not None), default=None) if began else None,
        shared=shared if began else (),
        reads=reads,
    )


def _shared(
    decisions: Sequence[_Decision], began: datetime | None, wall: datetime | None
) -> tuple[Sequence[Shared], datetime | None]:
    """Each class that could be read at some time after it was accepted; and when the last one was taken away."""
    shared: dict[DataClass, Shared] = {}
    held: dict[DataClass, Shared] = {}
    lost: datetime | None = None
    for one in decisions:
        before = bool(held)
        if one.decision in ALLOWS:
            said = Shared(one.data_class, one.decision, one.given_on, one.authorised_by)
            held[one.data_class] = said
            if wall is None or one.recorded_at < wall:
                shared.setdefault(one.data_class, said)
        else:
            held.pop(one.data_class, None)
            if began is None or one.recorded_at <= began:
                shared.pop(one.data_class, None)
        lost = None if held else one.recorded_at if before else lost
    return [shared[one] for one in DataClass if one in shared], lost

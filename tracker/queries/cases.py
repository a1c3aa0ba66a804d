"""One case as a person may see it, and lists of cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, raiseload

from tracker import references
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import (
    Area,
    Consent,
    CourtOrder,
    Custody,
    EntryNote,
    HistoryEntry,
    Membership,
    Narrative,
    Person,
    ProtectionCase,
    Track,
)
from tracker.permissions import Permission, may
from tracker.queries.paging import PAGE_SIZE, Page, id_key
from tracker.visibility import Sight, reads_notes, sight, visible_cases, visible_entries, visible_tracks
from tracker.vocabulary import Concern, Urgency

_UNKNOWN = "There is no case with this reference that you may see."

_EXCHANGE = ("request_information", "give_information")
"""What a receiver asks before accepting, and the answer: written to be read in the preview."""


@dataclass(frozen=True)
class CaseFile:
    """A case as one person may see it: in a preview nothing personal is even read."""

    case: ProtectionCase
    sight: Sight
    tracks: Sequence[Track]
    entries: Sequence[HistoryEntry]
    district: Area | None
    notes: dict[int, str] = field(default_factory=dict)
    people: Sequence[Person] = ()
    narratives: Sequence[Narrative] = ()
    consents: Sequence[Consent] = ()
    custodies: Sequence[Custody] = ()
    orders: Sequence[CourtOrder] = ()


class CaseRow(NamedTuple):
    """One case in a list: nothing personal."""

    id: int
    reference: str
    concern: Concern
    urgency: Urgency
    area: str | None
    registered_at: datetime
    closed_at: datetime | None
    open_tracks: int
    next_due_at: datetime | None


def find(typed: str, *, viewer: Membership) -> ProtectionCase:
    """The case with that reference, if the viewer may know of it.

    Refuses (`Mistyped`) what is no reference, and (`NotFound`) in the same words what does not exist and what the
    viewer may not know.
    """
    return _find(typed, viewer)


def _find(typed: str, viewer: Membership, *more: Any) -> ProtectionCase:
    case = db.session.scalar(
        visible_cases(viewer)
        .where(ProtectionCase.reference == references.parse(typed))
        .options(joinedload(ProtectionCase.area).joinedload(Area.parent), *more)
    )
    if case is None:
        raise NotFound(_UNKNOWN)
    return case


def track(typed: str, track_id: int, *, viewer: Membership) -> Track:
    """One part of a case, if the viewer may know of it."""
    found = db.session.scalar(
        visible_tracks(viewer)
        .where(Track.id == track_id, ProtectionCase.reference == references.parse(typed))
        .options(contains_eager(Track.case), joinedload(Track.institution))
    )
    if found is None:
        raise NotFound(_UNKNOWN)
    return found


def entry(typed: str, n: int, *, viewer: Membership) -> HistoryEntry:
    """The n-th history entry of a case, if the viewer may know of it."""
    found = db.session.scalar(
        visible_entries(viewer).where(
            ProtectionCase.reference == references.parse(typed), HistoryEntry.n == n
        )
    )
    if found is None:
        raise NotFound(_UNKNOWN)
    return found


def newest_correction(entry: HistoryEntry, *, viewer: Membership) -> HistoryEntry | None:
    """The newest correction of an entry of a case, if the viewer may know of any."""
    return db.session.scalar(
        visible_entries(viewer)
        .where(
            HistoryEntry.case_id == entry.case_id,
            HistoryEntry.corrects_id == entry.id,
            HistoryEntry.action == "correct",
        )
        .order_by(HistoryEntry.n.desc())
        .limit(1)
    )


def case_file(typed: str, *, viewer: Membership) -> CaseFile:
    """Everything of a case that the viewer may see, in a fixed number of statements."""
    if not may(viewer.role, Permission.CASE_READ):
        raise NotPermitted(say("Your role does not read cases."))
    places = (joinedload(ProtectionCase.owner), joinedload(ProtectionCase.registrar))
    case = _find(typed, viewer, *places)
    tracks = db.session.scalars(
        visible_tracks(viewer)
        .where(Track.case_id == case.id)
        .options(joinedload(Track.institution), joinedload(Track.sender))
        .order_by(Track.id)
    ).all()
    if sight(viewer, list(tracks)) is Sight.PREVIEW:
        return _preview(case, tracks, viewer)
    entries = _entries(case, viewer, joinedload(HistoryEntry.note))
    return CaseFile(
        case=case,
        sight=Sight.FULL,
        tracks=tracks,
        entries=entries,
        district=_district(case),
        notes={e.id: e.note.text for e in entries if e.note is not None and reads_notes(viewer, e)},
        people=_of_case(Person, case),
        narratives=_of_case(Narrative, case),
        consents=_of_case(Consent, case),
        custodies=_of_case(Custody, case),
        orders=_of_case(CourtOrder, case),
    )


def _preview(case: ProtectionCase, tracks: Sequence[Track], viewer: Membership) -> CaseFile:
    """Nothing personal is read: of the notes only what was asked and answered before accepting."""
    entries = _entries(case, viewer, raiseload(HistoryEntry.note))
    exchanged = [e.id for e in entries if e.action in _EXCHANGE and reads_notes(viewer, e)]
    notes = (
        db.session.scalars(select(EntryNote).where(EntryNote.entry_id.in_(exchanged))) if exchanged else ()
    )
    return CaseFile(
        case=case,
        sight=Sight.PREVIEW,
        tracks=tracks,
        entries=entries,
        district=_district(case),
        notes={note.entry_id: note.text for note in notes},
        consents=db.session.scalars(
            select(Consent)
            .where(Consent.case_id == case.id, Consent.institution_id == viewer.institution_id)
            .order_by(Consent.id)
        ).all(),
    )


def _entries(case: ProtectionCase, viewer: Membership, notes: Any) -> Sequence[HistoryEntry]:
    return db.session.scalars(
        visible_entries(viewer)
        .where(HistoryEntry.case_id == case.id)
        .options(
            joinedload(HistoryEntry.actor),
            joinedload(HistoryEntry.institution),
            joinedload(HistoryEntry.holder),
            notes,
        )
        .order_by(HistoryEntry.n)
    ).all()


def _of_case(model: Any, case: ProtectionCase) -> Sequence[Any]:
    rows = select(model).where(model.case_id == case.id).order_by(model.id)
    for name in ("institution", "person"):
        if name in model.__mapper__.relationships:
            rows = rows.options(joinedload(getattr(model, name)))
    return db.session.scalars(rows).all()


def _district(case: ProtectionCase) -> Area | None:
    """The area at district level (2) or above: as near as a preview goes."""
    area = case.area
    while area is not None and area.level > 2:
        area = area.parent
    return area


def case_list(
    *, viewer: Membership, closed: bool = False, after: str | None = None, size: int = PAGE_SIZE
) -> Page[CaseRow]:
    """The cases that the viewer may know of, newest first, open or closed, with what is due next in each."""
    key = id_key(after)
    ended = ProtectionCase.closed_at.is_not(None) if closed else ProtectionCase.closed_at.is_(None)
    cases = visible_cases(viewer).where(ended)
    if key is not None:
        cases = cases.where(ProtectionCase.id < key)
    waits = (Track.case_id == ProtectionCase.id, Track.open)
    statement = (
        cases.outerjoin(Area, Area.id == ProtectionCase.area_id)
        .with_only_columns(
            ProtectionCase.id,
            ProtectionCase.reference,
            ProtectionCase.concern,
            ProtectionCase.urgency,
            Area.name,
            ProtectionCase.registered_at,
            ProtectionCase.closed_at,
            select(func.count()).where(*waits).scalar_subquery(),
            select(func.min(Track.due_at)).where(*waits).scalar_subquery(),
        )
        .order_by(ProtectionCase.id.desc())
        .limit(size + 1)
    )
    rows = [CaseRow._make(row) for row in db.session.execute(statement)]
    return Page(rows[:size], str(rows[size - 1].id) if len(rows) > size else None)

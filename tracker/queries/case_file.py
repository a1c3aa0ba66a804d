"""The file of one case, as one person may see it: the most-read page after the queues.

Its statements are built once for each role and read columns, not objects, wherever the page only shows them. Notes
come with their entries, and only those that the viewer may read: the condition stands in the query.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, String, and_, bindparam, exists, func, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from tracker import clock, mission, references
from tracker.db import db
from tracker.errors import NotFound, NotPermitted, say
from tracker.models import (
    Acting,
    Area,
    CaseKey,
    ClockConfirmation,
    Consent,
    CourtOrder,
    Custody,
    Emergency,
    EntryNote,
    HistoryEntry,
    Institution,
    Narrative,
    Person,
    ProtectionCase,
    Track,
    UserAccount,
)
from tracker.permissions import Permission, may
from tracker.personal import Content
from tracker.queries import noted, opening, withheld
from tracker.queries.case_rows import (
    CaseFacts,
    ConsentRow,
    CustodyRow,
    EntryRow,
    NarrativeRow,
    OrderRow,
    Part,
    PersonRow,
)
from tracker.queries.cases import UNKNOWN
from tracker.queries.consents import in_force
from tracker.visibility import (
    Sight,
    anyone,
    opened_in_an_emergency,
    sees_note,
    sides,
    sight,
    visible_cases,
    visible_entries,
    visible_tracks,
    who,
)
from tracker.vocabulary import AccessKind, DataClass, Relation, Role

Rows = Select[*tuple[Any, ...]]

DISTRICT = 2
"""The level of the areas that a preview may name."""

_EXCHANGE = ("request_information", "give_information")
"""What a receiver asks before accepting, and the answer: written to be read in the preview."""


@dataclass(frozen=True)
class CaseFile:
    """A case as one person may see it: in a preview nothing personal is even read, nor ever what is `withheld`."""

    case: CaseFacts
    sight: Sight
    area: Sequence[str]
    district: str | None
    owner: str
    registrar: str
    parts: Sequence[Part]
    entries: Sequence[EntryRow]
    consents: Sequence[ConsentRow]
    people: Sequence[PersonRow] = ()
    narratives: Sequence[NarrativeRow] = ()
    custodies: Sequence[CustodyRow] = ()
    orders: Sequence[OrderRow] = ()
    emergency_ends_at: datetime | None = None
    """Until when the viewer may read it, who sees it by having broken the glass."""
    withheld: Sequence[DataClass] = ()
    """The classes that the survivor does not share with the viewer's institution."""


def case_file(typed: str, *, viewer: Acting) -> CaseFile:
    """Everything of a case that the viewer may see, in a fixed number of statements.

    Refuses (`Mistyped`) what is no reference, and (`NotFound`) in the same words what does not exist and what the
    viewer may not know. `area`: empty in a preview, which names the district alone.
    """
    if not may(viewer.role, Permission.CASE_READ):
        raise NotPermitted(say("Your role does not read cases."))
    reference = references.parse(typed)
    file = _read(reference, viewer)
    if file is None or file.sight is Sight.PREVIEW:
        ends_at = db.session.scalar(_emergency(reference, viewer))
        file = _read(reference, viewer, ends_at) if ends_at else file
    if file is None:
        raise NotFound(UNKNOWN)
    if file.sight is Sight.FULL:
        _note(file, viewer)
    return file


def _emergency(reference: str, viewer: Acting) -> Select[datetime]:
    """Until when the viewer may read the case by having broken the glass; NULL where they may not."""
    opened = opened_in_an_emergency(viewer, clock.now())
    known = select(ProtectionCase.id).where(ProtectionCase.reference == reference, opened)
    return select(func.max(Emergency.ends_at)).where(
        Emergency.membership_id == viewer.id, Emergency.case_id.in_(known)
    )


def _read(reference: str, viewer: Acting, emergency_ends_at: datetime | None = None) -> CaseFile | None:
    """None: there is nothing that the viewer may know of. In an emergency they read what an auditor sees, and the
    people and the account besides; no notes.
    """
    connection, own = db.session.connection(), who(viewer)
    role = Role.AUDITOR if emergency_ends_at else viewer.role
    found = connection.execute(_case(role), own | {"reference": reference}).first()
    if found is None:
        return None
    *facts, owner, registrar, area, level, around, around_level, around_id, wrapped = found
    case, procedure = CaseFacts._make(facts), mission.current().procedure
    of_case = own | {
        "case": case.id,
        "procedure": procedure.version,
        "hours": procedure.clocks["custody"].hours,
    }
    read, content = _reader(connection, of_case), Content(wrapped, case_id=case.id)
    parts = [Part._make(row) for row in read(_parts(role))]
    seen = Sight.FULL if emergency_ends_at else sight(viewer, parts)
    whole = seen is Sight.FULL
    all_of_it = emergency_ends_at is not None or bool(
        sides(viewer, owner_id=case.owner_id, registrar_id=case.registrar_id)
    )
    consents = [ConsentRow._make(row) for row in read(_CONSENTS if all_of_it else _OWN_CONSENTS)]
    classes = frozenset(DataClass) if all_of_it else in_force(consents, viewer.institution_id, viewer=viewer)
    located = whole and DataClass.LOCATION in classes
    return CaseFile(
        case=case,
        sight=seen,
        area=[name for name in (area, around) if name] if located else (),
        district=_district([(area, level), (around, around_level)], around_id),
        owner=owner,
        registrar=registrar,
        parts=parts,
        entries=opening.entries(content, read(_entries(role, seen))),
        consents=consents,
        people=withheld.people(opening.people(content, read(_PEOPLE)), classes) if whole else (),
        narratives=withheld.narratives(opening.narratives(content, read(_NARRATIVES)), classes)
        if whole
        else (),
        custodies=withheld.custodies(opening.custodies(content, read(_CUSTODIES)), classes, viewer=viewer)
        if whole
        else (),
        orders=[OrderRow._make(row) for row in read(_ORDERS)] if whole else (),
        withheld=[one for one in DataClass if one not in classes] if whole else (),
        emergency_ends_at=emergency_ends_at,
    )


def _note(file: CaseFile, viewer: Acting) -> None:
    case = file.case
    near = noted.relation(viewer, owner_id=case.owner_id, registrar_id=case.registrar_id, tracks=file.parts)
    why = Relation.BREAK_GLASS if file.emergency_ends_at else near
    noted.note(noted.Noted(AccessKind.CASE_FILE, why, case_id=case.id))


def _reader(connection: Connection, values: Mapping[str, Any]) -> Callable[[Rows], Iterable[Any]]:
    """Reads columns alone: asked of the connection, which costs half of what asking the session does."""
    return lambda statement: connection.execute(statement, values)


def _district(inner: Sequence[tuple[str | None, int | None]], around_id: int | None) -> str | None:
    """The innermost area at district level or above: as near as a preview goes."""
    for name, level in inner:
        if name is None or level is None or level <= DISTRICT:
            return name
    area = db.session.get(Area, around_id)
    while area is not None and area.level > DISTRICT:
        area = area.parent
    return area.name if area else None


@cache
def _case(role: Role) -> Rows:
    area, around = aliased(Area), aliased(Area)
    owner, registrar = aliased(Institution), aliased(Institution)
    return (
        visible_cases(anyone(role))
        .where(ProtectionCase.reference == bindparam("reference"))
        .join(owner, owner.id == ProtectionCase.owner_id)
        .join(registrar, registrar.id == ProtectionCase.registrar_id)
        .outerjoin(area, area.id == ProtectionCase.area_id)
        .outerjoin(around, around.id == area.parent_id)
        .outerjoin(CaseKey, CaseKey.case_id == ProtectionCase.id)
        .with_only_columns(
            *(getattr(ProtectionCase, name) for name in CaseFacts._fields),
            owner.name,
            registrar.name,
            area.name,
            area.level,
            around.name,
            around.level,
            around.id,
            CaseKey.wrapped,
        )
    )


@cache
def _parts(role: Role) -> Rows:
    holder, sender = aliased(Institution), aliased(Institution)
    return (
        visible_tracks(anyone(role))
        .where(Track.case_id == bindparam("case"))
        .join(holder, holder.id == Track.institution_id)
        .outerjoin(sender, sender.id == Track.sender_id)
        .with_only_columns(
            *(getattr(Track, name) for name in Part._fields[:-2]),
            holder.name,
            sender.name,
        )
        .order_by(Track.id)
    )


@cache
def _entries(role: Role, seen: Sight) -> Rows:
    holder, institution = aliased(Institution), aliased(Institution)
    read = and_(EntryNote.entry_id == HistoryEntry.id, _note_is_read(role, seen))
    return (
        visible_entries(anyone(role))
        .where(HistoryEntry.case_id == bindparam("case"))
        .join(holder, holder.id == HistoryEntry.holder_id)
        .outerjoin(institution, institution.id == HistoryEntry.institution_id)
        .outerjoin(UserAccount, UserAccount.id == HistoryEntry.actor_id)
        .outerjoin(EntryNote, read)
        .with_only_columns(
            HistoryEntry.id,
            HistoryEntry.n,
            HistoryEntry.track_id,
            HistoryEntry.stage,
            HistoryEntry.action,
            type_coerce(HistoryEntry.effect, String),
            HistoryEntry.status_after,
            HistoryEntry.holder_id,
            holder.name,
            HistoryEntry.actor_id,
            UserAccount.full_name,
            HistoryEntry.institution_id,
            institution.name,
            HistoryEntry.reason,
            HistoryEntry.happened_at,
            HistoryEntry.recorded_at,
            HistoryEntry.detail,
            HistoryEntry.corrects_id,
            HistoryEntry.import_id,
            HistoryEntry.flag,
            EntryNote.sealed,
        )
        .order_by(HistoryEntry.n)
    )


def _note_is_read(role: Role, seen: Sight) -> ColumnElement[bool]:
    """In a preview, of the notes only what was asked and answered before accepting."""
    read = sees_note(anyone(role))
    return read if seen is Sight.FULL else and_(read, HistoryEntry.action.in_(_EXCHANGE))


_PEOPLE = (
    select(
        Person.id,
        Person.role,
        Person.sealed,
        Person.sex,
        Person.age_group,
        Person.perpetrator_kind,
        Person.institution_id,
        Institution.name,
    )
    .outerjoin(Person.institution)
    .where(Person.case_id == bindparam("case"))
    .order_by(Person.id)
)
_NARRATIVES = (
    select(Narrative.sealed, Narrative.recorded_at)
    .where(Narrative.case_id == bindparam("case"))
    .order_by(Narrative.id)
)
_CONSENTS = (
    select(
        Consent.entry_id,
        Consent.institution_id,
        Institution.name,
        Consent.data_class,
        Consent.decision,
        Consent.given_on,
    )
    .join(Consent.institution)
    .where(Consent.case_id == bindparam("case"))
    .order_by(Consent.id)
)
_OWN_CONSENTS = _CONSENTS.where(Consent.institution_id == bindparam("own"))
_CUSTODIES = (
    select(
        Custody.id,
        Custody.track_id,
        Person.role,
        Person.sealed,
        Institution.name,
        Custody.arrested_at,
        Custody.due_at,
        Custody.released_at,
        Custody.release_reason,
        exists()
        .where(
            ClockConfirmation.clock == "custody",
            ClockConfirmation.procedure == bindparam("procedure"),
            ClockConfirmation.hours == bindparam("hours"),
        )
        .label("confirmed"),
    )
    .join(Custody.person)
    .join(Custody.institution)
    .where(Custody.case_id == bindparam("case"))
    .order_by(Custody.id)
)
_ORDERS = (
    select(CourtOrder.kind, CourtOrder.due_on)
    .where(CourtOrder.case_id == bindparam("case"))
    .order_by(CourtOrder.id)
)

"""Who sees what: every read of a case, a track, an alert or an entry begins here, so no page can forget a rule.

What a person may not know about is not in the query, and so is answered "not found".

A wall stands before everything else: nobody of an institution of which somebody is accused finds the case, whatever
their role and whatever else they are.
"""

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import Select, and_, bindparam, false, func, literal_column, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from tracker.models import (
    Acting,
    Alert,
    Area,
    Custody,
    CustodyAlarm,
    Emergency,
    HistoryEntry,
    Institution,
    Membership,
    ProtectionCase,
    Track,
    Wall,
)
from tracker.visibility.barriers import ALLOWS as ALLOWS
from tracker.visibility.barriers import hidden_from as hidden_from
from tracker.visibility.barriers import not_walled as not_walled
from tracker.visibility.barriers import not_withdrawn as not_withdrawn
from tracker.visibility.barriers import shared_with as shared_with
from tracker.vocabulary import Role

PREVIEW_STATUSES = ("sent", "acknowledged")
"""Before accepting: reference, concern, urgency, area at district level; no name, no narrative."""

GONE_STATUSES = ("not_accepted", "revoked", "expired")
"""Nothing remains of such a referral for the institution that it was sent to."""

_INSTITUTIONS_OF_THE_LAW = (Role.POLICE_OFFICER, Role.PROSECUTOR, Role.COURT_CLERK)
CASEWORKERS = (Role.FOCAL_POINT, Role.JUDICIAL_OFFICER)


class Sight(IntEnum):
    """How much of one case a person sees."""

    PREVIEW = 1
    FULL = 2


class _Anyone(NamedTuple):
    role: Role
    institution_id: Any
    user_id: Any


def anyone(role: Role) -> Membership:
    """Stands for the viewer in a statement that is built once for everybody of a role; ask it with `who(viewer)`."""
    return cast(Membership, _Anyone(role, bindparam("own"), bindparam("person")))


def who(viewer: Acting) -> dict[str, int]:
    """The parameters by which a statement that was built with `anyone` knows the viewer."""
    return {"own": viewer.institution_id, "person": viewer.user_id}


def _held(viewer: Acting, *, of_case: bool = False) -> ColumnElement[bool]:
    # Not `not_in`: the statement would be written out anew at each execution, for lists of any length.
    kept = (Track.status != gone for gone in GONE_STATUSES)
    # Of one case, as a sum: else SQLite looks through all tracks of the institution, not the few of the case.
    holder = Track.institution_id + literal_column("0") if of_case else Track.institution_id
    return and_(holder == viewer.institution_id, *kept)


def _open_to(viewer: Acting) -> ColumnElement[bool]:
    return not_walled(viewer.user_id, ProtectionCase.id)


def sees_track(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `Track` joined with its `ProtectionCase`."""
    return and_(_concerns_track(viewer), _open_to(viewer))


def _concerns_track(viewer: Acting) -> ColumnElement[bool]:
    theirs = or_(_held(viewer), Track.sender_id == viewer.institution_id)
    agreed = not_withdrawn(viewer.institution_id, ProtectionCase.id)
    if viewer.role in _INSTITUTIONS_OF_THE_LAW:
        return and_(theirs, agreed)
    if viewer.role in CASEWORKERS:
        return or_(_responsible(viewer), and_(theirs, agreed))
    return true() if viewer.role is Role.AUDITOR else false()


def works_on(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `ProtectionCase`: the viewer's institution is responsible for it or registered it."""
    return and_(_responsible(viewer), _open_to(viewer))


def _responsible(viewer: Acting) -> ColumnElement[bool]:
    return or_(
        ProtectionCase.owner_id == viewer.institution_id, ProtectionCase.registrar_id == viewer.institution_id
    )


def sees_case(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `ProtectionCase`."""
    return and_(_concerns_case(viewer), _open_to(viewer))


def _concerns_case(viewer: Acting) -> ColumnElement[bool]:
    held = select(Track.id).where(Track.case_id == ProtectionCase.id, _held(viewer, of_case=True)).exists()
    agreed = not_withdrawn(viewer.institution_id, ProtectionCase.id)
    if viewer.role in _INSTITUTIONS_OF_THE_LAW:
        return and_(held, agreed)
    if viewer.role in CASEWORKERS:
        return or_(_responsible(viewer), and_(held, agreed))
    return true() if viewer.role is Role.AUDITOR else false()


def reachable_in_an_emergency(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `ProtectionCase`: breaking the glass opens it to the viewer, unless a wall hides it."""
    return _open_to(viewer)


def opened_in_an_emergency(viewer: Acting, now: Any) -> ColumnElement[bool]:
    """The condition on `ProtectionCase`: the viewer, in this very role, broke the glass, and the time is not over."""
    opened = select(Emergency.id).where(
        Emergency.case_id == ProtectionCase.id, Emergency.membership_id == viewer.id, Emergency.ends_at > now
    )
    return and_(opened.exists(), reachable_in_an_emergency(viewer))


def visible_cases(viewer: Acting) -> Select[ProtectionCase]:
    """The cases that the viewer may know about. An auditor's reads defer everything personal by their queries."""
    return select(ProtectionCase).where(sees_case(viewer))


def visible_tracks(viewer: Acting) -> Select[Track]:
    """The tracks that the viewer may know about, joined with their case."""
    return select(Track).join(ProtectionCase, Track.case_id == ProtectionCase.id).where(sees_track(viewer))


def visible_alerts(viewer: Acting) -> Select[Alert]:
    """The alerts of the viewer's own institution, for those who answer alerts; every one's history for auditors.

    Not those that became a case which is hidden from the viewer.
    """
    alerts = select(Alert).where(or_(Alert.case_id.is_(None), not_walled(viewer.user_id, Alert.case_id)))
    if viewer.role is Role.FOCAL_POINT:
        return alerts.where(Alert.institution_id == viewer.institution_id)
    return alerts.where(true() if viewer.role is Role.AUDITOR else false())


def visible_entries(viewer: Acting) -> Select[HistoryEntry]:
    """The entries of tracks, alerts and cases that the viewer may know about (for one case: add its condition).

    Police, prosecution and courts read the entries of their own tracks and of those that they sent on.
    """
    about = func.coalesce(HistoryEntry.case_id, Alert.case_id, 0)
    entries = (
        select(HistoryEntry)
        .outerjoin(Track, HistoryEntry.track_id == Track.id)
        .outerjoin(ProtectionCase, HistoryEntry.case_id == ProtectionCase.id)
        .outerjoin(Alert, HistoryEntry.alert_id == Alert.id)
        .where(not_walled(viewer.user_id, about))
    )
    if viewer.role in _INSTITUTIONS_OF_THE_LAW:
        return entries.where(HistoryEntry.track_id.is_not(None), _concerns_track(viewer))
    if viewer.role in CASEWORKERS:
        seen = [_concerns_track(viewer), _responsible(viewer)]
        if viewer.role is Role.FOCAL_POINT:
            seen.append(Alert.institution_id == viewer.institution_id)
        return entries.where(or_(*seen))
    return entries.where(true() if viewer.role is Role.AUDITOR else false())


def sees_custody(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `Custody` joined with its `ProtectionCase`: where the person is held, nothing personal.

    The institution that holds the person, and the one that made the arrest. Outside: who works on the case, who was
    told of a limit, and for judicial officers everybody who is held in their area, whoever has the case. A wall hides
    the held like the case.
    """
    return and_(_looks_after(viewer), not_walled(viewer.user_id, Custody.case_id))


def stands_in(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `Custody` joined with its `ProtectionCase`: who is responsible records in the holder's place.

    A wall hides the held from the very institution that holds them: somebody must be able to record their release.
    """
    walled = select(Wall.id).where(
        Wall.case_id == Custody.case_id, Wall.institution_id == Custody.institution_id
    )
    return and_(ProtectionCase.owner_id == viewer.institution_id, walled.exists())


def _looks_after(viewer: Acting) -> ColumnElement[bool]:
    if viewer.role is Role.POLICE_OFFICER:
        own = select(Track.id).where(Track.institution_id == viewer.institution_id)
        return or_(Custody.institution_id == viewer.institution_id, Custody.track_id.in_(own))
    told = select(CustodyAlarm.custody_id).where(CustodyAlarm.institution_id == viewer.institution_id)
    if viewer.role is Role.FOCAL_POINT:
        return or_(works_on(viewer), Custody.id.in_(told))
    if viewer.role is Role.JUDICIAL_OFFICER:
        overseen = Custody.institution_id.in_(_in_area_of(viewer))
        return or_(sees_case(viewer), overseen, Custody.id.in_(told))
    return true() if viewer.role is Role.AUDITOR else false()


def _in_area_of(viewer: Acting) -> Select[int]:
    """The institutions of the area of the viewer's institution, with all areas inside it; all, where it has none."""
    area_id = viewer.institution.area_id
    if area_id is None:
        return select(Institution.id)
    inside = select(Area.id).where(Area.id == area_id).cte(recursive=True)
    inside = inside.union(select(Area.id).where(Area.parent_id == inside.c.id))
    return select(Institution.id).where(Institution.area_id.in_(select(inside.c.id)))


class Held(Protocol):
    """A track, or what a page read of one."""

    @property
    def institution_id(self) -> int:
        """Who has it."""

    @property
    def status(self) -> str:
        """Where it stands."""


def sides(
    viewer: Acting,
    *,
    owner_id: int,
    registrar_id: int,
    holder_id: int | None = None,
    sender_id: int | None = None,
) -> frozenset[str]:
    """What the viewer's institution is to a case, and to a track of it: owner, registrar, holder, sender."""
    named = {"owner": owner_id, "registrar": registrar_id, "holder": holder_id, "sender": sender_id}
    return frozenset(
        side for side, institution_id in named.items() if institution_id == viewer.institution_id
    )


def sight(viewer: Acting, tracks: Sequence[Held]) -> Sight:
    """How much of a case is shown to a viewer who may know about it; `tracks`: those the viewer may know about.

    An institution of the law sees the whole once it has accepted; until then, and for what it merely sent on
    without ever holding it, a preview.
    """
    if viewer.role in CASEWORKERS:
        return Sight.FULL
    accepted = (
        track.institution_id == viewer.institution_id
        and track.status not in (*PREVIEW_STATUSES, *GONE_STATUSES)
        for track in tracks
    )
    return Sight.FULL if any(accepted) else Sight.PREVIEW


def sees_note(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `HistoryEntry` under which its note is shown: `reads_notes`, in a query."""
    if viewer.role is Role.JUDICIAL_OFFICER:
        return true()
    if viewer.role in (Role.AUDITOR, Role.CSO_MONITOR, Role.ADMINISTRATOR):
        return false()
    return or_(
        HistoryEntry.institution_id == viewer.institution_id, HistoryEntry.holder_id == viewer.institution_id
    )


def reads_notes(viewer: Acting, entry: HistoryEntry) -> bool:
    """Whether the note beside an entry that the viewer may know about is shown.

    Judicial officers read every note of their cases; everybody else those of their own institution, and a
    referral's sender and receiver each other's. Auditors, monitors and administrators read none.
    """
    if viewer.role is Role.JUDICIAL_OFFICER:
        return True
    if viewer.role in (Role.AUDITOR, Role.CSO_MONITOR, Role.ADMINISTRATOR):
        return False
    return viewer.institution_id in (entry.institution_id, entry.holder_id)


class Reach(StrEnum):
    """Whose live figures a role may see."""

    OWN = "own"
    AREA = "area"
    """Of the institutions of its own institution's area, with all areas inside it; of all, where it has none."""


FIGURES_REACH: dict[Role, Reach] = {
    Role.FOCAL_POINT: Reach.OWN,
    Role.POLICE_OFFICER: Reach.OWN,
    Role.PROSECUTOR: Reach.OWN,
    Role.COURT_CLERK: Reach.OWN,
    Role.JUDICIAL_OFFICER: Reach.AREA,
}
"""Who is not named sees no live figures: monitors and auditors read frozen reports."""

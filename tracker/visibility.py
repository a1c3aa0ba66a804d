"""Who sees what: every read of a case, a track, an alert or an entry begins here, so no page can forget a rule.

What a person may not know about is not in the query, and so is answered "not found".
"""

from collections.abc import Sequence
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import Select, and_, bindparam, false, literal_column, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from tracker.models import Acting, Alert, HistoryEntry, Membership, ProtectionCase, Track
from tracker.vocabulary import Role

PREVIEW_STATUSES = ("sent", "acknowledged")
"""Before accepting: reference, concern, urgency, area at district level; no name, no narrative."""

GONE_STATUSES = ("not_accepted", "revoked", "expired")
"""Nothing remains of such a referral for the institution that it was sent to."""

_INSTITUTIONS_OF_THE_LAW = (Role.POLICE_OFFICER, Role.PROSECUTOR, Role.COURT_CLERK)
_CASEWORKERS = (Role.FOCAL_POINT, Role.JUDICIAL_OFFICER)


class Sight(IntEnum):
    """How much of one case a person sees."""

    PREVIEW = 1
    FULL = 2


class _Anyone(NamedTuple):
    role: Role
    institution_id: Any


def anyone(role: Role) -> Membership:
    """Stands for the viewer in a statement that is built once for everybody of a role.

    The statement is then asked with the viewer's institution as the parameter `own`.
    """
    return cast(Membership, _Anyone(role, bindparam("own")))


def _held(viewer: Acting, *, of_case: bool = False) -> ColumnElement[bool]:
    # Not `not_in`: the statement would be written out anew at each execution, for lists of any length.
    kept = (Track.status != gone for gone in GONE_STATUSES)
    # Of one case, as a sum: else SQLite looks through all tracks of the institution, not the few of the case.
    holder = Track.institution_id + literal_column("0") if of_case else Track.institution_id
    return and_(holder == viewer.institution_id, *kept)


def sees_track(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `Track` joined with its `ProtectionCase`."""
    if viewer.role in _INSTITUTIONS_OF_THE_LAW:
        return or_(_held(viewer), Track.sender_id == viewer.institution_id)
    if viewer.role in _CASEWORKERS:
        return or_(_held(viewer), Track.sender_id == viewer.institution_id, works_on(viewer))
    return true() if viewer.role is Role.AUDITOR else false()


def works_on(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `ProtectionCase`: the viewer's institution is responsible for it or registered it."""
    return or_(
        ProtectionCase.owner_id == viewer.institution_id, ProtectionCase.registrar_id == viewer.institution_id
    )


def sees_case(viewer: Acting) -> ColumnElement[bool]:
    """The condition on `ProtectionCase`."""
    held = select(Track.id).where(Track.case_id == ProtectionCase.id, _held(viewer, of_case=True)).exists()
    if viewer.role in _INSTITUTIONS_OF_THE_LAW:
        return held
    if viewer.role in _CASEWORKERS:
        return or_(works_on(viewer), held)
    return true() if viewer.role is Role.AUDITOR else false()


def visible_cases(viewer: Acting) -> Select[ProtectionCase]:
    """The cases that the viewer may know about. An auditor's reads defer everything personal by their queries."""
    return select(ProtectionCase).where(sees_case(viewer))


def visible_tracks(viewer: Acting) -> Select[Track]:
    """The tracks that the viewer may know about, joined with their case."""
    return select(Track).join(ProtectionCase, Track.case_id == ProtectionCase.id).where(sees_track(viewer))


def visible_alerts(viewer: Acting) -> Select[Alert]:
    """The alerts of the viewer's own institution, for those who answer alerts; every one's history for auditors."""
    alerts = select(Alert)
    if viewer.role is Role.FOCAL_POINT:
        return alerts.where(Alert.institution_id == viewer.institution_id)
    return alerts.where(true() if viewer.role is Role.AUDITOR else false())


def visible_entries(viewer: Acting) -> Select[HistoryEntry]:
    """The entries of tracks, alerts and cases that the viewer may know about (for one case: add its condition).

    Police, prosecution and courts read the entries of their own tracks and of those that they sent on.
    """
    entries = (
        select(HistoryEntry)
        .outerjoin(Track, HistoryEntry.track_id == Track.id)
        .outerjoin(ProtectionCase, HistoryEntry.case_id == ProtectionCase.id)
        .outerjoin(Alert, HistoryEntry.alert_id == Alert.id)
    )
    if viewer.role in _INSTITUTIONS_OF_THE_LAW:
        return entries.where(HistoryEntry.track_id.is_not(None), sees_track(viewer))
    if viewer.role in _CASEWORKERS:
        seen = [sees_track(viewer), works_on(viewer)]
        if viewer.role is Role.FOCAL_POINT:
            seen.append(Alert.institution_id == viewer.institution_id)
        return entries.where(or_(*seen))
    return entries.where(true() if viewer.role is Role.AUDITOR else false())


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
    if viewer.role in _CASEWORKERS:
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

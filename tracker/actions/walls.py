"""The wall: a case is hidden from every institution that stands with an accused person's own.

Walled off are the institution itself, whatever stands under it, and those above it of its own kind: the commander of a
station reads what its posts read. A sister post under the same commander may still be sent the case, because somebody
says so; it is never proposed.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from tracker import mission
from tracker.actions import steps, taking_back, tracks
from tracker.db import db
from tracker.errors import BadInput, ConflictOfInterest, say
from tracker.history import CASE_STAGE
from tracker.models import Acting, HistoryEntry, Institution, ProtectionCase, Wall
from tracker.queries import institutions
from tracker.vocabulary import EndOfAccess, PartyRole

ACCUSED = (PartyRole.ALLEGED_PERPETRATOR, PartyRole.ACCUSED)


def wall_off(
    *, actor: Acting, case: ProtectionCase, seen: int, institution_id: int, note: str
) -> HistoryEntry:
    """Hides the case from an institution, and from those that stand with it; `note`: why.

    What they hold of it is taken back at once, also what is over for long. Refuses (`ConflictOfInterest`) the
    actor's own institution, and one without which nobody would be responsible for the case.
    """
    step = steps.ready("wall_off", actor=actor, on=case, seen=seen)
    if db.session.get(Institution, institution_id) is None:
        raise BadInput(institution_id=say("Choose the institution from the list."))
    detail = {"institutions": [institution_id]}
    entry = steps.perform(step, actor=actor, on=case, answers=steps.Answers(note=note), detail=detail)
    put_up([institution_id], case=case, actor=actor, entry=entry)
    return entry


def behind(institution_ids: Iterable[int], *, actor: Acting) -> set[int]:
    """All who stand with these institutions. Refuses (`ConflictOfInterest`) where the actor is among them."""
    found = {one for institution_id in institution_ids for one in _kin(institution_id)}
    if actor.institution_id in found:
        raise ConflictOfInterest(
            say(
                "This would hide the case from your own institution, and nobody there could go on with it. "
                "Let another institution do this: the judicial affairs section, or another network."
            )
        )
    return found


def put_up(
    institution_ids: Iterable[int], *, case: ProtectionCase, actor: Acting, entry: HistoryEntry
) -> None:
    """Hides the case from these institutions and those that stand with them, `entry` being what says so."""
    standing = set(db.session.scalars(select(Wall.institution_id).where(Wall.case_id == case.id)))
    new = behind(institution_ids, actor=actor) - standing
    for institution_id in sorted(new):
        db.session.add(
            Wall(case_id=case.id, institution_id=institution_id, since=entry.recorded_at, entry_id=entry.id)
        )
    db.session.flush()
    _hand_over(case, new, actor)
    taken = taking_back.take_back(case, new, actor=actor, why=EndOfAccess.CONFLICT_OF_INTEREST)
    heirs = {"referral": case.owner_id, "judicial_follow_up": case.owner_id, "feedback": case.registrar_id}
    for track in taken:
        if heir := heirs.get(track.stage):
            tracks.open_unless_open(
                track.stage,
                heir,
                case=case,
                actor=actor,
                happened_at=entry.recorded_at,
                because="hand_over",
            )


def _hand_over(case: ProtectionCase, walled: Collection[int], actor: Acting) -> None:
    """Who is responsible for the case, and who tells the survivor, must be able to find it."""
    owner_id, registrar_id = case.owner_id, case.registrar_id
    if owner_id in walled:
        section = institutions.section_for(case.area_id, viewer=actor, without=walled)
        owner_id = section.id if section is not None else actor.institution_id
    if registrar_id in walled:
        registrar_id = owner_id
    if (owner_id, registrar_id) != (case.owner_id, case.registrar_id):
        step = mission.current().procedure.step(CASE_STAGE, "hand_over")
        detail = {"owner_id": owner_id, "registrar_id": registrar_id}
        steps.perform(step, actor=actor, on=case, answers=steps.NOTHING_SAID, detail=detail)


def _kin(institution_id: int) -> set[int]:
    """The institution, all that stand under it, and the line above it as far as it is of one kind."""
    all_of_them = {
        row.id: (row.kind, row.parent_id)
        for row in db.session.execute(select(Institution.id, Institution.kind, Institution.parent_id))
    }
    found, ahead = {institution_id}, [institution_id]
    while ahead:
        here = ahead.pop()
        under = {one for one, (_kind, parent_id) in all_of_them.items() if parent_id == here} - found
        found |= under
        ahead += under
    kind, above = all_of_them[institution_id]
    while above is not None and above not in found and all_of_them[above][0] == kind:
        found.add(above)
        above = all_of_them[above][1]
    return found

"""Referring a case to one or several institutions, each of which may accept it or not."""

from collections.abc import Sequence

from sqlalchemy import select

from tracker import clock
from tracker.actions import steps, tracks
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, say
from tracker.models import Acting, Institution, ProtectionCase, Track
from tracker.permissions import Permission, may


def refer(
    *, actor: Acting, case: ProtectionCase, seen: int, institution_ids: Sequence[int], note: str = ""
) -> list[Track]:
    """Sends the case to each of these institutions and ends its intake; gives the tracks that began.

    Refused as a whole when one of them has no consent (`NoConsent`) or cannot take a case (`BadInput`).
    """
    if not may(actor.role, Permission.CASE_REFER):
        raise NotPermitted(say("Only community focal points and judicial officers refer cases."))
    if not institution_ids:
        raise BadInput(institution_ids=say("Choose at least one institution."))
    step = steps.ready("refer", actor=actor, on=case, seen=seen)
    happened_at = clock.now()
    answers = steps.Answers(happened_at=happened_at, note=note)
    chosen = list(dict.fromkeys(institution_ids))
    steps.perform(step, actor=actor, on=case, answers=answers, detail={"institutions": chosen})
    sent = [_send(institution_id, case=case, actor=actor, note=note) for institution_id in chosen]
    _end_intake(case, actor, answers)
    return sent


def _send(institution_id: int, *, case: ProtectionCase, actor: Acting, note: str) -> Track:
    institution = db.session.get(Institution, institution_id)
    if institution is None:
        raise BadInput(institution_ids=say("Choose an institution from the list."))
    return tracks.send(institution, case=case, actor=actor, happened_at=clock.now(), note=note)


def _end_intake(case: ProtectionCase, actor: Acting, answers: steps.Answers) -> None:
    intake = db.session.scalars(
        select(Track).where(
            Track.case_id == case.id,
            Track.stage == "referral",
            Track.institution_id == actor.institution_id,
            Track.open,
        )
    ).first()
    if intake is not None:
        step = steps.ready("refer", actor=actor, on=intake, seen=intake.version)
        steps.perform(step, actor=actor, on=intake, answers=answers)

"""Telling the survivor: how to reach them without harm comes first, then what came of it."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import steps, words
from blueprints.cases import bp, protection, ways
from blueprints.guards import requires, signed_in
from tracker import mission
from tracker.actions.steps import open_steps
from tracker.models import Track
from tracker.permissions import Permission
from tracker.queries import cases
from tracker.queries.case_file import case_file
from tracker.queries.reprisals import InForce, in_force
from tracker.vocabulary import PartyRole

STAGE = "feedback"


@bp.get("/<string:reference>/tracks/<int(max=2147483647):track_id>/feedback")
@requires(Permission.TRACK_ADVANCE)
def give_feedback(reference: str, track_id: int) -> ResponseReturnValue:
    """The plan and the words. Outside the safe times no number is shown until somebody asks for it (`?sure=1`)."""
    track = cases.track(reference, track_id, viewer=signed_in())
    now = in_force(track.case_id, viewer=signed_in())
    ready = now is not None and now.holds
    offers = [
        (words.step(STAGE, step.name), f"{ways.case(reference)}/tracks/{track_id}/{step.name}")
        for step in open_steps(actor=signed_in(), on=track)
        if track.stage == STAGE and (ready or not step.reassess)
    ]
    return render_template(
        "cases/feedback.html",
        reference=track.case.reference,
        back=ways.case(reference),
        assess=f"{ways.case(reference)}/reprisal-risk?feedback={track_id}",
        report=f"{ways.case(reference)}/reprisal",
        here=ways.feedback(reference, track_id),
        offers=offers,
        ready=ready,
        **(_plan(now, track) if now is not None and ready else {}),
    )


def page(track: Track, step: str) -> ResponseReturnValue:
    """One of the ends of feedback: to record that it was delivered, the risk must have been assessed anew."""
    reference = track.case.reference
    now = in_force(track.case_id, viewer=signed_in())
    known = mission.current().procedure.steps.get((STAGE, step))
    if request.method == "GET" and known is not None and known.reassess and not (now and now.holds):
        return redirect(ways.feedback(reference, track.id), 303)
    plan = protection.contact(now.said.contact) if now is not None else []
    return steps.page(
        step,
        on=track,
        back=ways.feedback(reference, track.id),
        onward=lambda: ways.onward(reference),
        template="cases/delivered.html",
        plan=plan,
    )


def _plan(now: InForce, track: Track) -> dict[str, object]:
    safe = protection.is_safe_now(now.said.contact)
    shown = safe or request.args.get("sure") == "1"
    return {
        "plan": protection.contact(now.said.contact),
        "safe": safe,
        "words": protection.wording(now),
        "phones": _phones(track) if shown else None,
    }


def _phones(track: Track) -> list[tuple[str, str]]:
    """Whom to call: the survivor and who cares for them."""
    people = case_file(track.case.reference, viewer=signed_in()).people
    whom = (PartyRole.SURVIVOR, PartyRole.CAREGIVER)
    return [(words.label(one.role), one.phone) for one in people if one.role in whom and one.phone]

"""Assessing the risk of reprisals, agreeing as a second person, and reporting one."""

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import choices, steps
from blueprints.cases import bp, protection, sharing, ways
from blueprints.cases.reprisal_form import AssessForm, ReportForm, filled_in
from blueprints.forms import ActForm, done, form_page, kept, notify
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker.actions import reprisals, retaliation
from tracker.actions.steps import version
from tracker.errors import NotFound, say
from tracker.models import ProtectionCase
from tracker.permissions import Permission
from tracker.queries import cases, walls
from tracker.queries.reprisals import in_force
from tracker.vocabulary import ReprisalFactor


@bp.route("/<string:reference>/reprisal-risk", methods=["GET", "POST"])
@requires(Permission.CASE_REFER)
def assess_reprisal(reference: str) -> ResponseReturnValue:
    """The short assessment; `?feedback=` names the part of the case whose feedback waits for it."""
    case = cases.find(reference, viewer=signed_in())
    step = steps.find("assess_reprisal", on=case)
    now = in_force(case.id, viewer=signed_in())
    likely = filled_in(now.said) if now else {"no_voicemail": True, "no_sms": True}
    form = AssessForm(seen=version(case), **likely)
    if form.submitted():
        with kept(form):
            new = form.assessment()
            reprisals.assess(new, actor=signed_in(), case=case, seen=form.seen.data)
            implicated = ReprisalFactor.RECIPIENT_INSTITUTION_IMPLICATED in new.factors
            if implicated and not walls.of_case(case.id, viewer=signed_in()):
                notify(
                    _("Choose the institution that is implicated, so that nobody there finds this case."),
                    "late",
                )
                return done(_("The risk of reprisals is assessed."), f"{ways.case(case.reference)}/wall")
            return done(_("The risk of reprisals is assessed."), _onward(case))
    return form_page("cases/assess.html", form, **steps.about(step, on=case, back=ways.case(reference)))


@bp.route("/<string:reference>/agree", methods=["GET", "POST"])
@requires(Permission.CASE_REFER)
def agree_to_share(reference: str) -> ResponseReturnValue:
    """A second person reads what protects the survivor, and agrees or does not."""
    case = cases.find(reference, viewer=signed_in())
    step = steps.find("agree_to_share", on=case)
    now = in_force(case.id, viewer=signed_in())
    if now is None:
        raise NotFound(say("There is nothing at this address that you may see."))
    form = ActForm(seen=version(case))
    if form.submitted():
        with kept(form):
            reprisals.agree(actor=signed_in(), case=case, seen=form.seen.data)
            return done(steps.recorded(step), ways.case(reference))
    around = steps.about(step, on=case, back=ways.case(reference))
    return form_page("cases/agree.html", form, facts=protection.facts(now), **around)


@bp.route("/<string:reference>/reprisal", methods=["GET", "POST"])
@requires(Permission.CASE_REFER)
def report_reprisal(reference: str) -> ResponseReturnValue:
    """Opens a case of its own, which the institutions that it comes from do not find."""
    case = cases.find(reference, viewer=signed_in())
    steps.find("assess_reprisal", on=case)
    form = ReportForm(seen=version(case))
    form.institution_ids.offer(
        (str(one.id), choices.institution_name(one)) for one in sharing.receivers(case.area_id)
    )
    if form.submitted():
        with kept(form):
            opened = _report(form, case)
            return done(
                _("The reprisal is a case of its own: %(reference)s.", reference=opened.reference),
                ways.onward(opened.reference),
            )
    return form_page("cases/report.html", form, reference=case.reference, back=ways.case(case.reference))


def _report(form: ReportForm, case: ProtectionCase) -> ProtectionCase:
    entered = form.values()
    seen, chosen = entered.pop("seen"), [int(one) for one in entered.pop("institution_ids") or ()]
    new = retaliation.NewReprisal(**entered, institution_ids=chosen)
    return retaliation.report(new, actor=signed_in(), case=case, seen=seen)


def _onward(case: ProtectionCase) -> str:
    """Back to the feedback that waited for the assessment, else to the case."""
    track_id = request.args.get("feedback", type=int)
    return ways.feedback(case.reference, track_id) if track_id else ways.case(case.reference)

"""Breaking the glass, and what those who answer for a case see of it."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import openings, queues, throttle, words
from blueprints.cases import bp, ways
from blueprints.fields import ChoiceField, NarrativeField, ReferenceField
from blueprints.forms import ActForm, Form, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from tracker.actions import emergencies as acts
from tracker.errors import NotFound
from tracker.permissions import Permission
from tracker.queries import emergencies as queries
from tracker.vocabulary import EmergencyReason


class BreakGlassForm(Form):
    """Which case, and why it cannot wait."""

    reference = ReferenceField(_l("Reference"), required=_l("Enter the whole reference of the case"))
    reason = ChoiceField(
        _l("What is the emergency?"),
        choices=lambda: words.choices(EmergencyReason),
        required=_l("Choose what the emergency is"),
    )
    note = NarrativeField(
        _l("Why can it not wait?"),
        required=_l("Say what the emergency is, in a sentence."),
        hint=_l("It stays in the history. Whoever answers for the case reads it."),
    )


@bp.route("/emergency", methods=["GET", "POST"])
@requires(Permission.CASE_BREAK_GLASS, fresh=True)
@throttle.limited(throttle.LOOK_UP)
def break_glass() -> ResponseReturnValue:
    """Opens one case to this person for three hours. What does not exist and what is hidden are answered alike."""
    form = BreakGlassForm(**({} if request.method == "POST" else _named()))
    if form.submitted():
        try:
            with kept(form):
                opened = acts.break_glass(
                    form.reference.data,
                    actor=signed_in(),
                    reason=EmergencyReason(form.reason.data),
                    note=form.note.data,
                )
                return done(_("The case is open to you for three hours."), ways.case(opened.case.reference))
        except NotFound as unknown:
            form.refuse(unknown)
    return form_page("cases/emergency.html", form)


def _named() -> dict[str, Any]:
    return {"reference": request.args.get("reference", "")}


@bp.get("/emergencies")
@requires(Permission.CASE_REFER)
def emergencies() -> ResponseReturnValue:
    """Who broke the glass on the cases that this institution answers for."""
    at = queues.turn()
    page = queries.emergencies(viewer=signed_in(), after=at.after, before=at.before)
    return render_template(
        "cases/emergencies.html",
        openings=openings.shown(page.rows, url_for("cases.index")),
        pages=queues.pages(page),
    )


@bp.post("/emergencies/<int(max=2147483647):emergency_id>/acknowledge")
@requires(Permission.CASE_REFER)
def acknowledge(emergency_id: int) -> ResponseReturnValue:
    """Says that this institution has seen it."""
    require_token_only(ActForm())
    acts.acknowledge(emergency_id, actor=signed_in())
    return done(_("It is acknowledged."), url_for("cases.emergencies"))

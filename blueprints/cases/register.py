"""Registering a case, also one that began as an alert."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints import steps
from blueprints.cases import alikes as alike_pages
from blueprints.cases import bp, ways
from blueprints.cases.register_form import RegisterForm
from blueprints.forms import done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker import clock
from tracker.actions import cases as actions
from tracker.models import Alert
from tracker.permissions import Permission
from tracker.queries import alerts, alikes


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.CASE_REGISTER)
def register() -> ResponseReturnValue:
    """A new case; `?alert=` names the verified alert that it came from, which then ends as this case."""
    alert = _alert(request.args.get("alert"))
    form = _form(alert)
    submitted = form.submitted()
    found = alikes.of_new(form.sought(), viewer=signed_in()) if submitted else []
    if found and not form.looked.data:
        form.look_first()
    elif submitted:
        with kept(form):
            case = actions.register(form.case(), actor=signed_in(), alert=alert, seen=form.seen.data)
            return done(
                _("The case is registered. Its reference is %(reference)s.", reference=case.reference),
                f"{ways.case(case.reference)}/alike" if found else ways.case(case.reference),
            )
    back = url_for("alerts.show", reference=alert.reference) if alert is not None else ""
    return form_page("cases/register.html", form, alert=alert, back=back, alike=alike_pages.rows(found))


def _alert(reference: str | None) -> Alert | None:
    """The alert that becomes a case; to begin, it must be verified."""
    if not reference:
        return None
    alert = alerts.find(reference, viewer=signed_in())
    steps.find("turn_into_case", on=alert)
    return alert


def _form(alert: Alert | None) -> RegisterForm:
    """Filled in with what the alert says already."""
    if alert is None:
        form = RegisterForm(seen=0, reported_at=clock.now())
    else:
        contact = alert.contact
        form = RegisterForm(
            seen=alert.version,
            reported_at=clock.now(),
            channel=alert.channel,
            area_id=alert.area_id,
            reporter_name=contact.name,
            reporter_phone=contact.phone,
            area_typed=contact.place if alert.area_id is None else None,
            place=contact.place,
            narrative=contact.message,
        )
    form.offer(alert.area_id if alert is not None else None)
    return form

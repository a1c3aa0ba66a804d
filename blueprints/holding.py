"""The page of a legal hold, for the section that answers for a case and for auditors: set it, or lift it."""

from flask.typing import ResponseReturnValue

from blueprints import words
from blueprints.fields import ChoiceField, NarrativeField
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.times import moment
from tracker.actions import holds
from tracker.models import ProtectionCase
from tracker.vocabulary import HoldReason


def _note() -> NarrativeField:
    return NarrativeField(
        _l("Why?"), required=_l("Say why. It stays in the history."), hint=_l("No names of people in a case.")
    )


class LiftForm(Form):
    """Why it may be lifted."""

    note = _note()


class HoldForm(Form):
    """Why the case must be kept."""

    reason = ChoiceField(
        _l("What is it kept for?"),
        kind=HoldReason,
        choices=lambda: words.choices(HoldReason),
        required=_l("Choose what it is kept for"),
    )
    note = _note()


def page(case: ProtectionCase, back: str) -> ResponseReturnValue:
    """Sets a hold on a case without one, and lifts the one that stands."""
    stands = holds.standing(case, viewer=signed_in())
    form: Form = LiftForm() if stands else HoldForm()
    if form.submitted():
        with kept(form):
            if stands:
                holds.lift(case, actor=signed_in(), note=form["note"].data)
                return done(_("The legal hold is lifted."), back)
            holds.hold(case, actor=signed_in(), reason=form["reason"].data, note=form["note"].data)
            return done(_("The case is on legal hold."), back)
    facts = (
        [
            (_("What is it kept for?"), words.label(stands.reason)),
            (_("Set by"), f"{stands.set_by.full_name}, {moment(stands.set_at)}"),
        ]
        if stands
        else []
    )
    return form_page(
        "layouts/hold.html",
        form,
        facts=facts,
        reference=case.reference,
        back=back,
        submit=_("Lift the legal hold") if stands else _("Set a legal hold"),
    )

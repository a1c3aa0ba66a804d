"""What whoever sent a form is told: what came of it, and what is left to do."""

from blueprints import sent_forms
from blueprints.i18n import _
from tracker.models import Acting, FieldForm
from tracker.queries import field_forms


def of(form: FieldForm, *, viewer: Acting) -> str:
    """What came of a form. Somebody else than its sender learns only that it came."""
    if form.user_id != viewer.user_id:
        return _("This form was received before.")
    left = sent_forms.left(field_forms.sent_form(form.id, viewer=viewer))
    return " ".join([_done(form), *left])


def _done(form: FieldForm) -> str:
    if form.alert is not None:
        return _("The alert is logged. Call back now.")
    return _(
        "The case is registered. Its reference is %(reference)s.",
        reference=form.case.reference if form.case is not None else "",
    )

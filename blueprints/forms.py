"""The base of every form, and how a view uses one. Fields are in `blueprints.fields`.

    class AcceptForm(Form):
        seen = SeenField()
        happened_at = MomentField(_l("When was it accepted?"), required=_l("Enter when it was accepted"))
        note = NarrativeField(_l("Note"), hint=_l("No names"))

    @bp.route("/<reference>/accept", methods=["GET", "POST"])
    @requires(Permission.TRACK_ACCEPT)
    def accept(reference: str) -> ResponseReturnValue:
        track = queues.find(reference, viewer=signed_in())
        form = AcceptForm(seen=track.version, happened_at=clock.now())
        if form.submitted():                # a POST whose every field is in order
            with kept(form):                # BadInput, StepRefused, OutOfDate ...: what was typed stays
                police.accept(track, actor=signed_in(), **form.values())
                return done(_("The referral is accepted."), url_for("police.queue"))
        return form_page("layouts/form.html", form, title=_("Accept the referral"), submit=_("Accept"))

`form_page` answers 200 when the form is fresh, 422 when fields are wrong, 409 when the domain refused. After a refusal
the transaction has been rolled back: the page shows what the database holds, and what the person typed. On `OutOfDate`
the hidden `seen` becomes the present version, so that the person, having read, may send the form again.
"""

from types import TracebackType
from typing import Any, Self

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.widgets import HiddenInput

from blueprints import errors
from blueprints.fields import SeenField
from blueprints.i18n import _, said
from blueprints.submissions import FIELD, form_key
from tracker.db import db
from tracker.errors import BadInput, Refusal, say


class Form(FlaskForm):  # type: ignore[misc]
    """A form that refuses what it does not know, and can say everything that is wrong with it."""

    form_key = HiddenField(default=form_key)
    status = 200
    enctype = ""
    """"multipart/form-data" where a field is a file."""

    def submitted(self) -> bool:
        """True for a POST with every field in order; else False, and `problems()` says why."""
        if request.method != "POST":
            return False
        if self.validate():
            return True
        self.status = 422
        return False

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuses names that no field of this form has: nothing is set that was not asked for."""
        in_order = bool(super().validate(extra_validators))
        expected = {name for field in self for name in getattr(field, "names", lambda f=field: (f.name,))()}
        if set(request.form) - expected:
            self.form_errors.append(_("This page sent something that was not asked for. Load it again."))
            return False
        return in_order

    def values(self) -> dict[str, Any]:
        """What was entered, by name of the field, ready to be passed to an action."""
        return {
            name: value for name, value in self.data.items() if name not in (self.meta.csrf_field_name, FIELD)
        }

    def shown(self) -> list[Any]:
        """The fields that a person fills in, in order."""
        return [field for field in self if not isinstance(field.widget, HiddenInput)]

    def problems(self) -> list[tuple[str, str]]:
        """Everything that is wrong: (id of the control or "", sentence), in the order of the page."""
        whole = [("", str(sentence)) for sentence in self.form_errors]
        shown = self.shown()
        hidden = [("", str(field.errors[0])) for field in self if field.errors and field not in shown]
        return whole + hidden + [(field.target(), str(field.errors[0])) for field in shown if field.errors]

    def refuse(self, refusal: Exception) -> None:
        """Take in a refusal of the domain: sentences to their fields, the rest above the form."""
        if isinstance(refusal, BadInput):
            self._blame(refusal.sentences)
        else:
            self.form_errors.append(
                said(refusal.sentence) if isinstance(refusal, Refusal) else errors.out_of_date()
            )
        self.status = errors.status_of(refusal) if isinstance(refusal, Refusal) else 409
        for field in self:
            if isinstance(field, SeenField):
                field.renew()

    def _blame(self, sentences: dict[str, str]) -> None:
        shown = {field.name: field for field in self.shown()}
        for name, sentence in sentences.items():
            if name in shown:
                shown[name].errors = [*shown[name].errors, said(sentence)]
            else:
                self.form_errors.append(said(sentence))


class ActForm(Form):
    """No question at all: one button, and the version that the person saw."""

    seen = SeenField()


def require_token_only(form: Form) -> None:
    """Refuses (`BadInput`) a button's post that carries what its form does not have."""
    if not form.submitted():
        raise BadInput(form=say("This page sent something that was not asked for. Load it again."))


class kept:  # noqa: N801 - read as a word: "with kept(form)"
    """Inside it, a refusal of the domain that a person can answer (409, 422) becomes a remark on the form.

    Others (`NotFound`, `NotPermitted`) go on to the error pages. The transaction is rolled back.
    """

    def __init__(self, form: Form) -> None:
        self.form = form

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, refusal: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if not isinstance(refusal, Exception) or not errors.handled(refusal):
            return False
        db.session.rollback()
        self.form.refuse(refusal)
        return True


def form_page(template: str, form: Form, **context: Any) -> ResponseReturnValue:
    """The page of `form` with the status that fits it: 200, 422 or 409."""
    return render_template(template, form=form, **context), form.status


def notify(sentence: str, tone: str = "good") -> None:
    """Say `sentence` at the top of the next page. It travels in a cookie: never a name, never a narrative."""
    flash(sentence, tone)


def done(sentence: str, href: str) -> Response:
    """Go on to `href` (303) and say there what was done."""
    notify(sentence)
    return redirect(href, 303)

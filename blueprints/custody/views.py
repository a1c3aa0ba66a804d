"""The pages of one held person, for those who hold, and for those outside who look after."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import choices, held
from blueprints.custody import bp, forms, pages
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from tracker import clock, mission
from tracker.actions import custody
from tracker.db import db
from tracker.errors import NotFound, StepRefused, say
from tracker.models import Custody
from tracker.permissions import Permission
from tracker.queries import custody as queries
from tracker.queries.custody import Held

_ACTS: dict[str, tuple[type[Form], Callable[..., Any]]] = {
    "extend": (forms.ExtensionForm, custody.extend),
    "produce": (forms.ProductionForm, custody.produce),
    "transfer": (forms.TransferForm, custody.transfer),
    "release": (forms.ReleaseForm, custody.release),
    "review": (forms.ReviewForm, custody.review),
    "acknowledge": (forms.AcknowledgeForm, custody.acknowledge),
}


@bp.get("/<int(max=2147483647):number>")
@requires(Permission.CUSTODY_RECORD, Permission.CUSTODY_OVERSEE)
def show(number: int) -> ResponseReturnValue:
    """One held person: the clock, on what it rests, what happened, what can be recorded."""
    viewer = signed_in()
    one = queries.find(number, viewer=viewer)
    labels = pages.labels()
    return render_template(
        "custody/show.html",
        one=one,
        title=_("Held person %(number)s", number=one.id),
        tags=held.tags(one),
        clock=held.limit(one),
        told=held.alarm_words(one.alarm),
        facts=pages.facts(one, viewer),
        events=pages.events(one),
        offers=[
            (url_for("custody.record", number=number, act=name), labels[name])
            for name in pages.offers(one, viewer)
        ],
    )


@bp.route("/<int(max=2147483647):number>/<string:act>", methods=["GET", "POST"])
@requires(Permission.CUSTODY_RECORD, Permission.CUSTODY_OVERSEE)
def record(number: int, act: str) -> ResponseReturnValue:
    """The form of one act, or recording it."""
    viewer = signed_in()
    one = queries.find(number, viewer=viewer)
    if act not in _ACTS:
        raise NotFound(say("There is nothing at this address that you may see."))
    kind, action = _ACTS[act]
    form = kind(seen=one.version, happened_at=clock.now())
    _offer(form, act)
    label, back = pages.labels()[act], url_for("custody.show", number=number)
    if form.submitted():
        with kept(form):
            found = db.session.get_one(Custody, one.id)
            action(actor=viewer, custody=found, **_said(form))
            return done(_("Recorded."), back)
    if request.method == "GET" and act not in pages.offers(one, viewer):
        raise StepRefused(
            say("This is not open to you now. Read the page again to see what can be recorded.")
        )
    return form_page("steps/form.html", form, title=label, submit=label, **_about(one), back=back)


def _about(one: Held) -> dict[str, Any]:
    return {"reference": one.reference, "place": one.institution, "tags": held.tags(one)}


def _offer(form: Form, act: str) -> None:
    """The institutions to choose from, the nearest first."""
    viewer = signed_in()
    near = viewer.institution.area_id
    if act == "produce":
        form["institution_id"].offer(choices.institutions(("court", "prosecution"), viewer=viewer, near=near))
    elif act == "transfer":
        form["institution_id"].offer(choices.of_kinds(custody.PLACES_OF_DETENTION, viewer=viewer, near=near))


def _said(form: Form) -> dict[str, Any]:
    """What was entered, as the action takes it."""
    said: dict[str, Any] = {name: "" if value is None else value for name, value in form.values().items()}
    if "institution_id" in said:
        said["institution_id"] = int(said["institution_id"])
    if "until" in said:
        said["until"] = clock.end_of(said["until"], mission.current().zone) if said["until"] else None
    return said

"""Every step of every track: most have the form that the procedure asks for, a few have a form of their own."""

from collections.abc import Callable
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from blueprints import steps, words
from blueprints.cases import bp, feedback, ways
from blueprints.cases.forms import ArrestForm, DecideForm, ReleaseForm
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.times import moment
from tracker import clock
from tracker.actions import courts, police
from tracker.actions.steps import version
from tracker.errors import StepRefused, say
from tracker.models import Track
from tracker.permissions import Permission
from tracker.queries import cases
from tracker.queries.case_file import CaseFile, case_file
from tracker.vocabulary import AgeGroup, PartyRole

_ACCUSED = (PartyRole.ACCUSED, PartyRole.ALLEGED_PERPETRATOR)


@bp.route("/<string:reference>/tracks/<int(max=2147483647):track_id>/<string:step>", methods=["GET", "POST"])
@requires(Permission.TRACK_ADVANCE)
def take_step(reference: str, track_id: int, step: str) -> ResponseReturnValue:
    """One step of one track: its form, or taking it."""
    track = cases.track(reference, track_id, viewer=signed_in())
    if own := _OWN_FORMS.get(step):
        return own(track)
    if track.stage == feedback.STAGE:
        return feedback.page(track, step)
    back = ways.case(track.case.reference)
    return steps.page(step, on=track, back=back, onward=lambda: ways.onward(reference))


def _refer(track: Track) -> ResponseReturnValue:
    """Referring is about the case as a whole, and has a page there."""
    return redirect(url_for("cases.refer", reference=track.case.reference), 303)


def _arrest(track: Track) -> ResponseReturnValue:
    """Who is held: a person of the case, or somebody new."""
    form = ArrestForm(seen=version(track), arrested_at=clock.now())
    file = _file(track)
    people = sorted(file.people, key=lambda person: person.role not in _ACCUSED)
    form.person_id.offer(
        (str(one.id), f"{one.name or _('Name not recorded')} ({words.label(one.role)})") for one in people
    )

    def act(entered: dict[str, Any]) -> None:
        chosen = entered.pop("person_id")
        person_id = int(chosen) if chosen else None
        entered["age_group"] = entered["age_group"] or AgeGroup.NOT_RECORDED
        police.record_arrest(actor=signed_in(), track=track, person_id=person_id, **_said(entered))

    return _page("record_arrest", form, track, act)


def _release(track: Track) -> ResponseReturnValue:
    """Which held person was released, and why."""
    held = [one for one in _file(track).custodies if one.track_id == track.id and one.released_at is None]
    if not held:
        raise StepRefused(
            say(
                "Nobody is recorded as held in this part of the case. Record the arrest first, with its time."
            )
        )
    form = ReleaseForm(seen=version(track), released_at=clock.now())
    form.custody_id.offer(
        (
            str(one.id),
            _(
                "%(name)s, held since %(moment)s",
                name=one.name or _("Name not recorded"),
                moment=moment(one.arrested_at),
            ),
        )
        for one in held
    )

    def act(entered: dict[str, Any]) -> None:
        custody_id = int(entered.pop("custody_id"))
        police.record_release(actor=signed_in(), track=track, custody_id=custody_id, **_said(entered))

    return _page("record_release", form, track, act)


def _decide(track: Track) -> ResponseReturnValue:
    """The decision and its orders."""
    form = DecideForm(seen=version(track), happened_at=clock.now())

    def act(entered: dict[str, Any]) -> None:
        orders = [courts.NewOrder(kind.data, due.data) for kind, due in form.orders() if kind.data]
        said = {name: entered[name] for name in ("seen", "outcome", "happened_at", "note")}
        courts.decide(actor=signed_in(), track=track, orders=orders, **_said(said))

    return _page("decide", form, track, act, "cases/decide.html")


def _page(
    name: str,
    form: Form,
    track: Track,
    act: Callable[[dict[str, Any]], None],
    template: str = "steps/form.html",
) -> ResponseReturnValue:
    step = steps.find(name, on=track)
    reference = track.case.reference
    if form.submitted():
        with kept(form):
            act(form.values())
            return done(steps.recorded(step), ways.onward(reference))
    return form_page(template, form, **steps.about(step, on=track, back=ways.case(reference)))


def _file(track: Track) -> CaseFile:
    return case_file(track.case.reference, viewer=signed_in())


def _said(entered: dict[str, Any]) -> dict[str, Any]:
    """What was entered; actions take an empty text where nothing was."""
    return {name: "" if value is None else value for name, value in entered.items()}


_OWN_FORMS: dict[str, Callable[[Track], ResponseReturnValue]] = {
    "refer": _refer,
    "record_arrest": _arrest,
    "record_release": _release,
    "decide": _decide,
}
"""The steps that the procedure marks with `act`: a test sees that each is here."""

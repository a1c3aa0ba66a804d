"""The form and the page of a step of the procedure: what the step asks is what its form has.

For a step without `act`, on a track, an alert or a case:

    @bp.route("/<string:reference>/<string:step>", methods=["GET", "POST"])
    @requires(Permission.ALERT_HANDLE)
    def take_step(reference: str, step: str) -> ResponseReturnValue:
        alert = queries.find(reference, viewer=signed_in())
        href = url_for("alerts.show", reference=alert.reference)
        return steps.page(step, on=alert, back=href, onward=lambda: href)

GET shows the form (409 where the step is not open), POST takes the step and goes on to `onward()`.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from blueprints import choices, words
from blueprints.fields import (
    ChoiceField,
    DayField,
    MomentField,
    NarrativeField,
    SeenField,
    SelectOneField,
    TickField,
)
from blueprints.forms import ActForm, Form, done, form_page, kept
from blueprints.guards import signed_in
from blueprints.i18n import _, language
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Tag, Tone
from tracker import clock, mission
from tracker.actions import steps
from tracker.errors import NotFound, say
from tracker.history import CASE_STAGE
from tracker.models import Alert, HistoryEntry, ProtectionCase, Track
from tracker.procedure import Step
from tracker.vocabulary import DECISIONS, REASON_LISTS, Level, Urgency

Thing = Track | Alert | ProtectionCase
Taker = Callable[..., HistoryEntry]

FEW = 8
"""Up to so many answers are radio buttons; more are a list that opens."""

REASONS: Mapping[str, tuple[str, str]] = {
    "not_accepted_reason": (_l("Why is it not accepted?"), _l("Choose why it is not accepted")),
    "no_action_reason": (_l("Why does it go no further?"), _l("Choose why it goes no further")),
    "adjournment_reason": (_l("Why was the hearing adjourned?"), _l("Choose why it was adjourned")),
    "closure_reason": (_l("Why is the case closed?"), _l("Choose why the case is closed")),
    "measure": (_l("Which measure was taken?"), _l("Choose the measure that was taken")),
    "release_reason": (_l("Why was the person released?"), _l("Choose why the person was released")),
    "call_result": (_l("What came of the call?"), _l("Choose what came of the call")),
}
"""The question for each word list, and what to say when it is not answered."""

_FOR_RECEIVER = _l("Note for the institution that receives the case")
NOTES: Mapping[str, str] = {
    "request_information": _l("What do you need to know?"),
    "give_information": _l("Your answer"),
    "revoke": _l("Why is the referral revoked?"),
    "not_accept": _l("What should the sender know?"),
    "forward": _FOR_RECEIVER,
    "charge": _FOR_RECEIVER,
    "transfer": _FOR_RECEIVER,
    "refer_again": _FOR_RECEIVER,
    "return_for_investigation": _l("What must still be investigated?"),
}
"""The label of the note where a step has a better one than "What happened?"."""

_BEFORE_ACCEPTING = _l("It is read before the case is accepted: no names, no telephone number, no address.")
HINTS: Mapping[str, str] = {
    "request_information": _BEFORE_ACCEPTING,
    "give_information": _BEFORE_ACCEPTING,
}
_HINT = _l("It stays in the history. Name nobody who need not be named.")


class StepForm(Form):
    """The base of the forms that are made from the procedure."""

    seen = SeenField()


def page(
    name: str,
    *,
    on: Thing,
    back: str,
    onward: Callable[[], str],
    take: Taker | None = None,
    template: str = "steps/form.html",
    **shown: Any,
) -> ResponseReturnValue:
    """Answers the page of the step `name`: its form, or having taken it the way on to `onward()`.

    `take`: the action that takes it, where it is not `steps.take`. Refuses (`NotFound`) a step that the procedure
    does not have, and when it is first asked for (`StepRefused`) one that is not open; sent on a stale page, what
    was typed stays, with the sentence above it.
    """
    step = find(name, on=on)
    form = form_for(step, on=on)
    if form.submitted():
        with kept(form):
            acting = {"actor": signed_in(), "seen": form.seen.data, "answers": answers(form)}
            (take or _take(name, on))(**acting)
            return done(recorded(step), onward())
    return form_page(template, form, **shown, **about(step, on=on, back=back))


def find(name: str, *, on: Thing) -> Step:
    """The step of that name; to begin it (GET) it must be open to the person now."""
    procedure = mission.current().procedure
    stage, status, awaiting = steps.standing(on)
    if (stage, name) not in procedure.steps:
        raise NotFound(say("There is nothing at this address that you may see."))
    if request.method == "POST":
        return procedure.step(stage, name)
    actor = signed_in()
    return procedure.require(name, actor.role, steps.sides(actor, on), stage, status, awaiting)


def form_for(step: Step, *, on: Thing) -> Form:
    """A form that asks what the step asks, filled in with what is likeliest."""
    seen = steps.version(on)
    if not step.asks:
        return ActForm(seen=seen)
    case = on.case if isinstance(on, Track) else on
    likely = {name: getattr(case, name) for name in ("urgency", "risk") if name in step.asks}
    form: Form = _form_class(step.stage, step.name, mission.current().procedure.version)(
        seen=seen, happened_at=clock.now(), **likely
    )
    if "target" in step.asks:
        near = case.area_id or signed_in().institution.area_id
        form["target_id"].offer(choices.institutions(step.asks["target"], viewer=signed_in(), near=near))
    return form


def answers(form: Form) -> steps.Answers:
    """What was entered, as the action takes it."""
    said = {name: value for name, value in form.values().items() if name != "seen" and value is not None}
    if "target_id" in said:
        said["target_id"] = int(said["target_id"])
    return steps.Answers(**said)


def about(step: Step, *, on: Thing, back: str) -> dict[str, Any]:
    """What the page of a step shows around the form: words, reference, where the thing stands."""
    stage, status, _awaiting = steps.standing(on)
    label = words.step(step.stage, step.name)
    return {
        "title": label,
        "submit": label,
        "reference": steps.about(on).reference,
        "place": on.institution.name if isinstance(on, Track) else "",
        "tags": [tag(stage, status)],
        "back": back,
    }


def recorded(step: Step) -> str:
    """The sentence on the next page."""
    return _("Recorded: %(done)s.", done=words.done(step.stage, step.name))


def tag(stage: str, status: str) -> Tag:
    """A status as a tag: its word in the language of this request, and its tone."""
    return _tag(language(), mission.current().procedure.version, stage, status)


@cache
def _tag(_language: str, _version: str, stage: str, status: str) -> Tag:
    return Tag(words.status(stage, status), tone(stage, status))


def tone(stage: str, status: str) -> Tone:
    """The tone of a status's tag: over, waiting for an answer, or going on."""
    procedure = mission.current().procedure
    if procedure.is_end(stage, status) or status == "closed":
        return "stopped" if status in {"not_accepted", "revoked", "expired"} else "good"
    waits = procedure.stages[stage].first == status and stage != CASE_STAGE
    return "waiting" if waits else "going"


def _take(name: str, on: Thing) -> Taker:
    def take(**acting: Any) -> HistoryEntry:
        return steps.take(name, on=on, **acting)

    return take


@cache
def _form_class(stage: str, name: str, _version: str) -> type[Form]:
    """Made once a step: labels are lazy, so one class does for every language."""
    step = mission.current().procedure.step(stage, name)
    return type("StepForm", (StepForm,), _fields(step))


def _fields(step: Step) -> dict[str, Any]:
    """The fields that the step asks for, in the order in which people tell: what, when, what else."""
    asked = {name: make(step) for name, make in _MAKERS.items() if name in step.asks}
    if "target" in asked:
        asked["target_id"] = asked.pop("target")
    asked["happened_at"] = MomentField(
        _l("When did it happen?"),
        required=_l("Enter when it happened"),
        hint=_l("Change it if you record this later than it happened."),
    )
    if step.reassess:
        asked["outside_safe_times"] = TickField(_l("It was outside the safe times, and safe all the same"))
    if "note" in step.asks:
        asked["note"] = note(step)
    return asked


def note(step: Step) -> NarrativeField:
    """The field for the note of a step."""
    needed = step.asks.get("note") == "!"
    usual = _l("What happened?") if needed else _l("Note")
    return NarrativeField(
        NOTES.get(step.name, usual),
        required=_l("Write a sentence or two") if needed else "",
        hint=HINTS.get(step.name, _HINT),
    )


def reason(list_name: str) -> ChoiceField | SelectOneField:
    """The field for a reason from a word list."""
    label, missing = REASONS[list_name]
    listed = REASON_LISTS[list_name]
    kind = ChoiceField if len(listed) <= FEW else SelectOneField
    return kind(label, choices=lambda: words.choices(listed), required=missing)


def outcome() -> SelectOneField:
    """The field for a court's outcome."""
    return SelectOneField(
        _l("What did the court decide?"),
        choices=lambda: words.choices(DECISIONS),
        required=_l("Choose what the court decided"),
    )


def urgency() -> ChoiceField:
    """The field for how urgent a case is."""
    return ChoiceField(
        _l("How urgent is it?"),
        choices=lambda: words.choices(Urgency),
        required=_l("Choose how urgent it is"),
    )


def risk() -> ChoiceField:
    """The field for the risk to the people in a case."""
    return ChoiceField(
        _l("How great is the risk to the survivor?"),
        choices=lambda: words.choices(Level),
        required=_l("Choose how great the risk is"),
    )


_MAKERS: Mapping[str, Callable[[Step], Any]] = {
    "reason": lambda step: reason(str(step.asks["reason"])),
    "outcome": lambda _step: outcome(),
    "target": lambda _step: SelectOneField(
        _l("Which institution does the case go to?"),
        required=_l("Choose the institution that the case goes to"),
        hint=_l("The nearest come first."),
    ),
    "next_on": lambda _step: DayField(
        _l("When is the next hearing?"), future=True, required=_l("Enter the day of the next hearing")
    ),
    "urgency": lambda _step: urgency(),
    "risk": lambda _step: risk(),
}

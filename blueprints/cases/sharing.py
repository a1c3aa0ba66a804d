"""Sharing a case: consent, referral to institutions, and the people in it."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from blueprints import choices, steps
from blueprints.cases import bp, ways
from blueprints.cases.forms import ConsentForm, PersonForm, ReferForm
from blueprints.cases.show import consent_words
from blueprints.forms import done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.times import day, zone
from tracker import clock, mission
from tracker.actions import cases as case_actions
from tracker.actions import consent, referrals
from tracker.actions.steps import version
from tracker.models import Institution, ProtectionCase
from tracker.permissions import Permission
from tracker.queries import cases
from tracker.queries.case_file import CaseFile, case_file
from tracker.queries.case_rows import ConsentRow
from tracker.vocabulary import ConsentDecision

IN_FORCE = (ConsentDecision.GIVEN, ConsentDecision.BEST_INTEREST)
"""The decisions with which a case may be shared."""


def receivers(near: int | None) -> Sequence[Institution]:
    """The institutions to which a case can be referred at all, those nearest to an area first."""
    stages = [code for code, stage in mission.current().procedure.stages.items() if stage.by_referral]
    viewer = signed_in()
    return choices.nearest(stages, viewer=viewer, near=near or viewer.institution.area_id)


@bp.route("/<string:reference>/refer", methods=["GET", "POST"])
@requires(Permission.CASE_REFER)
def refer(reference: str) -> ResponseReturnValue:
    """Sends the case to one or several institutions; consent that is given only now is recorded with it."""
    case = cases.find(reference, viewer=signed_in())
    step = steps.find("refer", on=case)
    form = ReferForm(seen=version(case))
    _offer_receivers(form, case_file(reference, viewer=signed_in()))
    if form.submitted():
        with kept(form):
            _refer(case, **form.values())
            return done(_("The case is referred."), ways.onward(reference))
    return form_page("cases/refer.html", form, **_around(step, case))


@bp.route("/<string:reference>/consent", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD)
def record_consent(reference: str) -> ResponseReturnValue:
    """What the survivor decided about sharing the case."""
    case = cases.find(reference, viewer=signed_in())
    step = steps.find("record_consent", on=case)
    form = ConsentForm(seen=version(case), given_on=clock.day_of(clock.now(), zone()))
    form.institution_ids.offer(
        (str(one.id), choices.institution_name(one)) for one in receivers(case.area_id)
    )
    if form.submitted():
        with kept(form):
            entered = form.values()
            chosen = [int(one) for one in entered.pop("institution_ids")]
            entered["note"] = entered["note"] or ""
            consent.record_consent(actor=signed_in(), case=case, institution_ids=chosen, **entered)
            return done(_("The survivor's decision is recorded."), ways.onward(reference))
    return form_page("cases/consent.html", form, **_around(step, case))


@bp.route("/<string:reference>/people/new", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD)
def add_person(reference: str) -> ResponseReturnValue:
    """Adds a person; the history says that somebody was added, not who."""
    case = cases.find(reference, viewer=signed_in())
    step = steps.find("add_person", on=case)
    form = PersonForm(seen=version(case))
    form.institution_id.offer((str(one.id), choices.institution_name(one)) for one in receivers(case.area_id))
    if form.submitted():
        with kept(form):
            entered = form.values()
            seen = entered.pop("seen")
            case_actions.add_person(new_person(**entered), actor=signed_in(), case=case, seen=seen)
            return done(_("The person is added."), ways.onward(reference))
    return form_page("steps/form.html", form, **_around(step, case))


def new_person(**entered: Any) -> case_actions.NewPerson:
    """A person as a form gives them: what was left empty is left out."""
    said = {name: value for name, value in entered.items() if value is not None}
    if "institution_id" in said:
        said["institution_id"] = int(said["institution_id"])
    return case_actions.NewPerson(**said)


def _refer(
    case: ProtectionCase, *, seen: int, institution_ids: list[str], agreed_ids: list[str], note: str | None
) -> None:
    actor = signed_in()
    if agreed := [int(one) for one in agreed_ids]:
        decision = ConsentDecision.GIVEN
        consent.record_consent(decision, actor=actor, case=case, seen=seen, institution_ids=agreed)
        seen = version(case)
    chosen = [int(one) for one in institution_ids]
    referrals.refer(actor=actor, case=case, seen=seen, institution_ids=chosen, note=note or "")


def _offer_receivers(form: ReferForm, file: CaseFile) -> None:
    """Those that do not have the case yet, each with what the survivor said about it."""
    have = {part.institution_id for part in file.parts if part.open}
    named = {person.institution_id for person in file.people}
    newest = {one.institution_id: one for one in file.consents}
    open_to = [one for one in receivers(file.case.area_id) if one.id not in have]
    form.institution_ids.offer(
        (str(one.id), _receiver(one, newest.get(one.id), implicated=one.id in named)) for one in open_to
    )
    form.agreed_ids.offer(
        (str(one.id), choices.institution_name(one)) for one in open_to if not _agreed(newest.get(one.id))
    )


def _receiver(one: Institution, said: ConsentRow | None, *, implicated: bool) -> str:
    agreed = consent_words(said.decision, day(said.given_on)) if said else _("No consent recorded")
    parts = [choices.institution_name(one), agreed]
    if implicated:
        parts.append(_("the alleged perpetrator belongs to it"))
    return " – ".join(parts)


def _agreed(said: ConsentRow | None) -> bool:
    return said is not None and said.decision in IN_FORCE


def _around(step: Any, case: ProtectionCase) -> dict[str, Any]:
    return steps.about(step, on=case, back=ways.case(case.reference))

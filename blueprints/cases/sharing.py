"""Sharing a case: consent, referral to institutions, and the people in it."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from blueprints import choices, steps
from blueprints.cases import bp, ways
from blueprints.cases.agreed import Decisions, decisions
from blueprints.cases.forms import ConsentForm, PersonForm, ReferForm, WallForm
from blueprints.forms import done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _, said
from blueprints.times import zone
from tracker import clock, mission
from tracker.actions import cases as case_actions
from tracker.actions import consent, harm, referrals
from tracker.actions import walls as wall_actions
from tracker.actions.steps import version
from tracker.errors import NotSafe
from tracker.models import Institution, ProtectionCase
from tracker.permissions import Permission
from tracker.queries import cases, consents, institutions, walls
from tracker.queries.case_file import CaseFile, case_file
from tracker.queries.reprisals import in_force
from tracker.queries.walls import WallRow
from tracker.visibility import ALLOWS
from tracker.vocabulary import ConsentDecision, DataClass, Level


def receivers(near: int | None) -> Sequence[Institution]:
    """The institutions to which a case can be referred at all, those nearest to an area first."""
    stages = [code for code, stage in mission.current().procedure.stages.items() if stage.by_referral]
    viewer = signed_in()
    return choices.nearest(stages, viewer=viewer, near=near or viewer.institution.area_id)


def accusable(near: int | None) -> Sequence[Institution]:
    """The institutions whose people may be accused in a case: all but the viewer's own, the nearest first."""
    viewer = signed_in()
    return choices.by_distance(institutions.others(viewer=viewer), viewer=viewer, near=near)


@bp.route("/<string:reference>/refer", methods=["GET", "POST"])
@requires(Permission.CASE_REFER)
def refer(reference: str) -> ResponseReturnValue:
    """Sends the case to one or several institutions; consent that is given only now is recorded with it."""
    case = cases.find(reference, viewer=signed_in())
    step = steps.find("refer", on=case)
    form = ReferForm(seen=version(case))
    hidden = walls.of_case(case.id, viewer=signed_in())
    proposed = walls.neutral(case, hidden, viewer=signed_in()) if hidden else ()
    _offer_receivers(form, case_file(reference, viewer=signed_in()), hidden, proposed)
    if form.submitted():
        with kept(form):
            _refer(case, **form.values())
            return done(_("The case is referred."), ways.onward(reference))
    names = [[one.name for one in group] for group in (hidden, proposed)]
    around = _around(step, case) | {"hidden": names[0], "proposed": names[1], "warning": _warning(case)}
    return form_page("cases/refer.html", form, **around)


@bp.route("/<string:reference>/wall", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD)
def wall_off(reference: str) -> ResponseReturnValue:
    """Hides the case from an institution of whose people one is accused."""
    case = cases.find(reference, viewer=signed_in())
    step = steps.find("wall_off", on=case)
    form = WallForm(seen=version(case))
    form.institution_id.offer((str(one.id), choices.institution_name(one)) for one in accusable(case.area_id))
    if form.submitted():
        with kept(form):
            entered = form.values()
            chosen = int(entered.pop("institution_id"))
            wall_actions.wall_off(actor=signed_in(), case=case, institution_id=chosen, **entered)
            return done(_("Nobody at that institution finds the case any more."), ways.onward(reference))
    return form_page("steps/form.html", form, **_around(step, case))


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
            entered["classes"] = classes(entered["classes"])
            entered["note"], entered["authorised_by"] = entered["note"] or "", entered["authorised_by"] or ""
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
    form.institution_id.offer((str(one.id), choices.institution_name(one)) for one in accusable(case.area_id))
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


def classes(ticked: Sequence[str] | None) -> Sequence[DataClass]:
    """What was ticked; everything where nothing was."""
    return [DataClass(one) for one in ticked or ()] or consent.EVERYTHING


def _refer(
    case: ProtectionCase,
    *,
    seen: int,
    institution_ids: list[str],
    agreed_ids: list[str],
    agreed_classes: list[str],
    note: str | None,
) -> None:
    actor = signed_in()
    if agreed := [int(one) for one in agreed_ids]:
        consent.record_consent(
            ConsentDecision.GIVEN,
            actor=actor,
            case=case,
            seen=seen,
            institution_ids=agreed,
            classes=classes(agreed_classes),
        )
        seen = version(case)
    chosen = [int(one) for one in institution_ids]
    referrals.refer(actor=actor, case=case, seen=seen, institution_ids=chosen, note=note or "")


def _warning(case: ProtectionCase) -> str:
    """What the risk of reprisals says against sharing: what blocks it, else what should be thought of first."""
    try:
        harm.require_safe(actor=signed_in(), case=case)
    except NotSafe as refusal:
        return said(refusal.sentence)
    now = in_force(case.id, viewer=signed_in())
    if now is None:
        return _("The risk of reprisals was never assessed. Assess it before you share the case.")
    if now.level is Level.MEDIUM and not now.mitigated:
        return _("There is a risk of reprisals, and nothing is written that protects the person.")
    return ""


def _offer_receivers(
    form: ReferForm, file: CaseFile, hidden: Sequence[WallRow], proposed: Sequence[Institution]
) -> None:
    """Those that do not have the case and that it is not hidden from, each with what the survivor said about it.

    Where the case cannot take its usual way, the neutral one comes first.
    """
    out = {part.institution_id for part in file.parts if part.open} | {one.institution_id for one in hidden}
    newest = consents.newest(file.consents, viewer=signed_in())
    first = {one.id for one in proposed}
    nearest = [one for one in receivers(file.case.area_id) if one.id not in out]
    open_to = sorted(nearest, key=lambda one: one.id not in first)
    form.institution_ids.offer((str(one.id), _receiver(one, newest.get(one.id, {}))) for one in open_to)
    form.agreed_ids.offer(
        (str(one.id), choices.institution_name(one)) for one in open_to if not _agreed(newest.get(one.id, {}))
    )


def _receiver(one: Institution, said: Decisions) -> str:
    return f"{choices.institution_name(one)} – {'; '.join(decisions(said)) or _('No consent recorded')}"


def _agreed(said: Decisions) -> bool:
    return any(one.decision in ALLOWS for one in said.values())


def _around(step: Any, case: ProtectionCase) -> dict[str, Any]:
    return steps.about(step, on=case, back=ways.case(case.reference))

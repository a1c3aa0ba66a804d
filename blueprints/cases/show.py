"""The page of one case: the whole file, or before accepting a preview with nothing personal in it."""

from collections import defaultdict

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints import choices, inclusion, words
from blueprints.cases import agreed, bp, history, protection, tracks, ways
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.times import ago, clock_of, day, moment
from tracker import mission
from tracker.models import Acting
from tracker.permissions import Permission, may
from tracker.queries import consents, linked_cases, walls
from tracker.queries.case_file import CaseFile, case_file
from tracker.queries.case_rows import CustodyRow, PersonRow
from tracker.queries.reprisals import InForce, in_force
from tracker.visibility import Sight
from tracker.vocabulary import AgeGroup, DataClass, Sex

Facts = list[tuple[str, str | None]]


@bp.get("/<string:reference>")
@requires(Permission.CASE_READ)
def show(reference: str) -> ResponseReturnValue:
    """The case as this person may see it, and what they may do with it."""
    viewer = signed_in()
    file = case_file(reference, viewer=viewer)
    base = ways.case(file.case.reference)
    checked = inclusion.of_case(file.case.id)
    shown = _preview(file, viewer) if file.sight is Sight.PREVIEW else _whole(file, base, viewer)
    return render_template(
        "cases/preview.html" if file.sight is Sight.PREVIEW else "cases/show.html",
        case=file.case,
        concern=words.label(file.case.concern),
        tags=[tracks.tag(part) for part in tracks.open_parts(file)],
        clock=tracks.most_urgent(file),
        parts=tracks.parts(file, base, viewer=viewer),
        history=history.timeline(file, base, checked, viewer=viewer),
        checked=checked,
        work=ways.work(),
        receipt=f"{base}/receipt" if may(viewer.role, Permission.CASE_REFER) else "",
        readers=f"{base}/readers" if _answers_for(file, viewer) else "",
        emergency=_emergency(file),
        files=f"{base}/files",
        disclosed=f"{base}/shared" if _answers_for(file, viewer) else "",
        hold=f"{base}/hold" if _may_hold(file, viewer) else "",
        **shown,
    )


def _may_hold(file: CaseFile, viewer: Acting) -> bool:
    return viewer.institution_id == file.case.owner_id and may(viewer.role, Permission.CASE_HOLD)


def _emergency(file: CaseFile) -> str:
    """Says to who broke the glass how long it is open, and that others know."""
    ends_at = file.emergency_ends_at
    if ends_at is None:
        return ""
    return _("Opened in an emergency, until %(moment)s. Others were told.", moment=moment(ends_at))


def _answers_for(file: CaseFile, viewer: Acting) -> bool:
    own = viewer.institution_id in (file.case.owner_id, file.case.registrar_id)
    return own and may(viewer.role, Permission.CASE_REFER)


def _preview(file: CaseFile, viewer: Acting) -> dict[str, object]:
    case = file.case
    waiting = tracks.open_parts(file)
    since = min((part.entered_at for part in waiting if part.entered_at), default=None)
    facts: Facts = [
        (_("Concern"), words.label(case.concern)),
        (_("Urgency"), words.label(case.urgency)),
        (_("Risk"), words.label(case.risk)),
        (_("District"), file.district),
        (_("Waiting since"), f"{moment(since)} ({ago(since)})" if since else None),
        (
            _("Sent by"),
            ", ".join(dict.fromkeys(part.sender for part in waiting if part.sender)) or None,
        ),
        (_("Consent"), _consent_here(file, viewer)),
    ]
    return {"facts": facts}


def _consent_here(file: CaseFile, viewer: Acting) -> str:
    """What the survivor said about sharing with the viewer's institution."""
    said = consents.newest(file.consents, viewer=viewer).get(viewer.institution_id, {})
    return "; ".join(agreed.decisions(said)) or _("No consent for your institution is recorded.")


def _whole(file: CaseFile, base: str, viewer: Acting) -> dict[str, object]:
    now = in_force(file.case.id, viewer=viewer)
    asked = now is not None and now.awaits_agreement and now.assessed_by_id != viewer.user_id
    hidden = walls.of_case(file.case.id, viewer=viewer) if may(viewer.role, Permission.CONSENT_RECORD) else ()
    return {
        **_protection(now, file, base, viewer),
        "facts": [*_facts(file), (_("Hidden from"), ", ".join(one.name for one in hidden) or None)],
        "ended": tracks.ended(file),
        "journey": tracks.journey(file),
        "offers": tracks.case_offers(file, base, viewer=viewer, asked=asked),
        "people": [_person(one, known=DataClass.IDENTITY not in file.withheld) for one in file.people],
        "narratives": file.narratives,
        "consents": _consents(file, viewer),
        "custodies": [_custody(one) for one in file.custodies],
        "custody_remark": _custody_remark(file),
        "orders": [(words.label(one.kind), day(one.due_on)) for one in file.orders],
    }


def _protection(now: InForce | None, file: CaseFile, base: str, viewer: Acting) -> dict[str, object]:
    """What protects the person, and which cases hang together with this one: for those who work on it."""
    if viewer.institution_id not in (file.case.owner_id, file.case.registrar_id):
        return {"protection": None, "links": []}
    linked = linked_cases.of_case(file.case.id, viewer=viewer)
    return {
        "protection": protection.brief(now) if now is not None else [],
        "reach": f"{base}/reprisal-risk" if now is not None and file.case.closed_at is None else "",
        "holds": now is not None and now.holds,
        "report_reprisal": f"{base}/reprisal",
        "alike": f"{base}/alike",
        "links": [(one.reference, words.label(one.tie)) for one in linked],
    }


def _facts(file: CaseFile) -> Facts:
    case = file.case
    return [
        (_("Concern"), words.label(case.concern)),
        (_("Area"), choices.in_area(*file.area) or None),
        (_("Happened on"), day(case.occurred_on) or None),
        (_("Urgency"), words.label(case.urgency)),
        (_("Risk to the survivor"), words.label(case.risk)),
        (_("Risk of reprisals"), words.label(case.reprisal_risk)),
        (_("Reported by way of"), words.label(case.channel)),
        (_("Not shared with you"), agreed.listed(list(file.withheld)) or None),
        (_("Registered"), f"{moment(case.registered_at)}, {file.registrar}"),
        (_("Responsible"), file.owner),
        (_("Closed"), day(case.closed_at) or None),
        (_("Reason for closing"), words.label(case.closure_reason) if case.closure_reason else None),
        (_("Reference at the source"), case.source_ref),
    ]


def _consents(file: CaseFile, viewer: Acting) -> list[tuple[str, str]]:
    """The decisions in force, each with the institutions that it is about."""
    names = {one.institution_id: one.institution for one in file.consents}
    about: dict[str, list[str]] = defaultdict(list)
    for institution_id, said in consents.newest(file.consents, viewer=viewer).items():
        for sentence in agreed.decisions(said):
            about[sentence].append(names[institution_id])
    return [(sentence, ", ".join(sorted(its))) for sentence, its in about.items()]


def _person(one: PersonRow, *, known: bool) -> dict[str, str]:
    said = [
        words.label(one.sex) if one.sex is not Sex.NOT_RECORDED else "",
        words.label(one.age_group) if one.age_group is not AgeGroup.NOT_RECORDED else "",
        words.label(one.perpetrator_kind) if one.perpetrator_kind else "",
        one.institution or "",
    ]
    return {
        "name": one.name or (_("Name not recorded") if known else _("Name not shared")),
        "role": words.label(one.role),
        "phone": one.phone,
        "more": " · ".join(filter(None, said)),
    }


def _custody_remark(file: CaseFile) -> str:
    """Says of a limit of the law that nobody compared it with the law yet, while somebody is held under it."""
    limit = mission.current().procedure.clocks["custody"]
    held = [one for one in file.custodies if one.released_at is None]
    if limit.confirmed or all(one.confirmed for one in held):
        return ""
    return _("The limit of %(hours)d hours is not confirmed against the law in force.", hours=limit.hours)


def _custody(one: CustodyRow) -> dict[str, object]:
    released = one.released_at is not None
    return {
        "id": one.id,
        "name": one.name or _("Name not recorded"),
        "held": _(
            "Held since %(moment)s, %(institution)s",
            moment=moment(one.arrested_at),
            institution=one.institution,
        ),
        "clock": clock_of(None if released else one.due_at),
        "released": _(
            "Released %(moment)s: %(reason)s",
            moment=moment(one.released_at),
            reason=words.label(one.release_reason),
        )
        if one.release_reason
        else "",
    }

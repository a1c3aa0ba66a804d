"""Cases that may be about the same person or incident: shown before a case is registered, and afterwards."""

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints import words
from blueprints.cases import bp, ways
from blueprints.fields import ChoiceField, SeenField
from blueprints.forms import Form, done, form_page, kept
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.times import day
from tracker.actions import linking
from tracker.actions.steps import version
from tracker.permissions import Permission
from tracker.queries import alikes, cases
from tracker.queries.alikes import Alike, Why
from tracker.vocabulary import CaseTie

_TIES = tuple(tie for tie in CaseTie if tie is not CaseTie.REPRISAL)


class TieForm(Form):
    """What two cases are to each other."""

    seen = SeenField()
    tie = ChoiceField(
        _l("What are the two cases to each other?"),
        choices=lambda: words.choices(_TIES),
        kind=CaseTie,
        required=_l("Choose what the two cases are to each other."),
        hint=_l("They are linked, never merged: each keeps its own history."),
    )


@bp.get("/<string:reference>/alike")
@requires(Permission.CASE_REGISTER)
def alike(reference: str) -> ResponseReturnValue:
    """The cases that may be the same as this one."""
    case = cases.find(reference, viewer=signed_in())
    found = alikes.of_case(case, viewer=signed_in())
    base = ways.case(case.reference)
    return render_template("cases/alike.html", reference=case.reference, back=base, found=rows(found, base))


@bp.route("/<string:reference>/alike/<string:other>", methods=["GET", "POST"])
@requires(Permission.CASE_REGISTER)
def tie(reference: str, other: str) -> ResponseReturnValue:
    """Says what another case is to this one."""
    case = cases.find(reference, viewer=signed_in())
    second = cases.find(other, viewer=signed_in())
    form = TieForm(seen=version(case))
    back = f"{ways.case(case.reference)}/alike"
    if form.submitted():
        with kept(form):
            linking.link(form.tie.data, actor=signed_in(), case=case, other=second, seen=form.seen.data)
            return done(_("It is recorded in both histories."), ways.case(case.reference))
    return form_page("cases/tie.html", form, reference=case.reference, other=second.reference, back=back)


def rows(found: list[Alike], base: str = "") -> list[tuple[str, str, str, str]]:
    """Each case: its reference, what it is about, why it is shown, and where to say what it is to this one."""
    return [
        (
            one.reference,
            " · ".join(filter(None, (words.label(one.concern), one.area, day(one.occurred_on)))),
            ", ".join(_why(why) for why in Why if why in one.why),
            f"{base}/alike/{one.reference}" if base else "",
        )
        for one in found
    ]


def _why(why: Why) -> str:
    return {
        Why.NAME: _("a similar name"),
        Why.PHONE: _("the same telephone"),
        Why.INCIDENT: _("the same concern in the same area, within two weeks"),
    }[why]
